"""Behind every number stand organisations whose parts add up to it."""

from datetime import date

import pytest

from federation.access.scope import Grant, whole_tree
from federation.coverage.services import (
    NoSuchIndicator,
    Verdict,
    figures,
    rebuild,
    rows_behind,
    targets,
)
from tests.coverage.records import appoint, established, home, report, term

EVERYWHERE = whole_tree(Grant.VIEW)


@pytest.fixture
def filled(tree):
    """Two villages with a home, one without, one silent; heads, a term, money."""
    lotus, willow, bamboo = tree["lotus"], tree["willow"], tree["bamboo"]
    home(lotus, "荷花妇女之家")
    home(willow, "待补", from_report=True, is_placeholder=True)
    report(bamboo, has_home=False, budget_yuan=500_00, women_resident=400, exec_count=6)
    appoint(lotus, "何平", "主席", is_on_two_committees=True)
    appoint(willow, "罗云", "主席")
    established(lotus, date(2020, 1, 1))
    term(tree["north_town"], date(2020, 1, 1), date(2025, 1, 1))
    rebuild()
    return tree


@pytest.mark.parametrize(
    "code", ["ORG-02", "ORG-08", "ORG-13", "TEAM-01", "TEAM-02", "POS-01", "FUND-01"]
)
@pytest.mark.parametrize("place", ["city", "north", "south_town", "lotus"])
def test_the_rows_add_up_to_the_number(filled, code, place):
    behind = rows_behind(code, filled[place], scope=EVERYWHERE)
    shown = figures([filled[place].pk])[filled[place].pk][code]
    rows = behind[:]
    assert (behind.numerator, behind.denominator) == (shown.numerator, shown.denominator)
    assert sum(row.figure.numerator for row in rows) == shown.numerator
    assert sum(behind.counts.values()) == len(rows) == shown.units


def test_each_village_says_why_it_counts_or_not(filled):
    behind = rows_behind("POS-01", filled["city"], scope=EVERYWHERE)
    assert [
        (row.organisation.short_name, row.verdict, row.evidence and row.evidence.value)
        for row in behind[:]
    ] == [
        ("荷花村", Verdict.IN, "荷花妇女之家"),
        ("柳溪村", Verdict.IN, "待补"),
        ("竹林村", Verdict.OUT, "上报没有妇女之家"),
        ("松坡村", Verdict.UNKNOWN, None),
    ]
    assert [row.is_reported for row in behind[:]] == [False, True, True, False]


def test_one_verdict_can_be_asked_for(filled):
    missing = rows_behind("POS-01", filled["city"], "out", scope=EVERYWHERE)
    assert [row.organisation.short_name for row in missing] == ["竹林村"]
    assert missing.counts[Verdict.IN] == 2


def test_a_page_of_rows_needs_few_queries(filled, django_assert_max_num_queries):
    behind = rows_behind("TEAM-01", filled["city"], scope=EVERYWHERE)
    with django_assert_max_num_queries(4):
        assert len(behind[:50]) == 4


def test_people_are_named_only_to_those_who_may_see_them(filled, lan, wen, north):
    lans = rows_behind("TEAM-01", north, scope=lan.scope(Grant.VIEW))
    wens = rows_behind("TEAM-01", north, scope=wen.scope(Grant.VIEW))
    assert lans[0].evidence.value == "主席 何平：进“两委”"
    assert wens[0].evidence is None
    assert (lans.numerator, wens.numerator) == (1, 1)


def test_organisations_out_of_scope_are_not_behind_a_number(filled, mei, city):
    names = {
        row.organisation.short_name
        for row in rows_behind("POS-01", city, scope=mei.scope(Grant.VIEW))
    }
    assert names == {"竹林村", "松坡村"}


def test_an_overdue_term_tells_when_it_was_due(filled):
    (row,) = rows_behind("ORG-08", filled["city"], "in", scope=EVERYWHERE)
    assert (row.organisation.short_name, row.evidence.value) == ("青石镇", "2025-01-01 届满")


def test_money_tells_both_numbers(filled):
    (row,) = rows_behind("FUND-01", filled["city"], "in", scope=EVERYWHERE)
    assert row.evidence.value == "安排 500 元，常住妇女 400 人（2026-05-31）"
    assert row.evidence.dated == date(2026, 5, 31)


def test_an_unknown_code_is_an_error_with_a_name(filled):
    with pytest.raises(NoSuchIndicator):
        rows_behind("ORG-99", filled["city"], scope=EVERYWHERE)


def test_targets_stand_only_where_a_source_says_so(db):
    found = targets(2026)
    assert found[("ORG-02", "")] == 100
    assert found[("FUND-01", "")] == 1
    assert ("ORG-13", "") not in found
