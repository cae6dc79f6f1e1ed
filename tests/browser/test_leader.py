"""A leader walks from the city to one village and opens what stands behind a number."""

import re

import pytest
from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
CITY, DISTRICT = "50", "500101"


def shown(page: Page, code: str) -> dict[str, set[tuple[int, int]]]:
    """Every pair of numerator and denominator the page shows for a place, by indicator."""
    found: dict[str, set[tuple[int, int]]] = {}
    for one in page.locator(f'[data-organisation="{code}"][data-numerator]').all():
        pair = (one.get_attribute("data-numerator"), one.get_attribute("data-denominator"))
        found.setdefault(str(one.get_attribute("data-indicator")), set()).add(
            (int(pair[0] or 0), int(pair[1] or 0))
        )
    return found


def told(portal, code: str) -> dict[str, set[tuple[int, int]]]:
    """What the command says about the same place."""
    return {
        indicator: {(figure["numerator"], figure["denominator"])}
        for indicator, figure in portal.figures(code).items()
    }


def follow(page: Page, link: Locator) -> None:
    """Click, and wait for the whole of the page behind it."""
    with page.expect_navigation(wait_until="load"):
        link.click()


def code_of(page: Page) -> str:
    """The code of the place whose overview is open."""
    return page.url.rstrip("/").split("?")[0].rstrip("/").split("/")[-1]


def first_below(page: Page, kind: str) -> str:
    """The address of the first place below that has figures: on the map or among the tiles."""
    places = page.locator(f"{kind} a[data-numerator]").all()
    with_data = [one for one in places if int(one.get_attribute("data-numerator") or 0)]
    return str(with_data[0].get_attribute("href"))


def test_a_leader_finds_the_figures_of_the_city_in_the_first_answer(reporting_city, visit):
    page = visit(reporting_city, "wen")
    first = page.request.get(f"{reporting_city.url}/").text()
    figures = reporting_city.figures(CITY)
    marks = re.findall(
        r'data-indicator="([^"]+)" data-organisation="50" '
        r'data-numerator="(\d+)" data-denominator="(\d+)"',
        first,
    )
    assert {code for code, _n, _d in marks} == set(figures)
    for code, numerator, denominator in marks:
        assert int(numerator) == figures[code]["numerator"]
        assert int(denominator) == figures[code]["denominator"]


def test_the_map_the_tiles_and_the_village_show_what_the_command_says(reporting_city, visit):
    page = visit(reporting_city, "wen")
    assert page.url.rstrip("/") == reporting_city.url
    assert shown(page, CITY) == told(reporting_city, CITY)

    follow(page, page.locator(f'.map > svg > a[data-organisation="{DISTRICT}"]'))
    assert code_of(page) == DISTRICT
    assert shown(page, DISTRICT) == told(reporting_city, DISTRICT)

    follow(page, page.locator(f'.tiles a[href="{first_below(page, ".tiles")}"]'))
    town = code_of(page)
    assert town.startswith(DISTRICT)
    assert len(town) == 9
    assert shown(page, town) == told(reporting_city, town)

    follow(page, page.locator(f'.tiles a[href="{first_below(page, ".tiles")}"]'))
    village = code_of(page)
    assert village.startswith(town)
    assert len(village) == 12
    assert shown(page, village) == told(reporting_city, village)


def test_the_ranking_and_the_table_lead_to_the_same_district_as_the_map(reporting_city, visit):
    page = visit(reporting_city, "wen")
    follow(page, page.locator(".dash-rank").get_by_role("link", name="前十位"))
    follow(page, page.locator(".rank a", has_text="万州区"))
    assert code_of(page) == DISTRICT
    page.goto(reporting_city.url)
    follow(page, page.locator(".dash-table tbody th a", has_text="万州区"))
    assert code_of(page) == DISTRICT


def rows_behind(page: Page) -> list[tuple[str, int, int]]:
    """Every row behind the number that is open, over all pages."""
    rows = []
    while True:
        for row in page.locator("[data-behind]").all():
            rows.append(
                (
                    str(row.get_attribute("data-behind")),
                    int(row.get_attribute("data-part-numerator") or 0),
                    int(row.get_attribute("data-part-denominator") or 0),
                )
            )
        onward = page.get_by_role("link", name="下一页")
        if not onward.count():
            return rows
        follow(page, onward)


@pytest.mark.parametrize("indicator", ["ORG-02", "FUND-01"])
def test_the_rows_behind_a_number_add_up_to_it(reporting_city, visit, indicator):
    page = visit(reporting_city, "wen")
    page.goto(f"{reporting_city.url}/figures/{DISTRICT}/")
    number = page.locator(f'.ledger a[data-indicator="{indicator}"]')
    numerator = int(number.get_attribute("data-numerator") or 0)
    denominator = int(number.get_attribute("data-denominator") or 0)
    assert numerator > 0
    follow(page, number)
    follow(page, page.get_by_role("link", name=re.compile("^全部")))
    rows = rows_behind(page)
    assert len({code for code, _n, _d in rows}) == len(rows)
    assert sum(n for _code, n, _d in rows) == numerator
    assert sum(d for _code, _n, d in rows) == denominator


def test_a_leader_sees_counts_of_people_and_no_names(reporting_city, visit):
    page = visit(reporting_city, "wen")
    page.goto(f"{reporting_city.url}/cadres/people/")
    assert "您的账号不能打开这个页面" in page.inner_text("main")
    assert page.locator("a[href*='/cadres/']").count() == 0
