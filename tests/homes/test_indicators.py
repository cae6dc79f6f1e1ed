"""POS-02 and POS-03, worked out by hand."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from federation.coverage.services import rebuild, recompute
from homes.indicators import HomesWithFiveHaves
from homes.models import HomeCheck, HomeKind, Standard
from orgs.models import Organisation
from tests.coverage.records import TODAY, counted, figure, home

ALL = dict.fromkeys(("place", "equipment", "system", "activity", "sign"), True)


@pytest.fixture(autouse=True)
def _june_2026() -> Iterator[None]:
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


@pytest.fixture
def town(north_town, lotus, willow) -> Organisation:
    """青石镇 with two villages."""
    return north_town


def check(place, on: date, *, passed: bool = True) -> HomeCheck:
    """Somebody looked at ``place``; where it does not pass the sign was missing."""
    answers = ALL if passed else {**ALL, "sign": False}
    standard = Standard.objects.get(code="five_haves")
    return HomeCheck.objects.create(
        home=place, standard=standard, checked_on=on, answers=answers, is_passed=passed
    )


def test_one_of_two_towns_with_a_home_of_its_own_counts_half(tree, north_town):
    home(north_town, "青石镇妇女之家")
    assert counted("POS-02", tree["city"]) == (1, 2, 1, 0, 1)


def test_a_home_of_a_village_is_none_of_the_town(town, lotus):
    home(lotus)
    assert counted("POS-02", town) == (0, 1, 0, 0, 1)
    assert figure("POS-01", town) == (1, 2, 1, 0, 1)


def test_of_three_homes_one_passed_one_failed_and_one_nobody_looked_at(town, lotus, willow):
    check(home(lotus, "东院妇女之家"), date(2026, 3, 1))
    check(home(lotus, "西院妇女之家"), date(2026, 3, 1), passed=False)
    home(willow)
    assert counted("POS-03", town) == (1, 3, 2, 0, 1)
    assert figure("POS-03", lotus) == (1, 2, 2, 0, 0)


def test_evidence_lasts_a_year_and_no_day_longer(town, lotus, willow):
    check(home(lotus), date(2025, 6, 15))
    check(home(willow), date(2025, 6, 16))
    assert counted("POS-03", town) == (1, 2, 1, 0, 1)


def test_the_latest_check_decides_and_one_of_tomorrow_does_not(town, lotus, willow):
    one, other = home(lotus), home(willow)
    check(one, date(2026, 1, 1))
    check(one, date(2026, 5, 1), passed=False)
    check(other, date(2026, 1, 1), passed=False)
    check(other, date(2026, 6, 15))
    check(other, date(2026, 6, 16), passed=False)
    assert counted("POS-03", town) == (1, 2, 2, 0, 0)


def test_closed_homes_and_other_kinds_are_not_asked(town, lotus, willow):
    check(home(lotus, closed_on=date(2026, 6, 15)), date(2026, 1, 1))
    micro = HomeKind.objects.get(code="micro_home")
    check(home(willow, "柳溪村妇女微家", kind=micro), date(2026, 1, 1))
    assert counted("POS-03", town) == (0, 0, 0, 0, 0)


def test_a_home_of_the_town_counts_with_those_of_its_villages(town, lotus):
    check(home(town, "青石镇妇女之家"), date(2026, 1, 1))
    home(lotus)
    assert counted("POS-03", town) == (1, 2, 1, 0, 1)


def test_an_import_moves_the_figures_as_a_full_count_would(town, lotus, city):
    rebuild(on=TODAY)
    check(home(lotus), date(2026, 3, 1))
    recompute(organisation_ids=[lotus.pk])
    moved = figure("POS-03", city)
    assert moved == counted("POS-03", city) == (1, 1, 1, 0, 0)


def test_the_rows_behind_name_the_homes_and_the_day(town, lotus, willow):
    check(home(lotus), date(2026, 3, 1))
    home(lotus, "西院妇女之家")
    home(willow)
    found = HomesWithFiveHaves().evidence([lotus.pk, willow.pk], TODAY)
    assert found[lotus.pk].value == "在用 2 个，五有达标 1 个"
    assert found[lotus.pk].dated == date(2026, 3, 1)
    assert found[willow.pk].value == "一年内没有核查"
