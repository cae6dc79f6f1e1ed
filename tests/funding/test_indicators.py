"""The figures of money, each worked out by hand on 15 June 2026."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from federation.coverage.declare import indicators
from federation.coverage.services import rebuild
from federation.coverage.services.counting import recompute
from orgs.models import Organisation
from tests.cast import plant
from tests.coverage.records import TODAY, counted, figure, report
from tests.funding.records import budget, line, women

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


def told(code: str, organisation) -> tuple[str, str, date | None]:
    """What stands behind a figure: words, source, day."""
    found = indicators.get(code)().evidence([organisation.pk], TODAY)[organisation.pk]
    return found.value, found.source, found.dated


def test_fund_01_takes_budgets_before_reports(north_town, lotus, willow):
    budget(lotus, approved_cny=1800)
    women(lotus, 1000)
    report(lotus, budget_yuan=9_999_00, women_resident=5)
    report(willow, budget_yuan=300_00, women_resident=500)
    # 1,800 yuan on record and 300 reported, among 1,000 and 500 women.
    assert counted("FUND-01", north_town) == (2_100_00, 1500, 1, 1, 0)


def test_fund_01_mixes_a_budget_with_reported_women_and_says_so(north_town, lotus, willow):
    budget(lotus, approved_cny="1800.50")
    report(lotus, women_resident=900)
    # Of 柳溪村 nothing is known.
    assert counted("FUND-01", north_town) == (1_800_50, 900, 0, 1, 1)


def test_fund_01_is_of_this_year_and_of_women_counted_by_the_day(north_town, lotus, willow):
    budget(lotus, 2025, approved_cny=1800)
    women(lotus, 700, date(2024, 1, 1))
    women(lotus, 800, date(2026, 6, 15))
    women(lotus, 900, date(2026, 6, 16))
    women(lotus, 1000, date(2026, 6, 15), kind="registered")
    assert counted("FUND-01", north_town) == (0, 800, 0, 0, 2)


def test_fund_01r_is_what_has_arrived_by_the_day(north_town, lotus, willow):
    line(lotus, 600, received_on=date(2026, 6, 15))
    line(lotus, "200.50")
    line(lotus, 4000, received_on=date(2026, 6, 16))
    line(lotus, 5000, 2025, received_on=date(2025, 6, 1))
    women(lotus, 400)
    budget(willow, received_cny=300)
    report(willow, women_resident=100)
    # 800.50 by the ledger and 300 by the yearly table, among 400 and 100 women.
    assert counted("FUND-01R", north_town) == (1_100_50, 500, 1, 1, 0)


def test_fund_01r_believes_the_ledger_before_the_yearly_table(north_town, lotus):
    line(lotus, 600)
    budget(lotus, received_cny=999)
    women(lotus, 400)
    assert counted("FUND-01R", north_town) == (600_00, 400, 1, 0, 0)


def test_fund_02_counts_districts_whose_own_budget_reaches_one_yuan(city, north, south, north_town):
    budget(north, approved_cny="600000.00")
    women(north, 600_000)
    budget(south, approved_cny="599999.99")
    women(south, 600_000)
    # A town's money is not its district's.
    budget(north_town, approved_cny=9_000_000)
    women(north_town, 10)
    assert counted("FUND-02", city) == (1, 2, 2, 0, 0)


def test_fund_02_keeps_a_district_without_money_or_women_as_unknown(city, north, south):
    budget(north, approved_cny=600_000)
    women(south, 600_000)
    assert counted("FUND-02", city) == (0, 2, 0, 0, 2)


def test_fund_02t_counts_towns_by_their_own_budget(city, north_town, south_town, lotus):
    budget(north_town, approved_cny=12_000)
    women(north_town, 8_000)
    budget(lotus, approved_cny=12_000)
    women(lotus, 8_000)
    assert counted("FUND-02T", city) == (1, 2, 1, 0, 1)


def test_fund_02r_counts_districts_where_one_yuan_has_arrived(city, north, south):
    budget(north, approved_cny=900_000, received_cny=900_000)
    line(north, "599999.99", received_on=date(2026, 6, 15))
    line(north, 1, received_on=date(2026, 6, 16))  # the day after
    women(north, 600_000)
    budget(south, approved_cny=1, received_cny="600000.00")
    women(south, 600_000)
    # The ledger of 北岸区 is believed before its table; of what was arranged it is the one.
    assert counted("FUND-02R", city) == (1, 2, 2, 0, 0)
    assert figure("FUND-02R", south) == (1, 1, 1, 0, 0)
    assert figure("FUND-02", city) == (1, 2, 2, 0, 0)
    assert figure("FUND-02", south) == (0, 1, 1, 0, 0)


def test_fund_02r_keeps_a_district_of_which_no_arrival_is_told_as_unknown(city, north, south):
    budget(north, approved_cny=900_000)
    women(north, 600_000)
    budget(south, received_cny=600_000)
    report(south, women_resident=500_000)
    # South: its money is on record, its women are reported.
    assert counted("FUND-02R", city) == (1, 2, 0, 1, 1)


def test_fund_02tr_counts_towns_by_what_has_arrived_for_them(city, north_town, south_town, lotus):
    line(north_town, 12_000)
    women(north_town, 8_000)
    budget(south_town, approved_cny=12_000, received_cny=7_999)
    women(south_town, 8_000)
    line(lotus, 12_000)
    women(lotus, 8_000)
    assert counted("FUND-02TR", city) == (1, 2, 2, 0, 0)
    assert figure("FUND-02T", city) == (1, 2, 1, 0, 1)


@pytest.mark.parametrize("code", ["FUND-03C", "FUND-03D", "FUND-03T"])
def test_fund_03_has_a_rate_for_each_level_and_no_sum_of_them(
    city, north, south, north_town, south_town, lotus, code
):
    budget(city, is_in_fiscal_budget=True)
    budget(north, is_in_fiscal_budget=True, document_number="财〔2026〕8号")
    budget(south, is_in_fiscal_budget=False)
    budget(north_town, is_in_fiscal_budget=True)
    budget(south_town, approved_cny=5)  # says nothing of the government's budget
    budget(lotus, is_in_fiscal_budget=True)
    expected = {
        "FUND-03C": (1, 1, 1, 0, 0),
        "FUND-03D": (1, 2, 2, 0, 0),
        "FUND-03T": (1, 2, 1, 0, 1),
    }
    assert counted(code, city) == expected[code]


@pytest.fixture
def province(db):
    """Three cities, one with a district and one with towns alone, and a county of the province."""
    top = plant("81", "辽光省", "province")
    cities = [plant(f"810{n}", f"{name}市", "city", top) for n, name in enumerate("甲乙丙", 1)]
    plant("810101", "东河区", "district", cities[0])
    plant("810201101", "沙田镇", "town", cities[1])
    plant("819001", "直管县", "district", top)
    return {place.code: place for place in Organisation.objects.all()}


def test_fund_03_of_a_province_counts_its_cities_and_never_itself(province):
    for code in ("81", "8101", "819001", "810201101"):
        budget(province[code], is_in_fiscal_budget=True)
    budget(province["8102"], is_in_fiscal_budget=False)
    # 丙市 tells nothing; neither does 东河区.
    assert counted("FUND-03C", province["81"]) == (1, 3, 2, 0, 1)
    assert figure("FUND-03D", province["81"]) == (1, 2, 1, 0, 1)
    assert figure("FUND-03T", province["81"]) == (1, 1, 1, 0, 0)
    assert figure("FUND-03C", province["8102"]) == (0, 1, 1, 0, 0)


def test_fund_03c_of_a_municipality_is_its_own_budget(db):
    top = plant("82", "渝东市", "province")
    east, west = (plant(f"82010{n}", f"{n}区", "district", top) for n in (1, 2))
    for place in (east, west):
        budget(place, is_in_fiscal_budget=True)
    assert counted("FUND-03C", top) == (0, 1, 0, 0, 1)
    budget(top, is_in_fiscal_budget=True)
    assert counted("FUND-03C", top) == (1, 1, 1, 0, 0)
    assert figure("FUND-03C", east) == (0, 0, 0, 0, 0)


def test_fund_03c_of_a_municipality_is_counted_again_alone_as_with_the_whole(db):
    top = plant("82", "渝东市", "province")
    plant("820101", "1区", "district", top)
    rebuild(on=TODAY)
    budget(top, is_in_fiscal_budget=True)
    recompute([top.pk])
    assert figure("FUND-03C", top) == (1, 1, 1, 0, 0)


def test_fund_03_of_last_year_says_nothing_of_this(city, north):
    budget(north, 2025, is_in_fiscal_budget=True)
    assert counted("FUND-03D", city) == (0, 1, 0, 0, 1)


def test_both_amounts_the_document_and_the_day_of_the_count_stand_behind(north):
    budget(north, approved_cny=600_000, document_number="财〔2026〕8号")
    line(north, "250000.5")
    women(north, 580_000)
    assert told("FUND-02", north) == (
        "安排 600,000 元，到位 250,000.50 元，财〔2026〕8号，常住妇女 580,000 人（2026-01-01）",
        "年度经费登记",
        date(2026, 1, 1),
    )


def test_a_report_stands_behind_where_nothing_is_on_record(lotus):
    report(lotus, budget_yuan=300_00, women_resident=500)
    assert told("FUND-01", lotus) == (
        "安排 300 元，常住妇女 500 人（2026-05-31）", "村（社区）报表", date(2026, 5, 31),
    )  # fmt: skip


def test_the_document_stands_behind_the_rate_of_budgets(north):
    budget(north, is_in_fiscal_budget=True, document_number="财〔2026〕8号")
    assert told("FUND-03D", north)[0] == "已纳入预算，财〔2026〕8号"


def test_evidence_of_fifty_units_takes_as_many_queries_as_of_one(
    tree, lotus, django_assert_max_num_queries
):
    for place in tree.values():
        budget(place, approved_cny=1)
    for places in ([lotus], tree.values()):
        with django_assert_max_num_queries(5):
            indicators.get("FUND-01")().evidence([place.pk for place in places], TODAY)
