"""Creations of an import lie in blocks and are read as changes like any other."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython

from federation.audit import creations, services
from federation.audit.images import opened
from federation.audit.log import changes_about, changes_of, creations_about, made_uids
from federation.audit.models import Change, CreationBlock, CreationPlace
from federation.audit.services import (
    Actor,
    ChangeRow,
    MadeRecords,
    open_change,
    record_changes,
)
from federation.identity import uuid7, uuid7_texts
from federation.registers.counting import last_change
from federation.sealing.boxes import CannotOpen
from tests.audit.logged import record_creates

pytestmark = pytest.mark.django_db
MIGRATION = import_module("federation.audit.migrations.0008_give_creations_back")


@pytest.fixture(autouse=True)
def _blocks_of_three(monkeypatch):
    monkeypatch.setattr(services, "WORTH_A_BLOCK", 2)
    monkeypatch.setattr(creations, "SIZE", 3)


def made(owners, model="homes.Home"):
    """As many homes as ``owners``, called by their number."""
    uids, none = uuid7_texts(len(owners)), [None] * len(owners)
    names = [f"荷花第{number}家" for number in range(len(owners))]
    columns = [list(range(1, len(owners) + 1)), uids, names]
    return MadeRecords(model, uids, owners, none, ["id", "uid", "name"], columns)


def renamed(uid, owner, name):
    row = ChangeRow("homes.Home", uid, owner, None, "update", {"name": "旧"}, {"name": name})
    record_changes([row], actor=Actor.command())


def kept(owners, batch=None):
    told, batch = made(owners), batch or uuid7()
    record_creates(told, actor=Actor.command(), batch=batch)
    return batch, told


def test_each_creation_is_read_with_its_organisation_and_its_image(lotus, willow):
    batch, told = kept([lotus.pk, willow.pk, None, lotus.pk])
    assert not Change.objects.exists() and CreationBlock.objects.count() == 2
    changes = creations_about(list(map(uid_of, told.uids)))
    found = {
        c.object_uid.hex: (c.organisation_id, after["name"]) for c, _b, after in opened(changes)
    }
    owners = [lotus.pk, willow.pk, None, lotus.pk]
    assert found == {
        uid: (owner, f"荷花第{number}家")
        for number, (uid, owner) in enumerate(zip(told.uids, owners, strict=True))
    }
    assert {(c.batch, c.operation, c.actor_label, c.branch_id) for c in changes} == {
        (batch, "create", "命令行", None)
    }
    places = CreationPlace.objects.values_list("organisation", "block__count", "count")
    assert sorted(places) == sorted([(lotus.pk, 3, 1), (willow.pk, 3, 1), (lotus.pk, 1, 1)])


def uid_of(text):
    return Change._meta.get_field("object_uid").to_python(text)


def test_a_record_is_first_made_and_then_changed_however_it_was_written_down(lotus):
    _batch, told = kept([lotus.pk] * 5)
    uids = [uid_of(uid) for uid in told.uids]
    renamed(uids[4], lotus.pk, "新")
    kept([lotus.pk] * 2)
    renamed(uids[4], lotus.pk, "更新")
    lines = [(c.operation, after["name"]) for c, _before, after in opened(changes_about(uids[4:]))]
    assert lines == [("create", "荷花第4家"), ("update", "新"), ("update", "更新")]


def test_keys_of_blocks_and_of_changes_never_meet(lotus):
    numbers = []
    for _turn in range(3):
        kept([lotus.pk] * 7)
        numbers.append(last_change())
        renamed(uuid7(), lotus.pk, "新")
        numbers.append(last_change())
    assert numbers == sorted(set(numbers)) and len(numbers) == 6
    keys = [*CreationBlock.objects.values_list("pk", flat=True)]
    keys += Change.objects.values_list("pk", flat=True)
    assert len(keys) == len(set(keys)) == 3 * 3 + 3


def test_of_many_records_only_the_asked_are_found(lotus):
    one, first = kept([lotus.pk] * 60)
    two, second = kept([lotus.pk] * 60)
    asked = [uid_of(uid) for uid in (*first.uids[5:], *second.uids[7:9])]
    assert {c.object_uid for c in creations_about(asked)} == set(asked)
    assert sorted(uid.hex for uid in made_uids(two)) == sorted(second.uids)
    newest = [c.object_uid.hex for c in changes_of(one)]
    assert newest == list(reversed(first.uids))


def test_nothing_of_an_image_stands_readable_in_the_database(lotus):
    kept([lotus.pk] * 3)
    (row,) = CreationBlock.objects.values()
    assert "荷花" not in repr(row) and "荷花".encode() not in bytes(row["body"])


def test_a_creation_turned_to_another_image_does_not_open(lotus):
    _batch, told = kept([lotus.pk] * 6)
    first, second, *_rest, last = creations_about([uid_of(uid) for uid in told.uids])
    assert open_change(first)[1]["name"] == "荷花第0家"
    for change, turned in ((first, {"position": 1}), (second, {"made_in": last.made_in})):
        vars(change).update(turned)
        with pytest.raises(CannotOpen):
            open_change(change)


def test_a_block_put_in_the_place_of_another_or_gone_does_not_open(lotus):
    _batch, told = kept([lotus.pk] * 6)
    one, two = CreationBlock.objects.order_by("pk")
    first, *_rest, last = creations_about([uid_of(uid) for uid in told.uids])
    CreationBlock.objects.filter(pk=one.pk).update(body=two.body)
    CreationPlace.objects.filter(block=two).delete()
    CreationBlock.objects.filter(pk=two.pk).delete()
    for change in (first, last):
        with pytest.raises(CannotOpen):
            open_change(change)


def test_a_few_records_are_changes_of_their_own(lotus):
    kept([lotus.pk])
    assert not CreationBlock.objects.exists() and Change.objects.get().operation == "create"


def test_going_back_every_creation_is_a_change_before_all_later_ones(lotus, willow):
    batch, told = kept([lotus.pk, willow.pk, None, lotus.pk])
    uids = [uid_of(uid) for uid in told.uids]
    renamed(uids[1], willow.pk, "新")
    later, _told = kept([willow.pk] * 2)
    before = [
        (c.object_uid, c.organisation_id, c.batch, after)
        for one in (batch, later)
        for c, _before, after in reversed(list(opened(changes_of(one))))
    ]
    MIGRATION.give_back(apps, None)
    assert not CreationBlock.objects.exists() and not CreationPlace.objects.exists()
    found = Change.objects.filter(operation="create").order_by("pk")
    assert [
        (c.object_uid, c.organisation_id, c.batch, after) for c, _b, after in opened(list(found))
    ] == before
    lines = [c.operation for c in changes_about([uids[1]])]
    assert lines == ["create", "update"] and len({c.uid for c in found}) == 6


def test_no_migration_of_the_log_moves_rows_and_alters_tables_at_once():
    """PostgreSQL refuses it: the table from which rows went has pending trigger events."""
    for (label, name), one in MigrationLoader(connection).disk_migrations.items():
        kinds = {isinstance(operation, RunPython) for operation in one.operations}
        assert label != "audit" or len(kinds) == 1, name


@pytest.mark.parametrize("is_last_a_block", [True, False])
def test_a_log_whose_table_was_made_anew_stays_in_line(lotus, is_last_a_block):
    """SQLite alters a table so, and then knows of its own rows alone which keys were given."""
    renamed(uuid7(), lotus.pk, "旧")
    kept([lotus.pk] * 7)
    if not is_last_a_block:
        renamed(uuid7(), lotus.pk, "旧")
    if connection.vendor == "sqlite":
        seen = Change.objects.aggregate(last=models.Max("pk"))["last"]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE sqlite_sequence SET seq = %s WHERE name = 'audit_change'", [seen]
            )
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    before = last_change()
    renamed(uuid7(), lotus.pk, "新")
    after = last_change()
    kept([lotus.pk] * 7)
    keys = [
        key for kind in (Change, CreationBlock) for key in kind.objects.values_list("pk", flat=True)
    ]
    assert before < after < last_change() and len(keys) == len(set(keys))
