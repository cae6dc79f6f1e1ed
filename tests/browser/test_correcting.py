"""A clerk whose roster has mistakes: two are put right on the page, the rest goes home marked."""

import io
import json
import re
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.installation import SAMPLES
from tests.browser.test_officer import DISTRICT, JOB_MILLISECONDS, upload, wait_until

pytestmark = pytest.mark.browser
SHEET, TASK, TYPED_HERE = "花名册", "只需改这些", "已改"
RED = "FFF9D5CF"
REGISTERS = ("orgs", "cadres", "homes", "funding")
#: rows whose number stays wrong after rows 13 and 15 were put right
LEFT_OUT = (10, 11, 12, 14, 16, 17, 18, 19, 20, 21)


@dataclass(frozen=True)
class Mend:
    """A wrong cell of the roster: its row, who stands there, what belongs there."""

    row: int
    name: str
    number: str

    @property
    def label(self) -> str:
        return f"第 {self.row} 行 身份证号"


#: 17 digits of 18, and a check digit of 0 where 1 belongs
LOST, SLIPPED = Mend(13, "方丽", "500199199005242225"), Mend(15, "钟玲婵", "500199197912208881")


@pytest.fixture
def roster_with_faults(tmp_path):
    """24 rows, the numbers of 12 of them wrong, under the name a clerk would give it."""
    copy = tmp_path / "百安坝五桥执委.xlsx"
    copy.write_bytes((SAMPLES / "committee_ids.xlsx").read_bytes())
    return copy


def dump(portal) -> list[dict[str, Any]]:
    """Every record of the registers, but for how often it was saved."""
    records = json.loads(portal.manage("dumpdata", *REGISTERS))
    for record in records:
        record["fields"].pop("version", None)
    return sorted(records, key=lambda record: (record["model"], record["pk"]))


def changed(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Any]:
    """What a comparison of two dumps shows, short enough to be read."""
    if len(before) != len(after):
        return [len(before), len(after)]
    return [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]][:3]


def check(page: Page, portal, book) -> None:
    """Upload and check, until the rows are shown."""
    upload(page, portal, book)
    page.wait_for_url(re.compile("/columns/"), timeout=JOB_MILLISECONDS)
    page.get_by_role("button", name="检查数据").click()
    page.wait_for_url(re.compile("/rows/"))


def put_right(page: Page, mend: Mend) -> None:
    """Type a cell anew; its row alone is checked again."""
    row = page.locator(f"#r-0-{mend.row}")
    expect(row).to_contain_text(mend.name)
    row.get_by_label(mend.label).fill(mend.number)
    row.get_by_role("button", name="改", exact=True).click()
    expect(row).to_contain_text(TYPED_HERE)
    expect(row.get_by_label(mend.label)).to_have_count(0)


def downloaded(page: Page) -> openpyxl.Workbook:
    """The marked workbook that the page gives out."""
    with page.expect_download(timeout=JOB_MILLISECONDS) as coming:
        page.get_by_role("link", name=re.compile("^下载")).click()
    given = coming.value
    assert given.suggested_filename == "百安坝五桥执委_标好.xlsx"
    return openpyxl.load_workbook(io.BytesIO(given.path().read_bytes()))


def red_cells(sheet) -> set[str]:
    return {
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid" and cell.fill.start_color.rgb == RED
    }


def look_at_her_workbook(book: openpyxl.Workbook) -> None:
    """Her own sheets, the wrong cells red and told about, and what is left to do."""
    assert book.sheetnames == [SHEET, TASK]
    own, task = book[SHEET], book[TASK]
    assert red_cells(own) == {f"D{row}" for row in LEFT_OUT}
    assert "身份证号应为 18 位，现在是 19 位" in own["D14"].comment.text
    assert "不能为空" in own["D21"].comment.text
    assert (own["D13"].value, own["D15"].value) == (LOST.number, SLIPPED.number)
    where = [task.cell(line, 1).value for line in range(3, task.max_row + 1)]
    assert where == [f"{SHEET}!D{row}" for row in LEFT_OUT]


def test_two_cells_are_put_right_the_rest_goes_home_marked_and_all_is_taken_back(
    silent_city, visit, roster_with_faults
):
    before = dump(silent_city)
    page = visit(silent_city, "lan")
    check(page, silent_city, roster_with_faults)
    expect(page.locator("#verdict")).to_contain_text("24 行里有 12 行要改")
    put_right(page, LOST)
    put_right(page, SLIPPED)
    expect(page.locator("#verdict")).to_contain_text("24 行里有 10 行要改")
    expect(page.locator("#chips")).to_contain_text("要改的 10刚改过的 2")
    assert changed(before, dump(silent_city)) == [], "checking and typing must not write"

    look_at_her_workbook(downloaded(page))

    page.get_by_role("button", name="先写入 14 行").click()
    expect(page.locator("h2", has_text="已写入 14 行")).to_be_visible(timeout=JOB_MILLISECONDS)
    expect(page.locator("main")).to_contain_text("10 行没有导入")
    batch = page.url
    for mend in (LOST, SLIPPED):
        page.goto(f"{silent_city.url}/cadres/people/?q={mend.name}")
        expect(page.locator("main tbody")).to_contain_text(mend.name)
        assert mend.number not in page.content()

    page.goto(batch)
    page.get_by_role("button", name="撤销这次导入").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^撤销 14 行")).click()
    expect(page.locator("h2", has_text="已撤销这次导入")).to_be_visible(timeout=JOB_MILLISECONDS)
    wait_until(silent_city, 0)
    page.goto(f"{silent_city.url}/cadres/people/?q={LOST.name}")
    assert page.locator("main tbody tr", has_text=LOST.name).count() == 0
    assert silent_city.figures(DISTRICT)["ORG-02"]["numerator"] == 0
    assert changed(before, dump(silent_city)) == []


def test_a_fault_far_to_the_right_is_in_sight_beside_the_number_of_its_row(
    silent_city, visit, tmp_path
):
    book = tmp_path / "电话.xlsx"
    book.write_bytes((SAMPLES / "committee_phones.xlsx").read_bytes())
    page = visit(silent_city, "lan")
    check(page, silent_city, book)
    page.set_viewport_size({"width": 1024, "height": 900})
    page.reload()
    table = page.locator(".tw:has(.xl)")
    assert table.evaluate("box => box.scrollWidth > box.clientWidth"), "all of it is in sight"
    fault = page.locator(".xl td.e").first
    number = page.locator(".xl tbody .rn").first
    for cell in (fault, number):
        box = cell.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 1024
