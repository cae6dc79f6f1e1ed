"""What holds on every page for everybody: room on a phone, large type, no barrier."""

from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
VILLAGE = "500101017001"


@dataclass(frozen=True)
class Place:
    """A page and somebody who may open it."""

    who: str
    path: str


PLACES = (
    Place("", "/accounts/login/"),
    Place("wen", "/"),
    Place("wen", "/figures/500101/"),
    Place("wen", "/figures/500101/ORG-02/"),
    Place("lan", "/"),
    Place("lan", "/orgs/"),
    Place("lan", "/orgs/tree/"),
    Place("lan", "/orgs/500101017/"),
    Place("lan", f"/orgs/{VILLAGE}/"),
    Place("lan", f"/orgs/{VILLAGE}/edit/"),
    Place("lan", "/cadres/people/"),
    Place("lan", "/imports/"),
    Place("lan", "/imports/new/"),
    Place("lan", "/accounts/"),
)
CHECKED = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}
SERIOUS = {"serious", "critical"}


def overhang(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def each(portal, visit, width: int):
    """Every place on a page of the given width, each person logged in once."""
    pages: dict[str, Page] = {}
    for place in PLACES:
        page = pages.get(place.who) or visit(portal, place.who, width=width)
        pages[place.who] = page
        answer = page.goto(portal.url + place.path)
        assert answer is not None and answer.status == 200, place
        yield place, page


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_is_wider_than_its_window(reporting_city, visit, width):
    wide = {place.path: overhang(page) for place, page in each(reporting_city, visit, width)}
    assert {path: more for path, more in wide.items() if more > 0} == {}


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_puts_a_serious_barrier_in_the_way(reporting_city, visit, width):
    found = []
    for place, page in each(reporting_city, visit, width):
        for rule in Axe().run(page, options=CHECKED).response["violations"]:
            if rule["impact"] in SERIOUS:
                found.append((place.path, rule["id"], rule["nodes"][0]["html"][:160]))
    assert found == []


def test_the_size_of_type_is_chosen_once_and_kept(reporting_city, visit):
    page = visit(reporting_city, "lan", width=390)
    small = page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
    page.get_by_label("调整字号").click()
    page.get_by_role("button", name="特大").click()
    page.wait_for_selector("html[data-size=xl]")
    page.goto(f"{reporting_city.url}/orgs/{VILLAGE}/")
    assert page.locator("html").get_attribute("data-size") == "xl"
    page.goto(reporting_city.url)
    large = page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
    assert large > small * 1.15
    assert overhang(page) <= 0
    page.get_by_label("调整字号").click()
    page.get_by_role("button", name="标准").click()
    page.wait_for_selector("html:not([data-size])")
