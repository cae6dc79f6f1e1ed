"""ORG-11, ORG-12, TEAM-04 to 07 and TEAM-13, worked out by hand; today is 15 June 2026."""

from datetime import date

import pytest

from cadres.models import Person
from federation.access.scope import Grant, whole_tree
from federation.coverage.services import rows_behind
from orgs.models import Kind
from tests.coverage.records import appoint, counted, established, report

EVERYWHERE = whole_tree(Grant.VIEW)


@pytest.fixture
def town(north_town):
    """青石镇, standing; a town's committee asks for four members, a village's for none."""
    Kind.objects.filter(group="town").update(committee_min=4)
    Kind.objects.filter(group="village").update(committee_min=None)
    established(north_town, date(2020, 1, 1))
    return north_town


def full(organisation, **vice) -> None:
    appoint(organisation, "何平", "主席")
    appoint(organisation, "罗云", "副主席", **vice)
    appoint(organisation, "秦红")
    appoint(organisation, "吴芳")


def test_head_deputy_and_members_make_a_complete_body(town):
    full(town)
    assert counted("ORG-11", town) == (1, 1, 1, 0, 0)


def test_without_a_deputy_or_with_too_few_it_is_not_complete(town, lotus, willow):
    established(lotus, date(2020, 1, 1))
    full(town)
    town.appointments.filter(post__name="执委").first().delete()
    appoint(lotus, "何平", "主席")
    # The town lacks a fourth member, the village a deputy.
    assert counted("ORG-11", town) == (0, 2, 2, 0, 0)


def test_a_village_without_a_rule_needs_head_and_deputy_only(town, lotus):
    established(lotus, date(2020, 1, 1))
    appoint(lotus, "何平", "主席")
    appoint(lotus, "罗云", "副主席")
    # The town itself has nobody on record.
    assert counted("ORG-11", town) == (1, 2, 1, 0, 1)


def test_a_chair_known_from_a_report_leaves_the_body_unknown(town, lotus):
    report(lotus, exec_count=12)
    appoint(lotus, "何平", "主席", from_report=True)
    assert counted("ORG-11", lotus) == (0, 1, 0, 0, 1)


def test_members_per_town_leave_out_towns_without_a_roster(city, town, south_town):
    established(south_town, date(2020, 1, 1))
    full(town)
    both = Person.objects.create(name="周兰")
    appoint(town, "周兰", "常委", person=both)
    appoint(town, "周兰", "执委", person=both)
    appoint(town, "郑敏", until_on=date(2026, 6, 15))
    # Five people in one town; one of them holds two posts, one has left.
    assert counted("ORG-12", city) == (5, 1, 1, 0, 1)


def test_full_time_heads_of_towns_and_those_of_whom_it_is_not_told(city, town, south_town):
    appoint(town, "何平", "主席", engagement="1")
    appoint(south_town, "罗云", "主席")
    assert counted("TEAM-04", city) == (1, 2, 1, 0, 1)


def test_a_part_time_head_counts_below_and_a_vacancy_outside(city, town, south_town):
    appoint(town, "何平", "主席", engagement="3")
    appoint(south_town, "罗云", "主席", engagement="1", until_on=date(2026, 1, 1))
    assert counted("TEAM-04", city) == (0, 1, 2, 0, 0)


def test_a_village_head_is_no_town_head(tree, city, lotus):
    appoint(lotus, "何平", "主席", engagement="1")
    assert counted("TEAM-04", city) == (0, 0, 0, 0, 2)


def test_a_rank_above_the_usual_one_is_higher(city, town, south_town):
    # The usual rank is 乡科级正职: 县处级副职 is above it, 乡科级正职 is not.
    appoint(town, "何平", "主席", rank="132")
    appoint(south_town, "罗云", "主席", rank="141")
    assert counted("TEAM-05", city) == (1, 2, 2, 0, 0)


def test_without_a_rank_or_a_usual_one_nobody_can_say(city, town, south_town):
    appoint(town, "何平", "主席")
    assert counted("TEAM-05", city) == (0, 1, 0, 0, 2)
    town.appointments.update(rank="132")
    Kind.objects.filter(group="town").update(head_rank="")
    assert counted("TEAM-05", city) == (0, 1, 0, 0, 2)


