"""Which village is meant: by code, by name, by town; never by guessing."""

import pytest

from cadres.sheets import CommitteeSheet
from federation.exchange.places import PlaceRow, Places
from federation.exchange.placing import Placer, is_about_towns, town_of_sheet
from tests.exchange.places import places


def place(code="", town="", name="", scope="500101", level="village", **more):
    return Placer(places(scope), level=level, **more)[code, town, name]


@pytest.mark.parametrize(
    "town, name",
    [
        ("天城街道", "诗仙社区居民委员会"),
        ("天城街道", "诗仙社区"),
        ("天城街道", "诗仙社区居委会"),
        ("天城街道", "诗仙居委会"),
        ("天城", "诗仙社区"),
        ("天城街道办事处", "诗仙社区"),
        ("万州区天城街道", "诗仙社区"),
        ("", "万州区天城街道诗仙社区"),
        ("", "天城街道诗仙社区"),
        ("天城街道", "重庆市万州区天城街道诗仙社区居民委员会"),
        ("天城街道", "诗 仙 社 区\u200b"),
    ],
)
def test_every_usual_way_of_writing_finds_the_village(town, name):
    placed = place(town=town, name=name)
    assert placed.row is not None and placed.row.code == "500101028008"
    assert not placed.doubts


@pytest.mark.parametrize(
    "code", ["500101028008", 500101028008.0, " 500101028008\xa0", "'500101028008"]
)
def test_a_code_is_enough(code):
    assert place(code=code).row.name == "诗仙社区居民委员会"


@pytest.mark.parametrize(
    "cells, code",
    [
        (("5.00101E+11", "", ""), "code_lost_digits"),
        (("500101999001", "", ""), "unknown_code"),
        (("500154001001", "", ""), "out_of_scope"),
        (("500101020000", "", ""), "wrong_level"),
        (("500101020", "龙都街道", ""), "wrong_level"),
        (("500101020001", "龙都街道", "诗仙社区"), "code_name_mismatch"),
        (("", "", "太平社区"), "ambiguous_village"),
        (("", "天城街道", "诗山社区"), "unknown_village"),
        (("", "天城街道", "诗仙村"), "unknown_village"),
        (("", "天成街道", "诗仙社区"), "unknown_town"),
        (("", "周家坝街道", "诗仙社区"), "village_not_in_town"),
        (("", "天城街道", ""), "required"),
        (("", "", "#REF!"), "cell_error"),
    ],
)
def test_what_is_not_sure_is_refused_with_its_reason(cells, code):
    placed = place(*cells)
    assert placed.row is None
    assert [fault[1] for fault in placed.faults] == [code]


def test_a_name_without_its_kind_is_taken_with_a_warning():
    placed = place(town="牌楼街道", name="印盒石")
    assert placed.row.name == "印盒石社区居民委员会"
    assert [doubt[1] for doubt in placed.doubts] == ["suffix_added"]


def test_a_near_miss_is_suggested_and_never_taken():
    params = place(town="天城街道", name="诗山社区").faults[0][2]
    assert "诗仙社区居民委员会" in params["hint"]


def test_the_same_village_is_foreign_to_another_district():
    assert place(code="500101028008", scope="500154").faults[0][1] == "out_of_scope"
    assert place(town="天城街道", name="诗仙社区", scope="500154").row is None


VILLAGE = "500101028008"


@pytest.mark.parametrize(
    "cells",
    [
        (VILLAGE, "天城街道", "诗仙社区"),
        (VILLAGE, "万州区天城街道办事处", "天城街道诗仙社区"),
        ("", "天城街道", "诗仙社区"),
        ("", "天城", "诗仙社区居民委员会"),
        ("", "", "万州区天城街道诗仙社区"),
    ],
)
def test_whose_scope_is_a_village_may_name_the_town_beside_it(cells):
    assert place(*cells, scope=VILLAGE).row.code == VILLAGE
    assert place(*cells, scope=VILLAGE, level=None).row.code == VILLAGE


@pytest.mark.parametrize(
    "cells, code",
    [
        ((VILLAGE, "周家坝街道", "诗仙社区"), "code_name_mismatch"),
        (("", "周家坝街道", "诗仙社区"), "unknown_town"),
        (("", "天城街道", ""), "out_of_scope"),
        (("", "天城街道", "本级"), "out_of_scope"),
        (("", "", "天城街道"), "unknown_village"),
        (("500101028", "", ""), "out_of_scope"),
        (("", "天城街道", "塘坊社区"), "unknown_village"),
    ],
)
def test_no_row_of_a_village_is_about_its_town_or_places_beside_it(cells, code):
    placed = place(*cells, scope=VILLAGE, level=None, town_rows=True)
    assert (placed.row, placed.faults[0][1]) == (None, code)


