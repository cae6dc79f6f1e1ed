"""The demonstration invents people who cannot exist and a city that nobody would call perfect."""

from datetime import date
from io import BytesIO
from random import Random

import pytest
from openpyxl import load_workbook

from demo.homes import homes_of_unit, homes_of_village
from demo.people import SHARES, IdNumbers, invented_birth, invented_name, invented_phone
from demo.rosters import roster, unit_roster
from demo.units import TOWN, Unit
from demo.villages import (
    TERM_DAYS,
    Place,
    Village,
    district,
    five_years_before,
    reported_before,
    village,
)
from demo.workbooks import roster_workbook, villages_workbook

TODAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def villages() -> list[Village]:
    """Twenty districts of fifty villages each."""
    return [
        village(Place(f"{code}{n:06}", f"第{n}村", f"{code}{n % 5:03}", "青石镇", str(code)), TODAY)
        for code in range(500101, 500121)
        for n in range(50)
    ]


def test_id_numbers_have_a_right_check_digit_no_county_and_are_never_given_twice():
    chance, numbers = Random(1), IdNumbers()
    given = [numbers.number(chance, invented_birth(chance, TODAY)) for _ in range(3000)]
    assert len(set(given)) == 3000
    assert {number[:6] for number in given} == {"500199"}
    assert all(int(number[16]) % 2 == 0 for number in given)
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    for number in given:
        rest = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11
        assert number[17] == "10X98765432"[rest]


def test_telephone_numbers_belong_to_a_block_of_machines():
    numbers = [invented_phone(Random(seed)) for seed in range(500)]
    assert {number[:3] for number in numbers} == {"140"}
    assert {len(number) for number in numbers} == {11}


def test_names_are_two_or_three_characters():
    assert {len(invented_name(Random(seed))) for seed in range(200)} == {2, 3}


def test_the_same_village_is_invented_twice(villages):
    again = village(villages[7].place, TODAY)
    assert again == villages[7]


def test_districts_differ_and_none_is_perfect(villages):
    shares = []
    for start in range(0, 1000, 50):
        part = villages[start : start + 50]
        shares.append(sum(one.has_home is True for one in part) / 50)
    assert max(shares) - min(shares) > 0.25
    assert all(0.3 < share < 1 for share in shares)


def test_there_are_gaps_lapsed_terms_and_villages_without_a_federation(villages):
    terms = [one.elected_on for one in villages if one.elected_on]
    assert 0.8 < len(terms) / 1000 < 0.99
    lapsed = [day for day in terms if (TODAY - day).days > TERM_DAYS]
    assert 0.02 < len(lapsed) / len(terms) < 0.2
    assert 5 < sum(one.women is None for one in villages) < 60
    assert max(terms) < TODAY


def test_a_committee_has_five_to_twenty_one_members_one_chair_and_no_namesakes(villages):
    members = roster(villages[:200], IdNumbers(), TODAY)
    by_village: dict[str, list] = {}
    for member in members:
        by_village.setdefault(member.body.code, []).append(member)
    assert 150 < len(by_village) < 200
    for committee in by_village.values():
        assert 5 <= len(committee) <= 21
        assert sum(one.position == "主席" for one in committee) == 1
        assert len({one.name for one in committee}) == len(committee)
    chairs = {one.place.code: one.chair for one in villages}
    same = [one.name == chairs[one.body.code] for one in members if one.position == "主席"]
    assert 0.9 < sum(same) / len(same) < 1


def test_a_town_draws_some_of_its_members_from_the_chairs_of_its_villages(villages):
    numbers = IdNumbers()
    below = roster(villages[:50], numbers, TODAY)
    town = Unit("500101001", "青石镇", TOWN, "500101")
    members = unit_roster(town, below, numbers, TODAY)
    assert 21 <= len(members) <= 30
    assert [one.position for one in members[:5]] == ["主席", "副主席", "副主席", "副主席", "执委"]
    again = {one.id_number for one in below} & {one.id_number for one in members}
    assert len(again) == 3
    assert len({one.name for one in members}) == len(members)


