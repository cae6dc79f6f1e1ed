"""The progress of renewals: the table, its records, their pages and rooms."""

from datetime import date
from functools import partial

import pytest
import time_machine

from federation.access.models import Role
from federation.audit.services import Actor
from federation.exchange.services import batch_report, batch_undo
from orgs.models import Renewal, Term
from tests.cast import post
from tests.exchange import tables
from tests.exchange.tables import accepted, changes, warnings
from tests.registers.records import filled, forget_lists, term

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
planned = partial(tables.planned, as_of=TODAY)
imported = partial(tables.imported, as_of=TODAY)
NEW = "/orgs/renewals/new/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-21T10:00:00+08:00", tick=False):
        yield


def row(place, **cells) -> dict:
    """A row of the table: due in November 2026."""
    return {"code": place.code, "due_on": "2026-11-20", **cells}


def errors(batch) -> list[tuple[str, str]]:
    """Field and sentence of every fault."""
    return [
        (error["field"], error["message"])
        for sheet in batch_report(batch)["sheets"]
        for rejected in sheet["rejected"]
        for error in rejected["errors"]
    ]


def renewal(place, **fields) -> Renewal:
    """A renewal due in November 2026."""
    return Renewal.objects.create(organisation=place, **{"due_on": date(2026, 11, 20), **fields})


def test_a_row_is_written_with_all_it_says(north, lotus):
    told = row(
        lotus, requested_on="2026-09-01", approved_on="2026年9月15日", held_on="20261018",
        member_count="15", chair_name="何 小荷", filing_no="荷妇〔2026〕3号",
    )  # fmt: skip
    batch = imported("renewals", [told], north)
    made = Renewal.objects.get()
    assert (made.organisation, made.branch, made.batch) == (lotus, north, batch.uid)
    assert (made.due_on, made.due_precision) == (date(2026, 11, 20), "day")
    assert (made.requested_on, made.approved_on) == (date(2026, 9, 1), date(2026, 9, 15))
    assert (made.held_on, made.members, made.chair_name) == (date(2026, 10, 18), 15, "何小荷")
    assert (made.filing_number, made.stage) == ("荷妇〔2026〕3号", Renewal.Stage.HELD)


def test_the_table_makes_no_term_and_says_that_one_is_missing(north, lotus, willow):
    term(willow, date(2026, 10, 1), date(2031, 10, 1), starts_precision="month")
    held = [row(lotus, held_on="2026-10-18"), row(willow, held_on="2026-10-18")]
    batch = imported("renewals", held, north)
    assert warnings(batch) == [
        "大会已在 2026-10-18 召开，系统中还没有这一届，请再登记新一届的换届日期。"
    ]
    assert Term.objects.count() == 1
    assert [one.organisation for one in Renewal.objects.all().without_term()] == [lotus]


def test_the_same_table_again_changes_nothing(north, lotus, willow):
    rows = [row(lotus, held_on="2026-10-18", chair_name="何小荷"), row(willow, due_on="2026.11")]
    imported("renewals", rows, north)
    assert changes(imported("renewals", rows, north)) == ["unchanged", "unchanged"]
    assert {one.version for one in Renewal.objects.all()} == {1}


def test_the_next_step_is_added_and_a_blank_cell_empties_nothing(north, lotus):
    imported("renewals", [row(lotus, requested_on="2026-09-01")], north)
    batch = imported("renewals", [row(lotus, approved_on="2026-09-15")], north)
    assert changes(batch) == ["changed"]
    made = Renewal.objects.get()
    assert (made.requested_on, made.approved_on) == (date(2026, 9, 1), date(2026, 9, 15))
    assert (made.stage, made.version) == (Renewal.Stage.APPROVED, 2)


def test_a_month_becomes_a_day_and_stays_one(north, lotus):
    imported("renewals", [row(lotus, due_on="2026年11月")], north)
    assert str(Renewal.objects.get()) == "荷花村 2026-11"
    assert changes(imported("renewals", [row(lotus)], north)) == ["changed"]
    assert changes(imported("renewals", [row(lotus, due_on="2026-11")], north)) == ["unchanged"]
    assert Renewal.objects.get().due.iso() == "2026-11-20"


