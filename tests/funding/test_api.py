"""What the API tells of money."""

from datetime import date

import pytest

from tests.funding.records import budget, line, women

pytestmark = pytest.mark.django_db


def results(client, path: str) -> list[dict]:
    """The records of one page."""
    return client.get(f"/api/v1/{path}").json()["results"]


def test_ledger_lines_are_told_with_amounts_as_text_and_dates_as_written(as_user, lan, lotus):
    line(
        lotus, "1200.5", 2024, spent_cny=200, source="财政拨款", voucher_number="007",
        received_on=date(2024, 3, 1), received_precision="month",
    )  # fmt: skip
    (found,) = results(as_user(lan), "ledger-lines/?year=2024")
    assert found.pop("uid")
    assert found == {
        "organisation_code": lotus.code, "year": 2024, "source": "财政拨款",
        "received_cny": "1200.50", "spent_cny": "200.00", "balance_cny": None,
        "received_on": "2024-03", "voucher_number": "007", "purpose": "",
    }  # fmt: skip


def test_foreign_money_is_unknown(as_user, lan, lotus, bamboo):
    for place in (lotus, bamboo):
        line(place, 1)
        budget(place, approved_cny=1)
        women(place, 1)
    client = as_user(lan)
    for path in ("ledger-lines", "yearly-budgets", "populations"):
        codes = [one["organisation_code"] for one in results(client, f"{path}/")]
        assert codes == [lotus.code], path


def test_budgets_are_filtered_as_in_their_register(as_user, lan, lotus, willow):
    budget(lotus, is_in_fiscal_budget=False)
    budget(willow)
    (found,) = results(as_user(lan), "yearly-budgets/?state=out&fields=organisation_code")
    assert found == {"organisation_code": lotus.code}
    answer = as_user(lan).get("/api/v1/yearly-budgets/?year=abc")
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["ledger-lines", "yearly-budgets", "populations"])
def test_a_page_takes_few_queries(as_user, lan, lotus, path, django_assert_max_num_queries):
    for year in range(1995, 2025):
        line(lotus, 1, year)
        budget(lotus, year, approved_cny=1)
        women(lotus, 1, date(year, 1, 1))
    client = as_user(lan)
    with django_assert_max_num_queries(12):
        assert len(results(client, f"{path}/")) == 30
