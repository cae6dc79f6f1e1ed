"""Taking an import back: the records as they stood, except those that somebody edited since."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cadres.models import Appointment, Person, Post
from federation.audit.log import changes_of
from federation.audit.models import Change
from federation.audit.services import Actor
from federation.coverage.services.counting import rebuild, recompute
from federation.coverage.services.reading import figures
from federation.coverage.services.verifying import verify
from federation.exchange.models import Batch
from federation.exchange.services import CannotUndo, batch_undo
from federation.registers.services import record_save
from homes.models import Home, HomeKind
from orgs.models import Organisation, ReportedFact, Term
from tests.exchange.tables import imported, member_row, village_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("creations_in_blocks")]
BY_COMMAND = Actor.command()
BUILT_UPON = "本单位之后又登记了别的记录，要用到它"


def undone(batch):
    return batch_undo(batch=batch, actor=BY_COMMAND)


def test_everything_a_batch_created_goes(lotus, city):
    rows = [village_row(lotus, chair_name="周兰", election_date="2021-03", has_home="是")]
    result = undone(imported("villages", rows, city))
    assert not any(
        model.objects.exists() for model in (Person, Appointment, Home, Term, ReportedFact)
    )
    assert (result.kept, Organisation.objects.get(pk=lotus.pk).status) == ([], "00")


def test_changed_columns_go_back_to_what_stood(lotus, city):
    first = member_row(lotus, 1, "周兰", education="高中", phone="14012345678")
    imported("committee", [first], city)
    second = member_row(lotus, 1, "周兰", education="大专", phone="14087654321")
    undone(imported("committee", [second], city))
    person = Person.objects.get()
    assert (person.education, person.reveal("phone")) == ("高中", "14012345678")


def test_a_record_edited_since_is_kept_and_named(lotus, city, su):
    batch = imported(
        "committee", [member_row(lotus, 1, "周兰"), member_row(lotus, 2, "吴芳")], city
    )
    person = Person.objects.get(name="周兰")
    person.education = "本科"
    record_save(instance=person, actor=Actor.of(su))
    result = undone(batch)
    assert Person.objects.get().name == "周兰"
    assert [(kept.kind, kept.reason) for kept in result.kept] == [("人员", "之后又被修改")]
    assert not Appointment.objects.exists()


def test_a_person_who_got_another_post_since_is_kept(lotus, willow, city):
    first = imported("committee", [member_row(lotus, 1, "周兰")], city)
    imported("committee", [member_row(willow, 1, "周兰")], city)
    result = undone(first)
    assert Appointment.objects.get().organisation == willow
    assert [kept.kind for kept in result.kept] == ["人员"]


def test_batches_are_taken_back_newest_first_or_not_at_all(lotus, city):
    first = imported("committee", [member_row(lotus, 1, "周兰", education="高中")], city)
    second = imported("committee", [member_row(lotus, 1, "周兰", education="大专")], city)
    undone(second)
    undone(first)
    assert not Person.objects.exists()


def test_undo_is_itself_in_the_change_log(lotus, city):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], city)
    undone(batch)
    person = [c for c in reversed(changes_of(batch.uid)) if c.model == "cadres.Person"]
    assert [change.operation for change in person] == ["create", "delete"]


def test_undoing_twice_is_harmless(lotus, city):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], city)
    assert undone(batch).restored == undone(batch).restored == 4


def test_after_thirty_days_it_is_too_late(lotus, city):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], city)
    Batch.objects.update(applied_at=timezone.now() - timedelta(days=31))
    with pytest.raises(CannotUndo, match="30 天"):
        undone(batch)
    assert Person.objects.exists()


def test_importing_again_after_undo_is_new_again(lotus, city):
    rows = [member_row(lotus, 1, "周兰", position="主席")]
    undone(imported("committee", rows, city))
    assert imported("committee", rows, city).counts["new"] == 1


# -- what others have built upon since


def stands(village):
    """Status, terms, and who is on the committee."""
    village.refresh_from_db()
    names = Appointment.objects.filter(organisation=village).values_list("person__name", flat=True)
    return village.status, village.terms.count(), sorted(names)


def wrong_figures():
    """Where the figures, brought up to date by what was told, differ from a recount."""
    recompute()
    return verify()


def reasons(result):
    return sorted((kept.kind, kept.reason) for kept in result.kept)


@pytest.mark.parametrize("elected_on", ["2021-03-08", None], ids=["in the term", "in no term"])
def test_a_federation_whose_roster_grew_since_keeps_standing(lotus, city, elected_on):
    rebuild()
    first = imported("committee", [member_row(lotus, 1, "周兰", position="主席")], city)
    second = imported("committee", [member_row(lotus, 2, "吴芳", elected_on=elected_on)], city)
    result = undone(first)
    assert stands(lotus) == ("30", 1, ["吴芳"])
    assert list(Person.objects.values_list("name", flat=True)) == ["吴芳"]
    assert reasons(result) == [("届次", BUILT_UPON), ("组织", BUILT_UPON)]
    assert wrong_figures() == []
    assert (undone(second).kept, stands(lotus)) == ([], ("00", 0, []))
    assert not Person.objects.exists()
    assert wrong_figures() == []


def test_a_term_that_was_confirmed_stays_confirmed_beside_later_members(lotus, city):
    imported("villages", [village_row(lotus, election_date="2021-03-08")], city)
    first = imported("committee", [member_row(lotus, 1, "周兰")], city)
    imported("committee", [member_row(lotus, 2, "吴芳")], city)
    undone(first)
    lotus.refresh_from_db()
    assert (lotus.from_report, lotus.terms.get().from_report) == (False, False)


def test_a_member_registered_by_hand_keeps_the_federation_standing(lotus, city, su):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], city)
    post = Appointment(
        person=Person.objects.create(name="郑敏"),
        organisation=lotus,
        post=Post.objects.get(code="04"),
        from_on=date(2022, 1, 1),
    )
    record_save(instance=post, actor=Actor.of(su))
    undone(batch)
    assert stands(lotus) == ("30", 1, ["郑敏"])


def test_a_home_opened_since_keeps_the_federation_standing(lotus, city, su):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], city)
    home = Home(organisation=lotus, kind=HomeKind.objects.get(code="women_home"), name="巾帼驿站")
    record_save(instance=home, actor=Actor.of(su))
    undone(batch)
    assert stands(lotus) == ("30", 1, [])


def test_what_grew_in_one_village_keeps_no_other_one_standing(lotus, willow, city):
    rows = [member_row(lotus, 1, "周兰"), member_row(willow, 2, "吴芳")]
    first = imported("committee", rows, city)
    imported("committee", [member_row(willow, 3, "郑敏")], city)
    undone(first)
    assert (stands(lotus), stands(willow)) == (("00", 0, []), ("30", 1, ["郑敏"]))


def test_what_stood_before_the_batch_keeps_nothing_of_it(lotus, city):
    imported("villages", [village_row(lotus, has_home="是")], city)
    undone(imported("committee", [member_row(lotus, 1, "周兰")], city))
    assert stands(lotus) == ("00", 0, [])


def test_a_member_completed_by_the_batch_is_no_reason_to_keep_it(lotus, city):
    Appointment.objects.create(
        person=Person.objects.create(name="郑敏"),
        organisation=lotus,
        post=Post.objects.get(code="04"),
        from_on=date(2022, 1, 1),
    )
    result = undone(imported("committee", [member_row(lotus, 1, "郑敏")], city))
    assert (result.kept, stands(lotus)) == ([], ("00", 0, ["郑敏"]))


def test_a_person_kept_for_another_post_goes_with_that_post(lotus, willow, city):
    first = imported("committee", [member_row(lotus, 1, "周兰")], city)
    second = imported("committee", [member_row(willow, 1, "周兰")], city)
    undone(first)
    undone(second)
    assert not Person.objects.exists()
    first.refresh_from_db()
    assert (first.counts["undone"], first.counts["undone_kept"]) == (4, 0)


def test_three_batches_taken_back_oldest_first_leave_nothing(lotus, city):
    rebuild()
    report = village_row(lotus, chair_name="周兰", election_date="2021-03")
    batches = [
        imported("villages", [report], city),
        imported("committee", [member_row(lotus, 1, "周兰", position="主席")], city),
        imported("committee", [member_row(lotus, 2, "吴芳")], city),
    ]
    for batch in batches:
        undone(batch)
        assert wrong_figures() == []
    assert stands(lotus) == ("00", 0, [])
    assert not any(model.objects.exists() for model in (Person, Appointment, Term, ReportedFact))


def test_figures_follow_what_is_kept(lotus, city):
    rebuild()
    first = imported("committee", [member_row(lotus, 1, "周兰", position="主席")], city)
    second = imported("committee", [member_row(lotus, 2, "吴芳")], city)
    counted = []
    for batch in (first, second):
        undone(batch)
        recompute()
        counted.append(figures([city.pk])[city.pk]["ORG-02"].numerator)
    assert counted == [1, 0]


def test_what_an_earlier_undoing_took_back_is_not_read_again(lotus, willow, city, su, monkeypatch):
    rows = [member_row(lotus, number, f"周兰{one}") for number, one in enumerate("一二三四五六")]
    first = imported("committee", rows, city)
    person = Person.objects.get(name="周兰二")
    person.education = "本科"
    record_save(instance=person, actor=Actor.of(su))
    assert len(undone(first).kept) == 1
    second = imported("committee", [member_row(willow, 9, "何莲")], city)
    read, make = [], Change.from_db

    def counting(*told):
        read.append(make(*told))
        return read[-1]

    monkeypatch.setattr(Change, "from_db", counting)
    undone(second)
    assert [c.object_uid for c in read if c.batch == first.uid] == [person.uid]
