"""What the API tells: filters of the registers, chosen fields, pages, and clear refusals."""

from datetime import date

import pytest
from django.test import Client

from federation.coverage.services import rebuild
from homes.models import Home, HomeKind
from orgs.models import Term
from tests.registers.records import member

pytestmark = pytest.mark.django_db


def asked(client, path):
    """The answer of the API to a GET."""
    answer = client.get(f"/api/v1/{path}")
    assert answer["Content-Type"] == "application/json"
    return answer


def refusal(client, path):
    """The sentence of a 400."""
    answer = asked(client, path)
    assert answer.status_code == 400, answer.content
    return answer.json()["detail"]


def test_only_the_fields_asked_for_are_told(as_user, lan, lotus):
    told = asked(as_user(lan), "organisations/?fields=code,short_name&q=荷花村").json()
    assert told["results"] == [{"code": "910101101201", "short_name": "荷花村"}]
    one = asked(as_user(lan), "organisations/910101101201/?fields=name").json()
    assert one == {"name": "渝光市北岸区青石镇荷花村"}


def test_an_unknown_field_is_refused_with_those_there_are(as_user, lan):
    words = refusal(as_user(lan), "organisations/?fields=code,phone")
    assert "没有“phone”这个字段" in words
    assert "short_name" in words


def test_the_filters_are_those_of_the_register(as_user, lan, lotus, willow):
    Term.objects.create(organisation=lotus, starts_on=date(2024, 5, 1), due_on=date(2099, 5, 1))
    running = asked(as_user(lan), "organisations/?term=running").json()["results"]
    assert [one["code"] for one in running] == [lotus.code]
    assert refusal(as_user(lan), "organisations/?term=yesterday").startswith("term：")


def test_a_parameter_nobody_knows_is_refused_because_a_misspelt_filter_gives_everything(
    as_user, lan
):
    words = refusal(as_user(lan), "organisations/?sttus=30")
    assert "没有“sttus”这个参数" in words
    assert "status" in words


@pytest.mark.parametrize(
    "query",
    [
        "cursor=%3F%3F", "cursor=cD1hYmM%3D", "cursor=cD0x%00", "cursor=" + "A" * 300,
        "page_size=0", "page_size=-1", "page_size=many", "reach=all", "q=" + "荷" * 300,
        "q=13900001234", "fields=,", "kind=none",
    ],
)  # fmt: skip
def test_bad_entries_get_a_sentence(as_user, lan, query):
    client = as_user(lan)
    client.raise_request_exception = False
    words = refusal(client, f"organisations/?{query}")
    assert words.endswith("。")


def test_a_broken_key_is_unknown_and_a_wrong_method_is_told(as_user, lan):
    client = as_user(lan)
    assert asked(client, "terms/none/").status_code == 404
    assert asked(client, "people/" + "9" * 300 + "/").status_code == 404
    answer = client.post("/api/v1/terms/")
    assert (answer.status_code, answer.json()["detail"]) == (405, "接口只能读取，请用 GET 请求。")


def test_pages_follow_each_other_without_gap_or_repetition(as_user, su, tree):
    client, address, found = as_user(su), "/api/v1/organisations/?page_size=2&fields=code", []
    while address:
        page = client.get(address).json()
        found += [one["code"] for one in page["results"]]
        address = page["next"]
    assert sorted(found) == sorted(one.code for one in tree.values())


def test_a_list_costs_the_same_queries_for_two_records_and_for_twelve(
    as_user, lan, lotus, django_assert_max_num_queries
):
    def count():
        client = as_user(lan)
        client.get("/api/v1/appointments/")
        with django_assert_max_num_queries(4) as found:
            client.get("/api/v1/appointments/")
        return len(found)

    member("何一", lotus)
    member("何二", lotus)
    few = count()
    for name in "三四五六七八九十":
        member(f"何{name}", lotus)
    assert count() == few


