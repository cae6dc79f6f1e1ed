"""Volunteers: the table, its records, their pages and rooms, and what nobody may read."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
import time_machine

from cadres.models import Person, Volunteer
from federation.audit.services import Actor
from federation.exchange.services import batch_apply, batch_report, batch_undo
from tests.exchange import tables
from tests.exchange.tables import changes, id_number, warnings
from tests.registers.records import filled, forget_lists, member

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
planned = partial(tables.planned, as_of=TODAY)
imported = partial(tables.imported, as_of=TODAY)
NEW = "/cadres/volunteers/new/"
PHONE = "14000000001"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-21T10:00:00+08:00", tick=False):
        yield


def row(place, name="何小荷", **cells) -> dict:
    """A row of the table."""
    return {"code": place.code, "person_name": name, "team": "荷风队", **cells}


def volunteer(place, name="何小荷", number="", phone="", **fields) -> Volunteer:
    """A volunteer on record."""
    made = Volunteer(organisation=place, name=name, **fields)
    if number:
        made.write_sealed("id_number", number)
    if phone:
        made.write_sealed("phone", phone)
    made.save()
    return made


def errors(batch) -> list[tuple[str, str]]:
    """Field and sentence of every fault."""
    return [
        (error["field"], error["message"])
        for sheet in batch_report(batch)["sheets"]
        for rejected in sheet["rejected"]
        for error in rejected["errors"]
    ]


def test_a_row_is_written_and_its_numbers_are_sealed(north, lotus):
    told = row(
        lotus, id_number=id_number(1), phone=PHONE, since_on="2023年5月", hours="120.5",
        skills="剪纸、急救",
    )  # fmt: skip
    batch = imported("volunteers", [told], north)
    made = Volunteer.objects.get()
    assert (made.organisation, made.branch, made.batch) == (lotus, north, batch.uid)
    assert (made.name, made.team, made.skills) == ("何小荷", "荷风队", "剪纸、急救")
    assert (made.since, made.hours) == ("2023-05", Decimal("120.5"))
    assert (made.reveal("id_number"), made.reveal("phone")) == (id_number(1), PHONE)
    assert id_number(1).encode() not in bytes(made.id_number)
    assert "*" in made.id_number_masked
    assert "*" in made.phone_masked
    # A volunteer is no person of the register.
    assert not Person.objects.exists()
    assert made.person is None


def test_the_same_table_again_changes_nothing(north, lotus, willow):
    rows = [
        row(lotus, id_number=id_number(1), phone=PHONE, hours="12"),
        row(lotus, "柳青", phone="14000000002", since_on="2023"),
        row(willow, "何小荷"),
    ]
    imported("volunteers", rows, north)
    assert changes(imported("volunteers", rows, north)) == ["unchanged"] * 3
    assert {one.version for one in Volunteer.objects.all()} == {1}


def test_her_number_knows_her_though_all_else_has_changed(north, lotus):
    imported("volunteers", [row(lotus, id_number=id_number(1), phone=PHONE)], north)
    other = row(lotus, "何晓荷", id_number=id_number(1), phone="14000000002", team="青荷队")
    assert changes(imported("volunteers", [other], north)) == ["changed"]
    made = Volunteer.objects.get()
    assert (made.name, made.team) == ("何晓荷", "青荷队")
    assert (made.reveal("phone"), made.reveal("id_number")) == ("14000000002", id_number(1))


def test_name_and_telephone_know_her_and_her_number_is_added(north, lotus):
    imported("volunteers", [row(lotus, phone=PHONE)], north)
    batch = imported("volunteers", [row(lotus, phone=PHONE, id_number=id_number(1))], north)
    assert changes(batch) == ["changed"]
    assert Volunteer.objects.get().reveal("id_number") == id_number(1)


def test_a_namesake_whom_nothing_tells_apart_is_left_out(north, lotus):
    imported("volunteers", [row(lotus, id_number=id_number(1))], north)
    batch = imported("volunteers", [row(lotus)], north)
    assert changes(batch) == ["duplicate"]
    assert warnings(batch) == [
        "本单位有同名的志愿者，分不清是不是同一人，没有写入。请补填身份证号或电话。"
    ]
    assert Volunteer.objects.count() == 1


def test_namesakes_with_numbers_or_telephones_of_their_own_are_two(north, lotus):
    by_phone = [row(lotus, phone=PHONE), row(lotus, phone="14000000002")]
    assert changes(imported("volunteers", by_phone, north)) == ["new", "new"]
    by_number = [row(lotus, "柳青", id_number=id_number(n)) for n in (1, 2)]
    assert changes(imported("volunteers", by_number, north)) == ["new", "new"]


def test_one_volunteer_twice_in_a_table_is_written_once(north, lotus):
    told = row(lotus, id_number=id_number(1))
    batch = imported("volunteers", [told, told, {**told, "hours": "5"}], north)
    assert changes(batch) == ["new", "duplicate", "conflict"]
    assert Volunteer.objects.get().hours is None


def test_who_left_stays_gone_until_she_joins_again(north, lotus):
    told = row(lotus, id_number=id_number(1), since_on="2023-05-01")
    imported("volunteers", [told], north)
    gone = {**told, "until_on": "2025-03-01"}
    assert changes(imported("volunteers", [gone], north)) == ["changed"]
    assert changes(imported("volunteers", [gone], north)) == ["unchanged"]
    batch = imported("volunteers", [told], north)
    assert changes(batch) == ["unchanged"]
    assert warnings(batch) == [
        "系统中她已在 2025-03-01 退出。没有改动；如又加入，请填新的加入日期。"
    ]
    again = {**told, "since_on": "2026-02"}
    assert changes(imported("volunteers", [again], north)) == ["new"]
    ends = Volunteer.objects.order_by("pk").values_list("until_on", flat=True)
    assert list(ends) == [date(2025, 3, 1), None]


def test_what_is_told_otherwise_of_who_has_left_is_said_and_not_written(north, lotus):
    gone = row(lotus, id_number=id_number(1), since_on="2023-05-01", until_on="2025-03-01")
    imported("volunteers", [gone], north)
    for cells in ({"hours": "40"}, {"until_on": "2025-04-01"}):
        batch = imported("volunteers", [gone | cells], north)
        assert changes(batch) == ["conflict"]
        assert warnings(batch) == [
            "系统中她已在 2025-03-01 退出，登记的内容与表中不同。没有改动，请在页面上更正。"
        ]
    still = imported("volunteers", [gone | {"until_on": None, "hours": "40"}], north)
    assert changes(still) == ["conflict"]
    assert "如又加入，请填新的加入日期" in warnings(still)[0]
    made = Volunteer.objects.get()
    assert (made.hours, made.until_on, made.version) == (None, date(2025, 3, 1), 1)


def test_another_name_beside_her_number_is_told_before_it_is_written(north, lotus):
    imported("volunteers", [row(lotus, id_number=id_number(1))], north)
    batch = imported("volunteers", [row(lotus, "何晓荷", id_number=id_number(1))], north)
    assert changes(batch) == ["changed"]
    assert warnings(batch) == ["系统中此身份证号的姓名是“何小荷”，写入后改为“何晓荷”，请核对。"]


def test_a_column_of_numbers_that_slipped_by_a_row_renames_nobody(north, lotus, willow):
    names = ["何小荷", "柳青", "竹叶"]
    rows = [row(lotus, name, id_number=id_number(n)) for n, name in enumerate(names)]
    imported("volunteers", [*rows, row(willow, "梅朵", id_number=id_number(7))], north)
    slipped = [told | {"id_number": id_number((n + 1) % 3)} for n, told in enumerate(rows)]
    # A namesake in another village says nothing of a slip.
    other = row(willow, "何小荷", id_number=id_number(7))
    batch = imported("volunteers", [*slipped, other], north)
    assert changes(batch) == ["conflict"] * 3 + ["changed"]
    assert "像是错了行" in warnings(batch)[0]
    kept = Volunteer.objects.filter(organisation=lotus).order_by("pk")
    assert [one.name for one in kept] == names


def test_a_row_rests_on_all_records_of_its_number(north, lotus):
    number = id_number(5)
    volunteer(lotus, "何荷", number, until_on=date(2020, 1, 1))
    now = volunteer(lotus, "何大荷", number, team="甲队")
    batch = planned("volunteers", [row(lotus, "何小荷", id_number=number)], north)
    Volunteer.objects.filter(pk=now.pk).update(team="丙队", version=2)
    assert batch_apply(batch=batch).counts["stale"] == 1
    now.refresh_from_db()
    assert (now.name, now.team) == ("何大荷", "丙队")


def test_leaving_before_joining_is_refused_in_the_row_and_beside_the_record(north, lotus):
    rows = [row(lotus, since_on="2025-05-01", until_on="2025-03-01"), row(lotus, "柳青")]
    batch = planned("volunteers", rows, north)
    assert errors(batch) == [("until_on", "退出日期早于加入日期 2025-05-01，请核对先后。")]
    imported("volunteers", [row(lotus, phone=PHONE, since_on="2025-05-01")], north)
    batch = imported("volunteers", [row(lotus, phone=PHONE, until_on="2025-03-01")], north)
    assert changes(batch) == ["conflict"]
    assert Volunteer.objects.get().until_on is None


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"id_number": id_number(1)[:-1]}, "id_number"),
        ({"phone": "1400000"}, "phone"),
        ({"hours": "约100"}, "hours"),
        ({"hours": "-1"}, "hours"),
        ({"until_on": "2027-01-01"}, "until_on"),
        ({"person_name": None}, "person_name"),
    ],
)
def test_a_bad_cell_keeps_its_row_out(north, lotus, cells, field):
    told = {"since_on": "2023", **cells}
    batch = planned("volunteers", [row(lotus, **told), row(lotus, "柳青")], north)
    assert [name for name, _words in errors(batch)] == [field]


def test_a_member_of_a_committee_is_linked_where_the_importer_sees_her(north, lotus, bamboo):
    here, there = member("何小荷", lotus), member("竹青", bamboo)
    rows = [
        row(lotus, "何小荷", id_number=here.reveal("id_number")),
        row(lotus, "竹青", id_number=there.reveal("id_number")),
    ]
    batch = imported("volunteers", rows, north)
    assert warnings(batch) == []
    linked = dict(Volunteer.objects.values_list("name", "person"))
    assert linked == {"何小荷": here.pk, "竹青": None}


def test_the_history_does_not_name_the_member_she_is(as_user, lan, north, lotus):
    here = member("何小荷", lotus)
    told = row(lotus, "何小荷", id_number=here.reveal("id_number"))
    imported("volunteers", [told], north)
    made = Volunteer.objects.get()
    Person.objects.filter(pk=here.pk).update(name="何藕花")
    page = as_user(lan).get(f"/cadres/volunteers/{made.uid}/history/").content.decode()
    assert made.person == here
    assert "何小荷" in page and "何藕花" not in page


def test_a_row_copied_twice_does_not_rewrite_her_namesake(north, lotus):
    teams = {"team": "山歌队"}, {"team": "巾帼队"}
    imported("volunteers", [row(lotus, phone=PHONE, **team) for team in teams[:1]], north)
    Volunteer.objects.create(
        organisation=lotus, name="何小荷", team="巾帼队",
        **{k: getattr(Volunteer.objects.get(), k) for k in ("phone_digest", "phone_masked")},
    )  # fmt: skip
    told = row(lotus, phone=PHONE, team="巾帼队")
    assert changes(imported("volunteers", [told, told], north)) == ["unchanged", "duplicate"]
    assert set(Volunteer.objects.values_list("team", flat=True)) == {"山歌队", "巾帼队"}
    unclear = imported("volunteers", [row(lotus, phone=PHONE, team="合唱队")], north)
    assert changes(unclear) == ["duplicate"] and "分不清" in warnings(unclear)[0]


def test_undo_takes_volunteers_and_their_numbers_back(north, lotus):
    imported("volunteers", [row(lotus, id_number=id_number(1), phone=PHONE)], north)
    rows = [row(lotus, id_number=id_number(1), phone="14000000002"), row(lotus, "柳青")]
    batch_undo(batch=imported("volunteers", rows, north), actor=Actor.command())
    left = Volunteer.objects.get()
    assert (left.name, left.reveal("phone")) == ("何小荷", PHONE)


def send(client, place, **entries):
    """The form as a browser sends it."""
    address = f"{NEW}?organisation={place.code}"
    return client.post(NEW, filled(client, address, **entries))


def test_a_clerk_enters_a_volunteer_and_never_sees_the_number_again(as_user, qiu, lotus):
    client = as_user(qiu)
    answer = send(
        client, lotus, name="何小荷", id_number=id_number(1), phone=PHONE, since_on="2023-05",
        hours="12.5",
    )  # fmt: skip
    made = Volunteer.objects.get()
    assert answer["Location"] == f"/cadres/volunteers/{made.uid}/"
    assert (made.organisation, made.since, made.hours) == (lotus, "2023-05", Decimal("12.5"))
    assert made.reveal("id_number") == id_number(1)
    for tail in ("", "edit/", "history/"):
        page = client.get(f"/cadres/volunteers/{made.uid}/{tail}").content.decode()
        assert id_number(1) not in page
        assert PHONE not in page
    assert made.id_number_masked in client.get("/cadres/volunteers/").content.decode()


def test_an_edit_without_numbers_keeps_them(as_user, qiu, lotus):
    made = volunteer(lotus, number=id_number(1), phone=PHONE)
    client, url = as_user(qiu), f"/cadres/volunteers/{made.uid}/edit/"
    assert client.post(url, filled(client, url, hours="30")).status_code == 302
    made.refresh_from_db()
    assert (made.hours, made.reveal("id_number"), made.reveal("phone")) == (
        Decimal("30.0"), id_number(1), PHONE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("entries", "field", "words"),
    [
        ({"id_number": id_number(1)}, "id_number",
         "本单位已登记过这个身份证号的志愿者，请核对。"),
        ({"since_on": "2025-05-01", "until_on": "2025-03-01"}, "until_on",
         "退出日期不能早于加入日期。"),
        ({"phone": "1400000"}, "phone", "手机号应为 11 位，现在是 7 位，请核对。"),
    ],
)  # fmt: skip
def test_a_bad_entry_is_told_at_its_field(as_user, qiu, lotus, entries, field, words):
    volunteer(lotus, "柳青", id_number(1))
    answer = send(as_user(qiu), lotus, name="何小荷", **entries)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [words]}


def test_the_same_number_may_help_in_two_villages_or_again_later(as_user, lan, lotus, willow):
    volunteer(willow, "柳青", id_number(1))
    volunteer(lotus, "柳青", id_number(1), until_on=date(2025, 3, 1))
    answer = send(as_user(lan), lotus, name="柳青", id_number=id_number(1))
    assert answer.status_code == 302


def test_leaders_see_how_many_and_nobody_of_them(as_user, wen, lan, lotus):
    volunteer(lotus, number=id_number(1), team="荷风队", hours=12)
    volunteer(lotus, "柳青", team="荷风队", hours=8)
    volunteer(lotus, "已退", until_on=date(2025, 3, 1))
    for who, sees in ((wen, False), (lan, True)):
        page = as_user(who).get(f"/orgs/{lotus.code}/")
        block = next(one for one in page.context["wide"] if one.key == "volunteers")
        assert block.count == 2
        assert "在册 2 人，1 支志愿服务队，累计服务 20 小时。" in page.content.decode()
        assert bool(block.url) is sees
        assert as_user(who).get("/cadres/volunteers/").status_code == (200 if sees else 403)


def test_a_full_number_is_asked_for_with_a_reason(as_user, lan, qiu, lotus):
    made = volunteer(lotus, number=id_number(1))
    page = as_user(lan).get(f"/cadres/volunteers/{made.uid}/").content.decode()
    url = f"/reveal/cadres.Volunteer/{made.uid}/id_number/"
    assert url in page
    assert id_number(1) not in page
    # A clerk of the village may not look at whole numbers.
    assert url not in as_user(qiu).get(f"/cadres/volunteers/{made.uid}/").content.decode()


def test_the_list_is_narrowed_by_state_and_by_who_is_known_by_number(as_user, lan, lotus, bamboo):
    volunteer(lotus, "甲", id_number(1), team="荷风队")
    volunteer(lotus, "乙", team="青荷队")
    volunteer(lotus, "丙", until_on=date(2025, 3, 1))
    volunteer(bamboo, "丁")
    client = as_user(lan)

    def listed(query):
        page = client.get(f"/cadres/volunteers/?{query}")
        return {one.name for one in page.context["table"].data}

    assert listed("") == {"甲", "乙", "丙"}
    assert listed("state=current") == {"甲", "乙"}
    assert listed("state=former") == {"丙"}
    assert listed("named=yes") == {"甲"}
    assert listed("named=no") == {"乙", "丙"}
    assert listed("team=青荷") == {"乙"}
    assert listed("q=甲") == {"甲"}


def test_the_room_tells_masks_and_no_number(as_user, lan, wen, lotus):
    made = volunteer(lotus, number=id_number(1), phone=PHONE, hours=Decimal("12.5"))
    answer = as_user(lan).get("/api/v1/volunteers/")
    assert answer.json()["results"] == [
        {
            "uid": str(made.uid),
            "organisation_code": lotus.code,
            "name": "何小荷",
            "id_number_masked": made.id_number_masked,
            "phone_masked": made.phone_masked,
            "team": "",
            "since_on": None,
            "hours": "12.5",
            "skills": "",
            "until_on": None,
        }
    ]
    assert as_user(wen).get("/api/v1/volunteers/").status_code == 403


def test_the_list_costs_the_same_queries_for_two_and_for_twelve(
    as_user, lan, lotus, django_assert_max_num_queries
):
    def count():
        forget_lists()
        client = as_user(lan)
        client.get("/cadres/volunteers/")
        with django_assert_max_num_queries(12) as found:
            client.get("/cadres/volunteers/?named=no")
        return len(found)

    volunteer(lotus, "甲")
    volunteer(lotus, "乙")
    few = count()
    for number in range(10):
        volunteer(lotus, f"丙{'甲乙丙丁戊己庚辛壬癸'[number]}")
    assert count() == few
