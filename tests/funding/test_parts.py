"""Ledger and yearly tables on their way into the records, and back."""

from datetime import date
from decimal import Decimal

import pytest

from federation.audit.services import Actor
from federation.exchange.services import batch_report, batch_undo
from funding.models import LedgerLine, Population, YearlyBudget
from tests.exchange.tables import accepted, changes, imported, planned, warnings

pytestmark = pytest.mark.django_db


def line(place, **cells) -> dict:
    """A row of the ledger."""
    told = {"year": "2024", "source": "财政拨款", "amount_yuan": "5000", "voucher_no": "0012"}
    return {"code": place.code, **told, **cells}


def year(place, **cells) -> dict:
    """A row of the yearly table."""
    return {"code": place.code, "year": "2024", **cells}


def test_a_line_is_written_with_all_it_says(north, lotus):
    row = line(
        lotus, spent_yuan="3200.5", balance_yuan="1799.5", received_on="2024-03", purpose="三八节",
        source="上级拨付", remark="第一季度",
    )  # fmt: skip
    batch = imported("budgets", [row], north)
    made = LedgerLine.objects.get()
    assert (made.organisation, made.branch, made.batch) == (lotus, north, batch.uid)
    assert (made.year, made.source, made.voucher_number) == (2024, "上级妇联拨付", "0012")
    assert (made.received_cny, made.spent_cny) == (Decimal("5000.00"), Decimal("3200.50"))
    assert (made.received_on, made.received_precision) == (date(2024, 3, 1), "month")
    assert warnings(batch) == []


def test_the_same_file_again_changes_nothing(north, lotus, willow):
    rows = [line(lotus), line(lotus, voucher_no=None), line(lotus, voucher_no=None), line(willow)]
    imported("budgets", rows, north)
    assert changes(imported("budgets", rows, north)) == ["unchanged"] * 4
    # Two lines without a voucher that say the same are two sums of money.
    assert LedgerLine.objects.count() == 4


def test_the_same_voucher_with_another_amount_corrects_the_line(north, lotus):
    imported("budgets", [line(lotus, purpose="三八节")], north)
    batch = imported("budgets", [line(lotus, amount_yuan="6000")], north)
    made = LedgerLine.objects.get()
    assert changes(batch) == ["changed"]
    assert (made.received_cny, made.purpose, made.version) == (Decimal("6000.00"), "三八节", 2)


def test_a_table_without_a_date_leaves_a_month_a_month(north, lotus):
    imported("budgets", [line(lotus, received_on="2024-03")], north)
    assert changes(imported("budgets", [line(lotus)], north)) == ["unchanged"]
    assert changes(imported("budgets", [line(lotus, purpose="三八节")], north)) == ["changed"]
    made = LedgerLine.objects.get()
    assert (made.received_on, made.received_precision) == (date(2024, 3, 1), "month")


def test_a_voucher_that_capitals_lengthen_keeps_its_line(north, lotus):
    long = [line(lotus, voucher_no=letter * 40) for letter in "ß㍿"]
    imported("budgets", long, north)
    assert changes(imported("budgets", long, north)) == ["unchanged", "unchanged"]
    keys = LedgerLine.objects.values_list("identity", flat=True)
    assert len(set(keys)) == 2
    room = LedgerLine._meta.get_field("identity").max_length
    assert all(len(key) <= room for key in keys)


def test_one_voucher_twice_in_a_table_is_asked_about(north, lotus):
    batch = imported("budgets", [line(lotus), line(lotus), line(lotus, amount_yuan="9")], north)
    assert changes(batch) == ["new", "duplicate", "conflict"]
    assert "凭证号“0012”在表中出现了两次" in warnings(batch)[-1]
    assert LedgerLine.objects.get().received_cny == Decimal("5000.00")


def test_undoing_takes_lines_back_and_old_amounts_too(north, lotus):
    imported("budgets", [line(lotus)], north)
    rows = [line(lotus, amount_yuan="6000"), line(lotus, voucher_no="0013")]
    batch_undo(batch=imported("budgets", rows, north), actor=Actor.command())
    assert LedgerLine.objects.get().received_cny == Decimal("5000.00")


def errors(batch) -> list[tuple[str, str]]:
    """Field and sentence of every fault."""
    return [
        (error["field"], error["message"])
        for sheet in batch_report(batch)["sheets"]
        for row in sheet["rejected"]
        for error in row["errors"]
    ]


def test_spending_without_an_amount_is_refused(north, lotus):
    batch = planned("budgets", [line(lotus, amount_yuan=None, spent_yuan="10"), line(lotus)], north)
    assert errors(batch) == [("amount_yuan", "收入金额不能为空，请补填。")]


@pytest.mark.parametrize("sheet", ["budgets", "yearly"])
def test_a_year_to_come_is_refused(north, lotus, sheet):
    rows = [{"code": lotus.code, "year": "2026", "amount_yuan": "1", "arranged_yuan": "1"}]
    assert errors(planned(sheet, rows, north)) == [
        ("year", "年度“2026”还没有到，现在只能填 2025 年和以前的。以后年度的请到当年再填。")
    ]


@pytest.mark.parametrize("text", ["2024", "2024年", "2024年度", "２０２４", "二〇二四年"])
def test_a_year_is_read_as_staff_write_it(north, lotus, text):
    found = accepted(planned("budgets", [line(lotus, year=text)], north))
    assert found[0]["values"]["year"] == 2024


def test_a_balance_that_does_not_add_up_goes_in_with_a_warning(north, lotus):
    row = line(lotus, spent_yuan="6000", balance_yuan="500")
    batch = imported("budgets", [row], north)
    assert warnings(batch) == [
        "结余应为收入减支出，即 -1,000.00 元，现在是 500.00 元，请核对。",
        "支出 6,000.00 元大于收入 5,000.00 元，请核对。",
    ]
    assert LedgerLine.objects.get().balance_cny == Decimal("500.00")


