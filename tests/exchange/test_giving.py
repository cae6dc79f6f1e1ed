"""Tables given out and taken back: the same again on every row, nothing open that was masked."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import python_calamine
from django.utils import timezone

from cadres.models import Appointment, Person
from federation.access.scope import Grant, Scope
from federation.audit.services import Actor
from federation.exchange.declare import sheet_on, sheets
from federation.exchange.giving.givers import givers
from federation.exchange.giving.sending import watermark
from federation.exchange.giving.sheets import Asked, best_day, rows_for, sheet_export, template
from federation.exchange.giving.tables import NOBODY
from federation.exchange.models import Batch
from federation.exchange.previews import page
from federation.exchange.rawrows import Rechecked
from federation.exchange.services import (
    batch_apply,
    batch_open,
    batch_plan,
    batch_report,
    cell_text,
    decision_make,
    row_edit,
)
from federation.exchange.stamps import BESIDE, COMPANION
from orgs.models import Organisation
from tests.exchange.tables import (
    AS_OF,
    changes,
    id_number,
    imported,
    member_row,
    planned,
    village_row,
)

pytestmark = pytest.mark.django_db
PHONE = "14012345678"
HAVES = {key: "是" for key in ("has_place", "has_equipment", "has_system", "has_activity")}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


def scope_of(place: Organisation) -> Scope:
    return Scope(Grant.EXPORT, (place.path,), (place.path,))


def given(key: str, place: Organisation, *, day: date = AS_OF, sensitive: Scope = NOBODY) -> bytes:
    """The table as it would be sent."""
    sheet, scope = sheet_on(key, day), scope_of(place)
    asked = Asked(place, scope, day, None, timezone.now())
    rows = rows_for(sheet, scope, day, to_fill=False)
    return b"".join(
        sheet_export(sheet, asked, rows, sensitive=sensitive, watermark=watermark("兰晓梅"))
    )


def taken(key: str, data: bytes, place: Organisation, *, day: date = AS_OF) -> Batch:
    """The table come back, checked."""
    batch = batch_open(
        sheet=key, organisation=place, as_of=day, actor=Actor.command(), file_name="表.xlsx",
        data=data,
    )  # fmt: skip
    return batch_plan(batch=batch)


def cells(data: bytes, sheet: int = 0) -> list[list[Any]]:
    """What stands in a sheet, by both readers: they must agree."""
    name = openpyxl.load_workbook(io.BytesIO(data)).sheetnames[sheet]
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    found = book.get_sheet_by_name(name).to_python()
    other = openpyxl.load_workbook(io.BytesIO(data))[name].iter_rows(values_only=True)
    assert [["" if cell is None else cell for cell in row] for row in other] == found
    return found


def rejected(batch: Batch) -> list[str]:
    """The codes of all errors."""
    return [
        error["code"]
        for sheet in batch_report(batch)["sheets"]
        for row in sheet["rejected"]
        for error in row["errors"]
    ]


def rows_of(lotus, willow, north_town, north) -> dict[str, list[dict]]:
    """Rows of every table that gives, with something in every column."""
    return {
        "villages": [
            village_row(
                lotus, women_resident="812", households="300", chair_name="周兰",
                chair_phone=PHONE, chair_in_committee="是", exec_count="9", group_count="4",
                has_home="是", budget_yuan="5000.5", election_date="2021-03", remark="有备注",
            ),
            village_row(willow, women_resident="0", has_home="否"),
        ],
        "committee": [
            member_row(
                lotus, 1, "周兰", position="主席", birth="1985-03", ethnic="汉族",
                political="中共党员", education="本科", employment="兼职", rank="科员级",
                phone=PHONE, sector="农业", is_grid="是", remark="连任",
            ),
            member_row(lotus, 2, "吴梅", elected_on="2021"),
            member_row(willow, 3, "郑菊", position="副主席", phone="023-58123456", is_grid="否"),
            member_row(north_town, 4, "王竹", position="主席", elected_on=None),
            member_row(north, 5, "冯松", position="执委"),
        ],
        "homes": [
            village_row(
                lotus, home_name="荷花村妇女之家", address="中心 2 楼", built_on="2021-05",
                area_sqm="108.5", contact="周兰", contact_phone=PHONE, activities="28",
                level="市级", host="党群中心", sharing="共用", remark="与图书室合用",
                checker="兰晓梅", evidence="照片 3 张", has_sign="否", **HAVES,
            ),
            village_row(willow, home_name="柳溪微家", home_kind="妇女微家"),
        ],
        "budgets": [
            {
                "code": lotus.code, "year": "2024", "source": "财政拨款", "amount_yuan": "5000",
                "spent_yuan": "3200.55", "balance_yuan": "1799.45", "received_on": "2024-03",
                "voucher_no": "0012", "purpose": "三八节", "remark": "第一季度",
            },
            {"code": lotus.code, "year": "2024", "amount_yuan": "70"},
            {"code": lotus.code, "year": "2024", "amount_yuan": "70"},
            {"code": north_town.code, "year": "2023", "amount_yuan": "0"},
        ],
        "yearly": [
            {
                "code": north_town.code, "year": "2024", "women_resident": "1200",
                "women_registered": "1300", "standard_yuan": "1.5", "due_yuan": "1800",
                "arranged_yuan": "1800", "received_yuan": "900.25", "in_budget": "是",
                "document": "北财〔2024〕1号", "remark": "半年",
            },
            {"code": north_town.code, "year": "2023", "women_resident": "1100"},
            {"code": lotus.code, "year": "2024", "arranged_yuan": "500", "in_budget": "否"},
        ],
    }  # fmt: skip


@pytest.fixture
def world(north, north_town, lotus, willow) -> dict[str, list[dict]]:
    """Every table imported once."""
    rows = rows_of(lotus, willow, north_town, north)
    for key in ("villages", "homes", "budgets", "yearly"):
        imported(key, rows[key], north)
    return rows


GIVING = ("villages", "committee", "homes", "budgets", "yearly")


def test_every_table_but_that_of_accounts_is_given_out():
    assert set(givers.keys()) >= set(GIVING)
    assert givers.get("accounts") is None


@pytest.mark.parametrize("key", sorted(GIVING))
@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("whose", ["north", "north_town", "lotus"])
def test_what_is_given_out_and_taken_back_changes_nothing(tree, key, is_open, whose):
    place = tree[whose]
    rows = rows_of(tree["lotus"], tree["willow"], tree["north_town"], tree["north"])[key]
    imported(key, rows, tree["north"])
    sensitive = scope_of(place) if is_open else NOBODY
    batch = taken(key, given(key, place, sensitive=sensitive), place)
    hers = [row for row in rows if row["code"].startswith(place.code)]
    assert rejected(batch) == []
    assert changes(batch) == ["unchanged"] * len(hers)
    assert hers


@pytest.mark.parametrize("key", sorted(GIVING))
def test_a_cell_of_every_column_is_given_back_as_it_was_told(north, north_town, lotus, willow, key):
    rows = rows_of(lotus, willow, north_town, north)[key]
    imported(key, rows, north)
    headings, *lines = cells(given(key, north, sensitive=scope_of(north)))
    sheet = sheet_on(key, AS_OF)
    filled = {
        column.key
        for place, column in enumerate(sheet.columns)
        if any(line[place] not in ("", None) for line in lines[:-1])
    }
    told = {name for row in rows for name, cell in row.items() if cell is not None}
    assert told - filled == set()
    assert headings[: len(sheet.columns)] == [str(column.heading) for column in sheet.columns]


def test_the_last_row_says_who_took_it_and_is_no_data(north, lotus, willow, north_town):
    imported("committee", rows_of(lotus, willow, north_town, north)["committee"], north)
    data = given("committee", north)
    assert cells(data)[-1][0].startswith("导出人：兰晓梅")
    report = batch_report(taken("committee", data, north))
    assert [row["why"] for sheet in report["sheets"] for row in sheet["skipped"]] == ["footer"]
    assert report["warnings"] == []


def test_numbers_are_masked_unless_asked_for(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE)], north)
    masked = given("committee", north)
    text = str(cells(masked))
    assert id_number(1) not in text and PHONE not in text
    assert f"{id_number(1)[:6]}********{id_number(1)[-4:]}" in text and "140****5678" in text
    assert id_number(1) in str(cells(given("committee", north, sensitive=scope_of(north))))


def changed_book(data: bytes, heading: str, text: str | None) -> bytes:
    """The table with every cell below ``heading`` rewritten."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    [column] = [cell.column for cell in sheet[1] if cell.value == heading]
    for row in range(2, sheet.max_row):
        sheet.cell(row, column).value = text
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("heading", "text", "code"),
    [
        ("身份证号", "500199********0001", "id_masked"),
        ("联系电话", "139****0000", "phone_masked"),
    ],
)
def test_a_mask_without_its_number_stays_out(north, lotus, heading, text, code):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE)], north)
    batch = taken("committee", changed_book(given("committee", north), heading, text), north)
    assert code in rejected(batch)


