"""The change log as pages: who sees it, and how far."""

from datetime import date

import pytest
from django.utils.html import escape

from federation.audit.services import Actor, ChangeRow, record_changes, snapshot
from homes.models import HomeCheck, Standard
from orgs.models import ReportedFact
from tests.cast import official, post
from tests.registers.records import filled, home, member

pytestmark = pytest.mark.django_db


def rename(client, made, name: str) -> None:
    url = f"/homes/{made.uid}/edit/"
    assert client.post(url, filled(client, url, name=name)).status_code == 302


def test_an_auditor_reads_who_changed_what(as_user, qiu, ying, lotus):
    rename(as_user(qiu), home("旧名", lotus), "新名")
    [line] = as_user(ying).get("/changes/").context["lines"]
    told = {item.label: (item.before, item.after) for item in line.differences}
    assert line.change.actor_label == "邱月"
    assert told["名称"] == ("旧名", "新名")


def test_an_administrator_without_sight_of_people_reads_no_person(as_user, qiu, ying, hua, lotus):
    who = member("何小荷", lotus)
    client = as_user(qiu)
    url = f"/cadres/people/{who.uid}/edit/"
    client.post(url, filled(client, url, name="何大荷"))
    assert "何大荷" in as_user(ying).get("/changes/").content.decode()
    assert "何大荷" not in as_user(hua).get("/changes/").content.decode()


def test_the_chair_a_village_reported_is_a_person_in_the_change_log(as_user, ying, hua, lotus):
    fact = ReportedFact.objects.create(
        organisation=lotus, key="chair_name", as_of=date(2026, 3, 8), text="何莲"
    )
    row = ChangeRow(
        "orgs.ReportedFact", fact.uid, lotus.pk, lotus.branch_id, "create", None, snapshot(fact)
    )
    record_changes([row], actor=Actor.command())
    assert "何莲" in as_user(ying).get("/changes/").content.decode()
    assert "何莲" not in as_user(hua).get("/changes/").content.decode()


def test_who_checked_a_home_is_a_person_in_the_change_log(as_user, ying, hua, lotus):
    check = HomeCheck.objects.create(
        home=home("荷塘之家", lotus),
        standard=Standard.objects.get(),
        checked_on=date(2026, 3, 8),
        checker="何小荷",
    )
    row = ChangeRow(
        "homes.HomeCheck", check.uid, lotus.pk, lotus.branch_id, "create", None, snapshot(check)
    )
    record_changes([row], actor=Actor.command())
    assert "何小荷" in as_user(ying).get("/changes/").content.decode()
    assert "何小荷" not in as_user(hua).get("/changes/").content.decode()


def test_an_auditor_of_a_district_who_leads_the_city_reads_her_district_only(
    as_user, su, wen, north, lotus, bamboo
):
    rename(as_user(su), home("旧荷", lotus), "新荷")
    rename(as_user(su), home("旧竹", bamboo), "新竹")
    client = as_user(post(wen, "auditor", north))
    told = client.get("/changes/").content.decode()
    assert ("新荷" in told, "新竹" in told) == (True, False)


@pytest.mark.parametrize("address", ["/changes/", "/events/"])
def test_the_bar_above_a_log_goes_no_further_than_the_log(
    as_user, wen, city, north, south, lotus, address
):
    client = as_user(post(wen, "auditor", north))
    for query in ("", f"?organisation={lotus.code}"):
        answer = client.get(f"{address}{query}")
        steps = answer.context["scope_steps"]
        places = {step.name for step in steps} | {s.name for step in steps for s in step.siblings}
        assert north.short_name in places and not places & {city.short_name, south.short_name}
    assert client.get(f"{address}?organisation={south.code}").status_code == 404
    assert client.get(f"{address}?organisation={city.code}").status_code == 404


def managed(client, made, manager: str) -> None:
    """Somebody writes who manages the home."""
    url = f"/homes/{made.uid}/edit/"
    assert client.post(url, filled(client, url, manager_name=manager)).status_code == 302


def test_people_show_in_the_history_of_a_record_where_its_own_posting_sees_people(
    as_user, su, lan, lotus, bamboo, south
):
    at_lotus, at_bamboo = home("荷塘之家", lotus), home("竹林之家", bamboo)
    for made, manager in ((at_lotus, "何小荷"), (at_bamboo, "竺小竹")):
        managed(as_user(su), made, manager)
        check = HomeCheck.objects.create(
            home=made, standard=Standard.objects.get(), checked_on=date(2026, 3, 8), checker="朱查"
        )
        place = made.organisation
        row = ChangeRow(
            "homes.HomeCheck", check.uid, place.pk, place.branch_id, "create", None, snapshot(check)
        )
        record_changes([row], actor=Actor.command())
    client = as_user(post(lan, "leader", south))
    told = client.get(f"/homes/{at_lotus.uid}/history/").content.decode()
    assert ("何小荷" in told, "朱查" in told) == (True, True)
    answer = client.get(f"/homes/{at_bamboo.uid}/history/")
    told = answer.content.decode()
    assert answer.status_code == 200 and "苏青" in told
    assert ("竺小竹" in told, "朱查" in told) == (False, False)


def test_people_show_in_the_log_where_the_posting_over_the_change_sees_people(
    as_user, su, ying, north, south, lotus, bamboo
):
    managed(as_user(su), home("荷塘之家", lotus), "何小荷")
    managed(as_user(su), home("竹林之家", bamboo), "竺小竹")
    both = post(official("hong", "洪梅", "auditor", north), "administrator", south)
    for address in ("/changes/", "/"):
        told = as_user(both).get(address).content.decode()
        assert ("何小荷" in told, "竺小竹" in told) == (True, False), address
    told = as_user(ying).get("/changes/").content.decode()
    assert ("何小荷" in told, "竺小竹" in told) == (True, True)


@pytest.mark.parametrize("role", ["lan", "qiu", "wen"])
def test_others_have_no_change_log(as_user, request, role):
    assert as_user(request.getfixturevalue(role)).get("/changes/").status_code == 403


def test_older_changes_follow_on_the_next_page(as_user, qiu, ying, lotus):
    made = home("第 0 个名", lotus)
    client = as_user(qiu)
    for number in range(1, 53):
        rename(client, made, f"第 {number} 个名")
    reader = as_user(ying)
    first = reader.get("/changes/")
    rest = reader.get("/changes/", {"before": first.context["older"]})
    assert (len(first.context["lines"]), len(rest.context["lines"])) == (50, 2)
    assert reader.get("/changes/?before=x").status_code == 200


def test_older_changes_are_those_of_the_chosen_unit(as_user, qiu, ying, lotus):
    made = home("第 0 个名", lotus)
    client = as_user(qiu)
    for number in range(1, 52):
        rename(client, made, f"第 {number} 个名")
    page = as_user(ying).get("/changes/", {"organisation": lotus.code})
    link = page.context["older_url"]
    assert link.startswith(f"?organisation={lotus.code}&before=")
    assert escape(link) in page.content.decode()
    assert len(as_user(ying).get(f"/changes/{link}").context["lines"]) == 1
