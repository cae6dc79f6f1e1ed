"""The log of deeds: by scope, by group, told without what the reader may not see."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from federation.access.scope import Grant, Scope
from federation.audit.models import Event
from federation.audit.services import Actor, endings, record_event
from federation.registers.events import events_in
from tests.cast import official, post, role

pytestmark = pytest.mark.django_db
PAGE = "/events/"


@pytest.fixture
def deeds(lan, mei, lotus, bamboo, qiu):
    """Lan and Mei come in; Lan opens a number and takes a list out; somebody is locked."""
    record_event("login", actor=Actor.of(lan))
    record_event("login", actor=Actor.of(mei))
    record_event("reveal", actor=Actor.of(lan), obj=qiu, organisation_id=lotus.pk,
                 reason="核对身份信息：何莲本人要求", column="phone")  # fmt: skip
    record_event(
        "export", actor=Actor.of(mei), organisation_id=bamboo.pk, register="person", rows=7
    )
    record_event("refused", actor=Actor.of(lan), route="x:y")
    record_event("locked", actor=Actor(None, "lan"))
    record_event("coverage_frozen", actor=Actor.system(), period="2026-10")


def page(client, query=""):
    return client.get(f"{PAGE}{query}").content.decode()


def numbers(answer):
    return {str(key): number for key, _label, number, _url in answer.context["chips"]}


def test_the_city_sees_all_and_counts_by_group(as_user, ying, deeds):
    answer = as_user(ying).get(PAGE)
    assert numbers(answer) == {
        "": 7, "entry": 2, "reveal": 1, "export": 1, "refused": 2, "system": 1,
    }  # fmt: skip
    told = answer.content.decode()
    assert "兰晓梅" in told and "查看完整号码" in told and "7 行" in told
    assert "统计期：2026-10" in told


def test_a_district_sees_its_own_people_and_places_only(as_user, north, deeds):
    local = official("hong", "洪梅", "auditor", north)
    answer = as_user(local).get(PAGE)
    assert numbers(answer) == {"": 3, "entry": 1, "reveal": 1, "refused": 1}
    assert "梅雪" not in answer.content.decode()


def test_an_organisation_narrows_and_a_foreign_one_is_not_there(as_user, ying, north, south, deeds):
    told = page(as_user(ying), f"?organisation={south.code}")
    assert "梅雪" in told and "兰晓梅" not in told
    local = official("hong", "洪梅", "auditor", north)
    assert as_user(local).get(f"{PAGE}?organisation={south.code}").status_code == 404


def test_reasons_are_for_those_who_see_people(as_user, ying, hua, deeds):
    assert "何莲本人要求" in page(as_user(ying))
    assert "何莲本人要求" not in page(as_user(hua))


def test_reasons_are_told_only_where_people_may_be_seen(as_user, hua, north, south, deeds):
    client = as_user(post(hua, "auditor", south))
    assert "何莲本人要求" not in page(client)
    assert "何莲本人要求" not in client.get(f"{PAGE}export/").getvalue().decode("utf-8-sig")
    client = as_user(post(hua, "auditor", north))
    assert "何莲本人要求" in page(client)
    assert "何莲本人要求" in client.get(f"{PAGE}export/").getvalue().decode("utf-8-sig")


def test_an_auditor_of_a_district_who_leads_the_city_reads_her_district_only(
    as_user, wen, north, deeds
):
    answer = as_user(post(wen, "auditor", north)).get(PAGE)
    assert numbers(answer) == {"": 3, "entry": 1, "reveal": 1, "refused": 1}


def move(lan, north, south, on):
    """Lan leaves the north for the south on a day."""
    lan.postings.update(until_on=on)
    lan.postings.create(role=role("district_officer"), organisation=south, from_on=on)


def logged_in(lan, days_ago):
    event = record_event("login", actor=Actor.of(lan))
    Event.objects.filter(pk=event.pk).update(at=timezone.now() - timedelta(days=days_ago))


def test_a_district_keeps_the_deeds_of_those_who_have_left_and_gets_none_of_later(
    as_user, lan, north, south
):
    move(lan, north, south, timezone.localdate() - timedelta(days=10))
    for days_ago in (12, 11, 9, 0):
        logged_in(lan, days_ago)
    days = {
        name: [timezone.localdate(line.event.at) for line in page_lines(as_user, name, place)]
        for name, place in (("hong", north), ("huang", south))
    }
    ago = {n: timezone.localdate() - timedelta(days=n) for n in (0, 9, 11, 12)}
    assert days == {"hong": [ago[11], ago[12]], "huang": [ago[0], ago[9]]}


def page_lines(as_user, username, place):
    """What an auditor of a place reads, the newest first."""
    auditor = official(username, username, "auditor", place)
    lines = as_user(auditor).get(PAGE).context["lines"]
    return sorted(lines, key=lambda line: line.event.at, reverse=True)


def test_on_the_day_a_posting_is_ended_by_hand_its_morning_counts(as_user, lan, north):
    logged_in(lan, 0)
    lan.postings.update(until_on=timezone.localdate())
    [line] = page_lines(as_user, "hong", north)
    assert line.event.actor == lan


def test_the_day_of_an_event_is_a_day_of_this_country(as_user, lan, north):
    event = record_event("login", actor=Actor.of(lan))
    Event.objects.update(at=datetime(2026, 11, 1, 16, 30, tzinfo=UTC))
    lan.postings.update(from_on=date(2026, 11, 2))
    found = events_in(Scope(Grant.VIEW, (north.path,), (north.path,)))
    assert list(found) == [event]
    lan.postings.update(from_on=date(2026, 11, 3))
    assert not found.all()


def test_what_was_done_by_a_role_taken_back_stays_in_the_log_of_the_city(as_user, lan, ying):
    record_event("login", actor=Actor.of(lan))
    lan.postings.all().delete()
    assert numbers(as_user(ying).get(PAGE)) == {"": 1, "entry": 1}


def test_group_and_name_narrow_the_list(as_user, ying, deeds):
    told = page(as_user(ying), "?group=export")
    assert "导出" in told and "查看完整号码" not in told
    assert page(as_user(ying), "?q=梅雪&group=").count("<li><time") == 2


def test_old_deeds_show_when_asked_for(as_user, ying, lan):
    event = record_event("login", actor=Actor.of(lan))
    Event.objects.filter(pk=event.pk).update(at=timezone.now() - timedelta(days=100))
    assert as_user(ying).get(PAGE).context["lines"] == []
    assert len(as_user(ying).get(f"{PAGE}?days=365").context["lines"]) == 1


def test_the_export_holds_the_rows_of_the_page_and_is_itself_a_deed(as_user, ying, deeds):
    text = as_user(ying).get(f"{PAGE}export/?group=refused").getvalue().decode("utf-8-sig")
    lines = text.splitlines()
    assert len(lines) == 4 and lines[0] == "时间,谁,做了什么,对象,说明"
    assert lines[3].startswith("导出人：应红")
    deed = Event.objects.get(deed="export", actor=ying)
    assert deed.detail == {"register": "event", "whole": False}
    assert endings([deed]) == {deed.uid: {"rows": 2, "whole": True}}


def test_a_number_in_the_search_is_sent_back(as_user, ying):
    assert as_user(ying).get(f"{PAGE}?q=13900001234")["Location"] == PAGE


@pytest.mark.parametrize("query", ["before=x", "before=9999999999999999999", "days=x", "group=x"])
def test_a_broken_address_is_read_as_the_usual_one(as_user, ying, query):
    assert as_user(ying).get(f"{PAGE}?{query}").status_code == 200


def test_older_events_are_on_the_next_page(as_user, ying, lan):
    for _number in range(51):
        record_event("login", actor=Actor.of(lan))
    client = as_user(ying)
    first = client.get(PAGE)
    assert len(first.context["lines"]) == 50
    assert len(client.get(PAGE + first.context["older_url"]).context["lines"]) == 1


def test_the_page_costs_the_same_however_many_deeds(
    as_user, ying, lan, lotus, django_assert_max_num_queries
):
    for number in range(40):
        account = official(f"a{number}", f"柳{number}", "village_clerk", lotus)
        record_event("account_created", actor=Actor.of(lan), obj=account, organisation_id=lotus.pk)
    client = as_user(ying)
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        assert len(client.get(PAGE).context["lines"]) == 40
