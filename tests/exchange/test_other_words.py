"""Headings, answers and notes in words that no template uses, as districts write them."""

import time
from decimal import Decimal

import pytest

from cadres.sheets import CommitteeSheet
from federation.exchange.cleaners import choices
from federation.exchange.cleaners.base import CleaningError
from federation.exchange.cleaners.dates import partial_date
from federation.exchange.cleaners.numbers import Quantity, whole_number
from federation.exchange.cleaners.people import id_number, phone
from federation.exchange.declare import sheets
from federation.exchange.understanding.classify import why_not_data
from federation.exchange.understanding.header import recognise
from federation.exchange.understanding.mapping import unit_line
from funding.models.amounts import line_doubts
from funding.sheets import BudgetsSheet
from homes.sheets import HomesSheet
from orgs.sheets import VillagesSheet
from tests.exchange.test_cleaners import LAN, TODAY, check_digit

LABELS, READ = ("序号", "村名", "户数"), (1, 2)


@pytest.mark.parametrize(
    "sheet, heading, key",
    [
        (VillagesSheet, "12位区划代码", "code"),
        (VillagesSheet, "隶属乡镇", "town"),
        (VillagesSheet, "上级镇街", "town"),
        (VillagesSheet, "建制村（社区）", "name"),
        (VillagesSheet, "妇女群众数", "women_resident"),
        (VillagesSheet, "现有户数/户", "households"),
        (VillagesSheet, "妇联会主席", "chair_name"),
        (VillagesSheet, "是否进入支村两委", "chair_in_committee"),
        (VillagesSheet, "组建妇女小组数", "group_count"),
        (VillagesSheet, "安排工作经费", "budget_yuan"),
        (VillagesSheet, "其他需要说明的情况", "remark"),
        (CommitteeSheet, "※成员姓名", "person_name"),
        (CommitteeSheet, "政治面貌类别", "political"),
        (CommitteeSheet, "担任现职时间", "elected_on"),
        (CommitteeSheet, "来自界别", "sector"),
        (CommitteeSheet, "是否专兼职网格员", "is_grid"),
        (HomesSheet, "投入使用时间", "built_on"),
        (HomesSheet, "有统一标识", "has_sign"),
        (HomesSheet, "制度上墙", "has_system"),
        (HomesSheet, "年均活动次数", "activities"),
        (HomesSheet, "评定级别", "level"),
        (BudgetsSheet, "进账金额", "amount_yuan"),
        (BudgetsSheet, "支出/万元", "spent_yuan"),
        (BudgetsSheet, "结存_千元", "balance_yuan"),
        (BudgetsSheet, "记账日期", "received_on"),
    ],
)
def test_a_heading_is_known_by_what_it_means(sheet, heading, key):
    found = recognise((heading,), sheet)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "sheet, heading",
    [
        (VillagesSheet, "妇女代表数"),
        (VillagesSheet, "户籍妇女数"),
        (VillagesSheet, "35岁以下妇女数"),
        (VillagesSheet, "低保户数"),
        (VillagesSheet, "主席年龄"),
        (CommitteeSheet, "参加工作时间"),
        (CommitteeSheet, "入党时间"),
        (CommitteeSheet, "工作单位及职务"),
        (HomesSheet, "服务人次"),
        (HomesSheet, "开放时间"),
        (BudgetsSheet, "附件张数"),
        (BudgetsSheet, "经手人"),
    ],
)
def test_a_heading_of_something_else_stays_a_stranger(sheet, heading):
    assert recognise((heading,), sheet) is None


def pieces(pattern):
    """The words in a pattern: what a hostile heading would repeat."""
    words = "".join(one if "\u4e00" <= one <= "\u9fff" else " " for one in pattern).split()
    return dict.fromkeys(word for word in words if len(word) < 5)


