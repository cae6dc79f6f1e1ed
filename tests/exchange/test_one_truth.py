"""A villages row is a report, a roster row is a record: who wins where both speak of one thing."""

from datetime import date

import pytest

from cadres.models import Appointment, Person, Post
from homes.models import Home, HomeKind
from orgs.models import Organisation, ReportedFact, Term
from tests.exchange.tables import (
    AS_OF,
    changes,
    id_number,
    imported,
    member_row,
    village_row,
    warnings,
)

pytestmark = pytest.mark.django_db


def chair(village, name="周兰", **fields):
    """Somebody who presides since 2021."""
    person = Person.objects.create(name=name)
    return Appointment.objects.create(
        person=person,
        organisation=village,
        post=Post.objects.get(code="01"),
        from_on=date(2021, 3, 8),
        **fields,
    )


# -- the report of a village


def test_every_filled_cell_becomes_a_fact_of_the_day(lotus, city):
    row = village_row(lotus, women_resident="812", budget_yuan="12000.5", has_home="否")
    imported("villages", [row], city)
    facts = {fact.key: (fact.text, fact.number) for fact in ReportedFact.objects.all()}
    assert facts == {
        "women_resident": ("812", 812),
        "budget_yuan": ("12000.50", 1200050),
        "has_home": ("false", 0),
    }
    assert set(ReportedFact.objects.values_list("as_of", flat=True)) == {AS_OF}


def test_a_telephone_is_sealed_and_its_fact_shows_the_mask(lotus, city):
    imported("villages", [village_row(lotus, chair_name="周兰", chair_phone="14012345678")], city)
    fact = ReportedFact.objects.get(key="chair_phone")
    assert (fact.text, fact.reveal("secret")) == ("140****5678", "14012345678")


def test_an_election_date_establishes_the_village_and_begins_a_term(lotus, city):
    imported("villages", [village_row(lotus, election_date="2021-03-08")], city)
    lotus.refresh_from_db()
    assert (lotus.status, lotus.status_since_on, lotus.from_report) == (
        "30",
        date(2021, 3, 8),
        True,
    )
    term = Term.objects.get(organisation=lotus)
    assert (term.starts_on, term.due_on, term.from_report) == (
        date(2021, 3, 8),
        date(2026, 3, 8),
        True,
    )


def test_an_election_month_keeps_its_precision(lotus, city):
    imported("villages", [village_row(lotus, election_date="2021-03")], city)
    term = Term.objects.get(organisation=lotus)
    assert (term.starts_on, term.starts_precision) == (date(2021, 3, 1), "month")


@pytest.mark.parametrize(("count", "status"), [("0", "00"), ("5", "30")])
def test_members_establish_a_village_as_of_the_report(lotus, city, count, status):
    imported("villages", [village_row(lotus, exec_count=count)], city)
    lotus.refresh_from_db()
    assert lotus.status == status
    assert not Term.objects.exists()


def test_a_chair_is_created_without_id_and_counts_as_reported(lotus, city):
    row = village_row(lotus, chair_name="周兰", chair_in_committee="是", election_date="2021-03-08")
    imported("villages", [row], city)
    post = Appointment.objects.get(organisation=lotus)
    assert (post.person.name, post.person.id_number_digest, post.person.from_report) == (
        "周兰",
        None,
        True,
    )
    assert (post.is_head, post.from_on, post.is_on_two_committees) == (True, date(2021, 3, 8), True)
    assert post.term == Term.objects.get()


def test_a_chair_without_election_date_starts_as_of_the_report_with_unknown_precision(lotus, city):
    imported("villages", [village_row(lotus, chair_name="周兰")], city)
    post = Appointment.objects.get()
    assert (post.from_on, post.from_precision, post.term) == (AS_OF, "unknown", None)
    assert post.is_on_two_committees is None


def test_a_reported_home_gets_a_placeholder_name(lotus, city):
    imported("villages", [village_row(lotus, has_home="是")], city)
    home = Home.objects.get(organisation=lotus)
    assert (home.name, home.kind.code, home.is_placeholder, home.from_report) == (
        "荷花村妇女之家",
        "women_home",
        True,
        True,
    )


