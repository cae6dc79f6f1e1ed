"""The census of 两企三新: the table, its records, their pages and rooms."""

from datetime import date
from functools import partial

import pytest
import time_machine

from federation.audit.services import Actor
from federation.exchange.cleaners.codes import check_character
from federation.exchange.services import batch_report, batch_undo
from orgs.models import HostUnit, Organisation
from tests.exchange import tables
from tests.exchange.tables import changes, warnings
from tests.registers.records import filled, forget_lists

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
planned = partial(tables.planned, as_of=TODAY)
imported = partial(tables.imported, as_of=TODAY)
NEW = "/orgs/units/new/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-21T10:00:00+08:00", tick=False):
        yield


def code(number: int) -> str:
    """The well-formed code of a firm in a county that was never assigned."""
    first = f"91500199M{number:08}"
    return first + check_character(first)


def row(place, name="荷塘食品厂", **cells) -> dict:
    """A row of the table."""
    return {"code": place.code, "unit_name": name, **cells}


def unit(place, name="荷塘食品厂", **fields) -> HostUnit:
    """A unit on record."""
    return HostUnit.objects.create(organisation=place, name=name, **fields)


def errors(batch) -> list[tuple[str, str]]:
    """Field and sentence of every fault."""
    return [
        (error["field"], error["message"])
        for sheet in batch_report(batch)["sheets"]
        for rejected in sheet["rejected"]
        for error in rejected["errors"]
    ]


def test_a_row_is_written_with_all_it_says(north, lotus):
    told = row(
        lotus, uscc=code(1).lower(), sort="民营企业", employees="40人", women="25", has_party="√",
        has_union="否", has_league="无", has_women="是", surveyed_on="2026年3月",
        covered_by="荷花村妇联",
    )  # fmt: skip
    tree = Organisation.objects.count()
    batch = imported("units", [told], north)
    made = HostUnit.objects.get()
    assert (made.organisation, made.branch, made.batch) == (lotus, north, batch.uid)
    assert (made.name, made.uscc, made.sort) == ("荷塘食品厂", code(1), "非公有制企业")
    assert (made.employees, made.women) == (40, 25)
    assert (made.has_party, made.has_union, made.has_league, made.has_women_org) == (
        True, False, False, True,
    )  # fmt: skip
    assert (made.surveyed_on, made.surveyed_precision) == (date(2026, 3, 1), "month")
    assert made.covered_by == lotus
    # No place of the tree is made of it.
    assert Organisation.objects.count() == tree
    assert warnings(batch) == []


def test_the_same_table_again_changes_nothing(north, lotus, willow):
    rows = [
        row(lotus, uscc=code(1), women="5", surveyed_on="2026-03"),
        row(lotus, "竹编合作社"),
        row(willow, "竹编合作社", covered_by="柳溪村"),
    ]
    imported("units", rows, north)
    assert changes(imported("units", rows, north)) == ["unchanged"] * 3
    assert {one.version for one in HostUnit.objects.all()} == {1}


def test_blank_stays_unknown_and_empties_nothing(north, lotus):
    imported("units", [row(lotus, employees="40", has_party="是")], north)
    imported("units", [row(lotus, women="25")], north)
    made = HostUnit.objects.get()
    assert (made.employees, made.women, made.has_party, made.has_union) == (40, 25, True, None)


def test_a_unit_known_by_name_gets_its_code_and_keeps_it(north, lotus):
    imported("units", [row(lotus)], north)
    assert changes(imported("units", [row(lotus, uscc=code(1))], north)) == ["changed"]
    # Named without its code it is the same; with it, it may be renamed.
    assert changes(imported("units", [row(lotus)], north)) == ["unchanged"]
    imported("units", [row(lotus, "荷塘食品公司", uscc=code(1))], north)
    made = HostUnit.objects.get()
    assert (made.name, made.uscc) == ("荷塘食品公司", code(1))


def test_two_units_of_one_name_are_told_apart_by_their_codes(north, lotus):
    rows = [row(lotus, uscc=code(1)), row(lotus, uscc=code(2))]
    assert changes(imported("units", rows, north)) == ["new", "new"]
    assert changes(imported("units", rows, north)) == ["unchanged", "unchanged"]


def test_one_unit_twice_in_a_table_is_written_once(north, lotus):
    rows = [
        row(lotus, uscc=code(1)), row(lotus, uscc=code(1)), row(lotus, "别名", uscc=code(1)),
        row(lotus),
    ]  # fmt: skip
    batch = imported("units", rows, north)
    assert changes(batch) == ["new", "duplicate", "conflict", "conflict"]
    assert HostUnit.objects.get().name == "荷塘食品厂"


def test_a_code_registered_elsewhere_is_left_out_without_saying_where(north, lotus, bamboo):
    unit(bamboo, "竹林酒厂", uscc=code(1))
    batch = imported("units", [row(lotus, uscc=code(1))], north)
    assert changes(batch) == ["duplicate"]
    assert warnings(batch) == ["这个信用代码已在其他单位登记，没有写入。请核对，或联系上级妇联。"]
    assert HostUnit.objects.get().organisation == bamboo


