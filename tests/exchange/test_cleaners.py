"""One rule per kind of field, for columns and forms alike."""

import gc
import weakref
from datetime import date, datetime
from decimal import Decimal

import pytest

from federation.exchange.cleaners import choices
from federation.exchange.cleaners.base import CellContext, CleaningError
from federation.exchange.cleaners.dates import PartialDate, partial_date
from federation.exchange.cleaners.numbers import money, whole_number, yes_no
from federation.exchange.cleaners.people import id_number, person_name, phone
from federation.exchange.cleaners.text import NO_VALUE
from federation.exchange.options import SEEDS, seeded_lists
from federation.exchange.problems import sentence

TODAY = CellContext(today=date(2026, 6, 30), options=seeded_lists())
# A county code that was never assigned. Its check digit is replaced where a test needs it right.
LAN = "500199198503120021"


def code_of(cleaner, cell, context=TODAY):
    with pytest.raises(CleaningError) as caught:
        cleaner.one(cell, context)
    return caught.value.code


def check_digit(first: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True))
    return first + "10X98765432"[total % 11]


@pytest.mark.parametrize(
    "written, iso",
    [
        ("1985.03", "1985-03"),
        ("1985年3月", "1985-03"),
        (198503.0, "1985-03"),
        ("１９８５．０３", "1985-03"),
        ("2021年3月8日", "2021-03-08"),
        ("20210308", "2021-03-08"),
        ("2021-3-8", "2021-03-08"),
        ("2021年", "2021"),
        (2021.03, "2021-03"),
        ("2021.10", "2021-10"),
        (31120.0, "1985-03-14"),
        (datetime(2021, 3, 8, 9, 30), "2021-03-08"),
    ],
)
def test_a_date_keeps_the_precision_that_was_written(written, iso):
    assert partial_date.one(written, TODAY).iso() == iso
    assert PartialDate.parse(iso).iso() == iso


@pytest.mark.parametrize(
    "written, code",
    [
        (2021.1, "ambiguous_date"),
        ("2021.13", "bad_date"),
        ("2021.02.30", "bad_date"),
        ("去年", "bad_date"),
        (3.0, "bad_date"),
        ("85.3", "two_digit_year"),
        ("1021.03", "date_range"),
        ("2052.03", "future_date"),
    ],
)
def test_a_date_that_could_mean_another_day_is_refused(written, code):
    assert code_of(partial_date, written) == code


def test_text_of_a_csv_may_have_lost_the_zero_of_october():
    untyped = CellContext(today=TODAY.today, untyped=True)
    assert code_of(partial_date, "2021.1", untyped) == "ambiguous_date"
    assert partial_date.one("2021.1", TODAY).iso() == "2021-01"


def test_the_last_day_of_february_is_the_last_day_a_month_can_mean():
    assert PartialDate(date(2024, 2, 1), "month").last_day == date(2024, 2, 29)


@pytest.mark.parametrize(
    "written, unit, yuan",
    [
        (0.35, "万元", "3500.00"),
        ("5000元", "万元", "5000.00"),
        ("2.5 万元", "元", "25000.00"),
        ("￥1,200.00", "元", "1200.00"),
        ("1，500", "元", "1500.00"),
        ("无", "元", "0.00"),
    ],
)
def test_the_unit_in_the_cell_wins_over_the_heading(written, unit, yuan):
    context = CellContext(today=TODAY.today, unit=unit)
    assert money.one(written, context) == Decimal(yuan)


@pytest.mark.parametrize(
    "written, code",
    [
        (-0.5, "negative"),
        ("约3", "approximate"),
        ("若干", "not_number"),
        (NO_VALUE, "formula_no_value"),
    ],
)
def test_money_nobody_can_add_up_is_refused(written, code):
    assert code_of(money, written) == code


@pytest.mark.parametrize("written", ["1,234", "１２３４", "1234人", "1 234", 1234.0, "1234.0"])
def test_a_count_is_read_through_its_dress(written):
    assert whole_number.one(written, TODAY) == 1234


@pytest.mark.parametrize(
    "written, code",
    [
        (12.5, "not_integer"),
        (-3.0, "negative"),
        ("一百多", "not_number"),
        ("100/120", "not_number"),
        ("1.2万", "approximate"),
        ("120左右", "approximate"),
        (9999999.0, "too_large"),
        ("#REF!", "cell_error"),
    ],
)
def test_a_count_is_never_guessed(written, code):
    assert code_of(whole_number, written) == code


def test_blank_is_unknown_and_never_no():
    assert [yes_no.one(cell, TODAY) for cell in ("", None, "-", " ")] == [None] * 4
    assert [yes_no.one(cell, TODAY) for cell in ("√", "有", 1.0, "是。")] == [True] * 4
    assert [yes_no.one(cell, TODAY) for cell in ("×", "无", 0.0, "N")] == [False] * 4
    assert code_of(yes_no, "待定") == "bad_boolean"


