"""The app of ``tests.extension`` at work: run by ``tests/test_extending.py`` with it installed."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from federation.audit.services import Actor
from federation.coverage.services import rebuild
from federation.exchange.declare import sheets
from federation.exchange.services import batch_report, batch_undo
from tests import access_walk, access_world
from tests.access_walk import ROLES, Line, Walk
from tests.access_world import World
from tests.coverage.records import figure
from tests.exchange.tables import changes, imported, planned
from tests.extension.models import Course
from tests.registers.records import filled

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
PLACES = {"village_clerk": "lotus", "town_officer": "north_town"}


@pytest.fixture(autouse=True)
def _june_2026() -> Iterator[None]:
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


def row(village, title="剪纸课", day="2026-05-04", attended="30") -> dict:
    return {"code": village.code, "course_title": title, "held_on": day, "attended": attended}


def test_a_workbook_becomes_records_a_figure_a_list_and_an_export(as_user, tree, lan, capsys):
    table = [
        row(tree["lotus"]),
        row(tree["willow"], "法律课", attended="12"),
        row(tree["willow"], "法律课", "2025-05-04", "99"),
    ]
    imported("courses", table, tree["city"], as_of=TODAY)
    assert Course.objects.count() == 3
    rebuild(on=TODAY)
    # 30 and 12 women this year; two of the nine organisations of the tree told something.
    assert figure("TRAIN-01", tree["city"]) == (42, 9, 2, 0, 7)
    call_command("show_coverage", tree["city"].code, "--json")
    assert '"TRAIN-01"' in capsys.readouterr().out
    client = as_user(lan)
    assert client.get("/extension/").context["count"] == 3
    assert "剪纸课" in client.get("/extension/export/?form=csv").getvalue().decode("utf-8-sig")
    assert '<a href="/extension/"' in client.get("/").content.decode()


def test_a_bad_row_stays_out_and_the_same_table_writes_nothing_twice(tree):
    table = [row(tree["lotus"]), row(tree["willow"], attended="很多")]
    batch = imported("courses", table, tree["city"], as_of=TODAY)
    assert changes(batch) == ["new"]
    (rejected,) = batch_report(batch)["sheets"][0]["rejected"]
    assert rejected["errors"][0]["code"] == "not_number"
    assert changes(planned("courses", table, tree["city"], as_of=TODAY)) == ["unchanged"]


def test_undo_takes_its_records_back(tree, su):
    batch = imported("courses", [row(tree["lotus"])], tree["city"], as_of=TODAY)
    batch_undo(batch=batch, actor=Actor.of(su))
    assert not Course.objects.exists()


def test_a_form_makes_a_record_and_moves_the_figure_at_once(as_user, tree, qiu):
    rebuild(on=TODAY)
    client = as_user(qiu)
    entries = {"title": "插花课", "held_on": "2026-06-01", "attended": "8"}
    sent = filled(client, "/extension/new/", organisation=tree["lotus"].code, **entries)
    assert client.post("/extension/new/", sent).status_code == 302
    assert figure("TRAIN-01", tree["city"])[0] == 8
    history = reverse("extension:course_history", args=[Course.objects.get().uid])
    assert "插花课" in client.get(history).content.decode()


def test_the_sheet_is_offered_for_upload(as_user, lan):
    assert "courses" in sheets.keys()  # noqa: SIM118 - a registry, not a dict
    assert "培训台账" in as_user(lan).get(reverse("exchange:upload")).content.decode()


def own_lines() -> list[Line]:
    """The lines of the app's own matrix."""
    with (Path(__file__).parent / "access_matrix.csv").open(encoding="utf-8", newline="") as file:
        return [
            Line(line["route"], line["method"], {name: line[name] for name in ROLES})
            for line in csv.DictReader(file)
        ]


def test_its_routes_are_those_of_its_matrix():
    known = {(line.route, line.method) for line in access_walk.matrix()}
    own = {(line.route, line.method) for line in own_lines()}
    assert access_walk.required_lines() - known == own


@contextmanager
def keys_of_courses() -> Iterator[None]:
    access_world.KEYS.append(("extension:", "uid", lambda spot: str(spot.records["course"].uid)))
    yield
    access_world.KEYS.pop()


@pytest.mark.parametrize("role_code", ROLES)
def test_each_role_gets_what_its_column_says_and_nothing_foreign(tree, role_code):
    world = World(tree, role_code, PLACES.get(role_code, "north"))
    for spot in world.spots.values():
        spot.records["course"] = Course.objects.create(
            organisation=spot.organisation, title=f"课{spot.mark}", held_on=TODAY, attended=1
        )
    walk = Walk(world)
    with keys_of_courses():
        for line in own_lines():
            walk.take(line)
    assert walk.problems == []
