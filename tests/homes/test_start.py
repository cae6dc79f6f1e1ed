"""The check of the year on start pages: who is asked for it, and the form one tap away."""

from datetime import date

import pytest
import time_machine

from federation.registers.declare import todos
from homes.models import Home, HomeCheck, HomeKind, Standard
from orgs.models import Organisation
from tests.registers.records import filled, home

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
NEXT = "/homes/check/"


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


def looked(place: Home, day: date) -> HomeCheck:
    return HomeCheck.objects.create(
        home=place, standard=Standard.objects.get(), checked_on=day, answers={"place": True}
    )


def asked_for() -> set[str]:
    """The villages whose check of this year is missing."""
    found = todos.get("home_unchecked")().lacking(Organisation.objects.all(), TODAY)
    return set(found.values_list("short_name", flat=True))


def test_a_village_is_asked_until_somebody_looked_this_year(lotus, willow):
    place = home("荷花村妇女之家", lotus)
    assert asked_for() == {"荷花村"}
    looked(place, date(2025, 12, 31))
    assert asked_for() == {"荷花村"}
    looked(place, date(2026, 1, 1))
    assert asked_for() == set()
    home("东院妇女之家", lotus)
    assert asked_for() == {"荷花村"}


def test_other_kinds_closed_places_and_towns_are_not_asked_for(lotus, willow, north_town):
    home("一号微家", lotus, kind=HomeKind.objects.get(code="micro_home"))
    home("柳树村妇女之家", willow, closed_on=date(2026, 6, 1))
    home("青石镇妇女之家", north_town)
    assert asked_for() == set()


def test_her_start_page_leads_a_clerk_to_the_form_and_then_asks_no_more(as_user, qiu, lotus):
    place, client = home("荷花村妇女之家", lotus), as_user(qiu)
    gaps = {gap.todo.key: gap.fix_url for gap in client.get("/").context["gaps"]}
    assert gaps["home_unchecked"] == f"{NEXT}?organisation={lotus.code}"
    quick = {quick.route: url for quick, url in client.get("/").context["quicks"]}
    assert quick["homes:check_next"] == gaps["home_unchecked"]
    answer = client.get(gaps["home_unchecked"])
    url = f"/homes/{place.uid}/check/"
    assert answer["Location"] == url
    told = {f"item-{item.code}": "yes" for item in Standard.objects.get().items.all()}
    assert client.post(url, filled(client, url, **told)).status_code == 302
    check = place.checks.get()
    assert (check.is_passed, check.checked_on) == (True, TODAY)
    assert "home_unchecked" not in {gap.todo.key for gap in client.get("/").context["gaps"]}


def test_the_form_offers_three_answers_to_tap_for_each_item(as_user, qiu, lotus):
    place = home("荷花村妇女之家", lotus)
    page = as_user(qiu).get(f"/homes/{place.uid}/check/").content.decode()
    assert page.count('type="radio"') == 15
    assert page.index("固定场所") < page.index("核查人")


def test_the_next_home_is_one_nobody_looked_at_this_year(as_user, lan, lotus, willow):
    looked(home("荷花村妇女之家", lotus), date(2026, 3, 1))
    waiting, client = home("柳树村妇女之家", willow), as_user(lan)
    assert client.get(NEXT)["Location"] == f"/homes/{waiting.uid}/check/"
    looked(waiting, date(2026, 3, 1))
    first = Home.objects.get(name="荷花村妇女之家")
    assert client.get(NEXT)["Location"] == f"/homes/{first.uid}/check/"


def test_where_no_home_is_known_one_is_entered_first(as_user, qiu, lotus):
    answer = as_user(qiu).get(f"{NEXT}?organisation={lotus.code}", follow=True)
    assert answer.redirect_chain == [(f"/homes/new/?organisation={lotus.code}", 302)]
    assert "还没有登记妇女之家，请先登记。" in answer.content.decode()


def test_homes_of_others_are_not_led_to(as_user, lan, bamboo):
    home("竹林村妇女之家", bamboo)
    client = as_user(lan)
    assert client.get(f"{NEXT}?organisation={bamboo.code}").status_code == 404
    assert client.get(NEXT)["Location"].startswith("/homes/new/")