def test_steps_out_of_order_are_refused_at_their_cells(north, lotus, willow):
    rows = [
        row(lotus, requested_on="2026-09-15", approved_on="2026-09-01"),
        row(willow, requested_on="2026-09-15", held_on="2026-09-01"),
    ]
    assert errors(planned("renewals", rows, north)) == [
        ("approved_on", "批复日期早于请示日期 2026-09-15，请核对先后。"),
        ("held_on", "大会日期早于请示日期 2026-09-15，请核对先后。"),
    ]


def test_a_step_before_one_on_record_is_not_written(north, lotus):
    imported("renewals", [row(lotus, requested_on="2026-09-15")], north)
    batch = imported("renewals", [row(lotus, held_on="2026-09-01")], north)
    assert changes(batch) == ["conflict"]
    assert Renewal.objects.get().held_on is None


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"held_on": "2026-12-01"}, "held_on"),
        ({"approved_on": "2026-09"}, "approved_on"),
        ({"due_on": None}, "due_on"),
        ({"due_on": "26.11"}, "due_on"),
        ({"member_count": "约15"}, "member_count"),
    ],
)
def test_a_bad_cell_keeps_its_row_out(north, lotus, willow, cells, field):
    batch = planned("renewals", [row(lotus, **cells), row(willow)], north)
    assert [name for name, _words in errors(batch)] == [field]


def test_one_renewal_twice_in_a_table_is_written_once(north, lotus):
    rows = [row(lotus), row(lotus), row(lotus, due_on="2026-11", member_count="9")]
    batch = imported("renewals", rows, north)
    assert changes(batch) == ["new", "duplicate", "conflict"]
    assert Renewal.objects.get().members is None


def test_two_days_of_a_year_on_record_do_not_both_become_its_day(north, lotus):
    vague = renewal(lotus, due_on=date(2026, 1, 1), due_precision="year")
    rows = [row(lotus, due_on="2026-05-10"), row(lotus, due_on="2026-08-10", held_on="2026-08-01")]
    batch = imported("renewals", rows, north)
    assert changes(batch) == ["changed", "conflict"]
    assert warnings(batch) == [
        "系统中的届满日期只到年或月，前面一行已对上它，这一行没有写入，请核对。"
    ]
    vague.refresh_from_db()
    assert (vague.due.iso(), vague.held_on, vague.version) == ("2026-05-10", None, 2)


def test_a_month_means_the_renewal_of_its_first_day_before_one_of_its_year(north, lotus):
    renewal(lotus, due_on=date(2026, 1, 1), due_precision="year")
    renewal(lotus, due_on=date(2026, 5, 1))
    batch = imported("renewals", [row(lotus, due_on="2026-05", member_count="9")], north)
    assert changes(batch) == ["changed"]
    told = {one.due.iso(): one.members for one in Renewal.objects.all()}
    assert told == {"2026": None, "2026-05-01": 9}


def test_a_due_day_unlike_that_of_the_term_is_pointed_out(north, lotus):
    term(lotus, date(2021, 12, 1), date(2026, 12, 1))
    batch = planned("renewals", [row(lotus)], north)
    assert warnings(batch) == ["系统中本届的届满日期是 2026-12-01，表中是 2026-11-20，请核对。"]
    assert warnings(planned("renewals", [row(lotus, due_on="2026-12")], north)) == []


def test_undo_takes_back_steps_and_records(north, lotus, willow):
    imported("renewals", [row(lotus, requested_on="2026-09-01")], north)
    rows = [row(lotus, approved_on="2026-09-15"), row(willow)]
    batch_undo(batch=imported("renewals", rows, north), actor=Actor.command())
    left = Renewal.objects.get()
    assert (left.organisation, left.requested_on, left.approved_on) == (
        lotus, date(2026, 9, 1), None,
    )  # fmt: skip