def test_a_code_registered_elsewhere_is_not_added_to_a_unit_without_one(north, lotus, bamboo):
    unit(bamboo, "竹林酒厂", uscc=code(1))
    unit(lotus)
    batch = imported("units", [row(lotus, uscc=code(1), women="5")], north)
    assert changes(batch) == ["duplicate"]
    known = HostUnit.objects.get(organisation=lotus)
    assert (known.uscc, known.women) == ("", None)


def test_a_row_refused_for_its_code_leaves_the_unit_to_the_next(north, lotus, bamboo):
    unit(bamboo, "竹林酒厂", uscc=code(1))
    unit(lotus)
    batch = imported("units", [row(lotus, uscc=code(1)), row(lotus, uscc=code(2))], north)
    assert changes(batch) == ["duplicate", "changed"]
    assert HostUnit.objects.get(organisation=lotus).uscc == code(2)


def test_a_unit_whose_code_a_row_names_is_left_to_that_row(north, lotus):
    unit(lotus, uscc=code(1))
    rows = [row(lotus, women="5"), row(lotus, "荷塘食品公司", uscc=code(1), women="7")]
    batch = imported("units", rows, north)
    assert changes(batch) == ["new", "changed"]
    told = {one.name: (one.uscc, one.women) for one in HostUnit.objects.all()}
    assert told == {"荷塘食品厂": ("", 5), "荷塘食品公司": (code(1), 7)}


def test_a_code_in_two_villages_of_a_table_counts_for_the_first(north, lotus, willow):
    rows = [row(lotus, uscc=code(1)), row(willow, uscc=code(1))]
    batch = imported("units", rows, north)
    assert changes(batch) == ["new", "duplicate"]
    assert HostUnit.objects.get().organisation == lotus


def test_more_women_than_people_are_refused(north, lotus):
    batch = planned("units", [row(lotus, employees="4", women="5"), row(lotus, "乙")], north)
    assert errors(batch) == [("women", "女性 5 人多于从业人员 4 人，请核对。")]
    imported("units", [row(lotus, employees="4")], north)
    batch = imported("units", [row(lotus, women="5")], north)
    assert changes(batch) == ["conflict"]
    assert HostUnit.objects.get().women is None


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"uscc": code(1)[:-1]}, "uscc"),
        ({"uscc": code(1)[:-1] + ("A" if code(1)[-1] != "A" else "B")}, "uscc"),
        ({"sort": "国有农场"}, "sort"),
        ({"has_union": "筹备"}, "has_union"),
        ({"employees": "约40"}, "employees"),
        ({"unit_name": None}, "unit_name"),
    ],
)
def test_a_bad_cell_keeps_its_row_out(north, lotus, cells, field):
    batch = planned("units", [row(lotus, **cells), row(lotus, "乙")], north)
    assert [name for name, _words in errors(batch)] == [field]


@pytest.mark.parametrize("text", ["竹林村", "没有这个妇联", "910102101201"])
def test_who_covers_it_is_not_guessed_and_not_looked_for_outside(north, lotus, bamboo, text):
    batch = imported("units", [row(lotus, covered_by=text)], north)
    assert changes(batch) == ["new"]
    assert HostUnit.objects.get().covered_by is None
    assert warnings(batch) == [f"找不到覆盖它的妇联组织“{text}”，这一格没有采用，请在页面上补选。"]


def test_undo_takes_units_back(north, lotus):
    imported("units", [row(lotus)], north)
    rows = [row(lotus, women="5"), row(lotus, "乙")]
    batch_undo(batch=imported("units", rows, north), actor=Actor.command())
    left = HostUnit.objects.get()
    assert (left.name, left.women) == ("荷塘食品厂", None)


def send(client, place, **entries):
    """The form as a browser sends it."""
    address = f"{NEW}?organisation={place.code}"
    return client.post(NEW, filled(client, address, **entries))


def test_a_clerk_enters_a_unit_of_her_village(as_user, qiu, lotus):
    answer = send(
        as_user(qiu), lotus, name="荷塘食品厂", uscc=code(1), sort="非公有制企业", employees="9",
        women="5", has_women_org="yes", surveyed_on="2026-03", covered_by=lotus.code,
    )  # fmt: skip
    assert answer["Location"] == f"/orgs/units/?organisation={lotus.code}"
    made = HostUnit.objects.get()
    assert (made.organisation, made.uscc, made.covered_by) == (lotus, code(1), lotus)
    assert (made.surveyed_on, made.surveyed_precision) == (date(2026, 3, 1), "month")
    told = as_user(qiu).get(f"/orgs/{lotus.code}/").content.decode()
    assert "两企三新" in told