def test_a_standing_home_is_left_alone(lotus, city):
    Home.objects.create(
        organisation=lotus, kind=HomeKind.objects.get(code="women_home"), name="巾帼驿站"
    )
    batch = imported("villages", [village_row(lotus, has_home="是")], city)
    assert (Home.objects.count(), changes(batch)) == (1, ["new"])


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "said"),
    [
        (None, date(2025, 5, 1), "已于 2025-05-01 停用"),
        (date(2030, 1, 1), None, "从 2030-01-01 起启用"),
    ],
)
def test_yes_beside_a_home_not_open_that_day_is_a_conflict(lotus, city, opened_on, closed_on, said):
    # The very name a placeholder would take.
    Home.objects.create(
        organisation=lotus,
        kind=HomeKind.objects.get(code="women_home"),
        name="荷花村妇女之家",
        opened_on=opened_on,
        closed_on=closed_on,
    )
    batch = imported("villages", [village_row(lotus, has_home="是")], city)
    assert changes(batch) == ["conflict"]
    assert said in warnings(batch)[0]
    assert Home.objects.count() == 1
    assert ReportedFact.objects.get().text == "true"


def test_no_beside_a_standing_home_is_a_conflict(lotus, city):
    Home.objects.create(
        organisation=lotus, kind=HomeKind.objects.get(code="women_home"), name="巾帼驿站"
    )
    batch = imported("villages", [village_row(lotus, has_home="否")], city)
    assert changes(batch) == ["conflict"]
    assert "巾帼驿站" in warnings(batch)[0]
    assert ReportedFact.objects.get().text == "false"


def test_another_chair_in_post_is_a_conflict_that_names_both_and_changes_nothing(lotus, city):
    chair(lotus, "周兰")
    batch = imported("villages", [village_row(lotus, chair_name="吴芳", has_home="是")], city)
    assert changes(batch) == ["conflict"]
    assert "周兰" in warnings(batch)[0]
    assert "吴芳" in warnings(batch)[0]
    assert (Person.objects.count(), Appointment.objects.count(), Home.objects.count()) == (1, 1, 0)
    assert ReportedFact.objects.count() == 2


def test_another_election_date_within_the_term_is_a_conflict(lotus, city):
    Term.objects.create(organisation=lotus, starts_on=date(2021, 3, 8), due_on=date(2026, 3, 8))
    batch = imported("villages", [village_row(lotus, election_date="2022-05-01")], city)
    assert changes(batch) == ["conflict"]
    assert "2021-03-08" in warnings(batch)[0]
    assert "2022-05-01" in warnings(batch)[0]
    assert Term.objects.count() == 1


def test_two_committees_are_filled_only_where_unknown_and_only_for_this_chair(lotus, willow, city):
    known, unknown = chair(lotus, "周兰", is_on_two_committees=False), chair(willow, "吴芳")
    rows = [
        village_row(lotus, chair_name="周兰", chair_in_committee="是"),
        village_row(willow, chair_name="吴芳", chair_in_committee="是"),
    ]
    batch = imported("villages", rows, city)
    known.refresh_from_db()
    unknown.refresh_from_db()
    assert (known.is_on_two_committees, unknown.is_on_two_committees) == (False, True)
    assert changes(batch) == ["conflict", "changed"]


