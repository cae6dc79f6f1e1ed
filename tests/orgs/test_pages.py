"""The pages of an organisation and its terms."""

from datetime import date

import pytest
from freezegun import freeze_time

from federation.audit.models import Change
from federation.signals import records_changed
from orgs.models import Organisation, ReportedFact, Term
from tests.registers.records import filled, home, member, term

pytestmark = pytest.mark.django_db
TODAY = "2026-11-21 02:00:00"


def facts(answer) -> dict[str, str]:
    return {str(fact.label): str(fact.text) for fact in answer.context["facts"]}


def block(answer, key: str):
    [found] = [b for b in answer.context["wide"] + answer.context["side"] if b.key == key]
    return found


def test_the_page_tells_the_chair_the_committee_and_the_homes(as_user, lan, lotus):
    member("何主席", lotus, "主席")
    for name in ("何一", "何二"):
        member(name, lotus)
    home("荷花村妇女之家", lotus)
    told = facts(as_user(lan).get(f"/orgs/{lotus.code}/"))
    assert told["妇联主席"] == "何主席"
    assert told["执委"].startswith("3 人")
    assert told["妇女之家"] == "1 个"


def test_numbers_lead_to_exactly_their_rows(as_user, lan, north_town, lotus):
    for name in ("陶一", "陶二"):
        member(name, north_town)
    member("何一", lotus)
    client = as_user(lan)
    page = client.get(f"/orgs/{north_town.code}/")
    urls = {str(fact.label): fact.url for fact in page.context["facts"]}
    assert client.get(urls["执委"]).context["count"] == block(page, "roster").count == 2
    assert client.get(urls["下级组织"]).context["count"] == block(page, "lower").count == 1


def test_a_leader_sees_how_many_and_not_who(as_user, wen, lotus, willow):
    member("何主席", lotus, "主席")
    page = as_user(wen).get(f"/orgs/{lotus.code}/")
    assert facts(page)["妇联主席"] == "已配"
    assert facts(page)["执委"].startswith("1 人")
    assert "何主席" not in page.content.decode()
    assert "何主席" not in as_user(wen).get(f"/orgs/{lotus.parent.code}/").content.decode()


@freeze_time(TODAY)
def test_units_below_stand_worst_first(as_user, lan, north_town, lotus, willow):
    for village in (lotus, willow):
        village.status = Organisation.Status.ESTABLISHED
        village.save()
    member("何主席", lotus, "主席")
    rows = block(as_user(lan).get(f"/orgs/{north_town.code}/"), "lower").units
    assert [(str(unit.organisation), unit.hint) for unit in rows] == [
        ("柳溪村", "没有主席"),
        ("荷花村", "缺执委 9 人"),
    ]


def test_a_reported_size_counts_until_a_record_is_confirmed(as_user, lan, north_town, lotus):
    lotus.status = Organisation.Status.ESTABLISHED
    lotus.save()
    member("何主席", lotus, "主席", from_report=True)
    ReportedFact.objects.create(
        organisation=lotus, key="exec_count", as_of=date(2026, 6, 1), text="11", number=11
    )
    client = as_user(lan)
    [unit] = block(client.get(f"/orgs/{north_town.code}/"), "lower").units
    assert unit.members.startswith("报 11")
    member("何一", lotus)
    [unit] = block(client.get(f"/orgs/{north_town.code}/"), "lower").units
    assert unit.members.startswith("2 /")


@freeze_time(TODAY)
def test_a_lapsed_term_says_for_how_long(as_user, lan, lotus):
    term(lotus, date(2021, 11, 1), date(2026, 11, 1))
    page = as_user(lan).get(f"/orgs/{lotus.code}/")
    assert "已过 20 天" in page.content.decode()
    assert "届满未换" in page.content.decode()


def test_a_foreign_page_is_as_unknown_as_none(as_user, lan, south):
    client = as_user(lan)
    for code in (south.code, "999999"):
        for tail in ("", "edit/", "history/"):
            assert client.get(f"/orgs/{code}/{tail}").status_code == 404


