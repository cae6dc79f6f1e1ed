"""The change log: what stood before comes back as it was, and nobody reads it without the key."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import RequestFactory
from django.utils import timezone

from cadres.models import Person
from federation.audit.addresses import client_address
from federation.audit.deeds import DEEDS, deed_label
from federation.audit.models import Change, Event
from federation.audit.services import (
    CHUNK,
    Actor,
    ChangeRow,
    open_change,
    record_changes,
    record_event,
    restore_values,
    snapshot,
)
from federation.identity import uuid7
from federation.sealing.boxes import CannotOpen
from homes.models import Home, HomeKind
from orgs.models import Term


def row(number=0, before=None, after=None, organisation=None) -> ChangeRow:
    return ChangeRow(
        model="homes.Home",
        object_uid=uuid7(),
        organisation_id=organisation and organisation.pk,
        branch_id=organisation and organisation.branch_id,
        operation="update",
        before=before,
        after=after if after is not None else {"number": number},
    )


def test_what_is_written_opens_again(lotus, lan):
    before, after = {"name": "旧名", "area_m2": "80.5"}, {"name": "新名", "area_m2": None}
    record_changes([row(before=before, after=after, organisation=lotus)], actor=Actor.of(lan))
    change = Change.objects.get()
    assert open_change(change) == (before, after)
    assert (change.actor, change.actor_label, change.branch) == (lan, "兰晓梅", lotus.branch)


def test_nothing_of_it_stands_readable_in_the_database(db):
    record_changes([row(after={"name": "荷花妇女之家"})], actor=Actor.command())
    stored = Change.objects.values_list("after", flat=True).get()
    assert "荷花".encode() not in bytes(stored)


def test_an_image_moved_to_another_change_does_not_open(db):
    record_changes([row(1), row(2)], actor=Actor.system())
    one, two = Change.objects.order_by("id")
    one.after = two.after
    with pytest.raises(CannotOpen):
        open_change(one)


def test_a_batch_is_written_whole_under_one_number(db):
    batch = uuid7()
    rows = (row(number) for number in range(CHUNK + 1))
    assert record_changes(rows, actor=Actor.command(), batch=batch) == CHUNK + 1
    assert Change.objects.filter(batch=batch).count() == CHUNK + 1
    assert len(set(Change.objects.values_list("uid", flat=True))) == CHUNK + 1


def test_a_home_comes_back_from_its_snapshot_column_by_column(lotus):
    home = Home.objects.create(
        organisation=lotus,
        kind=HomeKind.objects.first(),
        name="荷塘",
        area_m2=Decimal("80.5"),
        opened_on=date(2021, 3, 8),
    )
    stored = Home.objects.get(pk=home.pk)
    taken = snapshot(stored)
    assert taken["opened_on"] == "2021-03-08" and taken["area_m2"] == "80.5"
    assert taken["organisation_id"] == lotus.pk
    values = restore_values(Home, taken)
    assert values == {f.attname: getattr(stored, f.attname) for f in Home._meta.concrete_fields}


def test_a_sealed_column_stays_sealed_in_a_snapshot_and_opens_after_restoring(db):
    person = Person(name="何莲")
    person.write_sealed("phone", "13900001234")
    person.save()
    taken = snapshot(Person.objects.get())
    assert b"13900001234" not in taken["phone"] and "13900001234" not in str(taken)
    Person.objects.all().delete()
    Person.objects.create(**restore_values(Person, taken))
    assert Person.objects.get().reveal("phone") == "13900001234"


def test_columns_that_no_longer_exist_are_left_out():
    assert restore_values(Term, {"gone": 1, "number": 3}) == {"number": 3}


def test_an_actor_keeps_her_name_when_the_account_is_gone(db, lan):
    record_event("login", actor=Actor.of(lan))
    lan.postings.all().delete()
    lan.delete()
    event = Event.objects.get()
    assert (event.actor, event.actor_label) == (None, "兰晓梅")


def test_an_event_knows_object_reason_and_address(lan, lotus):
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    record_event(
        "export",
        actor=Actor.of(lan),
        request=request,
        obj=lotus,
        organisation_id=lotus.pk,
        reason="年度统计",
        rows=3,
    )
    event = Event.objects.get()
    assert (event.object_model, event.object_uid) == ("orgs.Organisation", lotus.uid)
    assert (event.address, event.detail, event.reason) == ("192.0.2.7", {"rows": 3}, "年度统计")
    assert timezone.now() - event.at < timedelta(minutes=1)


@pytest.mark.parametrize(
    "proxies, header, expected",
    [
        ([], "203.0.113.9", "192.0.2.7"),
        (["192.0.2.7"], "203.0.113.9", "203.0.113.9"),
        (["192.0.2.7"], "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (["192.0.2.7"], "nonsense", "192.0.2.7"),
        (["192.0.2.7"], "", "192.0.2.7"),
    ],
)
def test_only_a_trusted_proxy_tells_where_a_request_comes_from(settings, proxies, header, expected):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=header)
    assert client_address(request) == expected


def test_every_deed_has_words():
    assert all(str(words) for words in DEEDS.values())
    assert deed_label("login") == "登录" and deed_label("unheard") == "unheard"


def test_ids_are_uuids_of_version_7_in_order():
    made = [uuid7() for _number in range(50)]
    assert {uid.version for uid in made} == {7}
    assert all(isinstance(uid, UUID) for uid in made)