def test_a_namesake_on_the_committee_makes_the_chair_a_suspected_duplicate(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰")], city)
    batch = imported("villages", [village_row(lotus, chair_name="周兰")], city)
    assert changes(batch) == ["duplicate"]
    assert Appointment.objects.count() == 1


def test_the_same_report_twice_says_nothing_new(lotus, city):
    row = village_row(
        lotus,
        chair_name="周兰",
        chair_phone="14012345678",
        election_date="2021-03",
        has_home="是",
        women_resident="812",
    )
    imported("villages", [row], city)
    again = imported("villages", [row], city)
    assert (changes(again), warnings(again), again.counts["organisations"]) == (
        ["unchanged"],
        [],
        0,
    )


def test_a_figure_corrected_the_same_day_replaces_the_fact(lotus, city):
    imported("villages", [village_row(lotus, women_resident="812")], city)
    batch = imported("villages", [village_row(lotus, women_resident="821")], city)
    assert changes(batch) == ["changed"]
    assert ReportedFact.objects.get().number == 821


def test_a_later_report_stands_beside_the_earlier_one(lotus, city):
    imported("villages", [village_row(lotus, women_resident="812")], city)
    imported("villages", [village_row(lotus, women_resident="821")], city, as_of=date(2025, 7, 31))
    assert sorted(ReportedFact.objects.values_list("number", flat=True)) == [812, 821]


# -- the record of a roster


def test_a_roster_makes_people_posts_a_standing_federation_and_one_term(lotus, city):
    rows = [
        member_row(lotus, 1, "周兰", position="主席", elected_on="2021-04-10"),
        member_row(lotus, 2, "吴芳", elected_on="2021-03-08"),
    ]
    batch = imported("committee", rows, city)
    lotus.refresh_from_db()
    assert changes(batch) == ["new", "new"]
    assert (lotus.status, lotus.status_since_on, lotus.from_report) == (
        "30",
        date(2021, 3, 8),
        False,
    )
    term = Term.objects.get(organisation=lotus)
    assert (term.starts_on, term.from_report) == (date(2021, 4, 10), False)
    posts = {post.person.name: post for post in Appointment.objects.select_related("person")}
    assert (posts["周兰"].is_head, posts["周兰"].term) == (True, term)
    # Elected before the term began: an appointment may have no term.
    assert (posts["吴芳"].is_head, posts["吴芳"].term) == (False, None)


def test_without_a_chair_the_most_frequent_date_begins_the_term(lotus, city):
    days = ["2021-05-01", "2021-03-08", "2021-05-01"]
    rows = [member_row(lotus, n, name, elected_on=day) for n, (name, day) in enumerate(
        zip(["周兰", "吴芳", "郑敏"], days, strict=True)
    )]  # fmt: skip
    imported("committee", rows, city)
    assert Term.objects.get().starts_on == date(2021, 5, 1)


def test_a_number_is_sealed_digested_and_masked(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰", phone="14012345678")], city)
    person = Person.objects.get()
    assert person.reveal("id_number") == id_number(1)
    assert person.reveal("phone") == "14012345678"
    assert person.id_number_masked == f"500199********{id_number(1)[-4:]}"
    assert (person.sex, person.birth_on) == ("2", date(1985, 3, 12))


def test_the_same_roster_twice_says_nothing_new(lotus, city):
    rows = [
        member_row(lotus, 1, "周兰", position="主席", phone="14012345678", birth="1985-03"),
        member_row(lotus, 2, "吴芳", sector="教育", employment="兼职", is_grid="是"),
    ]
    imported("committee", rows, city)
    again = imported("committee", rows, city)
    assert (changes(again), warnings(again), again.counts["organisations"]) == (
        ["unchanged", "unchanged"],
        [],
        0,
    )


def test_differing_cells_change_the_person_and_blank_ones_do_not(lotus, city):
    first = member_row(lotus, 1, "周兰", education="高中", phone="14012345678")
    imported("committee", [first], city)
    batch = imported("committee", [member_row(lotus, 1, "周兰", education="大专")], city)
    person = Person.objects.get()
    assert changes(batch) == ["changed"]
    assert (person.education, person.phone_masked, person.version) == ("大专", "140****5678", 2)


def test_a_roster_completes_the_chair_whom_a_report_named(lotus, city):
    imported("villages", [village_row(lotus, chair_name="周兰", election_date="2021-03")], city)
    row = member_row(lotus, 1, "周兰", position="主席", elected_on="2021-03-08")
    batch = imported("committee", [row], city)
    person, post, term = Person.objects.get(), Appointment.objects.get(), Term.objects.get()
    lotus.refresh_from_db()
    assert changes(batch) == ["changed"]
    assert person.reveal("id_number") == id_number(1)
    assert post.from_on == date(2021, 3, 8)
    told = [person.from_report, post.from_report, term.from_report, lotus.from_report]
    assert told == [False] * 4


def test_another_named_chair_in_post_is_a_conflict_and_gets_no_appointment(lotus, city):
    chair(lotus, "周兰")
    rows = [member_row(lotus, 1, "吴芳", position="主席"), member_row(lotus, 2, "郑敏")]
    batch = imported("committee", rows, city)
    assert changes(batch) == ["conflict", "new"]
    assert "周兰" in warnings(batch)[0]
    assert "吴芳" in warnings(batch)[0]
    assert set(Person.objects.values_list("name", flat=True)) == {"周兰", "郑敏"}


def test_two_chairs_in_one_file_are_a_conflict_of_the_second(lotus, city):
    rows = [member_row(lotus, n, name, position="主席") for n, name in ((1, "周兰"), (2, "吴芳"))]
    assert changes(imported("committee", rows, city)) == ["new", "conflict"]


def test_the_same_name_with_another_number_is_another_person(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰")], city)
    batch = imported("committee", [member_row(lotus, 2, "周兰")], city)
    assert changes(batch) == ["new"]
    assert Person.objects.count() == 2


def test_a_namesake_without_number_in_another_post_is_a_suspected_duplicate(lotus, city):
    chair(lotus, "周兰")
    batch = imported("committee", [member_row(lotus, 1, "周兰")], city)
    assert (changes(batch), Person.objects.count()) == (["duplicate"], 1)


def test_one_woman_in_two_villages_is_one_person_with_two_posts(lotus, willow, city):
    rows = [member_row(lotus, 1, "周兰"), member_row(willow, 1, "周兰")]
    imported("committee", rows, city)
    assert (Person.objects.count(), Appointment.objects.count()) == (1, 2)


def test_a_person_with_posts_outside_keeps_her_identity_and_none_of_it_is_told(
    lotus, bamboo, city, lan
):
    imported("committee", [member_row(bamboo, 1, "周兰", education="高中")], city)
    row = member_row(lotus, 1, "周兰", education="大专")
    batch = imported("committee", [row], lotus.branch, user=lan)
    assert changes(batch) == ["new"]
    assert Person.objects.get().education == "高中"
    told = " ".join(warnings(batch))
    assert "联系上级" in told
    assert "竹林" not in told


def test_a_number_of_somebody_else_outside_is_a_conflict_without_her_name(lotus, bamboo, city, lan):
    imported("committee", [member_row(bamboo, 1, "周兰")], city)
    batch = imported("committee", [member_row(lotus, 1, "吴芳")], lotus.branch, user=lan)
    assert changes(batch) == ["conflict"]
    assert "周兰" not in " ".join(warnings(batch))
    assert Appointment.objects.count() == 1


def test_a_post_that_ended_stays_ended_when_its_roster_comes_again(lotus, city):
    rows = [member_row(lotus, 1, "周兰")]
    imported("committee", rows, city)
    Appointment.objects.update(until_on=date(2024, 1, 1))
    assert changes(imported("committee", rows, city)) == ["unchanged"]
    assert Appointment.objects.get().until_on == date(2024, 1, 1)


def test_a_roster_corrects_the_post_of_the_same_election(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰")], city)
    batch = imported("committee", [member_row(lotus, 1, "周兰", position="副主席")], city)
    assert changes(batch) == ["changed"]
    assert Appointment.objects.get().post.name == "副主席"


def test_a_roster_never_unseats_a_chair(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰", position="主席")], city)
    batch = imported("committee", [member_row(lotus, 1, "周兰", position="执委")], city)
    assert changes(batch) == ["conflict"]
    assert Appointment.objects.get().is_head


def test_a_town_gets_its_committee_by_code(north_town, city):
    imported("committee", [member_row(north_town, 1, "周兰", position="主席")], city)
    north_town.refresh_from_db()
    assert north_town.status == Organisation.Status.ESTABLISHED


def test_a_woman_reported_by_two_villages_is_completed_once_and_doubted_once(lotus, willow, city):
    reports = [village_row(place, chair_name="周兰") for place in (lotus, willow)]
    imported("villages", reports, city)
    rows = [member_row(place, 1, "周兰", position="主席") for place in (lotus, willow)]
    assert changes(imported("committee", rows, city)) == ["changed", "conflict"]
    assert Person.objects.exclude(id_number_digest=None).count() == 1


def test_two_rows_of_one_woman_count_as_the_first_says(lotus, willow, city):
    rows = [
        member_row(lotus, 1, "周兰", education="高中"),
        member_row(willow, 1, "周兰", education="大专"),
    ]
    imported("committee", rows, city)
    assert changes(imported("committee", rows, city)) == ["unchanged", "unchanged"]
    assert Person.objects.get().education == "高中"
