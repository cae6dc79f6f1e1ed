"""Further columns of the table of places: host, sharing, closing, cluster, evidence, new items."""

from datetime import date

import pytest

from federation.audit.services import Actor
from federation.exchange import contents
from federation.exchange.declare import sheets
from federation.exchange.services import (
    batch_apply,
    batch_plan,
    batch_report,
    batch_undo,
    plan_rows,
)
from federation.exchange.understanding.header import find_header
from federation.exchange.understanding.mapping import lay_out
from homes.models import Home, HomeCheck, HomeKind, Standard
from homes.sheets import HomesSheet
from tests.exchange.tables import AS_OF, changes, imported, opened, planned, warnings
from tests.homes.test_sheet import HAVES, row
from tests.registers.records import home

pytestmark = pytest.mark.django_db
NAME = "荷花村妇女之家"


def test_host_sharing_and_closing_are_kept(lotus, city):
    told = {
        "host": "党员活动室", "sharing": "共用", "built_on": "2019-03", "closed_on": "2024-05-06",
        "closed_reason": "场所拆迁",
    }  # fmt: skip
    imported("homes", [row(lotus, **told)], city)
    made = Home.objects.get()
    assert (made.host, made.sharing) == ("党员活动室", "shared")
    assert (made.closed_on, made.closed_reason) == (date(2024, 5, 6), "场所拆迁")
    assert changes(imported("homes", [row(lotus, **told)], city)) == ["unchanged"]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("依托单位", "host"), ("所依托的阵地", "host"), ("场所共用情况", "sharing"),
        ("所属妇女微家集群", "cluster"), ("撤销时间", "closed_on"), ("停用事由", "closed_reason"),
        ("检查人", "checker"), ("佐证材料", "evidence"),
    ],
)  # fmt: skip
def test_other_headings_of_the_further_columns_are_known(heading, key):
    rows = [["村（社区）", "阵地名称", heading]]
    layout = lay_out(find_header(rows, HomesSheet), HomesSheet, rows)
    assert layout.columns[key] == 2


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ({"sharing": "借用"}, "unknown_option"),
        ({"closed_on": "2024-05"}, "need_day"),
        ({"closed_on": "2025-07-01"}, "future_date"),
        ({"checker": "周兰1"}, "person_name_bad"),
        ({"host": "家" * 81}, "text_long"),
    ],
)
def test_a_bad_further_cell_keeps_its_row_out(lotus, city, cell, code):
    batch = planned("homes", [{**row(lotus), **cell}], city)
    (rejected,) = batch_report(batch)["sheets"][0]["rejected"]
    assert [error["code"] for error in rejected["errors"]] == [code]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"closed_on": "2024-05-06", **HAVES}, "又填了“五有”情况（按 2025-06-30 核查登记）"),
        ({"closed_on": "2019-01-01", "built_on": "2019-03"}, "要晚于建成时间 2019-03"),
        ({"closed_reason": "场所拆迁"}, "写了停用原因，没有停用日期"),
    ],
)
def test_a_closing_that_cannot_be_is_asked_about(lotus, city, cells, words):
    batch = imported("homes", [row(lotus, **cells)], city)
    assert changes(batch) == ["conflict"]
    assert words in warnings(batch)[0]
    assert not Home.objects.exists()


def test_a_place_is_not_closed_before_its_last_check(lotus, city):
    imported("homes", [row(lotus, **HAVES)], city)
    batch = imported("homes", [row(lotus, closed_on="2025-06-30")], city)
    assert changes(batch) == ["conflict"]
    assert "停用日期 2025-06-30 当天或以后系统中还有核查记录（2025-06-30）" in warnings(batch)[0]
    later = date(2025, 9, 30)
    batch = imported("homes", [row(lotus, closed_on="2025-09-01")], city, as_of=later)
    assert changes(batch) == ["changed"]
    assert Home.objects.get().closed_on == date(2025, 9, 1)