@pytest.mark.parametrize("sheet", list(sheets), ids=lambda sheet: sheet.key)
def test_no_heading_keeps_a_pattern_busy(sheet):
    words = {word for c in sheet.columns if c.pattern for word in pieces(c.pattern)}
    began = time.process_time()
    for word in words:
        recognise(((word * 40)[:39] + "？x",), sheet)
    assert time.process_time() - began < 0.01 * len(words) + 1


@pytest.mark.parametrize(
    "option, written, label",
    [
        (choices.position, "村妇联副主席", "副主席"),
        (choices.position, "社区妇联执委", "执委"),
        (choices.position, "执委会成员", "执委"),
        (choices.position, "村党支部委员、妇联主席兼网格员", "主席"),
        (choices.education, "电大大专", "大专"),
        (choices.education, "函授本科学历", "本科"),
        (choices.sector, "企业界别", "企业"),
        (choices.sector, "社区工作者界", "社区工作者"),
        (choices.source, "乡镇财政", "财政拨款"),
        (choices.source, "区妇联", "上级妇联拨付"),
        (choices.source, "企业捐赠", "社会捐赠"),
        (choices.source, "其他收入", "其他"),
        (choices.level, "市级示范妇女之家", "市级示范"),
        (choices.level, "区（县）级示范点", "区（县）级示范"),
        (choices.level, "普通妇女之家", "普通"),
    ],
)
def test_an_answer_is_known_without_the_words_around_it(option, written, label):
    assert option.one(written, TODAY).label == label


@pytest.mark.parametrize(
    "option, written",
    [
        (choices.position, "村委会委员"),
        (choices.position, "会计"),
        (choices.source, "彩票"),
        (choices.level, "五好妇女之家"),
        (choices.education, "成人班"),
    ],
)
def test_words_around_an_answer_make_none_of_another(option, written):
    with pytest.raises(CleaningError):
        option.one(written, TODAY)


@pytest.mark.parametrize("mark", "、。·_\\—")
def test_any_mark_may_part_a_date(mark):
    assert partial_date.one(f"2021{mark}3{mark}8", TODAY).iso() == "2021-03-08"


def test_a_month_may_be_called_one():
    assert partial_date.one("2021年3月份", TODAY).iso() == "2021-03"


def test_a_word_before_a_phone_and_a_stop_behind_it_are_no_part_of_it():
    assert phone.one("手机：13800000000。", TODAY) == "13800000000"


def test_a_stop_behind_an_id_number_is_no_part_of_it():
    number = check_digit(LAN[:17])
    assert id_number.one(f"{number}。", TODAY) == number


def test_counts_and_areas_bring_their_units():
    assert whole_number.one("共567人", TODAY) == 567
    assert whole_number.one("13场次", TODAY) == 13
    assert Quantity(1000).one("122平方", TODAY) == Decimal(122)
    assert whole_number.one("……", TODAY) is None


def test_a_title_may_end_in_its_unit():
    assert unit_line([["城关镇妇联经费台账（千元）"]]) == "千元"
    assert unit_line([["城关镇妇联（万元村）经费台账"]]) is None


def test_what_was_not_told_to_be_spent_contradicts_no_balance():
    assert line_doubts(Decimal(500), None, Decimal(200)) == []
    assert [one[1] for one in line_doubts(Decimal(500), None, Decimal(600))] == ["balance_mismatch"]


def test_a_word_beside_the_table_is_a_total_or_a_note_and_never_lost():
    assert why_not_data(["总计", "", ""], LABELS, READ) == "total_row"
    assert why_not_data(["", "（小计）", 25], LABELS, READ) == "total_row"
    assert why_not_data(["※ 本表统计截止到五月底", "", ""], LABELS, READ) == "note"
    assert why_not_data(["十二、", "", ""], LABELS, READ) == "blank"


@pytest.mark.parametrize(
    "line", ["妇联主席（签字）：        经办人：", "统计人：何小荷   填报日期：2025.6.20"]
)
def test_those_who_sign_are_no_row(line):
    assert why_not_data([line, "", ""], LABELS, (0, 1)) == "footer"