def test_a_clerk_sets_her_village_established(as_user, qiu, lotus):
    client = as_user(qiu)
    url = f"/orgs/{lotus.code}/edit/"
    sent = filled(client, url, status="30", status_since_on="2003-08")
    assert client.post(url, sent).status_code == 302
    lotus.refresh_from_db()
    assert (lotus.status, lotus.status_since_on, lotus.status_since_precision) == (
        "30", date(2003, 8, 1), "month",
    )  # fmt: skip
    assert Change.objects.get().organisation == lotus


def test_established_without_a_day_is_refused(as_user, qiu, lotus):
    client = as_user(qiu)
    url = f"/orgs/{lotus.code}/edit/"
    answer = client.post(url, filled(client, url, status="30"))
    assert answer.context["form"].errors["status_since_on"] == [
        "选“已成立”或“整顿”时，请填写成立时间。"
    ]


def test_a_clerk_cannot_take_her_village_out_of_the_count(as_user, qiu, tao, lotus):
    client = as_user(qiu)
    url = f"/orgs/{lotus.code}/edit/"
    client.post(url, filled(client, url, is_expected=""))
    lotus.refresh_from_db()
    assert lotus.is_expected
    assert "is_expected" in as_user(tao).get(url).context["form"].fields


def test_a_term_is_due_after_the_years_of_its_kind(as_user, qiu, lotus):
    client = as_user(qiu)
    url = f"/orgs/terms/new/?organisation={lotus.code}"
    assert client.post(url, filled(client, url, starts_on="2023-08-16")).status_code == 302
    made = Term.objects.get()
    assert made.due_on == date(2023 + lotus.kind.term_years, 8, 16)


def test_overlapping_terms_are_refused_with_both_days(as_user, qiu, lotus):
    term(lotus, date(2021, 5, 1), date(2026, 5, 1))
    client = as_user(qiu)
    url = f"/orgs/terms/new/?organisation={lotus.code}"
    answer = client.post(url, filled(client, url, starts_on="2024-01-01"))
    assert "2021-05-01 至 2026-05-01" in answer.context["form"].errors["starts_on"][0]


def test_an_early_election_follows_a_term_that_was_ended(as_user, qiu, lotus):
    term(lotus, date(2021, 5, 1), date(2026, 5, 1), ended_on=date(2024, 1, 1))
    client = as_user(qiu)
    url = f"/orgs/terms/new/?organisation={lotus.code}"
    assert client.post(url, filled(client, url, starts_on="2024-01-01")).status_code == 302


def test_a_term_of_a_foreign_village_cannot_be_made(as_user, qiu, lotus, willow):
    client = as_user(qiu)
    url = "/orgs/terms/new/"
    sent = filled(client, url, organisation=willow.code, starts_on="2024-01-01")
    assert client.post(url, sent).status_code == 422
    assert not Term.objects.exists()


def test_saving_tells_whose_figures_to_look_at(as_user, qiu, lotus):
    heard = []

    def listen(sender, organisation_ids, inline, **kwargs):
        heard.append((sender, set(organisation_ids), inline))

    records_changed.connect(listen)
    try:
        client = as_user(qiu)
        url = "/orgs/terms/new/"
        client.post(url, filled(client, url, organisation=lotus.code, starts_on="2024-01-01"))
    finally:
        records_changed.disconnect(listen)
    assert heard == [(Term, {lotus.pk}, True)]


def test_a_cover_from_outside_the_scope_stays_where_it_is(as_user, qiu, lotus, bamboo, pine):
    lotus.covered_by = bamboo
    lotus.save()
    client = as_user(qiu)
    url = f"/orgs/{lotus.code}/edit/"
    sent = filled(client, url, status="20")
    assert sent["covered_by"] == bamboo.code
    assert client.post(url, sent).status_code == 302
    lotus.refresh_from_db()
    assert (lotus.status, lotus.covered_by) == ("20", bamboo)
    refused = client.post(url, filled(client, url, covered_by=pine.code))
    assert "不在您的填报范围" in refused.context["form"].errors["covered_by"][0]
