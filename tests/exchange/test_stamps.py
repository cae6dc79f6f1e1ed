"""Stamps: who knows the ring reads them, everybody else reads nothing; an old copy is named."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cadres.sheets import CommitteeSheet
from federation.access.scope import Grant, whole_tree
from federation.exchange.staleness import stale_notes
from federation.exchange.stamps import (
    Stamp,
    columns_hash,
    open_companion,
    read_stamp,
    seal_companion,
    seal_stamp,
    stamp_among,
)
from federation.identity import uuid7
from orgs.sheets import VillagesSheet
from tests.exchange.tables import imported, member_row

EVERYWHERE = whole_tree(Grant.IMPORT)


def stamp(organisation=None, *, days_ago: int = 0, columns: str = "") -> Stamp:
    made = timezone.now() - timedelta(days=days_ago)
    uid = organisation.uid if organisation else uuid7()
    return Stamp("committee", columns or columns_hash(CommitteeSheet), uid, made, uuid7())


def test_a_stamp_is_read_as_it_was_sealed():
    made = stamp()
    text = seal_stamp(made)
    assert read_stamp(text) == made
    assert stamp_among([["", None, 3.0], ["模板信息", text]]) == made


@pytest.mark.parametrize(
    "text", ["", "stamp1.", "stamp1.AAAA", "stamp1.张兰", "模板信息", "x" * 5000]
)
def test_anything_else_is_no_stamp(text):
    assert read_stamp(text) is None


def test_a_stamp_with_a_letter_changed_is_no_stamp():
    text = seal_stamp(stamp())
    assert read_stamp(text[:40] + ("A" if text[40] != "A" else "B") + text[41:]) is None


def test_a_companion_opens_for_its_own_table_organisation_and_person_only():
    text = seal_companion("committee", "91", "周兰", {"phone": "14012345678"})
    assert open_companion("committee", "91", "周兰", text) == {"phone": "14012345678"}
    assert open_companion("villages", "91", "周兰", text) == {}
    assert open_companion("committee", "92", "周兰", text) == {}
    assert open_companion("committee", "91", "王秀", text) == {}
    assert "14012345678" not in text


def test_tables_with_other_columns_have_other_hashes():
    assert columns_hash(CommitteeSheet) != columns_hash(VillagesSheet)


@pytest.mark.django_db
def test_an_old_copy_is_told_with_its_day_and_what_changed_since(north, lotus, city):
    old = stamp(north, days_ago=20)
    imported("committee", [member_row(lotus, 1, "周兰")], city)
    day = timezone.localtime(old.made_at)
    [note] = stale_notes(old, CommitteeSheet, EVERYWHERE)
    # A person and her appointment.
    assert f"{day.month}月{day.day}日" in note.message and "2 处改动" in note.message
    assert stale_notes(stamp(north), CommitteeSheet, EVERYWHERE) == []


@pytest.mark.django_db
def test_changes_elsewhere_and_outside_the_ceiling_are_not_told(north, south, lotus, city):
    old = stamp(south, days_ago=20)
    imported("committee", [member_row(lotus, 1, "周兰")], city)
    assert stale_notes(old, CommitteeSheet, EVERYWHERE) == []


@pytest.mark.django_db
def test_a_template_of_other_columns_is_named(north):
    [note] = stale_notes(stamp(north, columns="0" * 16), CommitteeSheet, EVERYWHERE)
    assert note.code == "old_template"
    assert stale_notes(stamp(north, days_ago=3), VillagesSheet, EVERYWHERE) == []
