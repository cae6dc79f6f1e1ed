"""What a column may be by its content: offered with its first values, taken only when sure."""

import io
from datetime import date

import openpyxl
from django.urls import reverse

from cadres.sheets import CommitteeSheet
from federation.exchange.forms import ColumnsForm
from federation.exchange.grids import column_lines
from federation.exchange.models import Batch, HeadingMemory
from federation.exchange.options import seeded_lists
from federation.exchange.understanding.guesses import Contents, samples
from federation.exchange.understanding.mapping import Mapping
from tests.exchange.places import check, places
from tests.exchange.test_checking import LAN, MEI
from tests.exchange.test_pages import client_of_lan as client_of_lan
from tests.exchange.test_pages import do_jobs, page, send
from tests.exchange.test_pages import workbook as village_book
from tests.exchange.test_reading import workbook

CONTENTS = Contents(CommitteeSheet, seeded_lists(), places(), date(2025, 6, 30))
ROSTER = ["村（社区）", "姓名", "身份证号"]


def keys(cells, label="", taken=()):
    return [one.key for one in CONTENTS.may_be(cells, label, set(taken))]


def test_dates_may_be_any_column_of_dates_the_one_alike_first():
    cells = ["2021.8", "2021.9", "2023年8月"]
    assert keys(cells) == ["birth", "elected_on"]
    assert keys(cells, "当选于") == ["elected_on", "birth"]
    assert keys(cells, "当选于", {"elected_on"}) == ["birth"]


def test_what_says_more_about_a_column_wins():
    assert keys([LAN, MEI, LAN[:-1]]) == ["id_number"]
    assert keys(["主席", "副主席", "执委", "执委", "看门人"]) == ["position"]
    assert keys(["诗仙社区", "塘坊社区", "无此社区"])[:1] == ["name"]
    assert keys(["天城街道", "周家坝街道", "沙河街道"])[:1] == ["town"]


def test_too_few_cells_or_too_few_that_fit_say_nothing():
    assert keys(["主席", "副主席"]) == []
    assert keys(["主席", "副主席", "跳舞", "唱歌", "书法"]) == []
    assert keys(["喜欢跳舞", "在外务工", "身体欠佳"]) == []


def test_samples_are_the_first_values_on_one_line_each():
    assert samples(["", "一\n二", None, 3.0, "—", "丙", "丁"]) == ["一 二", "3", "丙"]


def test_a_column_of_posts_without_a_heading_is_taken():
    rows = [
        ["诗仙社区", "王兰", LAN, "主席"],
        ["诗仙社区", "李梅", MEI, "副主席"],
        ["塘坊社区", "陈菊", "", "执委"],
    ]
    (sheet,) = check(workbook(["村（社区）", "姓名", "身份证号", ""], *rows), "committee").sheets
    assert sheet.columns["position"] == "D"
    assert [value.label for value in sheet.accepted.values["position"]] == ["主席", "副主席"]


def test_a_column_with_a_strange_heading_is_only_offered():
    rows = [["诗仙社区", "王兰", LAN, post] for post in ("主席", "副主席", "执委")]
    (sheet,) = check(workbook([*ROSTER, "分工"], *rows), "committee").sheets
    guess = sheet.guesses[3]
    assert (guess.key, [one.key for one in guess.may_be]) == (None, ["position"])
    assert guess.samples == ["主席", "副主席", "执委"]
    assert sheet.ignored_columns == {"D": "分工"}


def lines_of(part):
    form = ColumnsForm(sheet=CommitteeSheet, tables={0: part["guesses"]})
    return column_lines(form, {0: part})


def test_the_page_offers_both_and_masks_numbers():
    part = {
        "name": "表",
        "header_rows": [1],
        "guesses": [["A", "身份证", "id_number", "alias"], ["B", "入职", None, None]],
        "looks": {"A": [[LAN], []], "B": [["2023.8", "50019919850312"], ["elected_on", "birth"]]},
    }
    identity, joined = lines_of(part)
    assert identity.samples == f"{LAN[:6]}********{LAN[-4:]}"
    assert str(joined.reason) == "可能是“当选日期”或“出生年月”"
    assert (joined.is_sure, joined.samples) == (False, "2023.8、500****")


# one mapping for each table


def test_letters_are_told_apart_by_their_table():
    chosen = Mapping({"0!A": "name", "1!A": "households"})
    assert chosen.of_table(1) == Mapping({"A": "households"})
    assert chosen.of_table(2) is None
    bare = Mapping({"A": "name"})
    assert bare.of_table(3) is bare
    assert bare.of_table(3, is_below=True) is None


def two_sheets() -> bytes:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("第二张")
    for row in (["行政村（社区）名称", "常住妇女数", "户数"], ["荷花村", 320, 150]):
        first.append(row)
    for row in (["户数", "人数", "行政村（社区）名称", "执委人数"], [190, 410, "柳溪村", 9]):
        second.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_each_worksheet_has_a_mapping_of_its_own_and_is_remembered_so(client_of_lan):
    send(client_of_lan, two_sheets())
    do_jobs()
    batch = Batch.objects.get()
    shown = page(client_of_lan, "columns", batch)
    assert "工作表“第二张”，表头在第 1 行" in shown
    assert 'name="1!B"' in shown
    columns = {"0!A": "name", "0!B": "women_resident", "0!C": "households"}
    columns |= {"1!A": "households", "1!B": "women_resident", "1!C": "name", "1!D": "-"}
    client_of_lan.post(reverse("exchange:columns", args=[batch.uid]), columns)
    do_jobs()
    batch.refresh_from_db()
    assert batch.counts["new"] == 2
    memories = sorted(tuple(one.mapping.items()) for one in HeadingMemory.objects.all())
    assert memories == [
        (("A", "households"), ("B", "women_resident"), ("C", "name"), ("D", None)),
        (("A", "name"), ("B", "women_resident"), ("C", "households")),
    ]


def test_a_wrong_choice_in_one_table_is_told_there(client_of_lan):
    send(client_of_lan, two_sheets())
    do_jobs()
    batch = Batch.objects.get()
    columns = {"0!A": "name", "0!B": "women_resident", "0!C": "households"}
    columns |= {"1!A": "households", "1!B": "households", "1!C": "name", "1!D": "-"}
    answer = client_of_lan.post(reverse("exchange:columns", args=[batch.uid]), columns)
    assert answer.status_code == 422
    assert "“户数”已对应到 A 列，请改其中一列。" in answer.content.decode()


def test_the_first_values_of_each_column_are_shown(client_of_lan):
    rows = [["青石镇", "荷花村", 320, 150, ""], ["青石镇", "柳溪村", 410, 190, "山区"]]
    send(client_of_lan, village_book(rows))
    do_jobs()
    assert "荷花村、柳溪村" in page(client_of_lan, "columns", Batch.objects.get())
