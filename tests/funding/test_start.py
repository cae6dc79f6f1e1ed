"""What start pages say of money: who is asked for what, counted as figures and lists count it."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from federation.coverage.services import rebuild
from federation.registers.declare import quicks, todos
from orgs.models import Organisation
from tests.cast import official, plant
from tests.coverage.records import TODAY, established, figure
from tests.funding.records import budget, line

pytestmark = pytest.mark.django_db
MONEY = ("not_in_budget", "no_yearly_budget", "no_ledger")


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


def lacking(key: str) -> set[str]:
    """The short names of all that lack it."""
    found = todos.get(key)().lacking(Organisation.objects.all(), TODAY)
    return set(found.values_list("short_name", flat=True))


def counts(client) -> dict[str, int]:
    """What a start page says is missing of money."""
    gaps = client.get("/").context["gaps"]
    return {gap.todo.key: gap.count for gap in gaps if gap.todo.key in MONEY}


def test_out_of_the_budget_and_untold_are_both_asked_about(tree):
    budget(tree["city"], is_in_fiscal_budget=True)
    budget(tree["north"], is_in_fiscal_budget=False)
    budget(tree["south"], is_in_fiscal_budget=True)
    budget(tree["north_town"], approved_cny=5)  # says nothing of the government's budget
    budget(tree["south_town"], 2025, is_in_fiscal_budget=True)
    # Villages have no fiscal budget of their own.
    assert lacking("not_in_budget") == {"北岸区", "青石镇", "红岩镇"}


def test_the_list_of_towns_is_the_gap_and_the_silence_of_the_figure(tree, north_town, south_town):
    plant("910101102", "河街", "town", tree["north"], is_expected=False)
    budget(north_town, is_in_fiscal_budget=False)
    rebuild(on=TODAY)
    found = figure("FUND-03T", tree["city"])
    assert found == (0, 2, 1, 0, 1)
    towns = Organisation.objects.of_group("town")
    assert todos.get("not_in_budget")().lacking(towns, TODAY).count() == 2


def test_a_province_is_not_asked_what_a_municipality_is(db):
    for code, level in (("81", "city"), ("82", "district")):
        top = plant(code, f"{code}省市", "province")
        plant(f"{code}01", f"{code}下级", level, top)
    assert lacking("not_in_budget") == {"81下级", "82省市", "82下级"}


def test_a_village_is_asked_for_its_year_once_its_federation_stands(tree, lotus, willow, bamboo):
    for place in (lotus, willow, bamboo):
        established(place, date(2020, 1, 1))
    established(tree["north_town"], date(2020, 1, 1))
    budget(lotus, approved_cny=1800)
    budget(willow, 2025, approved_cny=1800)
    bamboo.is_expected = False
    bamboo.save()
    assert lacking("no_yearly_budget") == {"柳溪村"}


def test_a_ledger_of_last_year_is_none_of_this(tree, lotus, willow, north_town):
    for place in (lotus, willow, north_town):
        established(place, date(2020, 1, 1))
    line(lotus, 300)
    line(willow, 300, 2025)
    # 松坡村 and the rest have no federation that could keep one.
    assert lacking("no_ledger") == {"柳溪村", "青石镇"}


def test_a_unit_that_is_no_level_is_never_asked(tree):
    unit = plant("910101901", "北岸区税务局", "unit", tree["north"])
    established(unit, date(2020, 1, 1))
    assert all("北岸区税务局" not in lacking(key) for key in MONEY)


def test_a_village_clerk_is_led_to_the_forms_of_money_until_it_is_told(as_user, qiu, lotus):
    established(lotus, date(2020, 1, 1))
    rebuild(on=TODAY)
    client = as_user(qiu)
    gaps = {gap.todo.key: gap for gap in client.get("/").context["gaps"]}
    assert "not_in_budget" not in gaps
    for key, form in (("no_yearly_budget", "yearly_create"), ("no_ledger", "line_create")):
        address = f"{reverse(f'funding:{form}')}?organisation={lotus.code}"
        assert gaps[key].fix_url == address
        assert client.get(address).status_code == 200
    budget(lotus, approved_cny=1800)
    line(lotus, 300)
    assert counts(client) == {}


def test_who_has_told_no_is_led_to_that_record_and_not_to_a_second_one(north):
    todo = todos.get("not_in_budget")()
    assert todo.fix_url(north) == "/funding/yearly/new/?organisation=910101"
    told = budget(north, is_in_fiscal_budget=False)
    assert todo.fix_url(north) == f"/funding/yearly/{told.uid}/edit/"


def told_no(*places) -> None:
    """Their money is not in the government's budget."""
    for place in places:
        budget(place, is_in_fiscal_budget=False)
    rebuild(on=TODAY)


