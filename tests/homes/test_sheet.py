"""The table of places: which place a row means, what it writes, and what it asks about."""

from datetime import date

import pytest

from federation.audit.services import Actor
from federation.exchange.placing import is_about_towns
from federation.exchange.services import (
    batch_answer_towns,
    batch_apply,
    batch_plan,
    batch_report,
    batch_undo,
    plan_rows,
)
from homes.models import Home, HomeCheck
from homes.sheets import HomesSheet
from orgs.models import Organisation
from tests.exchange.tables import (
    AS_OF,
    changes,
    imported,
    planned,
    village_row,
    warnings,
)
from tests.registers.records import home

pytestmark = pytest.mark.django_db
HAVES = {
    "has_place": "是", "has_sign": "√", "has_equipment": "有", "has_system": "是",
    "has_activity": "是",
}  # fmt: skip


def row(village: Organisation, name: str | None = "荷花村妇女之家", **cells) -> dict:
    return {"code": village.code, "home_name": name, **cells}


def test_a_row_becomes_a_place_with_all_it_tells(lotus, city):
    told = {
        "address": "党群服务中心 2 楼", "built_on": "2021-05", "area_sqm": "108.5㎡",
        "contact": "周兰", "contact_phone": "14012345678", "activities": "28次",
        "level": "市级", "remark": "与图书室合用",
    }  # fmt: skip
    imported("homes", [row(lotus, **told)], city)
    made = Home.objects.get()
    assert (made.organisation, made.kind.code, made.name) == (lotus, "women_home", "荷花村妇女之家")
    assert (made.opened_on, made.opened_precision) == (date(2021, 5, 1), "month")
    assert (str(made.area_m2), made.level) == ("108.5", "市级示范")
    assert (made.manager_name, made.manager_phone_masked) == ("周兰", "140****5678")
    assert made.reveal("manager_phone") == "14012345678"
    assert (made.activities_a_year, made.activities_as_of) == (28, AS_OF)
    assert (made.is_placeholder, made.from_report) == (False, False)
    assert not HomeCheck.objects.exists()


def test_five_ticks_are_a_check_dated_as_of_the_import(lotus, city):
    imported("homes", [row(lotus, **HAVES)], city)
    check = HomeCheck.objects.get()
    assert (check.home.name, check.checked_on, check.is_passed) == ("荷花村妇女之家", AS_OF, True)
    assert check.answers == dict.fromkeys(
        ("place", "equipment", "system", "activity", "sign"), True
    )
    assert (check.standard.code, check.organisation) == ("five_haves", lotus)


@pytest.mark.parametrize(
    ("cells", "known"), [({"has_sign": "×"}, 5), ({"has_sign": None}, 4), ({"has_sign": "不详"}, 4)]
)
def test_one_missing_or_unknown_thing_is_not_five(lotus, city, cells, known):
    imported("homes", [row(lotus, **{**HAVES, **cells})], city)
    check = HomeCheck.objects.get()
    assert (check.is_passed, len(check.answers)) == (False, known)


@pytest.mark.parametrize(
    ("name", "told", "kind"),
    [
        ("荷花村流动妇女微家", None, "micro_home"),
        ("荷花村儿童之家", None, "children_home"),
        ("荷花村留守妇女儿童之家", None, "left_behind_home"),
        ("商圈妇女微家集群", None, "micro_cluster"),
        ("李红执委工作室", None, "member_studio"),
        ("姐妹驿站", None, "women_home"),
        ("姐妹驿站", "妇女微家", "micro_home"),
        ("华丰公司非公企业妇女之家", None, "firm_home"),
        ("福建商会", "两新组织妇女之家", "firm_home"),
        ("荷花社区妇女之家", None, "women_home"),
        ("姐妹驿站", "村(社区)妇女之家", "women_home"),
    ],
)
def test_the_kind_is_the_one_told_else_the_one_in_the_name(lotus, city, name, told, kind):
    imported("homes", [row(lotus, name, home_kind=told)], city)
    assert Home.objects.get().kind.code == kind


@pytest.mark.parametrize(
    "name",
    [
        "非公和社会组织妇女之家", "儿童之家", "留守妇女儿童之家", "妇女微家", "妇女微家集群",
        "执委工作室", "网上妇女之家", "妇女儿童综合服务体", "妇女儿童工作示范项目点",
        "儿童友好社区", "流动服务点",
    ],
)  # fmt: skip
def test_every_kind_of_the_programme_is_told_by_the_names_of_its_places(lotus, city, name):
    imported("homes", [row(lotus, f"荷花{name}"), row(lotus, "甲", home_kind=name)], city)
    assert [place.kind.name for place in Home.objects.all()] == [name, name]


