"""A report beside records that stand: nothing of them changes, and the row says what differs."""

from datetime import date

import pytest

from cadres.models import Appointment, Person, Post
from homes.models import Home
from orgs.models import Organisation, ReportedFact, Term
from tests.exchange.tables import changes, imported, member_row, village_row, warnings

pytestmark = pytest.mark.django_db


def test_a_federation_that_was_dissolved_is_not_founded_again(lotus, city):
    Organisation.objects.filter(pk=lotus.pk).update(status=Organisation.Status.DISSOLVED)
    batch = imported("villages", [village_row(lotus, election_date="2021-03-08")], city)
    lotus.refresh_from_db()
    assert (changes(batch), lotus.status) == (["conflict"], Organisation.Status.DISSOLVED)
    assert "撤销" in warnings(batch)[0]
    assert "已成立" in warnings(batch)[0]
    assert not Term.objects.exists()


def test_another_number_of_members_is_told_as_a_fact_alone(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰", position="主席")], city)
    batch = imported("villages", [village_row(lotus, exec_count="9")], city)
    assert (changes(batch), warnings(batch)) == (["new"], [])
    assert ReportedFact.objects.get().number == 9
    assert Appointment.objects.count() == 1


def test_two_committees_without_a_name_say_nothing_of_the_chair(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰", position="主席")], city)
    imported("villages", [village_row(lotus, chair_in_committee="是")], city)
    assert Appointment.objects.get().is_on_two_committees is None
    assert ReportedFact.objects.get().text == "true"


def test_two_committees_of_another_name_say_nothing_of_the_chair(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰", position="主席")], city)
    row = village_row(lotus, chair_name="吴芳", chair_in_committee="是")
    assert changes(imported("villages", [row], city)) == ["conflict"]
    assert Appointment.objects.get().is_on_two_committees is None


def test_what_is_known_of_two_committees_is_not_told_anew(lotus, city):
    row = village_row(lotus, chair_name="周兰", chair_in_committee="否")
    imported("villages", [row], city)
    batch = imported("villages", [{**row, "chair_in_committee": "是"}], city)
    assert changes(batch) == ["conflict"]
    assert "“否”" in warnings(batch)[0]
    assert "“是”" in warnings(batch)[0]
    assert Appointment.objects.get().is_on_two_committees is False


def test_a_row_that_may_be_a_duplicate_tells_facts_and_makes_no_record(lotus, city):
    Appointment.objects.create(
        person=Person.objects.create(name="周兰"),
        organisation=lotus,
        post=Post.objects.get(code="04"),
        from_on=date(2021, 3, 8),
    )
    row = village_row(lotus, chair_name="周兰", has_home="是", election_date="2021-03-08")
    batch = imported("villages", [row], city)
    lotus.refresh_from_db()
    assert changes(batch) == ["duplicate"]
    assert (lotus.status, Home.objects.exists(), Term.objects.exists()) == ("00", False, False)
    assert ReportedFact.objects.count() == 3


def test_a_roster_of_conflicts_alone_makes_no_record(lotus, city):
    imported("villages", [village_row(lotus, chair_name="周兰")], city)
    batch = imported("committee", [member_row(lotus, 1, "吴芳", position="主席")], city)
    lotus.refresh_from_db()
    assert changes(batch) == ["conflict"]
    assert (lotus.from_report, Term.objects.exists()) == (True, False)
    assert Person.objects.get().name == "周兰"


def test_a_federation_stands_since_the_earliest_election_that_is_written(lotus, city):
    rows = [
        member_row(lotus, 1, "周兰", position="主席", elected_on="2022-06-01"),
        member_row(lotus, 2, "吴芳", elected_on="2021-11"),
        # A second chair is not taken, and so her day says nothing of the federation.
        member_row(lotus, 3, "郑敏", position="主席", elected_on="2020-01-01"),
    ]
    imported("committee", rows, city)
    lotus.refresh_from_db()
    assert (lotus.status, lotus.status_since_on, lotus.status_since_precision) == (
        "30",
        date(2021, 11, 1),
        "month",
    )


def test_a_number_known_from_another_village_does_not_settle_who_the_namesake_is(
    lotus, willow, city
):
    imported("villages", [village_row(willow, chair_name="周兰")], city)
    rows = [member_row(lotus, 1, "周兰"), member_row(willow, 1, "周兰")]
    assert changes(imported("committee", rows, city)) == ["new", "duplicate"]
    assert changes(imported("committee", rows, city)) == ["unchanged", "duplicate"]


def test_a_chair_listed_under_a_second_post_that_leads_stays_in_her_first(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰", position="主席")], city)
    row = member_row(lotus, 1, "周兰", position="妇代会主任", elected_on="2023-05-06")
    batch = imported("committee", [row], city)
    assert changes(batch) == ["conflict"]
    assert "妇代会主任" in warnings(batch)[0]
    assert Appointment.objects.get().post.name == "主席"


def test_nobody_is_doubted_beside_a_namesake_whom_the_same_roster_gives_a_number(lotus, city):
    imported("villages", [village_row(lotus, chair_name="周兰")], city)
    rows = [member_row(lotus, 1, "周兰"), member_row(lotus, 2, "周兰", position="主席")]
    assert changes(imported("committee", rows, city)) == ["new", "changed"]
    assert changes(imported("committee", rows, city)) == ["unchanged", "unchanged"]
