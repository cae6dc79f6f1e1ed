"""What was probably meant stands beside an error; it is never taken, never an ID or a person."""

import pytest

from federation.exchange.cleaners import choices
from federation.exchange.cleaners.base import CellContext, CleaningError, Likely
from federation.exchange.cleaners.dates import partial_date
from federation.exchange.cleaners.people import id_number, person_name, phone
from federation.exchange.grids import grid_of
from federation.exchange.options import seeded_lists
from federation.exchange.previews import PlanRow
from federation.exchange.report import as_report
from federation.exchange.suggesting import Suggester, sound_of
from orgs.sheets import VillagesSheet
from tests.exchange.places import check
from tests.exchange.test_cleaners import LAN, TODAY
from tests.exchange.test_reading import workbook

VILLAGES = ["乡镇（街道）", "村（社区）名称", "常住妇女数", "联系电话", "换届时间"]
TOWN = ["诗仙社区居民委员会", "塘坊社区居民委员会", "万河村村民委员会"]


def problem_of(cleaner, cell, context: CellContext = TODAY) -> CleaningError:
    with pytest.raises(CleaningError) as caught:
        cleaner.one(cell, context)
    return caught.value


@pytest.mark.parametrize(
    "written, meant",
    [
        ("2021..03", "2021-03"),
        ("2021.3.8l", "2021-03-08"),
        ("2O21-03-08", "2021-03-08"),
        ("2021.03,08", "2021-03-08"),
        ("1985年3月12曰", "1985-03-12"),
        ("202103.15", "2021-03-15"),
    ],
)
def test_a_date_with_one_stray_mark_names_the_date_that_was_meant(written, meant):
    assert problem_of(partial_date, written).likely == Likely(meant, "near")


@pytest.mark.parametrize(
    "written", ["2021.13", "2021.2.30", "38岁", "2021321", "去年", "2021.3.8.1"]
)
def test_a_date_that_could_be_anything_names_none(written):
    assert problem_of(partial_date, written).likely is None


@pytest.mark.parametrize(
    "written", ["138O000l234", "138.0000.1234", "手1380000z1234", "1380000?1234"]
)
def test_a_mobile_number_with_a_stray_mark_names_the_number(written):
    assert problem_of(phone, written).likely == Likely("13800001234", "near")


@pytest.mark.parametrize(
    "written", ["1380000123", "138000012345", "13800001234/13900001234", "王兰"]
)
def test_a_number_with_too_few_or_too_many_digits_names_none(written):
    assert problem_of(phone, written).likely is None


def test_id_numbers_and_people_are_never_suggested():
    near = CellContext(TODAY.today, options=seeded_lists(), near=Suggester().near)
    for cleaner, cell in (
        (id_number, LAN),
        (id_number, "5OO19919850312002X"),
        (person_name, "王1"),
    ):
        assert problem_of(cleaner, cell, near).likely is None


@pytest.mark.parametrize(
    "cleaner, written, meant",
    [
        (choices.position, "妇联主系", "主席"),
        (choices.political, "中共党圆", "中共党员"),
        (choices.education, "大砖", "大专"),
    ],
)
def test_an_unknown_answer_names_the_option_that_sounds_or_looks_like_it(cleaner, written, meant):
    context = CellContext(TODAY.today, options=seeded_lists(), near=Suggester().near)
    problem = problem_of(cleaner, written, context)
    assert (problem.code, problem.likely) == ("unknown_option", Likely(meant, "option"))


def test_forms_without_a_suggester_suggest_nothing():
    assert problem_of(choices.position, "妇联主系").likely is None


@pytest.mark.parametrize(
    "written, meant",
    [("诗先社区", TOWN[0]), ("糖房社区", TOWN[1]), ("万禾村", TOWN[2]), ("山水社区居委会", None)],
)
def test_a_village_that_sounds_the_same_is_named(written, meant):
    assert Suggester().near(written, TOWN, "t") == meant


def test_syllables_that_are_confused_sound_alike():
    assert sound_of("四南星") == sound_of("是蓝心") == ("si", "lan", "xin")


def test_no_more_names_are_looked_for_than_a_file_is_worth():
    suggester = Suggester(most=2)
    found = [suggester.near("诗先社区", TOWN, "t") for _ in range(3)]
    assert found == [TOWN[0], TOWN[0], None]


def test_a_report_tells_the_value_seen_and_the_likely_value():
    row = ["天城街道", "诗先社区", 405, "138000O1234", "2021..03"]
    (sheet,) = as_report(check(workbook(VILLAGES, row)), VillagesSheet)["sheets"]
    errors = {error["cell"]: error for error in sheet["rejected"][0]["errors"]}
    assert errors["B2"]["seen"] == "诗先社区"
    assert errors["B2"]["likely"] == {"text": "诗仙社区居民委员会", "source": "near"}
    assert errors["D2"]["seen"] == "138****1234"
    assert errors["D2"]["likely"]["text"] == "13800001234"
    assert errors["E2"]["likely"] == {"text": "2021-03", "source": "near"}


def test_a_page_says_the_likely_value_once_and_masks_numbers():
    problems = [
        {"field": "chair_phone", "message": "电话格式不对。", "likely": {"text": "13800001234"}},
        {"field": "name", "message": "是不是“诗仙社区”？", "likely": {"text": "诗仙社区"}},
    ]
    row = PlanRow("表", 2, "rejected", problems=problems)
    cells = grid_of([row], VillagesSheet).lines[0].cells
    assert [cell.error for cell in cells] == [
        "是不是“诗仙社区”？",
        "电话格式不对。可能是“138****1234”。",
    ]