def test_a_place_that_stands_under_its_name_keeps_the_kind_people_gave_it(lotus, city):
    home("荷花企业妇女之家", lotus)
    assert changes(imported("homes", [row(lotus, "荷花企业妇女之家")], city)) == ["unchanged"]
    told = row(lotus, "荷花企业妇女之家", home_kind="企业妇女之家")
    assert changes(imported("homes", [told], city)) == ["new"]


def test_an_unknown_kind_is_asked_about_and_writes_nothing(lotus, city):
    batch = imported("homes", [row(lotus, home_kind="茶馆")], city)
    assert changes(batch) == ["conflict"]
    assert "没有阵地类型“茶馆”" in warnings(batch)[0]
    assert not Home.objects.exists()


def test_the_same_table_again_changes_nothing(lotus, city):
    table = [row(lotus, address="村委会", area_sqm="80", contact_phone="14012345678", **HAVES)]
    imported("homes", table, city)
    assert changes(imported("homes", table, city)) == ["unchanged"]
    assert (Home.objects.get().version, HomeCheck.objects.count()) == (1, 1)


def test_a_differing_cell_changes_the_place_and_a_blank_one_does_not(lotus, city):
    imported("homes", [row(lotus, address="村委会", area_sqm="80")], city)
    batch = imported("homes", [row(lotus, area_sqm="90")], city)
    assert changes(batch) == ["changed"]
    made = Home.objects.get()
    assert (str(made.area_m2), made.address, made.version) == ("90.0", "村委会", 2)


def test_a_later_table_is_a_further_check_and_a_corrected_one_corrects_its_own(lotus, city):
    imported("homes", [row(lotus, **HAVES)], city)
    imported("homes", [row(lotus, **{**HAVES, "has_sign": "否"})], city)
    imported("homes", [row(lotus, **HAVES)], city, as_of=date(2025, 9, 30))
    found = HomeCheck.objects.order_by("checked_on").values_list("checked_on", "is_passed")
    assert list(found) == [(AS_OF, False), (date(2025, 9, 30), True)]


def test_the_first_named_home_adopts_the_one_only_reported(lotus, city):
    imported("villages", [village_row(lotus, has_home="是")], city)
    reported = Home.objects.get()
    assert reported.is_placeholder
    table = [row(lotus, "荷塘妇女之家"), row(lotus, "东院妇女之家")]
    assert changes(imported("homes", table, city)) == ["changed", "new"]
    adopted = Home.objects.get(pk=reported.pk)
    assert (adopted.name, adopted.is_placeholder, adopted.from_report) == (
        "荷塘妇女之家", False, False,
    )  # fmt: skip
    assert Home.objects.count() == 2


def test_a_row_that_says_no_more_than_the_report_leaves_the_place_the_reports(lotus, city):
    imported("villages", [village_row(lotus, has_home="是")], city)
    table = [{"code": lotus.code, "home_kind": "妇女之家", "address": None}]
    assert changes(imported("homes", table, city)) == ["unchanged"]
    assert changes(imported("homes", [{**table[0], "has_sign": "是"}], city)) == ["changed"]


def test_a_row_that_names_the_placeholder_as_it_stands_gets_it(lotus, city):
    imported("villages", [village_row(lotus, has_home="是")], city)
    reported = Home.objects.get()
    imported("homes", [row(lotus, "东院妇女之家"), row(lotus, "荷花村妇女之家")], city)
    assert Home.objects.get(name="荷花村妇女之家").pk == reported.pk


def test_another_kind_adopts_no_placeholder(lotus, city):
    imported("villages", [village_row(lotus, has_home="是")], city)
    imported("homes", [row(lotus, "荷花村妇女微家")], city)
    assert Home.objects.filter(is_placeholder=True).count() == 1


def test_a_row_without_name_means_the_only_one_and_asks_among_several(lotus, willow, city):
    home("荷塘妇女之家", lotus)
    home("东院妇女之家", willow)
    home("西院妇女之家", willow)
    batch = imported("homes", [row(lotus, None, address="甲"), row(willow, None)], city)
    assert changes(batch) == ["changed", "conflict"]
    assert "请写明阵地名称" in warnings(batch)[0]
    assert Home.objects.get(organisation=lotus).name == "荷塘妇女之家"


def test_a_row_without_name_and_place_makes_one_whose_name_is_missing(lotus, city):
    imported("homes", [row(lotus, None, address="甲")], city)
    made = Home.objects.get()
    assert (made.name, made.is_placeholder) == ("荷花村妇女之家", True)


def test_of_two_rows_for_one_place_the_first_counts(lotus, city):
    batch = imported("homes", [row(lotus, address="甲"), row(lotus, address="乙")], city)
    assert changes(batch) == ["new", "duplicate"]
    assert Home.objects.get().address == "甲"


