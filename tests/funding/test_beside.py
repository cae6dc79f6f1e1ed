"""What was arranged is the headline; what has arrived stands beside it, on tile, list and page."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation.coverage.declare import indicators
from federation.coverage.services import rebuild
from tests.coverage.records import TODAY
from tests.funding.records import budget, line, women

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


@pytest.fixture
def told(city, north, south, lotus):
    """Both districts have arranged 1 yuan, one has received it; a village 1.50 and 0.75."""
    for place, arrived in ((north, 600_000), (south, 599_999)):
        budget(place, approved_cny=600_000, received_cny=arrived)
        women(place, 600_000)
    budget(lotus, approved_cny=1500)
    line(lotus, 750)
    women(lotus, 1000)
    rebuild(on=TODAY)
    return city


def words(html: str) -> str:
    """The text of a piece of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_second_figure_is_declared():
    pairs = {code: found.beside[0] for found in indicators if (code := found.code)}
    assert {code: second for code, second in pairs.items() if second} == {
        "FUND-01": "FUND-01R",
        "FUND-02": "FUND-02R",
        "FUND-02T": "FUND-02TR",
    }
    assert all(indicators.get(second) for second in pairs.values() if second)


def test_the_tile_of_the_leader_shows_both_amounts_per_woman(told, wen, as_user):
    page = as_user(wen).get("/").content.decode()
    (tile,) = re.findall(r'<a class="kpi"[^>]*data-indicator="FUND-01".*?</a>', page, re.DOTALL)
    assert "妇女人均工作经费 1.50 元/人" in words(tile)
    assert "到位 0.75 元/人" in words(tile)
    assert 'data-indicator="FUND-01R" data-organisation="91"' in tile


def test_the_page_of_a_figure_shows_the_second_one_and_leads_to_it(told, wen, as_user):
    client = as_user(wen)
    page = client.get("/figures/91/FUND-02/about/").content.decode()
    (result,) = re.findall(r'<div class="res">.*?</div>', page, re.DOTALL)
    assert words(result) == "100.0 % 到位 50.0 %"
    (link,) = re.findall(r'href="([^"]+)"', result)
    assert client.get(link).context["page"].shown.code == "FUND-02R"
    # A figure with none has none.
    assert 'class="by"' not in client.get(link).content.decode()


def test_the_list_of_all_figures_shows_both_in_one_line(told, wen, as_user):
    page = as_user(wen).get("/").content.decode()
    (row,) = re.findall(r"<tr><th[^>]*><a[^>]*>人均达标区县占比</a>.*?</tr>", page, re.DOTALL)
    assert "2 / 2 · 到位 50.0 %" in words(row)


def test_what_is_not_known_of_the_second_figure_is_no_nought(told, wen, as_user):
    page = as_user(wen).get("/figures/91/FUND-02T/about/").content.decode()
    (result,) = re.findall(r'<div class="res">.*?</div>', page, re.DOTALL)
    assert words(result) == "— 到位 —"


def test_the_second_figure_costs_no_query(told, wen, as_user):
    def queries(code: str) -> int:
        client = as_user(wen)
        client.get(f"/figures/91/{code}/about/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/figures/91/{code}/about/")
        return len(asked)

    assert queries("FUND-02") == queries("FUND-02R") <= 12


def test_tile_and_ranking_cut_the_same_amount_the_same_way(wen, as_user, lotus):
    budget(lotus, approved_cny=20_789)
    women(lotus, 10_000)
    rebuild(on=TODAY)
    page = as_user(wen).get("/figures/91/?measure=FUND-01").context["page"]
    assert page.own["FUND-01"].text == "2.07"
    assert [area.text for _place, area in page.ranked] == ["2.07 元"]