def test_the_heads_rank_is_evidence_for_those_who_may_see_people(city, town):
    appoint(town, "何平", "主席", rank="132", engagement="1")
    counted("TEAM-05", city)
    (row,) = rows_behind("TEAM-05", city, "in", scope=EVERYWHERE)
    assert row.evidence.value == "主席 何平：县处级副职"
    (row,) = rows_behind("TEAM-04", city, "in", scope=EVERYWHERE)
    assert row.evidence.value == "主席 何平：专职"


def test_one_part_time_deputy_is_enough(city, town, south_town):
    established(south_town, date(2020, 1, 1))
    appoint(town, "罗云", "副主席", engagement="3")
    appoint(town, "秦红", "副主席", engagement="1")
    appoint(south_town, "周兰", "副主席", engagement="1")
    assert counted("TEAM-06", city) == (1, 2, 2, 0, 0)
    (row,) = rows_behind("TEAM-06", city, "in", scope=EVERYWHERE)
    assert row.evidence.value == "副主席 2 人，其中兼职 1 人"


def test_a_deputy_of_whom_it_is_not_told_leaves_the_body_unknown(town):
    appoint(town, "罗云", "副主席")
    assert counted("TEAM-06", town) == (0, 1, 0, 0, 1)


def test_leaders_from_outside_are_a_share_of_all_leaders(town, lotus):
    established(lotus, date(2020, 1, 1))
    appoint(town, "何平", "主席", engagement="1")
    appoint(town, "罗云", "副主席", engagement="2")
    appoint(town, "秦红", "副主席", engagement="3")
    appoint(town, "吴芳", engagement="3")
    appoint(lotus, "周兰", "主席")
    # Four leaders, two of them from outside; the ordinary member is none of them.
    assert counted("TEAM-07", town) == (2, 4, 1, 0, 1)


def born(name: str, on: date, precision: str = "day") -> Person:
    return Person.objects.create(name=name, birth_on=on, birth_precision=precision)


def test_ages_are_completed_years_and_unknown_births_are_left_out(town):
    appoint(town, "何平", person=born("何平", date(1986, 6, 15)))  # 40 today
    appoint(town, "罗云", person=born("罗云", date(1986, 6, 16)))  # 39 until tomorrow
    appoint(town, "秦红")
    assert counted("TEAM-13", town) == (79, 2, 1, 0, 0)
    assert counted("TEAM-13", town, date(2026, 6, 14)) == (78, 2, 1, 0, 0)


def test_a_birth_written_as_month_or_year_counts_from_its_last_day(town):
    appoint(town, "何平", person=born("何平", date(1986, 6, 1), "month"))  # 39 until 30 June
    appoint(town, "罗云", person=born("罗云", date(1985, 1, 1), "year"))  # 40 until New Year's Eve
    assert counted("TEAM-13", town) == (79, 2, 1, 0, 0)


def test_a_woman_of_two_posts_has_one_age(town):
    person = born("何平", date(1996, 1, 1))
    appoint(town, "何平", "主席", person=person)
    appoint(town, "何平", "执委", person=person)
    assert counted("TEAM-13", town) == (30, 1, 1, 0, 0)
    (row,) = rows_behind("TEAM-13", town, "in", scope=EVERYWHERE)
    assert row.evidence.value == "1 人，平均 30.0 岁"


def test_the_age_of_a_single_woman_is_evidence_only_for_those_who_may_see_people(town, lotus, wen):
    established(lotus, date(2020, 1, 1))
    appoint(lotus, "何平", person=born("何平", date(1996, 1, 1)))
    for name in ("罗云", "秦红"):
        appoint(town, name, person=born(name, date(1996, 1, 1)))
    counted("TEAM-13", town)
    of_two, of_one = rows_behind("TEAM-13", town, "in", scope=wen.scope(Grant.VIEW))
    assert (of_two.evidence.value, of_one.evidence) == ("2 人，平均 30.0 岁", None)