def test_an_organisation_can_be_chosen_with_all_below_or_alone(as_user, lan, lotus, north, bamboo):
    kind = HomeKind.objects.first()
    for place in (lotus, north):
        Home.objects.create(organisation=place, kind=kind, name=f"{place.short_name}之家")
    client = as_user(lan)

    def named(query):
        return {one["name"] for one in asked(client, f"homes/?{query}").json()["results"]}

    assert named("organisation=910101") == {"荷花村之家", "北岸区之家"}
    assert named("organisation=910101&reach=own") == {"北岸区之家"}
    for foreign in (bamboo.code, "000000"):
        assert asked(client, f"homes/?organisation={foreign}").status_code == 404


def test_dates_are_told_as_exactly_as_they_were_written(as_user, lan, lotus):
    Term.objects.create(
        organisation=lotus, starts_on=date(2021, 3, 1), starts_precision="month",
        due_on=date(2026, 3, 1),
    )  # fmt: skip
    [term] = asked(as_user(lan), "terms/").json()["results"]
    assert (term["starts_on"], term["due_on"]) == ("2021-03", "2026-03-01")


def test_appointments_are_refused_to_leaders(as_user, wen, lotus):
    member("何小荷", lotus)
    assert as_user(wen).get("/api/v1/appointments/").status_code == 403


def test_figures_are_those_of_the_rollup_with_everything_below(as_user, lan, wen, tree):
    Home.objects.create(
        organisation=tree["lotus"], kind=HomeKind.objects.get(code="women_home"), name="荷塘之家"
    )
    rebuild()
    one = asked(as_user(lan), "figures/910101101/?indicator=POS-01").json()
    assert one["organisation_code"] == "910101101"
    [figure] = one["figures"]
    assert (figure["indicator"], figure["numerator"], figure["denominator"]) == ("POS-01", 1, 2)
    listed = asked(as_user(lan), "figures/?indicator=POS-01&fields=organisation_code").json()
    assert {row["organisation_code"] for row in listed["results"]} == {
        tree[name].code for name in ("north", "north_town", "lotus", "willow")
    }
    assert asked(as_user(wen), "figures/910102/").status_code == 200
    assert asked(as_user(lan), "figures/910102/").status_code == 404


def test_figures_before_the_first_count_are_empty_and_no_zero(as_user, lan):
    one = asked(as_user(lan), "figures/910101/").json()
    assert (one["period"], one["as_of"], one["figures"]) == (None, None, [])


def test_months_are_told_with_their_seal(as_user, lan, tree):
    rebuild()
    months = asked(as_user(lan), "figures/910101/history/?indicator=POS-01").json()
    assert len(months) == 25
    last = months[-1]
    assert (last["is_frozen"], last["figures"][0]["denominator"]) == (False, 2)
    assert months[0]["figures"] == []


@pytest.mark.parametrize(
    "path",
    [
        "figures/?period=2026-13", "figures/?period=2026", "figures/?indicator=ORG-99",
        "figures/910101/history/?period=2026-01", "targets/?year=26", "targets/?year=99999999999",
    ],
)  # fmt: skip
def test_bad_questions_about_figures_get_a_sentence(as_user, lan, path):
    assert refusal(as_user(lan), path).endswith("。")


def test_the_catalogue_and_the_targets_are_told(as_user, lan):
    found = {one["code"]: one for one in asked(as_user(lan), "indicators/").json()}
    assert found["POS-01"]["shape"] == "share"
    assert found["POS-01"]["rule"]
    values = {one["indicator"]: one["value"] for one in asked(as_user(lan), "targets/").json()}
    assert values["POS-01"] == "100.00"


def test_the_handbook_names_every_address_and_shows_no_english(as_user, wen):
    page = as_user(wen).get("/handbook/").content.decode()
    for path in ("/organisations/{code}/", "/figures/{code}/history/", "/people/", "/targets/"):
        assert f"GET /api/v1{path}" in page
    assert "Organisations in scope" not in page


def test_the_document_is_openapi_and_only_for_accounts(as_user, wen, db):
    document = asked(as_user(wen), "schema/").json()
    assert document["openapi"].startswith("3.")
    assert set(document["paths"]) >= {"/api/v1/organisations/", "/api/v1/figures/{code}/history/"}
    assert {method for path in document["paths"].values() for method in path} == {"get"}
    assert Client().get("/api/v1/schema/").status_code == 401
