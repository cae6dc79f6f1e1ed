"""The leader's page shows exactly what the rollup holds, and nothing of other people's places."""

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation.coverage.declare import catalogue
from federation.coverage.services import figures
from tests.coverage.records import village


class Figures(HTMLParser):
    """The figures on a page: {(indicator, organisation): {(numerator, denominator), …}}."""

    def __init__(self, page):
        super().__init__()
        self.found = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if "data-indicator" in told:
            key = (told["data-indicator"], told["data-organisation"])
            pair = (int(told["data-numerator"]), int(told["data-denominator"]))
            self.found.setdefault(key, set()).add(pair)


def page_of(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_two_federations_and_one_reported_make_three_of_four(filled, wen, as_user):
    shown = Figures(page_of(as_user(wen), "/")).found
    assert shown["ORG-02", "91"] == {(3, 4)}
    assert shown["POS-01", "91"] == {(1, 4)}
    assert shown["ORG-08", "91"] == {(1, 1)}
    assert shown["FUND-01", "91"] == {(50000, 400)}


@pytest.mark.parametrize("code", ["91", "910101", "910101101", "910101101201"])
def test_every_figure_on_a_page_is_the_stored_one(filled, wen, as_user, code):
    shown = Figures(page_of(as_user(wen), f"/figures/{code}/")).found
    places = {node.code: node.pk for node in filled.values()}
    stored = figures(places.values())
    assert {indicator for indicator, place in shown if place == code} == set(stored[places[code]])
    for (indicator, place), pairs in shown.items():
        figure = stored[places[place]][indicator]
        assert pairs == {(figure.numerator, figure.denominator)}, (indicator, place)


def test_the_leaders_figures_stand_in_her_first_page(filled, wen, as_user):
    page = page_of(as_user(wen), "/")
    own = {indicator for indicator, place in Figures(page).found if place == "91"}
    assert own == {indicator.code for indicator in catalogue()}
    assert "组织覆盖总览" in page


def test_an_officer_starts_with_her_work_and_not_with_the_overview(filled, lan, as_user):
    assert "组织覆盖总览" not in page_of(as_user(lan), "/")
    assert ("ORG-02", "910101") in Figures(page_of(as_user(lan), "/figures/")).found


def test_the_overview_of_a_foreign_district_does_not_exist(filled, lan, as_user):
    assert as_user(lan).get("/figures/910102/").status_code == 404
    assert as_user(lan).get("/figures/91/").status_code == 404
    assert as_user(lan).get("/figures/910102/POS-01/").status_code == 404
    unknown, foreign = (
        re.sub(r'value="[^"]+"', "", as_user(lan).get(f"/figures/{code}/").content.decode())
        for code in ("404404", "910102")
    )
    assert unknown == foreign


def test_an_overview_costs_twelve_queries_however_wide_the_tree(filled, wen, as_user):
    def queries():
        client = as_user(wen)
        client.get("/figures/910101101/")
        with CaptureQueriesContext(connection) as seen:
            page_of(client, "/figures/910101101/")
        return len(seen)

    narrow = queries()
    for number in range(40):
        village(filled["north_town"], f"新村{number}")
    assert queries() == narrow <= 12


def test_an_empty_city_says_that_there_are_no_figures_yet(tree, wen, as_user):
    page = page_of(as_user(wen), "/")
    assert "还没有统计数据" in page
    assert "None" not in page


def test_the_order_of_the_ranking_can_be_turned(filled, wen, as_user):
    def ranked(path):
        page = page_of(as_user(wen), path)
        block = re.search(r'<ol class="rank">(.*?)</ol>', page, re.DOTALL)[1]
        return re.findall(r'data-organisation="(\d+)"', block)

    assert ranked("/figures/91/") == ["910102", "910101"]
    assert ranked("/figures/91/?rank=top") == ["910101", "910102"]


def test_an_unknown_measure_falls_back_to_the_lead_figure(filled, wen, as_user):
    assert "组织覆盖排名" in page_of(as_user(wen), "/figures/91/?measure=<script>")