@pytest.mark.parametrize("text", [None, "这不是校验码"])
def test_without_its_companion_a_mask_is_compared_with_the_number_that_stands(north, lotus, text):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE)], north)
    data = changed_book(given("committee", north), COMPANION, text)
    assert changes(taken("committee", data, north)) == ["unchanged"]
    Person.objects.update(name="周岚")
    assert "id_masked" in rejected(taken("committee", data, north))


def test_a_companion_of_another_organisation_opens_nothing(north, lotus, willow):
    imported("committee", [member_row(lotus, 1, "周兰")], north)
    moved = changed_book(given("committee", north), "单位代码", willow.code)
    moved = changed_book(changed_book(moved, "村（社区）", None), "乡镇（街道）", None)
    assert rejected(taken("committee", moved, north)) == ["id_masked"]


def test_beside_a_masked_number_no_birth_is_told(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰", birth="1985-03")], north)
    masked, whole = given("committee", north), given("committee", north, sensitive=scope_of(north))
    at = cells(masked)[0].index("出生年月")
    assert (cells(masked)[1][at], cells(whole)[1][at]) == ("****", "1985-03")
    assert changes(taken("committee", masked, north)) == ["unchanged"]
    assert Person.objects.get().birth_precision == "month"


def test_the_check_page_tells_no_birth_beside_a_masked_number(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰", birth="1985-03")], north)
    batch = taken("committee", given("committee", north), north)
    [row] = page(batch, "unchanged", 1).rows
    told = dict(row.cells)
    assert (told["姓名"], told["出生年月"]) == ("周兰", "****")
    again = planned("committee", [member_row(lotus, 1, "周兰", birth="1985-04")], north)
    [row] = page(again, "changed", 1).rows
    assert ("出生年月", "****", "****") in row.effects


def test_a_number_copied_to_another_person_of_the_place_opens_nothing(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE)], north)
    renamed = changed_book(given("committee", north), "姓名", "王秀")
    assert "id_masked" in rejected(taken("committee", renamed, north))


