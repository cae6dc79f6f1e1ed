"""Founding and moving organisations."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from federation.audit.models import Change
from federation.audit.services import Actor
from orgs.models import Kind, Organisation, ParentLink, Term
from orgs.services.loading import divisions_load
from orgs.services.structure import (
    StructureRefused,
    move_effects,
    organisation_found,
    organisation_move,
)
from tests.cast import plant
from tests.orgs.test_loading import REGION, shape_holds, written

MOVED_ON = date(2024, 7, 1)


@pytest.fixture
def zone(city, north, south) -> Organisation:
    """A functional area beside the two districts."""
    return organisation_found(
        kind="40", name="东湖经开区", parent=city, code="", actor=Actor.system()
    )


def test_a_functional_area_is_a_district_with_an_internal_code(zone, city):
    assert (zone.code, zone.kind_group, zone.branch_id) == ("91N001", "district", zone.pk)
    assert zone.depth == 1
    assert zone.path.startswith(city.path)


def test_a_town_moves_with_its_villages_and_their_records(zone, north_town, lotus, willow, north):
    term = Term.objects.create(
        organisation=lotus,
        branch=north,
        starts_on=date(2021, 3, 1),
        due_on=date(2026, 3, 1),
    )
    effects = organisation_move(
        organisation=north_town, parent=zone, on=MOVED_ON, actor=Actor.system()
    )
    assert effects.by_group == {"town": 1, "village": 2}
    lotus.refresh_from_db()
    term.refresh_from_db()
    assert lotus.path.startswith(zone.path)
    assert (lotus.branch_id, term.branch_id, lotus.depth) == (zone.pk, zone.pk, 3)


def test_the_links_keep_who_led_the_town_before(zone, north, north_town):
    organisation_move(organisation=north_town, parent=zone, on=MOVED_ON, actor=Actor.system())
    links = ParentLink.objects.filter(organisation=north_town)
    assert links.valid_on(MOVED_ON - timedelta(days=1)).get().parent == north
    assert links.valid_on(MOVED_ON).get().parent == zone


def test_a_move_is_in_the_change_log(zone, north_town):
    organisation_move(organisation=north_town, parent=zone, on=MOVED_ON, actor=Actor.system())
    written_rows = Change.objects.filter(object_uid=north_town.uid, operation="update")
    assert written_rows.get().actor_label == "系统"


def test_the_preview_counts_what_would_move(tree):
    effects = move_effects(organisation=tree["north"])
    assert (effects.organisations, effects.by_group["village"]) == (4, 2)


def test_a_second_load_does_not_undo_a_move(db, tmp_path):
    path = written(tmp_path, REGION)
    divisions_load(path=path)
    root = Organisation.objects.get(code="92")
    zone = organisation_found(kind="40", name="东湖经开区", parent=root, actor=Actor.system())
    town = Organisation.objects.get(code="920101101")
    organisation_move(organisation=town, parent=zone, on=MOVED_ON, actor=Actor.system())
    loaded = divisions_load(path=path)
    assert [one["code"] for one in loaded.differences] == ["920101101"]
    assert Organisation.objects.get(code="920101101").parent == zone


@pytest.mark.parametrize("day", [1, 30])
def test_a_move_in_the_future_is_refused(zone, north_town, day):
    on = timezone.localdate() + timedelta(days=day)
    with pytest.raises(StructureRefused, match="不能晚于今天"):
        organisation_move(organisation=north_town, parent=zone, on=on, actor=Actor.system())


def test_nobody_leads_herself(north, north_town):
    with pytest.raises(StructureRefused, match="自己的下级"):
        organisation_move(organisation=north, parent=north_town, on=MOVED_ON, actor=Actor.system())


def test_a_village_does_not_hang_under_the_city(city, lotus):
    with pytest.raises(StructureRefused, match="不能隶属于"):
        organisation_move(organisation=lotus, parent=city, on=MOVED_ON, actor=Actor.system())


def test_a_move_before_the_last_move_is_refused(zone, north_town, south):
    organisation_move(organisation=north_town, parent=zone, on=MOVED_ON, actor=Actor.system())
    with pytest.raises(StructureRefused, match="不能早于上一次调整"):
        organisation_move(
            organisation=north_town,
            parent=south,
            on=MOVED_ON - timedelta(days=1),
            actor=Actor.system(),
        )


def test_two_moves_on_one_day_leave_one_link_for_that_day(zone, north_town, south):
    for parent in (zone, south):
        organisation_move(organisation=north_town, parent=parent, on=MOVED_ON, actor=Actor.system())
    links = ParentLink.objects.filter(organisation=north_town)
    assert links.valid_on(MOVED_ON).get().parent == south
    assert links.count() == 2


steps = st.lists(st.tuples(st.booleans(), st.integers(0, 99), st.integers(0, 99)), max_size=12)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=steps)
@pytest.mark.django_db
def test_after_any_founding_and_moving_the_paths_say_what_the_parents_say(deeds):
    ParentLink.objects.all().delete()
    Change.objects.all().delete()
    Organisation.objects.update(parent=None, branch=None)
    Organisation.objects.all().delete()
    plant("91", "渝光市", "city")
    kinds = list(Kind.objects.filter(code__in=["40", "50", "60", "70"]).order_by("code"))
    for is_founding, first, second in deeds:
        nodes = list(Organisation.objects.order_by("pk"))
        one, other = nodes[first % len(nodes)], nodes[second % len(nodes)]
        try:
            if is_founding:
                kind = kinds[second % len(kinds)].code
                organisation_found(kind=kind, name="新设", parent=one, actor=Actor.system())
            else:
                organisation_move(organisation=one, parent=other, on=MOVED_ON, actor=Actor.system())
        except StructureRefused:
            continue
    assert shape_holds()
