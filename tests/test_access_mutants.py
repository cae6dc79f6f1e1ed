"""The walk is worth something only if it finds a scope filter that somebody took away."""

from typing import Any

import pytest

from federation.registers.forms import ScopedForm
from federation.registers.views.exporting import ExportView
from federation.registers.views.listing import Listing
from tests.access_walk import Line, Walk, matrix
from tests.access_world import World
from tests.test_access_matrix import send


@pytest.fixture
def walk(tree) -> Walk:
    return Walk(World(tree, "district_officer", "north"))


def line_of(route: str) -> Line:
    return next(line for line in matrix() if (line.route, line.method) == (route, "GET"))


def unscoped(view: Any) -> Any:
    """What a list would be without ``in_scope``."""
    return view.queryset.all()


def test_without_a_mutant_the_walk_finds_nothing(walk):
    for route in ("homes:home_list", "homes:home_export"):
        walk.take(line_of(route))
    assert walk.problems == []


@pytest.mark.parametrize("route", ["homes:home_list", "cadres:person_list", "orgs:term_list"])
def test_a_list_without_its_scope_is_found(walk, monkeypatch, route):
    monkeypatch.setattr(Listing, "records", unscoped)
    walk.take(line_of(route))
    assert any("shows" in problem for problem in walk.problems)


@pytest.mark.parametrize("route", ["homes:home_export", "cadres:person_export"])
def test_an_export_without_its_scope_is_found_inside_the_workbook(walk, monkeypatch, route):
    monkeypatch.setattr(ExportView, "records", unscoped, raising=False)
    walk.take(line_of(route))
    assert any("shows" in problem for problem in walk.problems)


@pytest.mark.parametrize("route", ["homes:home_create", "orgs:term_create", "cadres:person_create"])
def test_a_form_without_its_scope_is_found_by_what_it_writes(walk, monkeypatch, route):
    def offers_everything(form: Any) -> None:
        if "organisation" in form.fields:
            form.fields["organisation"].to_field_name = "code"

    monkeypatch.setattr(ScopedForm, "_narrow", offers_everything)
    _status, written, outside_kept = send(walk, route, "foreign")
    assert written and not outside_kept
