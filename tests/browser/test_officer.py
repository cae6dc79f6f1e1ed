"""A district officer brings in a roster, sees it arrive, and takes it back."""

import re
import time

import pytest
from playwright.sync_api import Error, Page, expect

pytestmark = pytest.mark.browser
DISTRICT = "500101"
COMMITTEES = 24
JOB_MILLISECONDS = 120_000


def organised(portal) -> int:
    """How many of the district's villages have a federation, as the command counts them."""
    return portal.figures(DISTRICT)["ORG-02"]["numerator"]


def shown_to_the_leader(page: Page, portal) -> int:
    """The same number on the overview of the district."""
    page.goto(f"{portal.url}/figures/{DISTRICT}/")
    mark = page.locator(f'.ledger [data-indicator="ORG-02"][data-organisation="{DISTRICT}"]')
    return int(mark.get_attribute("data-numerator") or 0)


def upload(page: Page, portal, book) -> None:
    page.goto(f"{portal.url}/imports/new/?sheet=committee")
    assert page.locator('input[name="sheet"][value="committee"]').is_checked()
    page.set_input_files("#id_file", str(book))
    expect(page.locator("[data-drop-name]")).to_contain_text(book.name)
    page.click("form.fmx button.p")


def watch(page: Page, until: str) -> list[int]:
    """What the bar showed, one look after the other, until the page of the next step came."""
    seen: list[int] = []
    end = time.monotonic() + JOB_MILLISECONDS / 1000
    while not re.search(until, page.url) or page.locator("#progress").count():
        assert time.monotonic() < end, f"no end after {seen}"
        seen += shares_of(page)
        page.wait_for_timeout(150)
    return seen


def shares_of(page: Page) -> list[int]:
    """What the bar shows at one moment: looked for and read in one go, for it goes any time."""
    values = "bars => bars.map(bar => Number(bar.getAttribute('aria-valuenow')))"
    try:
        return page.locator("#progress [role=progressbar]").evaluate_all(values)
    except Error as gone:
        # The page of the next step came while the question was under way.
        if "navigation" not in str(gone):
            raise
        return []


def wait_until(portal, villages: int) -> None:
    """The figures follow what was written; a moment later, when the machine is busy."""
    end = time.monotonic() + JOB_MILLISECONDS / 1000
    while organised(portal) != villages:
        assert time.monotonic() < end, f"still {organised(portal)} villages, not {villages}"


def test_a_roster_arrives_moves_the_figure_by_24_and_is_taken_back(silent_city, visit, roster):
    before = organised(silent_city)
    leader, page = visit(silent_city, "wen"), visit(silent_city, "lan")
    assert shown_to_the_leader(leader, silent_city) == before

    upload(page, silent_city, roster)
    page.wait_for_url(re.compile("/columns/"), timeout=JOB_MILLISECONDS)
    assert page.locator("tbody tr").count() >= 10
    assert "身份证号" in page.inner_text("main table")
    page.get_by_role("button", name="检查数据").click()

    page.wait_for_url(re.compile("/rows/"))
    assert "152 行都可以写入" in page.inner_text("[role=status]")
    assert organised(silent_city) == before, "checking must not write"

    with silent_city.resting_worker():
        page.get_by_role("button", name="写入 152 行").click()
        waiting = page.locator("#progress [role=progressbar]")
        expect(waiting).to_have_attribute("aria-valuenow", "0")
    bar = watch(page, r"/imports/[0-9a-f-]{36}/$")
    assert bar == sorted(bar), "the bar only moves on"
    expect(page.locator("h2", has_text="已写入 152 行")).to_be_visible()
    batch = page.url
    wait_until(silent_city, before + COMMITTEES)
    assert shown_to_the_leader(leader, silent_city) == before + COMMITTEES

    page.goto(f"{silent_city.url}/orgs/500101017001/")
    assert "范丹" in page.inner_text("main")
    assert "500199199402212003" not in page.content()

    page.goto(batch)
    page.get_by_role("button", name="撤销这次导入").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("新增的 152 行会移除")
    asked.get_by_role("button", name=re.compile("^撤销 152 行")).click()
    expect(page.locator("h2", has_text="已撤销这次导入")).to_be_visible(timeout=JOB_MILLISECONDS)
    wait_until(silent_city, before)
    assert shown_to_the_leader(leader, silent_city) == before
    page.goto(f"{silent_city.url}/orgs/500101017001/")
    assert "范丹" not in page.inner_text("main")


def test_a_file_that_is_no_workbook_is_refused_with_the_reason(silent_city, visit, tmp_path):
    photo = tmp_path / "花名册.xlsx"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 2000)
    page = visit(silent_city, "lan")
    upload(page, silent_city, photo)
    expect(page.get_by_text("文件没有读取")).to_be_visible(timeout=JOB_MILLISECONDS)
    assert "没有写入任何数据" in page.inner_text("main")


def test_without_a_file_the_page_says_what_is_missing(silent_city, visit):
    page = visit(silent_city, "lan")
    page.goto(f"{silent_city.url}/imports/new/?sheet=committee")
    page.click("form.fmx button.p")
    expect(page.locator(".esum")).to_contain_text("请选择要导入的文件。")
    assert page.locator('input[name="sheet"][value="committee"]').is_checked()