def test_a_closing_known_to_the_system_is_not_moved_by_a_table(lotus, city):
    home(NAME, lotus, closed_on=date(2025, 1, 1))
    batch = imported("homes", [row(lotus, closed_on="2025-02-01")], city)
    assert "已于 2025-01-01 停用" in warnings(batch)[0]
    told = row(lotus, closed_on="2025-01-01", closed_reason="并入东院")
    assert changes(imported("homes", [told], city)) == ["changed"]
    assert Home.objects.get().closed_reason == "并入东院"


def test_a_closed_row_takes_no_place_only_reported(lotus, city):
    home(NAME, lotus, is_placeholder=True)
    batch = imported("homes", [row(lotus, "旧妇女之家", closed_on="2020-01-01")], city)
    assert (changes(batch), warnings(batch)) == (["new"], [])
    assert Home.objects.get(name=NAME).is_placeholder


def test_a_micro_home_finds_its_cluster_in_the_system_or_further_down_the_table(
    lotus, willow, city, su
):
    kind = HomeKind.objects.get(code="micro_cluster")
    standing = home("商圈微家集群", willow, kind=kind)
    table = [
        row(lotus, "甲妇女微家", cluster="荷塘微家集群"),
        row(lotus, "乙妇女微家", cluster="商圈微家集群"),
        row(lotus, "荷塘微家集群"),
    ]
    batch = imported("homes", table, city)
    assert changes(batch) == ["new", "new", "new"]
    made = Home.objects.get(name="荷塘微家集群")
    assert made.kind == kind
    assert Home.objects.get(name="甲妇女微家").cluster == made
    assert Home.objects.get(name="乙妇女微家").cluster == standing
    assert changes(imported("homes", table, city)) == ["unchanged"] * 3
    batch_undo(batch=batch, actor=Actor.of(su))
    assert [one.name for one in Home.objects.all()] == ["商圈微家集群"]


def test_a_cluster_nobody_knows_or_several_share_is_asked_about(lotus, willow, city):
    kind = HomeKind.objects.get(code="micro_cluster")
    home("商圈微家集群", willow, kind=kind)
    home("商圈微家集群", willow.parent, kind=kind)
    table = [
        row(lotus, "甲妇女微家", cluster="荷塘微家集群"),
        row(lotus, "乙妇女微家", cluster="商圈微家集群"),
        row(lotus, "丙微家集群", cluster="商圈微家集群"),
    ]
    batch = imported("homes", table, city)
    assert changes(batch) == ["conflict"] * 3
    beginnings = ("没有找到微家集群“荷塘", "有几个微家集群都叫“商", "微家集群不能再归入另一个")
    for told, begun in zip(warnings(batch), beginnings, strict=True):
        assert told.startswith(begun)
    assert Home.objects.count() == 2


def test_of_clusters_of_one_name_that_of_the_same_district_is_meant(lotus, willow, bamboo, city):
    kind = HomeKind.objects.get(code="micro_cluster")
    near, far = (home("商圈微家集群", place, kind=kind) for place in (willow, bamboo))
    table = [
        row(lotus, "甲妇女微家", cluster=near.name),
        row(bamboo, "乙妇女微家", cluster=far.name),
    ]
    assert changes(imported("homes", table, city)) == ["new", "new"]
    assert Home.objects.get(name="甲妇女微家").cluster == near
    assert Home.objects.get(name="乙妇女微家").cluster == far


def test_a_cluster_outside_what_the_officer_may_write_is_not_found(lotus, bamboo, north, lan):
    home("商圈微家集群", bamboo, kind=HomeKind.objects.get(code="micro_cluster"))
    told = row(lotus, "甲妇女微家", cluster="商圈微家集群")
    assert changes(imported("homes", [told], north, user=lan)) == ["conflict"]


