"""Headers as districts write them: synonyms, two levels, titles above, columns nobody asked for."""

from cadres.sheets import CommitteeSheet
from federation.exchange.understanding.header import find_header, heading_key
from federation.exchange.understanding.mapping import Mapping, lay_out, letter, unit_line
from federation.exchange.understanding.templates import is_usable, other_template
from orgs.sheets import VillagesSheet


def keys(rows, sheet=VillagesSheet, merges=(), chosen=None):
    header = find_header(rows, sheet, merges)
    return lay_out(header, sheet, rows, chosen)


def test_marks_and_spaces_do_not_make_another_heading():
    assert heading_key("是否进“两委”") == heading_key(" 是 否 进 两 委 ")
    assert heading_key("专/挂/兼职") == heading_key("专、挂、兼职")


def test_synonyms_are_known_and_strangers_are_named():
    layout = keys([["姓 名", "性别", "公民身份号码", "文化程度", "微信号"]], CommitteeSheet)
    assert layout.letters() == {"person_name": "A", "id_number": "C", "education": "D"}
    assert layout.ignored == {"B": "性别", "E": "微信号"}


def test_a_title_above_the_table_is_no_heading():
    rows = [["天城街道村（社区）妇联基本情况表", "", ""], ["村名", "户数", "执委人数"]]
    header = find_header(rows, VillagesSheet, [(0, 0, 0, 2)])
    assert (header.row, header.levels) == (1, 1)


def test_two_levels_are_read_as_one():
    rows = [
        ["村（社区）名称", "妇联主席情况", "", "组织情况", ""],
        ["", "姓名", "联系电话", "执委人数", "妇女小组数（个）"],
        ["诗仙社区", "王兰", "14000000001", 12, 3],
    ]
    layout = keys(rows, merges=[(0, 1, 0, 2), (0, 3, 0, 4), (0, 0, 1, 0)])
    assert layout.header.levels == 2
    assert layout.letters() == {
        "name": "A",
        "chair_name": "B",
        "chair_phone": "C",
        "exec_count": "D",
        "group_count": "E",
    }


def test_two_levels_are_read_without_merges_too():
    rows = [["村名", "妇联主席", ""], ["", "姓名", "联系电话"]]
    assert keys(rows).letters() == {"name": "A", "chair_name": "B", "chair_phone": "C"}


def test_a_running_number_is_neither_read_nor_complained_of():
    layout = keys([["序号", "村名", "户数"]])
    assert layout.ignored == {}
    assert layout.sequence == [0]


def test_of_two_columns_with_one_meaning_the_surer_is_read():
    layout = keys([["村名", "户数", "电话", "联系电话"]])
    assert layout.letters()["chair_phone"] == "D"
    assert layout.ignored == {"C": "电话"}


def test_an_empty_column_gives_way_to_a_filled_one_of_the_same_meaning():
    rows = [["村名", "户数", "手机号", "联系电话"], ["诗仙社区", 5, "14000000001", ""]]
    assert keys(rows).letters()["chair_phone"] == "C"


def test_the_unit_of_money_is_in_the_heading_or_in_a_line_above():
    assert keys([["村名", "户数", "工作经费（万元）"]]).units == {"budget_yuan": "万元"}
    above = [["单位：人、户、万元", "", ""], ["村名", "户数", "年度工作经费"]]
    assert keys(above).units == {"budget_yuan": "万元"}
    assert unit_line([["填报单位：万元镇"]]) is None


def test_a_column_without_a_heading_is_known_by_its_id_numbers():
    numbers = [f"50019919850312{n}01" for n in range(10, 14)]
    rows = [["村名", "姓名", ""], *[["诗仙社区", "王兰", number] for number in numbers]]
    layout = keys(rows, CommitteeSheet)
    assert layout.guesses[2].key == "id_number"
    assert layout.guesses[2].reason == "content"


def test_what_somebody_chose_is_followed():
    layout = keys([["村名", "户数", "电话"]], chosen=Mapping({"B": None, "C": "remark"}))
    assert layout.letters() == {"name": "A", "remark": "C"}


def test_the_same_headings_have_the_same_fingerprint():
    one, two = keys([["村名", "户数"]]), keys([["标题", ""], ["村名", "户数"]])
    assert one.fingerprint(VillagesSheet) == two.fingerprint(VillagesSheet)
    assert one.fingerprint(VillagesSheet) != keys([["户数", "村名"]]).fingerprint(VillagesSheet)


def test_a_table_about_something_else_is_not_taken():
    rows = [["乡镇", "村名", "阵地名称", "详细地址", "面积", "负责人", "备注"]]
    assert not is_usable(find_header(rows, VillagesSheet), VillagesSheet)


def test_a_roster_is_known_as_one():
    rows = [
        ["乡镇", "村名", "姓名", "身份证号", "民族", "政治面貌", "学历", "妇联职务", "联系电话"]
    ]
    assert other_template(rows, (), VillagesSheet, [CommitteeSheet]) is CommitteeSheet
    assert other_template(rows, (), CommitteeSheet, [VillagesSheet]) is None


def test_columns_are_lettered_as_excel_letters_them():
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
