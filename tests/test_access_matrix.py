"""Every route for every role: what opens, what stays shut, and that nothing foreign ever shows.

``access_matrix.csv`` is kept by hand, one line per route and method. A cell says:
``public`` (no login needed), ``any`` (every account), ``own`` / ``subtree`` (records of her village
or of everything below her; foreign ones are 404), ``refused`` (403 for records that she sees, 404
for others), ``root`` (403 below the top of the tree, where the walk stands), ``no`` (403). Adding a
route means adding its lines.
"""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cadres.models import Appointment, Post, Volunteer
from federation.access.models import Posting
from federation.access.routes import routes
from federation.exchange.models import Batch
from federation.tokens.models import Token
from funding.models import LedgerLine, Population, YearlyBudget
from homes.models import Home, HomeKind
from orgs.models import HostUnit, Organisation, Renewal, Term
from tests.access_walk import (
    ROLES,
    WORDS,
    Line,
    Walk,
    matrix,
    parameters,
    required_lines,
    text_of,
)
from tests.access_world import OUTSIDE, World, key_of
from tests.cast import role

PLACES = {"village_clerk": "lotus", "town_officer": "north_town"}


def world_of(tree, role_code) -> World:
    return World(tree, role_code, PLACES.get(role_code, "north"))


def test_every_route_and_method_has_a_line_and_no_line_is_left_over():
    lines = {(line.route, line.method) for line in matrix()}
    assert sorted(required_lines() - lines) == []
    assert sorted(lines - required_lines()) == []


def test_every_cell_is_a_word_of_the_matrix_and_no_line_stands_twice():
    lines = matrix()
    assert {cell for line in lines for cell in line.cells.values()} <= WORDS
    assert len({(line.route, line.method) for line in lines}) == len(lines)
    for line in lines:
        cells = set(line.cells.values())
        assert "public" not in cells or cells == {"public"}, line.route


def test_every_route_carries_a_gate():
    assert [route.name for route in routes() if route.gate is None] == []


@pytest.mark.parametrize("role_code", ROLES)
def test_each_role_gets_what_its_column_says_and_nothing_foreign(tree, role_code):
    walk = Walk(world_of(tree, role_code))
    for line in matrix():
        walk.take(line)
    assert walk.problems == []
    assert walk.requests > len(matrix())


def test_what_holds_for_all_opens_at_the_root_alone(tree, as_user, hua):
    world = world_of(tree, "administrator")
    for line in [line for line in matrix() if "root" in line.cells.values()]:
        with transaction.atomic():
            answer = getattr(as_user(hua), line.method.lower())(address_of(line, world))
            transaction.set_rollback(True)
        assert answer.status_code in (200, 302, 422), line.route


def test_a_stranger_gets_the_public_routes_only(tree):
    world = world_of(tree, "district_officer")
    client, problems = Client(), []
    marks = [mark for spot in world.spots.values() for mark in (spot.mark, spot.name_mark)]
    for line in matrix():
        address = address_of(line, world)
        with transaction.atomic():
            answer = getattr(client, line.method.lower())(address)
            told = text_of(answer)
            transaction.set_rollback(True)
        if set(line.cells.values()) == {"public"}:
            right = answer.status_code in (200, 302, 422)
        elif address.startswith("/api/"):
            right = answer.status_code == 401
        else:
            right = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
        if not right or any(mark in told for mark in marks):
            problems.append(f"{line.method} {line.route}: {answer.status_code}")
    assert problems == []


def address_of(line, world, position="own"):
    route = next(found for found in routes() if found.name == line.route)
    spot = world.positions[position]
    values = {name: key_of(line.route, name, spot) for name in parameters(route)}
    return reverse(line.route, kwargs=values)


def test_no_unsafe_route_works_without_its_token(tree):
    world = world_of(tree, "district_officer")
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.viewer, backend="federation.access.backends.NameOrPhoneBackend")
    unsafe = [line for line in matrix() if line.method != "GET"]
    answers = {line.route: client.post(address_of(line, world)).status_code for line in unsafe}
    assert {status for status in answers.values()} == {403}


# What a form is sent with a place that is not the sender's: each must write when the place is
# hers, or the refusal would prove nothing.
def _term(place):
    return {"organisation": place.code, "starts_on": "2019-03-08"}


def _home(place):
    kind = HomeKind.objects.first()
    return {"organisation": place.code, "kind": kind.pk, "name": "荷塘妇女之家"}


def _post(place):
    post = Post.objects.filter(is_head=False).last()
    return {"organisation": place.code, "post": post.pk, "from_on": "2022-03-08"}


def _person(place):
    return {"name": "新来", **_post(place)}