def test_evidence_and_checker_stand_on_the_page_with_who_imported_them(
    as_user, lan, wen, lotus, north
):
    told = {"checker": "周兰", "evidence": "标牌挂在便民服务中心门口", **HAVES}
    imported("homes", [row(lotus, **told)], north, user=lan)
    check = HomeCheck.objects.get()
    assert (check.checker, check.evidence) == ("周兰", "标牌挂在便民服务中心门口")
    url = f"/homes/{check.home.uid}/"
    page = as_user(lan).get(url).content.decode()
    for words in ("标牌挂在便民服务中心门口", "核查人 周兰", f"由{lan}用表格导入"):
        assert words in page
    page = as_user(wen).get(url).content.decode()
    assert "由表格导入" in page
    assert "周兰" not in page
    assert f"由{lan}" not in page


def test_evidence_told_later_completes_the_check_of_the_day(lotus, city):
    imported("homes", [row(lotus, **HAVES)], city)
    assert HomeCheck.objects.get().evidence == ""
    batch = imported("homes", [row(lotus, evidence="万妇发〔2025〕3号")], city)
    assert changes(batch) == ["changed"]
    check = HomeCheck.objects.get()
    assert (check.evidence, check.is_passed) == ("万妇发〔2025〕3号", True)


def test_evidence_without_anything_seen_is_not_dropped_in_silence(lotus, city):
    batch = imported("homes", [row(lotus, evidence="万妇发〔2025〕3号")], city)
    assert changes(batch) == ["new"]
    assert "没有填“五有”情况，核查人和核查依据没有写入" in warnings(batch)[0]
    assert not HomeCheck.objects.exists()


@pytest.fixture
def second() -> Standard:
    """A version in force from 2025 on that asks for one thing more."""
    made = Standard.objects.create(
        code="five_haves", name="五有", number=2, starts_on=date(2025, 1, 1)
    )
    for place, item in enumerate(Standard.objects.get(number=1).items.all(), 1):
        made.items.create(code=item.code, name=item.name, order=place)
    made.items.create(code="v2-online", name="线上服务", order=9)
    return made


def test_an_item_of_the_version_in_force_has_a_column_of_its_name(lotus, city, second):
    wide = HomesSheet.on(AS_OF)
    rows = [["村（社区）", "阵地名称", "有线上服务"]]
    assert lay_out(find_header(rows, wide), wide, rows).columns["item-v2-online"] == 2
    assert wide is HomesSheet.on(AS_OF)
    assert HomesSheet.on(date(2024, 12, 31)) is HomesSheet


@pytest.mark.parametrize(("cell", "is_passed"), [("是", True), ("否", False), (None, False)])
def test_the_table_tells_the_further_item_and_without_it_nothing_passes(
    lotus, city, second, monkeypatch, cell, is_passed
):
    # The workbook is printed with the headings of the day.
    monkeypatch.setitem(sheets._declared, "homes", HomesSheet.on(AS_OF))
    batch = opened("homes", [row(lotus, **HAVES, **{"item-v2-online": cell})], city)
    monkeypatch.undo()
    batch = batch_plan(batch=batch)
    (shown,) = plan_rows(batch, "new").rows
    assert (("线上服务", "是") in shown.cells) == (cell == "是")
    batch_apply(batch=batch)
    check = HomeCheck.objects.get()
    assert (check.standard, check.is_passed) == (second, is_passed)
    assert check.answers.get("v2-online") == {"是": True, "否": False, None: None}[cell]


def test_a_plan_made_before_the_table_got_a_column_is_read_as_it_was_written(
    lotus, city, monkeypatch
):
    fewer = tuple(column for column in HomesSheet.columns if column.key != "host")
    with monkeypatch.context() as before:
        before.setattr(HomesSheet, "columns", fewer)
        batch = planned("homes", [row(lotus, level="市级", remark="与图书室合用")], city)
    (shown,) = plan_rows(batch, "new").rows
    assert ("备注", "与图书室合用") in shown.cells
    (told,) = batch_report(batch)["sheets"][0]["accepted"]
    assert (told["values"]["remark"], told["values"]["level"]) == ("与图书室合用", "市级示范")
    # It is shown, and checked again before it is written.
    assert batch_apply(batch=batch).counts["outdated"] == 1
    assert not Home.objects.exists()
    assert contents.keys_kept(batch, HomesSheet, 1) == []