def test_a_town_is_meant_where_no_village_is_named(north, north_town):
    told = {"town": "青石镇", "due_on": "2026-11-20"}
    found = accepted(planned("renewals", [told], north))
    assert found[0]["values"]["org_code"] == north_town.code


def send(client, place, **entries):
    """The form as a browser sends it."""
    address = f"{NEW}?organisation={place.code}"
    return client.post(NEW, filled(client, address, **entries))


def test_a_clerk_enters_a_renewal_of_her_village(as_user, qiu, lotus):
    answer = send(as_user(qiu), lotus, due_on="2026-11", requested_on="2026-09-01")
    assert answer["Location"] == f"/orgs/{lotus.code}/"
    made = Renewal.objects.get()
    assert (made.organisation, made.due.iso(), made.stage) == (
        lotus, "2026-11", Renewal.Stage.REQUESTED,
    )  # fmt: skip
    page = as_user(qiu).get(f"/orgs/{lotus.code}/").content.decode()
    assert "已请示" in page


@pytest.mark.parametrize(
    ("entries", "field", "words"),
    [
        ({"approved_on": "2026-08-01"}, "approved_on", "批复日期不能早于请示日期。"),
        ({"held_on": "2026-08-01"}, "held_on", "大会日期不能早于请示日期。"),
        ({"held_on": "2026-12-01"}, "held_on", "大会日期不能晚于今天（2026年11月21日）。"),
        ({"due_on": ""}, "due_on", "届满日期还没有填写。"),
        ({"due_on": "2027-03"}, "due_on", "这个单位的这次换届已经登记过，请打开原来的记录修改。"),
    ],
)
def test_a_bad_entry_is_told_at_its_field(as_user, qiu, lotus, entries, field, words):
    renewal(lotus, due_on=date(2027, 3, 8))
    told = {"due_on": "2026-11", "requested_on": "2026-09-01", **entries}
    answer = send(as_user(qiu), lotus, **told)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [words]}


def test_the_list_is_narrowed_by_step_and_by_what_is_missing(as_user, lan, lotus, willow):
    renewal(lotus, held_on=date(2026, 10, 18))
    renewal(willow, requested_on=date(2026, 9, 1))
    client = as_user(lan)

    def listed(query):
        page = client.get(f"/orgs/renewals/?{query}").context["table"].data
        return [str(one.organisation) for one in page]

    assert listed("") == ["荷花村", "柳溪村"]
    assert listed("stage=requested_on") == ["柳溪村"]
    assert listed("stage=held_on") == ["荷花村"]
    assert listed("stage=none") == []
    assert listed("term=missing") == ["荷花村"]
    assert listed("year=2025") == []


def test_a_held_congress_without_a_term_stands_among_the_to_dos(as_user, lan, lotus, willow):
    renewal(lotus, held_on=date(2026, 10, 18))
    renewal(willow, held_on=date(2026, 10, 18))
    term(willow, date(2026, 10, 18), date(2031, 10, 18))
    client = as_user(lan)
    gaps = {gap.todo.key: gap for gap in client.get("/").context["gaps"]}
    assert gaps["renewed_without_term"].count == 1
    page = client.get(gaps["renewed_without_term"].url)
    assert page.context["count"] == 1
    assert "荷花村" in page.content.decode()


def test_leaders_see_how_far_it_is_and_not_who_was_elected(as_user, wen, lan, lotus):
    renewal(lotus, held_on=date(2026, 10, 18), chair_name="何小荷", members=15)
    for who, sees in ((wen, False), (lan, True)):
        page = as_user(who).get(f"/orgs/{lotus.code}/").content.decode()
        assert "执委 15 人" in page
        assert ("何小荷" in page) is sees
    assert "何小荷" not in as_user(wen).get("/orgs/renewals/").content.decode()


