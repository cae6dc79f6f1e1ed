"""The budget board, the ledger of an organisation, the registers of money and their exports."""

from datetime import date

import pytest
from freezegun import freeze_time

from orgs.models import ReportedFact
from tests.cast import plant
from tests.funding.records import budget, line, women

pytestmark = [pytest.mark.django_db]
BOARD = "/funding/"


@pytest.fixture(autouse=True)
def clock():
    with freeze_time("2026-11-21 02:00:00"):
        yield


def shown(answer) -> list[str]:
    """The units of the board in their order."""
    return [str(row.organisation) for row in answer.context["rows"]]


@pytest.fixture
def towns(north):
    """Four towns of the north: in order, low, not in the budget, silent."""
    made = [plant(f"91010120{n}", f"{name}镇", "town", north) for n, name in enumerate("甲乙丙丁")]
    fine, low, out, _silent = made
    budget(fine, approved_cny=12_000, received_cny=9_000, is_in_fiscal_budget=True)
    women(fine, 10_000)
    budget(low, approved_cny="9999.99", planned_cny=10_000, is_in_fiscal_budget=True,
           document_number="乙财〔2026〕1号")  # fmt: skip
    women(low, 10_000)
    budget(out, approved_cny=50_000, is_in_fiscal_budget=False)
    women(out, 20_000)
    return made


def test_the_board_puts_first_who_is_not_in_the_budget_then_who_is_low(as_user, lan, towns):
    answer = as_user(lan).get(BOARD)
    assert shown(answer) == ["丙镇", "乙镇", "丁镇", "甲镇"]
    page = answer.content.decode()
    assert "乙财〔2026〕1号" in page
    assert "0.99" in page  # 9,999.99 among 10,000 is not yet 1.00


def test_the_board_adds_up_what_its_units_told(as_user, lan, towns):
    found = as_user(lan).get(BOARD).context["sum"]
    assert (found.units, found.in_budget, found.answered, found.reached) == (4, 2, 3, 2)
    assert (found.women, str(found.approved), str(found.received)) == (
        40_000,
        "71999.99",
        "9000.00",
    )
    # 71,999.99 yuan among 40,000 women.
    assert str(found.per_woman) == "1.79"


def test_the_ledger_is_what_arrived_and_a_table_that_differs_is_marked(as_user, lan, towns):
    line(towns[0], 4_000)
    line(towns[0], "500.50", received_on=date(2026, 3, 1))
    answer = as_user(lan).get(BOARD)
    (row,) = (row for row in answer.context["rows"] if row.organisation == towns[0])
    assert (str(row.year.received), row.year.differs) == ("4500.50", True)
    assert "与年度表不符" in answer.content.decode()


def test_the_board_of_another_year_shows_that_year(as_user, lan, north, towns):
    budget(towns[3], 2025, approved_cny=7)
    answer = as_user(lan).get(f"{BOARD}?organisation={north.code}&year=2025")
    assert answer.context["year"] == 2025
    assert str(answer.context["sum"].approved) == "7.00"


@pytest.mark.parametrize(
    "year",
    ["2027", "1066", "abc", "９", "20260000000000000000", "019990", "02025",
     pytest.param("02025" + "0" * 4300, id="endless")],
)  # fmt: skip
def test_a_year_that_cannot_be_is_this_year(as_user, lan, lotus, towns, year):
    for page in (BOARD, f"/funding/of/{lotus.code}/"):
        assert as_user(lan).get(f"{page}?year={year}").context["year"] == 2026


def test_the_board_shows_the_own_level_apart(as_user, lan, north, towns):
    budget(north, approved_cny=600_000, is_in_fiscal_budget=True)
    answer = as_user(lan).get(BOARD)
    assert str(answer.context["own"].year.approved) == "600000.00"
    assert "北岸区" not in shown(answer)


def test_a_foreign_board_and_ledger_are_unknown(as_user, mei, north, lotus):
    client = as_user(mei)
    assert client.get(f"{BOARD}?organisation={north.code}").status_code == 404
    assert client.get(f"/funding/of/{lotus.code}/").status_code == 404


def test_the_board_takes_as_many_queries_for_four_towns_as_for_one(
    as_user, lan, mei, south_town, towns, django_assert_max_num_queries
):
    for user in (lan, mei):
        client = as_user(user)
        client.get(BOARD)
        with django_assert_max_num_queries(12):
            client.get(BOARD)


def test_a_ledger_runs_its_sums_and_doubts_a_balance(as_user, qiu, lotus):
    line(
        lotus, 300, spent_cny=100, balance_cny=200, received_on=date(2026, 2, 1), source="财政拨款"
    )
    line(
        lotus, 500, spent_cny=600, balance_cny=100, received_on=date(2026, 3, 1), source="社会捐赠"
    )
    line(lotus, 9, 2025)
    answer = as_user(qiu).get(f"/funding/of/{lotus.code}/")
    entries = list(answer.context["page"])
    assert [(str(one.received), str(one.left), one.is_off) for one in entries] == [
        ("300.00", "200.00", False), ("800.00", "100.00", True),
    ]  # fmt: skip
    assert answer.context["sources"] == [("社会捐赠", 500), ("财政拨款", 300)]
    assert [one.year for one in answer.context["told"]] == [2026, 2025]


def test_the_bar_of_sources_says_how_many_yuan(as_user, qiu, lotus):
    line(lotus, 39_100, source="财政拨款")
    page = as_user(qiu).get(f"/funding/of/{lotus.code}/").content.decode()
    assert ">财政拨款 39,100 元</text>" in page


