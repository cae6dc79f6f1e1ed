"""POS-01 and FUND-01, worked out by hand."""

from datetime import date

import pytest

from homes.models import HomeKind
from orgs.models import Organisation
from tests.coverage.records import counted, home, report, village


@pytest.fixture
def town(north_town, lotus, willow) -> Organisation:
    """青石镇 with two villages."""
    return north_town


def test_one_of_two_villages_with_a_home_counts_half(town, lotus):
    home(lotus, opened_on=date(2026, 6, 15))
    assert counted("POS-01", town) == (1, 2, 1, 0, 1)


def test_two_homes_of_one_village_are_one_village(town, lotus):
    home(lotus, "东院妇女之家")
    home(lotus, "西院妇女之家", from_report=True)
    assert counted("POS-01", town) == (1, 2, 1, 0, 1)


def test_a_home_that_closed_or_opens_tomorrow_does_not_count(town, lotus, willow):
    home(lotus, closed_on=date(2026, 6, 15))
    home(willow, opened_on=date(2026, 6, 16))
    # The closed one is known by record; of the other nothing is known today.
    assert counted("POS-01", town) == (0, 2, 1, 0, 1)


def test_a_home_known_from_a_report_is_only_reported(town, lotus, willow):
    home(lotus, "待补", from_report=True, is_placeholder=True)
    report(lotus, has_home=True)
    report(willow, has_home=False)
    assert counted("POS-01", town) == (1, 2, 0, 2, 0)


def test_a_report_speaks_where_no_home_is_on_record(town, lotus, willow):
    report(lotus, has_home=True)
    home(willow, closed_on=date(2026, 1, 1))
    report(willow, has_home=True)
    assert counted("POS-01", town) == (1, 2, 1, 1, 0)


def test_other_places_are_no_womens_homes(town, lotus):
    other = HomeKind.objects.get(code="children_home")
    home(lotus, "儿童之家", kind=other)
    assert counted("POS-01", town) == (0, 2, 0, 0, 2)


def test_money_of_the_year_is_divided_by_the_latest_women(town, lotus, willow):
    report(lotus, date(2026, 2, 28), budget_yuan=1_200_00, women_resident=900)
    report(lotus, date(2026, 5, 31), women_resident=1000)
    report(willow, date(2026, 3, 31), budget_yuan=300_00, women_resident=500)
    # 1,500 yuan in 分 among 1,500 women.
    assert counted("FUND-01", town) == (1_500_00, 1500, 0, 2, 0)


def test_money_of_last_year_is_no_money_of_this_year(town, lotus):
    report(lotus, date(2025, 12, 31), budget_yuan=1_200_00, women_resident=900)
    assert counted("FUND-01", town) == (0, 900, 0, 0, 2)


def test_a_unit_that_lacks_one_of_the_two_is_unknown_and_what_it_told_is_kept(town, lotus, willow):
    report(lotus, budget_yuan=1_200_00)
    report(willow, women_resident=600)
    assert counted("FUND-01", town) == (1_200_00, 600, 0, 0, 2)


def test_no_money_is_an_answer(town, lotus):
    report(lotus, budget_yuan=0, women_resident=600)
    assert counted("FUND-01", town) == (0, 600, 0, 1, 1)


def test_a_sum_beyond_four_bytes_is_kept(town, lotus):
    report(lotus, budget_yuan=90_000_000_00, women_resident=1)
    report(village(town, "桃源村"), budget_yuan=90_000_000_00, women_resident=1)
    assert counted("FUND-01", town)[0] == 180_000_000_00
