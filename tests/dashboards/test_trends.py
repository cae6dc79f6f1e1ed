"""Months beside the figure: what changed, what was worked out later, and in which attributes."""

import re
from datetime import date

import pytest

from federation.coverage.models import Target
from federation.coverage.services import months_backfill, rebuild
from tests.coverage.records import established


@pytest.fixture
def three_months(tree, clock):
    """荷花 has a federation since April, 柳溪 since May, 竹林 since this month, June."""
    established(tree["lotus"], date(2026, 4, 1))
    established(tree["willow"], date(2026, 5, 8))
    established(tree["bamboo"], date(2026, 6, 2))
    months_backfill(months=3)
    rebuild()
    return tree


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def cells(page, period):
    """The values of one month in the table behind a chart, with what is said of the month."""
    row = re.search(rf'<tr data-period="{period}".*?</tr>', page, re.DOTALL)[0]
    return re.findall(r'data-value="([^"]*)"', row), "补算" in row


def test_a_trend_tells_each_month_and_marks_what_was_worked_out_later(three_months, wen, as_user):
    page = text_of(as_user(wen), "/figures/91/ORG-02/about/")
    assert cells(page, "2026-03") == (["0.0"], True)
    assert cells(page, "2026-04") == (["25.0"], True)
    assert cells(page, "2026-05") == (["50.0"], True)
    assert cells(page, "2026-06") == (["75.0"], False)
    assert "2026年3月至2026年5月为补算" in page


def test_the_change_to_the_last_month_is_told_in_words_and_not_by_colour_alone(
    three_months, wen, as_user
):
    page = text_of(as_user(wen), "/")
    lead = re.search(r'<a class="kpi".*?</a>', page, re.DOTALL)[0]
    assert "比上月上升" in lead
    assert "▲" in lead
    assert "25.0" in lead


def test_past_figures_carry_no_attributes_of_current_ones(three_months, wen, as_user):
    page = text_of(as_user(wen), "/")
    table = re.search(r"<figure.*?</figure>", page, re.DOTALL)[0]
    assert 'data-period="2026-05"' in table
    assert "data-indicator" not in table


def test_a_chart_says_its_finding_to_readers(three_months, wen, as_user):
    page = text_of(as_user(wen), "/figures/91/ORG-02/about/")
    spoken = re.search(r'role="img" aria-label="(村社区[^"]*)"', page)[1]
    assert spoken == "村社区妇联组建率由2026年3月的 0.0% 到2026年6月的 75.0%。"


def test_one_month_alone_is_no_trend(filled, wen, as_user):
    page = text_of(as_user(wen), "/figures/91/ORG-02/about/")
    assert "还只有一个月的数" in page
    assert "echarts" not in page


def test_the_page_of_a_figure_tells_how_it_is_made_and_who_is_behind(filled, wen, as_user):
    page = text_of(as_user(wen), "/figures/91/ORG-02/about/")
    for words in ("已成立妇联的村（社区）", "应建的全部村（社区）", "妇联改革文件", "越高越好"):
        assert words in page
    ranked = re.search(r'<ol class="rank abt">(.*?)</ol>', page, re.DOTALL)[1]
    assert re.findall(r'data-organisation="(\d+)"', ranked) == ["910102", "910101"]


def test_every_group_of_the_catalogue_stands_on_the_overview(filled, wen, as_user):
    page = text_of(as_user(wen), "/")
    groups = re.findall(r'<th scope="rowgroup" colspan="6">(.*?)</th>', page)
    assert groups == ["组织", "队伍", "阵地", "经费"]


def test_an_unknown_or_foreign_figure_has_no_page(filled, lan, as_user):
    assert as_user(lan).get("/figures/910101/NO-99/about/").status_code == 404
    assert as_user(lan).get("/figures/91/ORG-02/about/").status_code == 404


@pytest.mark.parametrize("place", ["91", "910101", "910101101", "910101101201"])
def test_the_page_of_a_figure_costs_twelve_queries(
    three_months, wen, as_user, place, django_assert_max_num_queries
):
    client = as_user(wen)
    client.get(f"/figures/{place}/ORG-02/about/")
    with django_assert_max_num_queries(12):
        client.get(f"/figures/{place}/ORG-02/about/")


def test_a_target_of_a_level_and_year_shows_where_that_level_is_judged(filled, su, as_user):
    client = as_user(su)
    sent = {"level": "district", "year": "2026", "value": "60", "source": "市妇联 2026 年要点"}
    answer = client.post("/figures/91/ORG-02/target/", sent)
    assert answer["Location"] == "/figures/91/ORG-02/about/"
    district = text_of(client, "/figures/910101/ORG-02/about/")
    assert "市妇联 2026 年要点" in district
    assert '<span class="song big">60</span>' in district
    city = text_of(client, "/figures/91/ORG-02/about/")
    assert '<span class="song big">100</span>' in city


def test_an_empty_target_is_taken_away(filled, su, as_user):
    client = as_user(su)
    client.post("/figures/91/ORG-02/target/", {"level": "town", "value": "60"})
    assert Target.objects.filter(indicator="ORG-02", kind_group="town").exists()
    client.post("/figures/91/ORG-02/target/", {"level": "town", "value": ""})
    assert not Target.objects.filter(indicator="ORG-02", kind_group="town").exists()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("120", "百分比目标不能超过 100"),
        ("-1", "目标值不能为负数"),
        ("很多", "目标值请填数字"),
        ("95.123", "目标值最多两位小数"),
        ("NaN", "目标值请填数字"),
    ],
)
def test_a_target_that_cannot_be_is_refused_with_a_sentence(filled, su, as_user, value, words):
    answer = as_user(su).post("/figures/91/ORG-02/target/", {"value": value, "source": "依据"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert 'value="依据"' in page


def test_only_the_top_of_the_tree_sets_targets(filled, lan, wen, qiu, as_user):
    for user in (lan, wen, qiu):
        place = user.current_postings()[0].organisation.code
        assert as_user(user).get(f"/figures/{place}/ORG-02/target/").status_code == 403
    assert "设置目标" not in text_of(as_user(lan), "/figures/910101/ORG-02/about/")