def test_a_second_home_beside_a_named_one_is_asked_about(lotus, city):
    home("荷塘妇女之家", lotus)
    batch = imported("homes", [row(lotus)], city)
    assert (changes(batch), warnings(batch)) == (
        ["new"],
        ["本单位已有“荷塘妇女之家”，将另外新增一个，请核对是不是同一个。"],
    )


def test_a_closed_home_takes_no_later_check(lotus, city):
    made = home("荷花村妇女之家", lotus, closed_on=date(2025, 1, 1))
    batch = imported("homes", [row(lotus, **HAVES)], city)
    assert changes(batch) == ["conflict"]
    assert "已于 2025-01-01 停用" in warnings(batch)[0]
    assert not made.checks.exists()


def test_a_home_older_than_its_organisation_is_asked_about(lotus, city):
    lotus.status, lotus.status_since_on = "30", date(2016, 5, 1)
    lotus.save()
    batch = imported("homes", [row(lotus, built_on="2015-08")], city)
    assert changes(batch) == ["new"]
    assert warnings(batch) == ["建成时间 2015-08 早于本单位的成立时间 2016-05-01，请核对。"]
    assert warnings(planned("homes", [row(lotus, built_on="2016")], city)) == []


def test_a_home_is_not_moved_behind_its_own_checks(lotus, city):
    imported("homes", [row(lotus, built_on="2015", **HAVES)], city, as_of=date(2024, 1, 1))
    batch = imported("homes", [row(lotus, built_on="2024-06-01")], city)
    assert changes(batch) == ["conflict"]
    assert Home.objects.get().opened_on == date(2015, 1, 1)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ({"area_sqm": "-20"}, "negative"),
        ({"area_sqm": "两间"}, "not_number"),
        ({"area_sqm": "999999"}, "too_large"),
        ({"area_sqm": "80.25"}, "too_fine"),
        ({"area_sqm": "约80"}, "approximate"),
        ({"activities": "每月1次"}, "not_number"),
        ({"has_sign": "破损"}, "bad_boolean"),
        ({"level": "五星"}, "unknown_option"),
        ({"built_on": "2026-01-01"}, "future_date"),
        ({"home_name": "家" * 81}, "text_long"),
    ],
)
def test_a_bad_cell_keeps_its_row_out(lotus, city, cell, code):
    batch = planned("homes", [{**row(lotus), **cell}], city)
    (rejected,) = batch_report(batch)["sheets"][0]["rejected"]
    assert [error["code"] for error in rejected["errors"]] == [code]


def test_a_town_gets_its_home_by_code(north_town, city):
    imported("homes", [row(north_town, "青石镇妇女之家")], city)
    assert Home.objects.get().organisation == north_town


def test_undo_takes_places_and_checks_back_and_gives_the_old_ones_their_telephone(lotus, city, su):
    first = {"contact_phone": "14012345678", "address": "甲"}
    imported("homes", [row(lotus, **first, **HAVES)], city)
    second = {"contact_phone": "14087654321", "address": "乙", "has_sign": "否"}
    batch = imported("homes", [row(lotus, **second), row(lotus, "东院妇女微家")], city)
    batch_undo(batch=batch, actor=Actor.of(su))
    made = Home.objects.get()
    assert (made.address, made.reveal("manager_phone")) == ("甲", "14012345678")
    assert HomeCheck.objects.get().is_passed


def test_a_row_with_a_town_and_no_village_is_asked_about_and_the_answer_is_kept(north_town, city):
    cells = {"town": north_town.short_name, "home_name": "妇女之家", "address": "政府大院"}
    batch = planned("homes", [cells], city)
    assert (batch.counts["rejected"], batch.counts["town_questions"]) == (1, 1)
    (problem,) = plan_rows(batch, "rejected").rows[0].problems
    assert problem["message"] == (
        "村（社区）不能为空，请补填。如是乡镇（街道）本级的阵地，请填单位代码，"
        "或把工作表命名为“镇街本级妇女之家”。"
    )
    batch_answer_towns(batch=batch, actor=Actor.command())
    batch_apply(batch=batch_plan(batch=batch))
    assert Home.objects.get().organisation == north_town


@pytest.mark.parametrize(
    ("title", "is_about"),
    [
        ("镇街本级妇女之家", True),
        ("万州区乡镇（街道）本级妇女之家阵地台账", True),
        ("镇街级阵地", True),
        ("万州区镇街妇女之家阵地台账", False),
        ("分水镇妇女之家阵地台账", False),
    ],
)
def test_only_a_title_of_the_towns_own_places_speaks_for_rows_without_a_village(title, is_about):
    assert is_about_towns(HomesSheet.town_title, [title]) is is_about
