"""A unit moved to another district after its table was checked: its rows are checked anew."""

import pytest
from django.utils import timezone

from federation.audit.services import Actor
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_open, batch_plan
from orgs.services.structure import organisation_move
from tests.exchange.forms import pages
from tests.exchange.matrices import counting_table
from tests.exchange.tables import AS_OF, changes, member_row, planned, village_row
from tests.registers.records import id_number, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


@pytest.fixture
def moved(tree):
    """Moves the northern town, with all that is below it, to the south."""

    def move() -> None:
        organisation_move(
            organisation=tree["north_town"], parent=tree["south"], on=timezone.localdate(),
            actor=Actor.command(),
        )  # fmt: skip

    return move


def sent(key: str, data: bytes, place) -> Batch:
    batch = batch_open(
        sheet=key, organisation=place, as_of=AS_OF, actor=Actor.command(), file_name="表.xlsx",
        data=data,
    )  # fmt: skip
    return batch_plan(batch=batch)


def applied_after(move, batch: Batch) -> tuple[list[str], int]:
    """How the rows were decided, and how many of them waited when they were to be written."""
    decided = changes(batch)
    move()
    return decided, batch_apply(batch=batch).counts["stale"]


@pytest.mark.parametrize(
    ("key", "cells"),
    [
        ("units", {"unit_name": "荷塘食品厂"}),
        ("volunteers", {"person_name": "何小荷", "team": "荷风队"}),
        ("renewals", {"due_on": "2026-11"}),
        ("villages", {"women_resident": "812"}),
    ],
)
def test_a_row_of_a_place_that_moved_is_stale(tree, moved, key, cells):
    batch = planned(key, [village_row(tree["lotus"], **cells)], tree["city"])
    assert applied_after(moved, batch) == (["new"], 1)


def test_a_roster_row_of_a_place_that_moved_is_stale(tree, moved):
    batch = planned("committee", [member_row(tree["lotus"], 1, "周兰")], tree["city"])
    assert applied_after(moved, batch) == (["new"], 1)


def test_a_counting_row_of_a_place_that_moved_is_stale(tree, moved):
    data = counting_table(["青石镇", 2, 0, 4, 1, 1, 4, 0, 1])
    assert applied_after(moved, sent("statistics", data, tree["city"])) == (["new"], 1)


def test_the_form_of_somebody_whose_place_moved_is_stale(tree, moved):
    zhou = member("周兰", tree["lotus"])
    zhou.write_sealed("id_number", id_number(501))
    zhou.save()
    told = {"name": "周兰", "number": id_number(501), "native_place": "渝光市"}
    batch = sent("profiles", pages(told, beneath=True), tree["city"])
    assert applied_after(moved, batch) == (["new"], 1)