@pytest.mark.parametrize(
    ("entries", "field", "words"),
    [
        ({"women": "10"}, "women", "女性人数不能多于从业人员。"),
        ({"uscc": code(1)}, "uscc", "这个统一社会信用代码已在本组织登记，请核对。"),
        ({"uscc": code(2)}, "uscc", "这个单位已在其他单位登记。请核对，或联系上级妇联。"),
        ({"uscc": "123"}, "uscc", "统一社会信用代码应为 18 位，现在是 3 位，请核对。"),
        ({"name": "旧厂"}, "name", "这个名称已在本组织登记，没有代码的同名单位只登记一次。"),
    ],
)
def test_a_bad_entry_is_told_at_its_field(as_user, qiu, lotus, bamboo, entries, field, words):
    unit(lotus, "甲厂", uscc=code(1))
    unit(lotus, "旧厂")
    unit(bamboo, "乙厂", uscc=code(2))
    answer = send(as_user(qiu), lotus, **{"name": "新厂", "employees": "9", **entries})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [words]}


def test_the_list_tells_who_is_not_reached(as_user, lan, lotus, willow, bamboo):
    unit(lotus, "甲厂", has_women_org=True)
    unit(lotus, "乙厂", covered_by=lotus, has_women_org=False)
    unit(willow, "丙厂", has_women_org=False, sort="新社会组织")
    unit(willow, "丁厂")
    unit(bamboo, "戊厂")
    client = as_user(lan)

    def listed(query):
        return {str(one) for one in client.get(f"/orgs/units/?{query}").context["table"].data}

    assert listed("") == {"甲厂", "乙厂", "丙厂", "丁厂"}
    assert listed("cover=yes") == {"甲厂", "乙厂"}
    assert listed("cover=no") == {"丙厂", "丁厂"}
    assert listed("sort=新社会组织") == {"丙厂"}
    assert listed("q=乙厂") == {"乙厂"}


def test_the_page_of_a_village_counts_its_own_units(as_user, lan, lotus, willow):
    unit(willow, "丁厂", women=9)
    unit(lotus, "甲厂", women=5, has_women_org=True)
    unit(lotus, "乙厂", women=7)
    unit(lotus, "丙厂")
    page = as_user(lan).get(f"/orgs/{lotus.code}/").content.decode()
    assert "本级登记 3 个单位，妇女组织已覆盖 1 个。" in page
    assert "女性从业人员 12 人。" in page
    page = as_user(lan).get(f"/orgs/{lotus.parent.code}/").content.decode()
    assert "本级还没有登记" in page


def test_the_room_tells_what_is_built(as_user, lan, lotus, bamboo):
    made = unit(lotus, uscc=code(1), employees=9, has_party=True, surveyed_on=date(2026, 3, 1))
    unit(bamboo, "竹林酒厂")
    [told] = as_user(lan).get("/api/v1/host-units/").json()["results"]
    assert told == {
        "uid": str(made.uid),
        "organisation_code": lotus.code,
        "name": "荷塘食品厂",
        "uscc": code(1),
        "sort": "",
        "employees": 9,
        "women": None,
        "has_party": True,
        "has_union": None,
        "has_league": None,
        "has_women_org": None,
        "surveyed_on": "2026-03-01",
        "covered_by_code": None,
    }


def test_the_list_costs_the_same_queries_for_two_and_for_twelve(
    as_user, lan, lotus, willow, django_assert_max_num_queries
):
    def count():
        forget_lists()
        client = as_user(lan)
        client.get("/orgs/units/")
        with django_assert_max_num_queries(12) as found:
            client.get("/orgs/units/?cover=no")
        return len(found)

    unit(lotus)
    unit(willow)
    few = count()
    for number in range(10):
        unit(lotus, f"厂{number}")
    assert count() == few


def test_the_desk_corrects_a_unit(as_user, hua, lotus):
    made = unit(lotus)
    client, url = as_user(hua), f"/admin/orgs/hostunit/{made.uid}/change/"
    entry = {"name": "荷塘食品公司", "employees": "9", "women": "5", "version": "1"}
    answer = client.post(url, entry)
    assert answer.status_code == 302, answer.content.decode()
    made.refresh_from_db()
    assert (made.name, made.women, made.version) == ("荷塘食品公司", 5, 2)


@pytest.mark.parametrize(
    ("standing", "told", "words"),
    [
        ({"employees": 4}, {"women": "5"}, "表中的女性 5 人，多于系统中的从业人员 4 人"),
        ({"women": 10}, {"employees": "5"}, "系统中的女性 10 人，多于表中的从业人员 5 人"),
    ],
)
def test_more_women_than_employees_says_where_each_number_stands(
    north, lotus, standing, told, words
):
    HostUnit.objects.create(organisation=lotus, name="荷塘食品厂", **standing)
    batch = planned("units", [row(lotus, "荷塘食品厂", **told)], north)
    assert changes(batch) == ["conflict"]
    assert warnings(batch) == [f"{words}，没有写入，请核对。"]