def test_an_id_number_passes_in_every_harmless_dress():
    good = check_digit(LAN[:17])
    dressed = [f"'{good}", f" {good} ", good[:6] + " " + good[6:14] + " " + good[14:], good + "\n"]
    assert [id_number.one(cell, TODAY) for cell in dressed] == [good] * 4


@pytest.mark.parametrize(
    "written, code",
    [
        (5.00199198503120e17, "id_lost_digits"),
        ("5.00199E+17", "id_lost_digits"),
        ("50019919850312002", "id_length"),
        ("500199850312002", "id_15_digits"),
        ("500199********0021", "id_masked"),
        ("5001991985O3120021", "id_chars"),
        (check_digit("50019919850230002"), "id_birth"),
    ],
)
def test_an_id_number_is_never_repaired(written, code):
    assert code_of(id_number, written) == code


def test_one_wrong_digit_breaks_the_check_digit():
    good = check_digit(LAN[:17])
    wrong = good[:16] + str((int(good[16]) + 1) % 10) + good[17]
    cleaned = id_number.column([good, wrong, ""], TODAY)
    assert cleaned.values == [good, None, None]
    assert [problem.code for problem in cleaned.problems.values()] == ["id_checksum"]


@pytest.mark.parametrize(
    "written, kept",
    [
        (14000000001.0, "14000000001"),
        ("140 0000 0001", "14000000001"),
        ("+8614000000001", "14000000001"),
        ("023-00001234", "023-00001234"),
        ("无", None),
    ],
)
def test_a_phone_is_kept_as_digits(written, kept):
    assert phone.one(written, TODAY) == kept


@pytest.mark.parametrize(
    "written, code",
    [
        ("1400000001", "phone_length"),
        ("1.40001E+10", "phone_lost_digits"),
        ("14000000001/14000000002", "phone_multiple"),
        ("12345678901", "phone_bad"),
        ("同微信", "phone_bad"),
    ],
)
def test_a_phone_that_cannot_be_called_is_refused(written, code):
    assert code_of(phone, written) == code


def test_a_name_loses_spaces_and_keeps_its_dot():
    assert person_name.one("王 秀英", TODAY) == "王秀英"
    assert person_name.one("阿依古丽•买买提", TODAY) == "阿依古丽·买买提"
    assert code_of(person_name, "王1英") == "person_name_bad"
    assert person_name.one("A" * 40, TODAY) == "A" * 40
    assert code_of(person_name, "A" * 41) == "person_name_bad"


def test_a_vacancy_is_nobody_and_no_name():
    assert person_name.column(["空缺", "王兰", "无"], TODAY).values == [None, "王兰", None]


@pytest.mark.parametrize(
    "cleaner, written, label",
    [
        (choices.ethnic, "汉", "汉族"),
        (choices.political, "预备党员", "中共预备党员"),
        (choices.education, "大学专科", "大专"),
        (choices.employment, "兼", "兼职"),
        (choices.position, "妇联副主席（兼职）", "副主席"),
        (choices.position, "村党支部委员、妇联主席兼网格员", "主席"),
    ],
)
def test_an_answer_finds_its_option(cleaner, written, label):
    assert cleaner.one(written, TODAY).label == label


def test_an_unknown_answer_is_never_stored():
    assert code_of(choices.political, "爱党人士") == "unknown_option"


def test_the_lists_hold_what_the_standards_hold():
    assert len(SEEDS["ethnic"]) == 56
    assert SEEDS["ethnic"][14] == ("15", "土家族", ("土家",))
    assert {seed.code for seed in SEEDS["education"]} == {"10", "20", "30", "40", "60", "70", "80"}


def test_a_column_and_a_form_agree():
    cells = ["是", "", "待定", 1.0]
    cleaned = yes_no.column(cells, TODAY)
    assert cleaned.values == [True, None, None, True]
    assert cleaned.problems[2].code == code_of(yes_no, "待定")


def test_no_sentence_ever_shows_a_whole_id_number():
    assert LAN not in sentence("person_name_bad", raw=LAN)


class Rows(list):
    """Rows of a frame, of which can be told whether they are still there."""


@pytest.mark.parametrize(
    "cleaner, cell",
    [(phone, "138"), (partial_date, "2021-02-30"), (money, "许多"), (id_number, "5")],
)
def test_what_was_wrong_with_a_cell_is_remembered_without_the_rows_beside_it(cleaner, cell):
    memo = cleaner.memo(TODAY)

    def looked_at():
        rows = Rows([cell])
        return memo[rows[0]], weakref.ref(rows)

    gc.disable()
    try:
        problem, rows = looked_at()
    finally:
        gc.enable()
    assert isinstance(problem, CleaningError)
    assert memo[cell] is problem
    assert rows() is None