def test_what_a_companion_opens_does_not_show_among_the_cells_of_a_rejected_row(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE)], north)
    batch = taken("committee", changed_book(given("committee", north), "民族", "火星"), north)
    assert rejected(batch) == ["unknown_option"]
    assert id_number(1) not in str(batch_report(batch))


def edited(batch: Batch, key: str, text: str) -> Rechecked:
    """The second row of the table with something typed in one of its cells."""
    return row_edit(batch=batch, sheet_no=0, row_no=2, key=key, text=text, actor=Actor.command())


def test_a_row_put_right_keeps_what_its_masks_stand_for(north, lotus):
    roster = [member_row(lotus, 1, "周兰", phone=PHONE, ethnic="汉族", birth="1985-03")]
    imported("committee", roster, north)
    batch = taken("committee", changed_book(given("committee", north), "民族", "火星"), north)
    row = edited(batch, "ethnic", "汉族")
    assert (row.was, row.change, row.problems) == ("rejected", "unchanged", [])
    row = edited(batch, "ethnic", "壮族")
    assert row.change == "changed" and row.problems == []
    again = batch_plan(batch=batch)
    assert rejected(again) == [] and changes(again) == ["changed"]


def test_a_row_with_a_doubt_keeps_what_its_masks_stand_for(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE, education="本科")], north)
    decision_make(
        organisation=north, column=sheets.get("committee").column("position"), written="委员",
        meant="04", actor=Actor.command(),
    )  # fmt: skip
    batch = taken("committee", changed_book(given("committee", north), "妇联职务", "委员"), north)
    assert changes(batch) == ["unchanged"]
    row = edited(batch, "education", "大专")
    assert (row.was, row.change) == ("unchanged", "changed")


def test_a_row_put_right_opens_nothing_for_another_name(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE, ethnic="汉族")], north)
    batch = taken("committee", changed_book(given("committee", north), "民族", "火星"), north)
    edited(batch, "ethnic", "汉族")
    row = edited(batch, "person_name", "王秀")
    assert [problem["code"] for problem in row.problems] == ["id_masked", "phone_masked"]


def test_no_page_shows_the_companion_of_a_row_or_what_it_opens(north, lotus, as_user, lan):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE, ethnic="汉族")], north)
    data = changed_book(given("committee", north), "民族", "火星")
    batch = taken("committee", data, north)
    companion = cells(data)[1][cells(data)[0].index(COMPANION)]
    assert len(companion) > 40
    edited(batch, "ethnic", "大火星")
    told = as_user(lan).get(f"/imports/{batch.uid}/rows/").content.decode()
    told += str(batch_report(batch)) + str(Batch.objects.values().get(pk=batch.pk))
    told += str(
        [
            cell_text(batch=batch, sheet_no=0, row_no=2, key=c.key)
            for c in sheets.get("committee").columns
            if c.key in ("person_name", "id_number")
        ]
    )
    assert not any(secret in told for secret in (companion, id_number(1), PHONE))


