"""The rank of a head (职级): told by a roster, a form or neither, shown, and counted as 高配."""

from datetime import date

import pytest
from django.urls import reverse

from cadres.models import Appointment
from federation.coverage.services import rebuild
from federation.exchange.cleaners.base import CellContext
from federation.exchange.cleaners.choices import Choice, rank
from federation.exchange.models import Option
from federation.exchange.options import SEEDS, seeded_lists
from orgs.models import Rank
from tests.coverage.records import figure
from tests.exchange.tables import AS_OF, changes, imported, member_row, planned, warnings

pytestmark = pytest.mark.django_db
HERE = CellContext(AS_OF, options=seeded_lists())


def read(cell: str) -> Choice | None:
    return rank.one(cell, HERE)


def test_the_options_are_the_ranks_that_a_form_offers():
    told = [(seed.code, seed.label) for seed in SEEDS["rank"]]
    assert told == [(code, str(label)) for code, label in Rank.choices]
    kept = Option.objects.filter(list_key="rank").order_by("order").values_list("code", "label")
    assert list(kept) == told


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("正科级", "141"),
        ("乡科级正职", "141"),
        ("副处", "132"),
        ("副处级（四级调研员）", "132"),
        ("四级 调研员", "132"),
        ("三级主任科员", "142"),
        ("科员", "150"),
    ],
)
def test_ranks_are_read_as_staff_write_them(cell, code):
    assert read(cell).code == code


@pytest.mark.parametrize("cell", ["无", "无职级", "—", ""])
def test_who_has_no_rank_has_none(cell):
    assert read(cell) is None


def test_what_is_no_rank_is_left_out_with_words_and_costs_nobody_her_row(north_town, city):
    assert read("专业技术十级") is None
    rows = [member_row(north_town, 1, "何平", position="主席", rank="专业技术十级")]
    batch = imported("committee", rows, city)
    assert changes(batch) == ["new"]
    (said,) = warnings(batch)
    assert said.startswith("“专业技术十级”不是公务员职级")


def test_a_roster_tells_ranks_and_the_figure_counts_them(city, north_town, south_town, lotus):
    rows = [
        member_row(north_town, 1, "何平", position="主席", rank="副处级"),
        member_row(south_town, 2, "罗云", position="主席", rank="正科级"),
        member_row(south_town, 3, "秦红", rank="无"),
        member_row(lotus, 4, "周兰", position="主席"),
    ]
    batch = imported("committee", rows, city)
    assert changes(batch) == ["new"] * 4
    told = dict(Appointment.objects.values_list("person__name", "rank"))
    assert told == {"何平": "132", "罗云": "141", "秦红": "", "周兰": ""}
    rebuild(on=AS_OF)
    # Usual is 乡科级正职: of two heads of towns one is above it. 周兰 heads a village.
    assert figure("TEAM-05", city) == (1, 2, 2, 0, 0)


def test_a_blank_cell_keeps_a_rank_and_another_one_replaces_it(north_town, city):
    imported("committee", [member_row(north_town, 1, "何平", position="主席", rank="正科级")], city)
    again = imported("committee", [member_row(north_town, 1, "何平", position="主席")], city)
    assert changes(again) == ["unchanged"]
    row = member_row(north_town, 1, "何平", position="主席", rank="县处级副职")
    assert changes(imported("committee", [row], city)) == ["changed"]
    assert Appointment.objects.get().rank == "132"


def test_a_roster_without_the_column_is_as_good_as_before(lotus, city):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], city)
    assert changes(batch) == ["new"]


def test_the_form_offers_the_same_ranks(as_user, lan, north_town):
    address = f"{reverse('cadres:person_create')}?organisation={north_town.code}"
    page = as_user(lan).get(address).content.decode()
    assert 'name="rank"' in page
    assert all(str(label) in page for label in Rank.labels)


def test_page_and_api_tell_the_rank(as_user, lan, north_town, city):
    row = member_row(north_town, 1, "何平", position="主席", rank="副处级", elected_on="2024-03-01")
    imported("committee", [row], city, as_of=date(2025, 6, 30))
    held = Appointment.objects.get()
    client = as_user(lan)
    assert (
        "县处级副职"
        in client.get(reverse("cadres:person_detail", args=[held.person.uid])).content.decode()
    )
    assert "县处级副职" in client.get(f"/orgs/{north_town.code}/").content.decode()
    (told,) = client.get("/api/v1/appointments/").json()["results"]
    assert told["rank"] == "县处级副职"