def test_an_amount_a_thousand_times_the_usual_of_the_unit_is_doubted(north, lotus):
    earlier = [
        line(lotus, amount_yuan=amount, voucher_no=amount) for amount in ("400", "500", "900")
    ]
    imported("budgets", earlier, north)
    batch = planned("budgets", [line(lotus, amount_yuan="500000")], north)
    assert warnings(batch) == [
        "收入金额 500,000.00 元与本单位以往记录的中位数 500.00 元相差 1,000 倍以上，"
        "请核对是不是把万元当作元填写了。"
    ]
    assert warnings(planned("budgets", [line(lotus, amount_yuan="499999")], north)) == []


def test_without_earlier_lines_the_usual_is_the_level_in_the_table(north, north_town, lotus):
    villages = [line(lotus, amount_yuan="3000", voucher_no=str(number)) for number in range(5)]
    typed = line(lotus, amount_yuan="3", voucher_no="万")
    huge = line(lotus, amount_yuan="40000000", voucher_no="元")
    town = line(north_town, amount_yuan="3000000", voucher_no="镇")
    batch = planned("budgets", [*villages, typed, huge, town], north)
    # The order of magnitude, not what the other rows of the table say.
    assert [words for words in warnings(batch) if "通常金额" in words] == [
        "收入金额 3.00 元只有本表同级各行通常金额的 1,000 分之一或更少，"
        "请核对是不是把万元当作元填写了。",
        "收入金额 40,000,000.00 元是本表同级各行通常金额的 10,000 倍以上，"
        "请核对是不是把万元当作元填写了。",
    ]


def test_what_stands_of_neighbours_is_no_measure_of_a_workbook(qiu, north, lotus, willow):
    theirs = [line(willow, amount_yuan="3217", voucher_no=str(number)) for number in range(6)]
    imported("budgets", theirs, north)
    assert warnings(planned("budgets", [line(lotus, amount_yuan="0.01")], lotus)) == []


def test_towns_and_districts_have_lines_by_code_and_by_name(north, north_town, lotus):
    rows = [
        {"town": "青石镇", "name": "乡镇本级", **line(lotus), "code": None},
        line(north),
        {"town": "青石镇", "name": None, **line(lotus, voucher_no="7"), "code": None},
    ]
    imported("budgets", rows, north)
    owners = LedgerLine.objects.order_by("pk").values_list("organisation", flat=True)
    assert list(owners) == [north_town.pk, north.pk, north_town.pk]


def test_a_year_is_written_with_the_women_it_counts_on(north, north_town):
    row = year(
        north_town, women_resident="12000", women_registered="13500", standard_yuan="1",
        due_yuan="12000", arranged_yuan="1.5万元", received_yuan="9000", in_budget="是",
        document="青财〔2024〕3号",
    )  # fmt: skip
    imported("yearly", [row], north)
    made = YearlyBudget.objects.get()
    assert (made.organisation, made.year, made.is_in_fiscal_budget) == (north_town, 2024, True)
    amounts = (made.standard_cny, made.planned_cny, made.approved_cny, made.received_cny)
    assert amounts == (1, 12000, 15000, 9000)
    assert made.document_number == "青财〔2024〕3号"
    counts = Population.objects.order_by("women").values_list("kind", "as_of", "women")
    day = date(2024, 1, 1)
    assert list(counts) == [("resident", day, 12000), ("registered", day, 13500)]


def test_a_column_in_the_wrong_unit_is_doubted_beside_the_women(north, lotus, willow):
    rows = [
        year(lotus, arranged_yuan="0.5", women_resident="700"),
        year(willow, arranged_yuan="700", women_resident="700"),
    ]
    batch = planned("yearly", rows, north)
    assert warnings(batch) == [
        "按女性人口 700 人算，人均 0.000714 元，与标准 1.00 元相差 1,000 倍以上，"
        "请核对金额的单位是元还是万元。"
    ]


def test_a_blank_cell_of_a_year_empties_nothing_and_no_answer_is_no_no(north, lotus):
    imported("yearly", [year(lotus, arranged_yuan="800")], north)
    assert YearlyBudget.objects.get().is_in_fiscal_budget is None
    row = year(lotus, arranged_yuan=None, in_budget="否", women_resident="700")
    assert changes(imported("yearly", [row], north)) == ["changed"]
    made = YearlyBudget.objects.get()
    assert (made.approved_cny, made.is_in_fiscal_budget) == (Decimal("800.00"), False)
    assert changes(imported("yearly", [row], north)) == ["unchanged"]


def test_a_year_that_nobody_wrote_is_that_of_the_day_and_said(north, lotus):
    batch = imported("yearly", [{"code": lotus.code, "arranged_yuan": "800"}], north)
    assert YearlyBudget.objects.get().year == 2025
    assert warnings(batch) == ["没有填年度，按数据截至日识别为 2025 年，请核对。"]


def test_a_unit_twice_in_the_yearly_table_is_asked_about(north, lotus):
    rows = [year(lotus, arranged_yuan=amount) for amount in ("800", "800", "900")]
    assert changes(imported("yearly", rows, north)) == ["new", "duplicate", "conflict"]
    assert YearlyBudget.objects.get().approved_cny == Decimal("800.00")


def test_undoing_a_yearly_table_leaves_nothing(north, lotus):
    batch = imported("yearly", [year(lotus, arranged_yuan="800", women_resident="700")], north)
    batch_undo(batch=batch, actor=Actor.command())
    assert (YearlyBudget.objects.count(), Population.objects.count()) == (0, 0)
