"""ORG-02 and ORG-08, worked out by hand."""

from datetime import date

import pytest

from orgs.models import Organisation
from tests.coverage.records import counted, established, report, term, village


@pytest.fixture
def town(north_town, lotus, willow) -> Organisation:
    """青石镇 with two villages."""
    return north_town


def test_a_village_of_which_nobody_said_anything_is_unknown_and_stays_in_the_denominator(town):
    assert counted("ORG-02", town) == (0, 2, 0, 0, 2)


def test_an_established_village_counts_from_its_day(town, lotus, willow):
    established(lotus, date(2026, 6, 15))
    established(willow, date(2026, 6, 16))
    assert counted("ORG-02", town) == (1, 2, 2, 0, 0)


def test_a_village_established_by_a_report_is_only_reported(town, lotus):
    established(lotus, date(2021, 3, 1), from_report=True)
    assert counted("ORG-02", town) == (1, 2, 0, 1, 1)


def test_a_report_speaks_for_a_village_without_a_record(town, lotus, willow):
    report(lotus, exec_count=9)
    report(willow, exec_count=0)
    assert counted("ORG-02", town) == (1, 2, 0, 2, 0)


def test_a_report_about_women_says_nothing_of_the_federation(town, lotus):
    report(lotus, women_resident=800, households=300)
    assert counted("ORG-02", town) == (0, 2, 0, 0, 2)


def test_a_report_of_tomorrow_does_not_count_today(town, lotus):
    report(lotus, date(2026, 6, 16), exec_count=9)
    assert counted("ORG-02", town) == (0, 2, 0, 0, 2)


def test_a_record_wins_over_a_report(town, lotus):
    lotus.status = Organisation.Status.DISSOLVED
    lotus.save()
    report(lotus, exec_count=12, chair_name="何平")
    assert counted("ORG-02", town) == (0, 2, 1, 0, 1)


def test_an_unconverted_assembly_is_no_federation(town):
    established(village(town, "桃源村", "62"), date(2010, 1, 1))
    assert counted("ORG-02", town) == (0, 3, 1, 0, 2)


def test_a_unit_outside_the_plan_is_outside_every_figure(town, lotus):
    established(lotus, None, is_expected=False)
    term(lotus, date(2016, 3, 1), date(2021, 3, 1))
    assert counted("ORG-02", town) == (0, 1, 0, 0, 1)
    # The town and the other village: no term known.
    assert counted("ORG-08", town) == (0, 0, 0, 0, 2)


def test_levels_add_up_to_the_city(city, north, south, lotus, willow, bamboo, pine):
    for each in (lotus, willow, bamboo):
        established(each, date(2020, 1, 1))
    assert counted("ORG-02", city) == (3, 4, 3, 0, 1)
    assert counted("ORG-02", north) == (2, 2, 2, 0, 0)
    assert counted("ORG-02", south) == (1, 2, 1, 0, 1)


def test_a_term_is_overdue_from_its_due_day(town, lotus, willow):
    term(lotus, date(2021, 6, 15), date(2026, 6, 15))
    term(willow, date(2021, 6, 16), date(2026, 6, 16))
    # Two villages with a term; the town's own is unknown.
    assert counted("ORG-08", town) == (1, 2, 2, 0, 1)


def test_a_newer_term_ends_the_delay_once_it_has_begun(town, lotus, willow):
    for each, begins in ((lotus, date(2026, 6, 15)), (willow, date(2026, 6, 16))):
        term(each, date(2020, 1, 1), date(2025, 1, 1))
        term(each, begins, date(2031, 6, 16))
    assert counted("ORG-08", town) == (1, 2, 2, 0, 1)


def test_the_town_has_a_term_of_its_own(town, lotus):
    term(town, date(2021, 1, 1), date(2026, 1, 1))
    term(lotus, date(2024, 1, 1), date(2029, 1, 1), from_report=True)
    assert counted("ORG-08", town) == (1, 2, 1, 1, 1)