def test_districts_made_apart_share_no_number():
    given = set()
    for share in range(SHARES):
        chance, numbers = Random(7), IdNumbers(share)
        made = {numbers.number(chance, date(1985, 3, 12)) for _ in range(10)}
        assert not made & given
        given |= made
    assert len(given) == 10 * SHARES
    with pytest.raises(ValueError, match=str(SHARES)):
        IdNumbers(SHARES)


def test_where_the_numbers_of_a_birthday_are_used_up_the_next_day_serves():
    chance, numbers = Random(7), IdNumbers()
    given = [numbers.number(chance, date(1985, 3, 12)) for _ in range(11)]
    assert {one[6:14] for one in given[:10]} == {"19850312"}
    assert given[10][6:14] == "19850313"


def test_an_earlier_report_tells_of_an_earlier_term_and_of_nobody_by_name(villages):
    then = date(2024, 5, 31)
    before = [reported_before(one, then, TODAY) for one in villages]
    assert all(one.chair is None and one.phone is None for one in before)
    assert all(one.elected_on <= then for one in before if one.elected_on)
    for now, old in zip(villages, before, strict=True):
        if now.elected_on and old.elected_on and now.elected_on != old.elected_on:
            # At least the five years of its term lie between two elections of a body.
            assert old.elected_on <= five_years_before(now.elected_on)
    homes = [sum(one.has_home is True for one in reports) for reports in (before, villages)]
    assert homes[0] < homes[1]


def test_the_workbooks_hold_a_title_the_headings_and_a_row_for_each(villages):
    book = load_workbook(BytesIO(villages_workbook(villages[:50])))
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 52
    assert rows[1][:3] == ("行政村（社区）代码", "所属乡镇（街道）", "行政村（社区）名称")
    members = roster(villages[:5], IdNumbers(), TODAY)
    town = unit_roster(Unit("500101001", "青石镇", TOWN, "500101"), members, IdNumbers(1), TODAY)
    book = load_workbook(BytesIO(roster_workbook("北岸区", members, town)))
    assert book.sheetnames == ["村社区执委", "镇街执委"]
    assert book["村社区执委"].max_row == 2 + len(members)
    assert book["村社区执委"]["A1"].value == "北岸区村（社区）妇联执委花名册"
    assert book["镇街执委"]["B3"].value == "青石镇"


def test_levels_are_shares():
    for code in range(500101, 500140):
        level = district(str(code))
        assert 0 < level.lapsed < 0.25
        assert 0 < level.unreported < 0.08
        assert 0.8 < level.built < 1


def test_a_place_given_up_is_told_with_its_reason_and_not_looked_at_any_more(villages):
    then = date(2024, 5, 31)
    told = [home for one in villages for home in homes_of_village(one, TODAY, TODAY, then)]
    closed = [home for home in told if home.closed_on]
    assert closed
    for home in closed:
        assert home.built_on < home.closed_on <= TODAY
        assert home.closed_reason
        assert set(home.haves) == {None}
        assert home.kind != "妇女之家"
    assert {home.sharing for home in told} == {None, "独立使用", "与其他场所共用"}
    assert all(home.sharing == "与其他场所共用" for home in told if home.host)


def test_the_cluster_a_micro_home_names_is_in_the_table_of_its_town(villages):
    then = date(2024, 5, 31)
    told = [home for one in villages for home in homes_of_village(one, TODAY, TODAY, then)]
    named = {(home.town, home.cluster) for home in told if home.cluster}
    assert named
    towns = {one.place.town_code: one.place for one in villages}
    units = [Unit(code, at.town, TOWN, at.district_code) for code, at in towns.items()]
    made = [home for unit in units for home in homes_of_unit(unit, TODAY, TODAY)]
    listed = {(home.town, home.title) for home in made if home.kind == "妇女微家集群"}
    assert named <= listed