def _line(place):
    return {"organisation": place.code, "year": "2025", "received_cny": "5000"}


def _yearly(place):
    return {"organisation": place.code, "year": "2025", "approved_cny": "5000"}


def _women(place):
    day = "2025-01-01"
    return {"organisation": place.code, "kind": "resident", "as_of": day, "women": "5000"}


def _renewal(place):
    return {"organisation": place.code, "due_on": "2027-03-08"}


def _unit(place):
    return {"organisation": place.code, "name": "荷塘电商服务部"}


def _volunteer(place):
    return {"organisation": place.code, "name": "新来", "team": "巾帼志愿队"}


def _cover(place):
    return {"status": "00", "covered_by": place.code, "is_expected": "on", "version": "1"}


def _posting(place):
    return {"role": "village_clerk", "organisation": place.code}


def _account(place):
    return {"username": "newcomer", "name": "新来", **_posting(place)}


def _token(place):
    day = timezone.localdate() + timedelta(days=30)
    return {
        "purpose": "取数",
        "organisation": place.code,
        "parts": ["records"],
        "expires_on": day.isoformat(),
    }


WRITES = {
    "tokens:token_add": (Token, _token),
    "orgs:term_create": (Term, _term),
    "orgs:renewal_create": (Renewal, _renewal),
    "orgs:unit_create": (HostUnit, _unit),
    "cadres:volunteer_create": (Volunteer, _volunteer),
    "orgs:organisation_edit": (Organisation, _cover),
    "homes:home_create": (Home, _home),
    "funding:line_create": (LedgerLine, _line),
    "funding:yearly_create": (YearlyBudget, _yearly),
    "funding:population_create": (Population, _women),
    "cadres:person_create": (Appointment, _person),
    "cadres:person_appoint": (Appointment, _post),
    "access:account_add": (Posting, _account),
    "access:posting_add": (Posting, _posting),
}
CREATING = ("_create", "_add", "_appoint")


def rows_at(model, place):
    """How many rows of ``model`` name ``place``."""
    column = "covered_by" if model is Organisation else "organisation"
    return model.objects.filter(**{column: place}).count()


def send(walk, route, position):
    """Send a form for a place: (status, rows written for that place, rows outside are kept)."""
    world = walk.world
    model, data_for = WRITES[route]
    place = world.positions[position].organisation
    line = Line(route, "POST", {})
    with transaction.atomic():
        before = rows_at(model, place)
        outside = world.rows_outside()
        answer = walk.client.post(address_of(line, world), data_for(place))
        written = rows_at(model, place) - before
        outside_kept = world.rows_outside() == outside
        transaction.set_rollback(True)
    return answer.status_code, written, outside_kept


@pytest.mark.parametrize("route", WRITES)
def test_a_form_writes_for_her_own_places_and_for_no_other(tree, route):
    walk = Walk(world_of(tree, "district_officer"))
    # The code of a token is shown once, on the page that answers its form.
    answered = 200 if route == "tokens:token_add" else 302
    assert send(walk, route, "child")[:2] == (answered, 1)
    for position in OUTSIDE:
        status, written, outside_kept = send(walk, route, position)
        assert (status, written, outside_kept) == (422, 0, True), position


def test_a_workbook_is_taken_for_her_own_places_and_for_no_other(tree):
    walk = Walk(world_of(tree, "district_officer"))
    for position in ("child", *OUTSIDE):
        place = walk.world.positions[position].organisation
        file = SimpleUploadedFile("roster.csv", "姓名\n何莲\n".encode())
        data = {"sheet": "committee", "organisation": place.code, "as_of": "2024-05-01"}
        before = Batch.objects.filter(organisation=place).count()
        answer = walk.client.post(reverse("exchange:upload"), {**data, "file": file})
        written = Batch.objects.filter(organisation=place).count() - before
        expected = (302, 1) if position == "child" else (422, 0)
        assert (answer.status_code, written) == expected, position


def test_every_form_that_names_a_place_is_tried_with_a_foreign_one():
    names = {line.route for line in matrix() if line.method == "POST"}
    assert {name for name in names if name.endswith(CREATING)} <= set(WRITES)


def test_a_role_given_later_opens_at_once_and_one_taken_closes_at_once(tree, as_user, qiu):
    client = as_user(qiu)
    address = reverse("orgs:organisation_detail", kwargs={"code": tree["bamboo"].code})
    assert client.get(address).status_code == 404
    posting = Posting.objects.create(
        user=qiu,
        role=role("village_clerk"),
        organisation=tree["bamboo"],
        from_on=date(2020, 1, 1),
    )
    assert client.get(address).status_code == 200
    posting.delete()
    assert client.get(address).status_code == 404
