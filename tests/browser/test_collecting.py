"""The 收表台 in a browser: thirty workbooks with 300 faults, presses and fields counted."""

import re

import pytest
from playwright.sync_api import expect

from tests.exchange.collected_books import ANSWERS, handed_in

pytestmark = pytest.mark.browser
LONGEST = 600_000
ASK = """
from orgs.models import Organisation
town = Organisation.objects.get(code="500101017")
below = Organisation.objects.filter(parent=town).order_by("code")
print(town.short_name)
print("\\n".join(one.short_name for one in below[:10]))
"""


class Counted:
    """A page on which every click and every field that is filled in counts as one."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def click(self, place):
        self.count += 1
        place.click()

    def answer(self, place, text):
        self.count += 1
        if place.evaluate("one => one.tagName") == "SELECT":
            place.select_option(label=text)
        else:
            place.fill(text)


def mend(hers, cause, answer):
    """What she does about one cause."""
    form = hers.page.locator("form.cause").filter(
        has=hers.page.locator(f"input[name=cause][value^='{cause}-']")
    )
    how = {None: "likely", "": "blank"}.get(answer, "given")
    for field in form.locator("[name^='v-']").all() if how == "given" else []:
        hers.answer(field, answer)
    hers.click(form.locator(f"button[value={how}]"))
    expect(hers.page.locator(".toast, .msgs, main")).not_to_have_count(0)


def test_thirty_workbooks_are_finished_within_forty_clicks(collecting_city, visit, tmp_path):
    town, *villages = collecting_city.manage("shell", "-c", ASK).strip().splitlines()[-11:]
    handed = handed_in(town, villages)
    paths = []
    for name, data in handed.files:
        paths.append(tmp_path / name)
        paths[-1].write_bytes(data)
    page = visit(collecting_city, "lan")
    page.set_default_timeout(LONGEST)
    hers = Counted(page)
    page.goto(f"{collecting_city.url}/imports/collections/")
    page.set_input_files("#id_books", paths)
    hers.count += 1
    hers.click(page.locator("main form.fmx button.p"))
    expect(page.locator("form.cause").first).to_be_visible(timeout=LONGEST)
    while page.locator("#status progress").count():
        page.wait_for_timeout(2000)
    page.reload()
    expect(page.locator("form.cause")).to_have_count(len(ANSWERS) + 1)
    for cause, answer in ANSWERS.items():
        mend(hers, cause, answer)
    while page.locator("#status progress").count():
        page.wait_for_timeout(2000)
    hers.click(page.locator("#status a"))
    expect(page.locator("form.cause")).to_have_count(1)
    hers.click(page.get_by_role("button", name=re.compile("^写入 30 份文件")))
    expect(page.locator("main h2").first).to_contain_text("已写入", timeout=LONGEST)
    assert hers.count <= 40, hers.count
    expect(page.locator("#matrix tbody tr")).not_to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_drop_fits_the_screen_and_can_be_reached_by_keyboard(collecting_city, visit, width):
    page = visit(collecting_city, "lan", width=width)
    page.goto(f"{collecting_city.url}/imports/collections/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    page.locator("#id_books").focus()
    assert page.evaluate("document.activeElement.id") == "id_books"
