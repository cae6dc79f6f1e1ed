"""The read-only API and the answer to the supervisor."""

import pytest
from django.test import Client

from tests.registers.records import member

pytestmark = pytest.mark.django_db


def test_healthz_answers_without_login():
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["me/", "organisations/", "organisations/910101/", "people/"])
def test_strangers_are_turned_away(north, path):
    assert Client().get(f"/api/v1/{path}").status_code in (401, 403)


def test_me_tells_the_account_and_its_postings(as_user, lan):
    assert as_user(lan).get("/api/v1/me/").json() == {
        "username": "lan",
        "postings": [{"role": "district_officer", "organisation_code": "910101"}],
    }


def test_organisations_in_scope_are_found_by_code_and_foreign_ones_are_not(as_user, lan, tree):
    client = as_user(lan)
    listed = [one["code"] for one in client.get("/api/v1/organisations/").json()["results"]]
    assert set(listed) == {tree[name].code for name in ("north", "north_town", "lotus", "willow")}
    assert client.get("/api/v1/organisations/910101101201/").json()["short_name"] == "荷花村"
    for code in ("910102", "91", "000000", "x" * 40):
        assert client.get(f"/api/v1/organisations/{code}/").status_code == 404


def test_people_are_masked_in_scope_and_refused_to_leaders(as_user, lan, wen, lotus, bamboo):
    who = member("何小荷", lotus)
    member("竹小林", bamboo)
    [found] = as_user(lan).get("/api/v1/people/").json()["results"]
    assert found["name"] == "何小荷"
    assert found["id_number_masked"] == who.id_number_masked
    assert set(found) == {
        "uid", "name", "sex", "ethnic", "political", "education", "id_number_masked",
        "phone_masked",
    }  # fmt: skip
    assert as_user(wen).get("/api/v1/people/").status_code == 403


def test_the_api_cannot_write(as_user, su, lotus):
    client = as_user(su)
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(f"/api/v1/organisations/{lotus.code}/", {}).status_code == 405


def test_pages_are_limited(as_user, su, lotus):
    for number in range(12):
        member("何" + "一二三四五六七八九十甲乙"[number], lotus)
    answer = as_user(su).get("/api/v1/people/?page_size=10").json()
    assert len(answer["results"]) == 10
    assert answer["next"]
    assert as_user(su).get("/api/v1/people/?page_size=100000").status_code == 200
