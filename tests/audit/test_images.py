"""Images in blocks: of records made together one block is kept, and each of them opens alone."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadres.models import Person
from federation.audit import services
from federation.audit.images import SIZE, opened
from federation.audit.log import changes_about
from federation.audit.models import Change, CreationBlock, ImageBlock
from federation.audit.services import (
    WORTH_A_BLOCK,
    Actor,
    ChangeRow,
    MadeRecords,
    open_change,
    record_changes,
    snapshot,
)
from federation.exchange.services import batch_undo
from federation.identity import uuid7, uuid7_texts
from federation.sealing import boxes
from federation.sealing.boxes import CannotOpen
from tests.audit.logged import record_creates
from tests.exchange.tables import imported, member_row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _even_one_is_worth_a_block(monkeypatch):
    monkeypatch.setattr(services, "WORTH_A_BLOCK", 1)


def made(names: list[str]) -> MadeRecords:
    uids, none = uuid7_texts(len(names)), [None] * len(names)
    sealed = [f"暗{name}".encode() for name in names]
    columns = [list(range(1, len(names) + 1)), uids, names, sealed]
    return MadeRecords("homes.Home", uids, none, none, ["id", "uid", "name", "sealed"], columns)


def same(image: dict[str, Any]) -> dict[str, Any]:
    """An image with identifiers written in one way."""
    return {
        name: value.replace("-", "") if name in ("uid", "batch") else value
        for name, value in image.items()
    }


def test_each_of_many_images_opens_with_every_column():
    record_creates(made([f"第{number}家" for number in range(SIZE + 2)]), actor=Actor.command())
    last = Change.objects.order_by("id").last()
    assert ImageBlock.objects.count() == 2 and last.position == 1
    before, after = open_change(last)
    assert before is None
    assert after == {
        "id": SIZE + 2,
        "uid": last.object_uid.hex,
        "name": f"第{SIZE + 1}家",
        "sealed": f"暗第{SIZE + 1}家".encode(),
    }


def test_nothing_of_a_block_stands_readable_in_the_database():
    record_creates(made(["荷花妇女之家"] * 3), actor=Actor.command())
    assert "荷花".encode() not in bytes(ImageBlock.objects.get().body)


@pytest.mark.parametrize("turned", [{"position": 1}, {"block": 1}, {"position": 70}])
def test_a_change_turned_to_another_image_does_not_open(turned):
    record_creates(made(["甲", "乙"]), actor=Actor.command())
    record_creates(made(["丙", "丁"]), actor=Actor.command())
    first, *_rest, last = Change.objects.order_by("id")
    change = first if "position" in turned else last
    change.position = turned.get("position", change.position)
    change.block_id = first.block_id if "block" in turned else change.block_id
    with pytest.raises(CannotOpen):
        open_change(change)


def test_a_block_put_in_the_place_of_another_does_not_open():
    record_creates(made(["甲"]), actor=Actor.command())
    record_creates(made(["丙"]), actor=Actor.command())
    one, two = ImageBlock.objects.order_by("id")
    ImageBlock.objects.filter(pk=one.pk).update(body=two.body)
    with pytest.raises(CannotOpen):
        open_change(Change.objects.order_by("id").first())


def test_a_block_that_is_gone_is_said_to_be_closed():
    record_creates(made(["甲"]), actor=Actor.command())
    Change.objects.update(block=ImageBlock.objects.get().pk + 1)
    with pytest.raises(CannotOpen):
        open_change(Change.objects.get())


def test_a_block_sealed_with_an_earlier_key_still_opens(monkeypatch):
    record_creates(made(["甲"]), actor=Actor.command())
    old = boxes.ring()
    monkeypatch.setattr(
        boxes, "ring", lambda: replace(old, active="k9", keys={**old.keys, "k9": b"9" * 32})
    )
    record_creates(made(["乙"]), actor=Actor.command())
    one, two = Change.objects.order_by("id")
    assert (open_change(one)[1]["name"], open_change(two)[1]["name"]) == ("甲", "乙")
    bodies = ImageBlock.objects.order_by("id").values_list("body", flat=True)
    assert [bytes(body)[2:4] == b"k9" for body in bodies] == [False, True]


def test_two_batches_never_share_a_block():
    one, two = uuid7(), uuid7()
    for batch in (one, two, one):
        record_creates(made(["甲", "乙"]), actor=Actor.command(), batch=batch)
    blocks = {
        batch: set(CreationBlock.objects.filter(batch=batch).values_list("pk", flat=True))
        for batch in (one, two)
    }
    assert (len(blocks[one]), len(blocks[two])) == (2, 1)
    assert not blocks[one] & blocks[two]


def test_many_images_of_one_block_cost_one_question():
    record_creates(made([str(number) for number in range(60)]), actor=Actor.command())
    changes = list(Change.objects.order_by("id"))
    with CaptureQueriesContext(connection) as asked:
        names = [after["name"] for _change, _before, after in opened(changes)]
    assert names == [str(number) for number in range(60)]
    assert len(asked) == 1


def test_many_records_taken_away_at_once_lie_in_a_block_as_what_stood_before():
    rows = [
        ChangeRow("homes.Home", uuid7(), None, None, "delete", {"name": str(number)}, None)
        for number in range(WORTH_A_BLOCK)
    ]
    record_changes([*rows[1:], rows[0]], actor=Actor.system())
    assert ImageBlock.objects.count() == 1
    assert open_change(Change.objects.order_by("id").last()) == ({"name": "0"}, None)


def test_a_few_records_keep_their_images_in_their_own_rows(monkeypatch):
    monkeypatch.setattr(services, "WORTH_A_BLOCK", WORTH_A_BLOCK)
    rows = [
        ChangeRow("homes.Home", uuid7(), None, None, "create", None, {"name": str(number)})
        for number in range(WORTH_A_BLOCK - 1)
    ]
    record_changes(rows, actor=Actor.system())
    record_creates(made(["甲"]), actor=Actor.system())
    assert not ImageBlock.objects.exists()
    assert open_change(Change.objects.order_by("id").last())[1]["name"] == "甲"


def test_the_history_of_an_imported_person_shows_what_the_block_holds(as_user, lan, lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰", education="大专")], city)
    person = Person.objects.get()
    (change,) = changes_about([person.uid])
    assert change.made_in is not None and same(open_change(change)[1]) == same(snapshot(person))
    page = as_user(lan).get(reverse("cadres:person_history", args=[person.uid])).content.decode()
    assert "周兰" in page and "大专" in page


def test_undo_writes_down_what_it_took_away(lotus, city):
    rows = [member_row(lotus, number, f"周{number}") for number in range(WORTH_A_BLOCK)]
    batch = imported("committee", rows, city)
    whole = {person.uid: same(snapshot(person)) for person in Person.objects.all()}
    batch_undo(batch=batch, actor=Actor.command())
    assert not Person.objects.exists()
    gone = Change.objects.filter(model="cadres.Person", operation="delete")
    assert {c.object_uid: same(before) for c, before, _after in opened(list(gone))} == whole