def test_an_edited_cell_is_the_only_change(north, lotus, willow, north_town):
    imported("committee", rows_of(lotus, willow, north_town, north)["committee"], north)
    batch = taken("committee", changed_book(given("committee", north), "学历", "大专"), north)
    assert rejected(batch) == []
    assert set(changes(batch)) == {"changed"}


def test_who_has_no_number_is_in_the_template_and_not_in_the_roster(north, lotus):
    imported("villages", [village_row(lotus, chair_name="周兰", election_date="2021-03")], north)
    sheet, scope = sheet_on("committee", AS_OF), scope_of(north)
    assert list(rows_for(sheet, scope, AS_OF, to_fill=False)) == []
    [row] = rows_for(sheet, scope, AS_OF, to_fill=True)
    assert row.values["person_name"] == "周兰" and row.values["id_number"] is None


def test_nothing_outside_the_scope_is_given(tree, world):
    south = tree["south"]
    imported("committee", [member_row(tree["bamboo"], 9, "竹小林")], south)
    for key in GIVING:
        sheet = sheet_on(key, AS_OF)
        rows = [*rows_for(sheet, scope_of(tree["lotus"]), AS_OF, to_fill=True)]
        assert {row.organisation_id for row in rows} <= {tree["lotus"].pk}


def test_a_report_is_given_as_of_its_own_day(north, world):
    today = timezone.localdate()
    assert best_day(sheet_on("villages", today), scope_of(north), today) == AS_OF
    assert best_day(sheet_on("homes", today), scope_of(north), today) == today


def test_a_register_given_out_fills_an_empty_one_alike(north, lotus, willow, north_town):
    imported("committee", rows_of(lotus, willow, north_town, north)["committee"], north)

    def dump() -> list[tuple]:
        return [
            (
                one.person.name, one.person.reveal("id_number"), one.person.reveal("phone"),
                one.person.birth_on, one.person.birth_precision, one.person.ethnic,
                one.person.political, one.person.education, one.person.is_grid, one.person.sex,
                one.organisation.code, one.post.name, one.engagement, one.rank, one.sector,
                one.from_on, one.from_precision, one.remark, one.term and one.term.starts_on,
            )
            for one in Appointment.objects.order_by("organisation__path", "person__name")
        ]  # fmt: skip

    before, data = dump(), given("committee", north)
    Appointment.objects.all().delete()
    Person.objects.all().delete()
    batch = taken("committee", data, north)
    assert rejected(batch) == []
    from_masks = batch_apply(batch=batch)
    assert from_masks.state == Batch.State.APPLIED
    # What is known to hold as of an import only has no day of its own.
    assert dump() == before


def test_the_sheets_beside_the_table_explain_it_and_are_not_imported(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰")], north)
    data = given("committee", north)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames[0] == str(sheets.get("committee").title)
    assert set(book.sheetnames[1:]) == set(BESIDE)
    states = {name: book[name].sheet_state for name in BESIDE}
    assert states == {"填写说明": "visible", "选项": "hidden", "模板信息": "veryHidden"}
    told = {row[0]: row[1:] for row in cells(data, 1)}
    assert told["姓名"][0] == "必填" and "中共党员" in told["政治面貌"][3]


@pytest.mark.parametrize("key", ["villages", "committee", "homes", "budgets", "yearly", "accounts"])
def test_the_template_of_every_table_is_known_when_it_comes_back(north, lotus, key):
    sheet, scope = sheet_on(key, AS_OF), scope_of(north)
    asked = Asked(north, scope, AS_OF, None, timezone.now())
    data = b"".join(template(sheet, asked, iter(())))
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    texts = {
        place
        for dressed in page.column_dimensions.values()
        if dressed.number_format == "@"
        for place in range(dressed.min, dressed.max + 1)
    }
    for place, column in enumerate(sheet.columns, 1):
        if column.clean.kind in ("id", "phone", "reference", "date"):
            assert place in texts, column.key
    batch = taken(key, data, north)
    assert batch.state == Batch.State.REFUSED
    assert "没有数据" in batch.refusal


def test_amounts_are_numbers_and_codes_are_texts(north, lotus):
    imported("budgets", [{"code": lotus.code, "year": "2024", "amount_yuan": "5000.50"}], north)
    [_head, line, _mark] = cells(given("budgets", north))
    assert line[0] == 2024.0 and lotus.code in line and 5000.5 in line
    assert Decimal("5000.50") == Decimal(str(line[[*map(str, line)].index("5000.5")]))
