"""Walks through the pages of imports with a camera; what they write is taken back."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Route

from tests.exchange.collected_books import ANSWERS, handed_in

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 600_000
ASK = """
from orgs.models import Organisation
town = Organisation.objects.get(code="{code}")
below = Organisation.objects.filter(parent=town).order_by("code")
print(town.short_name, *(one.short_name for one in below[:10]), sep="\\n")
"""
# Some of its rows are in order, in others a telephone number has to be put right.
WORKBOOK = ROOT / "tests" / "exchange" / "samples" / "committee_phones.xlsx"


@dataclass(frozen=True)
class Here:
    """A browser logged in at one width, the portal, where the account is posted, the camera."""

    context: BrowserContext
    base: str
    width: int
    place: str
    take: Callable[..., None]


def shoot_import(here: Here) -> None:
    """The five steps of an import with cells to put right; what it wrote is taken back."""
    page = here.context.new_page()
    page.goto(f"{here.base}/imports/new/?sheet=committee")
    here.take(page, "import-upload", here.width)
    page.set_input_files("#id_file", WORKBOOK)
    # The bar is held at its last look, so that there is time for a picture.
    page.route("**/progress/", hold_when_done)
    page.click("form.fmx button.p")
    page.wait_for_url(lambda url: "/new/" not in url)
    if page.locator("#progress").count():
        page.wait_for_timeout(2500)
        # Its next look may be held already, so the network is never idle.
        here.take(page, "import-progress", here.width, until="load")
    else:
        print("import-progress: the worker was quicker than the page, no picture")
    address = page.url.replace("columns/", "")
    page.close()
    page = here.context.new_page()
    page.goto(address)
    page.wait_for_url("**/columns/", timeout=PATIENCE)
    here.take(page, "import-mapping", here.width)
    page.click("main form.sheet button.p")
    page.wait_for_url("**/rows/**")
    here.take(page, "import-check", here.width)
    page.click("main form[action$='/apply/'] button.p")
    page.wait_for_selector("[data-dialog-open=undo]", timeout=PATIENCE)
    here.take(page, "import-result", here.width)
    page.click("[data-dialog-open=undo]")
    page.click("#undo button.d:not([data-dialog-close])")
    page.wait_for_selector("h2:has-text('已撤销')", timeout=PATIENCE)
    page.goto(f"{here.base}/imports/")
    here.take(page, "imports", here.width)
    page.close()


def hold_when_done(route: Route) -> None:
    """Pass on how far the job is, but not that it has ended."""
    answer = route.fetch()
    if "hx-redirect" in answer.headers:
        route.fulfill(status=204)
    else:
        route.fulfill(response=answer)


def shoot_sources(here: Here) -> None:
    """A person with the source of one value opened, and the box into which rows are pasted."""
    page = here.context.new_page()
    page.goto(f"{here.base}/cadres/people/")
    page.goto(here.base + str(page.locator("tbody a").first.get_attribute("href")))
    page.locator("dl .src summary").nth(1).click()
    here.take(page, "person-sources", here.width)
    page.goto(f"{here.base}/imports/new/?sheet=committee")
    page.locator("details.fold summary").first.click()
    here.take(page, "import-paste", here.width)
    page.close()


def shoot_collection(here: Here) -> None:
    """The 收表台 with thirty workbooks, from the drop to the slip of one village."""
    page = here.context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{here.base}/imports/collections/")
    page.set_input_files("#id_books", workbooks(here.place))
    page.click("main form.fmx button.p")
    page.wait_for_url("**/collections/*-*/")
    address = page.url
    checked(page, address)
    here.take(page, "collection-causes", here.width)
    for cause, answer in ANSWERS.items():
        mend(page, cause, answer)
    checked(page, address)
    page.click("form[action$='/apply/'] button.p")
    page.wait_for_selector("main h2:has-text('已写入')")
    here.take(page, "collection-result", here.width)
    page.goto(here.base + str(page.locator("#matrix tbody a").first.get_attribute("href")))
    here.take(page, "collection-slip", here.width)
    page.goto(address)
    page.click("[data-dialog-open=undo]")
    page.click("#undo button.d")
    page.wait_for_selector("main h2:has-text('已撤销')")
    page.close()


def workbooks(town: str) -> list[dict[str, object]]:
    """What ten of its villages hand in, as the browser takes files."""
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", ASK.format(code=town)]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    name, *villages = told.strip().splitlines()[-11:]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    files = handed_in(name, villages).files
    return [{"name": one, "mimeType": kind, "buffer": data} for one, data in files]


def mend(page: Page, cause: str, answer: str | None) -> None:
    """One answer for all cells of a cause: typed, as proposed, or blank."""
    form = page.locator("form.cause").filter(
        has=page.locator(f"input[name=cause][value^='{cause}-']")
    )
    how = {None: "likely", "": "blank"}.get(answer, "given")
    for field in form.locator("[name^='v-']").all() if how == "given" else []:
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(label=answer)
        else:
            field.fill(str(answer))
    form.locator(f"button[value={how}]").click()


def checked(page: Page, address: str) -> None:
    """Wait until no file is being checked any more."""
    page.goto(address)
    while page.locator("#status progress").count():
        page.wait_for_timeout(3000)
        page.goto(address)
