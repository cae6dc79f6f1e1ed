"""Taking an import back: the records as they stood, except those that somebody edited since."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cadres.models import Appointment, Person
from federation.audit.models import Change
from federation.audit.services import Actor
from federation.exchange.models import Batch
from federation.exchange.services import CannotUndo, batch_undo
from federation.registers.services import record_save
from homes.models import Home
from orgs.models import Organisation, ReportedFact, Term
from tests.exchange.tables import imported, member_row, village_row

pytestmark = pytest.mark.django_db
BY_COMMAND = Actor.command()


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
    person = Change.objects.filter(model="cadres.Person").order_by("id")
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