def problems(client, place: str = "") -> dict[str, tuple[int, str]]:
    """What an overview counts of the fiscal budget, and where it says most of it is."""
    page = client.get(f"/figures/{place}/" if place else "/").context["page"]
    return {
        str(gap.label): (gap.count, gap.worst)
        for gap in page.problems
        if gap.todo.key == "not_in_budget"
    }


def test_a_leader_sees_by_level_whose_money_is_out_of_the_budget(
    tree, wen, as_user, city, north, south, north_town, south_town, lotus
):
    other = plant("910101102", "河街", "town", north)
    budget(city, is_in_fiscal_budget=True)
    budget(lotus, is_in_fiscal_budget=False)  # villages have no fiscal budget of their own
    told_no(south, north_town, other)  # 北岸区 and 红岩镇 have told nothing
    client = as_user(wen)
    assert problems(client) == {
        "市级未纳入预算": (0, ""),
        "区县未纳入预算": (1, "最多在南山区，1 个"),
        "镇街未纳入预算": (2, "最多在北岸区，2 个"),
    }
    # A district has no city; a town has itself.
    assert set(problems(client, north.code)) == {"区县未纳入预算", "镇街未纳入预算"}
    assert problems(client, north.code)["镇街未纳入预算"] == (2, "")
    assert set(problems(client, south_town.code)) == {"镇街未纳入预算"}


def test_behind_a_leaders_number_stand_its_organisations_and_no_person(
    wen, as_user, city, north, south, north_town, south_town
):
    told_no(south, south_town, north_town)
    client = as_user(wen)
    gaps = [gap for gap in client.get("/").context["page"].problems if gap.count]
    urls = {str(gap.label): gap.url for gap in gaps if gap.todo.key == "not_in_budget"}
    assert urls == {
        "区县未纳入预算": "/figures/91/FUND-03D/?which=out",
        "镇街未纳入预算": "/figures/91/FUND-03T/?which=out",
    }
    behind = client.get(urls["镇街未纳入预算"]).context["paging"].object_list
    assert {str(row.organisation) for row in behind} == {"青石镇", "红岩镇"}
    assert {row.evidence.value for row in behind} == {"未纳入预算"}
    assert not any(row.evidence.is_person for row in behind)


def test_before_anything_is_counted_no_level_is_shown(tree, wen, as_user):
    assert problems(as_user(wen)) == {}


def test_an_officer_is_asked_about_the_silent_ones_too(tree, as_user, north, north_town):
    plant("910101102", "河街", "town", north)
    told_no(north)
    client = as_user(official("bao", "包兰", "district_officer", north))
    gaps = [gap for gap in client.get("/").context["gaps"] if gap.todo.key == "not_in_budget"]
    assert [(str(gap.label), gap.count) for gap in gaps] == [("未纳入预算或未登记", 3)]


@pytest.mark.parametrize(
    ("role", "place", "expected"),
    [("town_officer", "north_town", (1, 1, 2)), ("district_officer", "north", (2, 1, 3))],
)
def test_an_officer_finds_each_list_behind_its_count(
    tree, lotus, willow, as_user, role, place, expected
):
    for one in (lotus, willow, tree["north_town"], tree["north"], tree["bamboo"]):
        established(one, date(2020, 1, 1))
    budget(lotus, approved_cny=1800)
    line(lotus, 300)
    rebuild(on=TODAY)
    client = as_user(official("bao", "包兰", role, tree[place]))
    assert counts(client) == dict(zip(MONEY, expected, strict=True))
    for gap in client.get("/").context["gaps"]:
        if gap.todo.key in MONEY:
            assert client.get(gap.url).context["count"] == gap.count


def test_both_forms_of_money_are_one_tap_away(as_user, qiu, lotus):
    offered = {quick.route for quick, _url in as_user(qiu).get("/").context["quicks"]}
    assert {"funding:line_create", "funding:yearly_create"} <= offered
    assert quicks.get("funding:line_create").url(lotus).endswith(f"?organisation={lotus.code}")
