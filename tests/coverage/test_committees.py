"""ORG-13, TEAM-01 and TEAM-02, worked out by hand. The villages' minimum is ten."""

from datetime import date

import pytest

from cadres.models import Person
from orgs.models import Kind, Organisation
from tests.coverage.records import appoint, counted, report, village


@pytest.fixture
def town(north_town, lotus) -> Organisation:
    """青石镇 with one village."""
    Kind.objects.filter(group="village").exclude(code="62").update(committee_min=10)
    return north_town


def full_committee(organisation: Organisation, number: int, **fields) -> None:
    for n in range(number):
        appoint(organisation, f"委员{n}", **fields)


def test_the_reported_number_counts_while_no_appointment_stands(town, lotus):
    report(lotus, exec_count=10)
    assert counted("ORG-13", town) == (1, 1, 0, 1, 0)


def test_nine_of_ten_is_too_few_and_sixteen_is_not_too_many(town, lotus):
    report(lotus, exec_count=9)
    report(village(town, "桃源村"), exec_count=16)
    assert counted("ORG-13", town) == (1, 2, 0, 2, 0)


def test_nine_is_enough_where_the_rule_says_seven(town, lotus):
    Kind.objects.filter(group="village").update(committee_min=7)
    report(lotus, exec_count=9)
    assert counted("ORG-13", town) == (1, 1, 0, 1, 0)


def test_the_latest_report_counts(town, lotus):
    report(lotus, date(2025, 12, 31), exec_count=12)
    report(lotus, date(2026, 3, 31), exec_count=8)
    assert counted("ORG-13", town) == (0, 1, 0, 1, 0)


def test_a_chair_known_from_a_report_does_not_replace_the_reported_number(town, lotus):
    report(lotus, exec_count=12)
    appoint(lotus, "何平", "主席", from_report=True)
    assert counted("ORG-13", town) == (1, 1, 0, 1, 0)


def test_people_in_office_replace_the_report_from_the_first_confirmed_one(town, lotus):
    report(lotus, exec_count=12)
    appoint(lotus, "何平", "主席", from_report=True)
    appoint(lotus, "罗云")
    # Two people, one of them known from a report: two of the ten needed.
    assert counted("ORG-13", town) == (0, 1, 1, 0, 0)


def test_ten_people_reach_the_minimum_and_two_posts_of_one_are_one(town, lotus):
    full_committee(lotus, 9)
    both = Person.objects.create(name="何平")
    appoint(lotus, "何平", "主席", person=both)
    appoint(lotus, "何平", "执委", person=both)
    assert counted("ORG-13", town) == (1, 1, 1, 0, 0)


def test_who_left_on_the_day_no_longer_counts(town, lotus):
    full_committee(lotus, 9)
    appoint(lotus, "罗云", until_on=date(2026, 6, 15))
    assert counted("ORG-13", town) == (0, 1, 1, 0, 0)
    assert counted("ORG-13", town, date(2026, 6, 14)) == (1, 1, 1, 0, 0)


def test_a_kind_without_a_rule_cannot_be_judged(town, lotus):
    report(village(town, "桃源村", "62"), exec_count=12)
    assert counted("ORG-13", town) == (0, 2, 0, 0, 2)


def test_a_head_on_two_committees_counts_and_a_vacancy_is_outside_the_denominator(town, lotus):
    appoint(lotus, "何平", "主席", is_on_two_committees=True)
    appoint(village(town, "桃源村"), "罗云", "主席", is_on_two_committees=False)
    left = village(town, "梨树村")
    appoint(left, "秦红", "主席", is_on_two_committees=True, until_on=date(2025, 1, 1))
    # Three villages known by record; two heads in post, one of them on two committees.
    assert counted("TEAM-01", town) == (1, 2, 3, 0, 0)


def test_the_report_answers_where_the_appointment_is_silent(town, lotus):
    appoint(lotus, "何平", "主席")
    report(lotus, chair_in_committee=True)
    assert counted("TEAM-01", town) == (1, 1, 0, 1, 0)


def test_the_appointment_wins_over_the_report(town, lotus):
    appoint(lotus, "何平", "主席", is_on_two_committees=False)
    report(lotus, chair_in_committee=True)
    assert counted("TEAM-01", town) == (0, 1, 1, 0, 0)


def test_a_head_of_whom_nothing_is_said_stays_in_the_denominator(town, lotus):
    appoint(lotus, "何平", "主席")
    assert counted("TEAM-01", town) == (0, 1, 0, 0, 1)


def test_a_head_known_from_a_report_is_only_reported(town, lotus):
    appoint(lotus, "何平", "主席", from_report=True, is_on_two_committees=True)
    assert counted("TEAM-01", town) == (1, 1, 0, 1, 0)


def test_a_report_of_a_head_on_two_committees_stands_for_a_missing_record(town, lotus):
    report(lotus, chair_in_committee=True)
    report(village(town, "桃源村"), chair_in_committee=False)
    # 否 without a name tells of no head: unknown, and no head in post.
    assert counted("TEAM-01", town) == (1, 1, 0, 1, 1)


def test_a_report_does_not_bring_back_heads_who_left(town, lotus):
    appoint(lotus, "何平", "主席", until_on=date(2026, 6, 1))
    report(lotus, chair_in_committee=True)
    assert counted("TEAM-01", town) == (0, 0, 1, 0, 0)


def test_villages_and_communities_are_counted_apart(town, lotus):
    appoint(lotus, "何平", "主席", is_on_two_committees=True)
    appoint(village(town, "春光社区", "61"), "罗云", "主席", is_on_two_committees=True)
    appoint(village(town, "桃源村", "62"), "秦红", "妇代会主任", is_on_two_committees=False)
    assert counted("TEAM-01", town) == (1, 2, 2, 0, 0)
    assert counted("TEAM-02", town) == (1, 1, 1, 0, 0)