def test_small_sources_stand_together_so_that_the_bar_is_the_whole(as_user, qiu, lotus):
    for number, source in enumerate(("拨款", "补贴", "捐赠", "会费", "利息", ""), 1):
        line(lotus, number * 100, source=source)
    answer = as_user(qiu).get(f"/funding/of/{lotus.code}/")
    assert answer.context["sources"] == [
        ("未注明来源", 600), ("利息", 500), ("会费", 400), ("捐赠", 300), ("其他来源", 300),
    ]  # fmt: skip


def test_villages_are_not_asked_for_a_fiscal_budget_but_may_tell(as_user, tao, lotus, willow):
    budget(lotus, approved_cny=5)
    women(lotus, 4)
    client = as_user(tao)
    answer = client.get(BOARD)
    assert answer.context["sum"].asked == 0
    assert shown(answer) == ["柳溪村", "荷花村"]
    assert "未登记" not in client.get(f"/funding/of/{lotus.code}/").content.decode()
    budget(willow, is_in_fiscal_budget=False)
    assert client.get(BOARD).context["sum"].asked == 1
    assert "未纳入" in client.get(f"/funding/of/{willow.code}/").content.decode()


def test_the_register_misses_no_answer_of_a_village(as_user, lan, north_town, lotus):
    for place in (north_town, lotus):
        budget(place, approved_cny=5)
    client = as_user(lan)
    page = client.get("/funding/yearly/").content.decode()
    assert page.count("未登记</span>") == 1
    table = client.get("/funding/yearly/?state=unknown").context["table"]
    assert [row.record.organisation for row in table.rows] == [north_town]


def test_a_ledger_of_three_hundred_lines_takes_as_many_queries_as_of_one(
    as_user, qiu, lotus, django_assert_max_num_queries
):
    client = as_user(qiu)
    for number in range(120):
        line(lotus, number)
    client.get(f"/funding/of/{lotus.code}/")
    with django_assert_max_num_queries(12):
        answer = client.get(f"/funding/of/{lotus.code}/?page=2")
    assert len(answer.context["page"].object_list) == 20


@pytest.mark.parametrize("register", ["lines", "yearly", "women"])
def test_registers_show_those_in_scope_in_few_queries(
    as_user, lan, lotus, willow, bamboo, register, django_assert_max_num_queries
):
    for place in (lotus, willow, bamboo):
        line(place, 1234, spent_cny="0.5", source="财政拨款")
        budget(place, approved_cny=1234, is_in_fiscal_budget=False)
        women(place, 1234)
    client = as_user(lan)
    assert client.get(f"/funding/{register}/").context["count"] == 2
    with django_assert_max_num_queries(12):
        answer = client.get(f"/funding/{register}/")
    page = answer.content.decode()
    assert "1,234" in page
    assert "竹林村" not in page
    exported = client.get(f"/funding/{register}/export/?form=csv").getvalue().decode()
    assert "荷花村" in exported
    assert "编辑" not in exported


def test_filters_find_lines_by_voucher_year_and_source(as_user, lan, lotus):
    line(lotus, 1, 2024, voucher_number="0077", source="社会捐赠")
    line(lotus, 2, 2025, purpose="三八节活动", source="财政拨款")
    client = as_user(lan)
    for query in ("q=0077", "year=2024", "source=社会捐赠"):
        assert client.get(f"/funding/lines/?{query}").context["count"] == 1, query
    assert client.get("/funding/lines/?q=三八节").context["count"] == 1
    assert client.get("/funding/lines/?q=荷花").context["count"] == 2


def test_the_yearly_register_finds_who_is_not_in_the_budget(as_user, lan, lotus, north_town):
    budget(lotus, is_in_fiscal_budget=False)
    budget(north_town, document_number="财〔2026〕8号")
    client = as_user(lan)
    assert client.get("/funding/yearly/?state=out").context["count"] == 1
    assert client.get("/funding/yearly/?state=unknown").context["count"] == 1
    assert client.get("/funding/yearly/?q=8号").context["count"] == 1


def money_block(client, organisation):
    """The block of working funds on the page of an organisation."""
    context = client.get(f"/orgs/{organisation.code}/").context
    return next(one for one in [*context["wide"], *context["side"]] if one.key == "money")


def test_working_funds_are_shown_by_year_records_before_reports(as_user, lan, lotus):
    for day, fen in ((date(2025, 3, 1), 100), (date(2025, 9, 1), 60_000_00), (date(2024, 9, 1), 5)):
        ReportedFact.objects.create(
            organisation=lotus, key="budget_yuan", as_of=day, text="", number=fen
        )
    budget(lotus, 2024, approved_cny=800, is_in_fiscal_budget=True)
    line(lotus, 800, 2024, spent_cny=600)
    shown_years = [
        (one.year, one.approved, one.is_reported, one.told.used, one.is_in_budget)
        for one in money_block(as_user(lan), lotus).years
    ]
    assert shown_years == [
        (2026, None, False, None, None),
        (2025, 60_000, True, None, None),
        (2024, 800, False, 75, True),
    ]


def test_a_clerk_is_led_to_what_is_missing_this_year(as_user, qiu, wen, lotus):
    address = f"/funding/yearly/new/?organisation={lotus.code}&year=2026"
    client = as_user(qiu)
    assert money_block(client, lotus).create_url == address
    assert "2026 年未登记" in client.get(f"/orgs/{lotus.code}/").content.decode()
    assert money_block(as_user(wen), lotus).create_url == ""
    budget(lotus, approved_cny=1)
    assert "2026 年未登记" not in client.get(f"/orgs/{lotus.code}/").content.decode()