def test_who_sees_no_people_neither_reads_nor_writes_who_was_elected(
    as_user, lan, south, lotus, bamboo
):
    Role.objects.create(code="typist", name="录入员", can_capture=True)
    client = as_user(post(lan, "typist", south))
    made = {place: renewal(place, chair_name="何小荷", members=15) for place in (lotus, bamboo)}
    for place, sees in ((lotus, True), (bamboo, False)):
        url = f"/orgs/renewals/{made[place].uid}/edit/"
        assert ("何小荷" in client.get(url).content.decode()) is sees
        sent = {**filled(client, url), "chair_name": "吴竹", "members": "17"}
        assert client.post(url, sent).status_code == 302
        made[place].refresh_from_db()
        assert made[place].members == 17
        assert made[place].chair_name == ("吴竹" if sees else "何小荷")
    answer = send(client, bamboo, due_on="2031-11", chair_name="吴竹")
    assert answer.context["form"].errors == {
        "chair_name": ["您在这个单位不能填写人员信息，请留空。"]
    }
    assert send(client, bamboo, due_on="2031-11").status_code == 302


def test_the_room_tells_the_steps_and_no_name(as_user, lan, lotus, bamboo):
    made = renewal(lotus, requested_on=date(2026, 9, 1), due_precision="month", chair_name="何荷")
    renewal(bamboo)
    [told] = as_user(lan).get("/api/v1/renewals/").json()["results"]
    assert told == {
        "uid": str(made.uid),
        "organisation_code": lotus.code,
        "due_on": "2026-11",
        "stage": "已请示",
        "requested_on": "2026-09-01",
        "approved_on": None,
        "held_on": None,
        "members": None,
        "filing_number": "",
    }


def test_the_list_costs_the_same_queries_for_two_and_for_twelve(
    as_user, lan, lotus, willow, django_assert_max_num_queries
):
    def count():
        forget_lists()
        client = as_user(lan)
        client.get("/orgs/renewals/")
        with django_assert_max_num_queries(12) as found:
            client.get("/orgs/renewals/?stage=none")
        return len(found)

    renewal(lotus)
    renewal(willow)
    few = count()
    for year in range(2010, 2020):
        renewal(lotus, due_on=date(year, 11, 20))
    assert count() == few


def test_the_page_of_the_organisation_tells_its_latest_three_in_as_many_queries_as_none(
    as_user, lan, lotus, django_assert_num_queries, django_assert_max_num_queries
):
    client, url = as_user(lan), f"/orgs/{lotus.code}/"
    client.get(url)
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    days = {"requested_on": date(2026, 9, 1), "approved_on": date(2026, 9, 15)}
    told = {"members": 15, "chair_name": "何小荷", "filing_number": "荷妇〔2026〕3号"}
    latest = renewal(lotus, due_precision="month", **days, **told)
    for year in range(2006, 2026, 5):
        renewal(lotus, due_on=date(year, 11, 20))
    with django_assert_num_queries(len(few)):
        page = client.get(url)
    block = page.content.decode().partition('id="renewals"')[2].partition("</section>")[0]
    assert [block.count(f"<time>{day}") for day in ("2026-11<", "2021-11-20<", "2016-11-20<")] == [
        1, 1, 1
    ]  # fmt: skip
    assert "2011" not in block
    for words in ("已批复", "2026-09-01", "2026-09-15", "15 人", "何小荷", "荷妇〔2026〕3号"):
        assert words in block
    assert f"/orgs/renewals/{latest.uid}/edit/" in block


def test_the_desk_corrects_a_renewal_and_shows_no_name(as_user, hua, lotus):
    made = renewal(lotus, chair_name="何小荷")
    client, url = as_user(hua), f"/admin/orgs/renewal/{made.uid}/change/"
    assert "何小荷" not in client.get(url).content.decode()
    answer = client.post(url, {"due_on": "2026-11-21", "version": "1"})
    assert answer.status_code == 302, answer.content.decode()
    made.refresh_from_db()
    assert (made.due_on, made.chair_name) == (date(2026, 11, 21), "何小荷")