def test_a_code_padded_with_zeros_means_the_town():
    assert place(code="500101028000", level=None).row.code == "500101028"
    assert place(code="500101", level=None).row.name == "万州区"


def test_the_town_of_a_sheet_is_its_name_or_its_title():
    district = places("500101")
    assert town_of_sheet(district, "高峰", []).name == "高峰街道"
    assert town_of_sheet(district, "3", ["天城街道村（社区）情况表"]).name == "天城街道"
    assert town_of_sheet(district, "3", ["天城街道、高峰街道情况表"]) is None


def test_a_former_name_and_a_former_code_still_find_the_village():
    rows = [
        PlaceRow(1, "90", "莲城市", (), "city", "A", None),
        PlaceRow(2, "9001", "北湖镇", (), "town", "AA", "90"),
        PlaceRow(
            3,
            "900101",
            "荷花社区居民委员会",
            ("藕塘村村民委员会", "900199"),
            "village",
            "AAA",
            "9001",
        ),
    ]
    placer = Placer(Places(rows, ["A"]), level="village")
    assert placer["", "北湖镇", "藕塘村"].row.id == 3
    assert placer["900199", "", ""].row.id == 3


@pytest.mark.parametrize("code", ["500101028", "500101028000", 500101028.0])
def test_a_sheet_of_any_level_finds_a_town_by_its_code(code):
    assert place(code=code, level=None).row.name == "天城街道"


@pytest.mark.parametrize(
    "cells, code",
    [
        (("500101", "", "万州区"), "500101"),
        (("500101000000", "", "重庆市万州区妇联"), "500101"),
        (("500101028", "天城街道", ""), "500101028"),
        (("500101028", "", "天城街道妇联"), "500101028"),
        (("", "", "天城街道"), "500101028"),
        (("", "", "万州区天城街道办事处"), "500101028"),
        (("", "天城街道", "天城街道妇女联合会"), "500101028"),
        (("", "", "万州区"), "500101"),
        (("", "", "重庆市万州区"), "500101"),
        (("", "天城街道", "诗仙社区"), "500101028008"),
    ],
)
def test_a_sheet_of_any_level_finds_units_by_code_and_by_full_name(cells, code):
    assert place(*cells, level=None).row.code == code


def test_beside_its_code_a_village_may_bear_the_name_of_another_one():
    rows = [
        PlaceRow(1, "500110108", "石角镇", (), "town", "00", None),
        PlaceRow(2, "500110108001", "石角社区居民委员会", (), "village", "0001", "500110108"),
        PlaceRow(3, "500110108202", "石角社区村民委员会", (), "village", "0002", "500110108"),
    ]
    placer = Placer(Places(rows, ["00"]), level="village")
    assert placer["500110108202", "石角镇", "石角社区"].row is rows[2]
    assert placer["500110108001", "石角镇", "石角社区"].row is rows[1]


@pytest.mark.parametrize(
    "cells, code",
    [
        (("500101", "", "开州区"), "code_name_mismatch"),
        (("500101028", "周家坝街道", ""), "code_name_mismatch"),
        (("", "周家坝街道", "天城街道"), "unknown_village"),
        (("", "", "开州区"), "unknown_village"),
        (("", "天城街道", ""), "required"),
    ],
)
def test_units_that_do_not_fit_together_are_refused(cells, code):
    assert place(*cells, level=None).faults[0][1] == code


def test_a_row_without_a_village_means_its_town_only_where_the_sheet_says_so():
    assert place(town="天城街道", level=None, town_rows=True).row.code == "500101028"
    asked = place(town="天城街道", level=None, town_hint="是镇街本级吗？").faults
    assert asked == (("name", "required", {"hint": "是镇街本级吗？"}),)


@pytest.mark.parametrize(
    "said, is_about",
    [
        ("镇街执委", True),
        ("万州区镇街执委花名册", True),
        ("乡镇（街道）妇联执委名册", True),
        ("镇街本级妇联执委", True),
        ("村（社区）妇联执委花名册", False),
        ("分水镇执委花名册", False),
        ("Sheet1", False),
    ],
)
def test_only_a_title_about_committees_of_towns_speaks_for_rows_without_a_village(said, is_about):
    assert is_about_towns(CommitteeSheet.town_title, ["表一", said]) is is_about
