"""Money at the administrator's correction desk."""

import pytest
from django.urls import reverse

from tests.funding.records import budget, line, women

pytestmark = pytest.mark.django_db


def change_url(record) -> str:
    """Where a record is corrected at the desk."""
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.uid])


def test_an_amount_is_corrected_and_a_doubtful_one_has_to_be_confirmed(as_user, hua, lotus):
    made = line(lotus, 5000, 2024, voucher_number="0012")
    desk = as_user(hua)
    entries = {
        "year": "2024", "received_cny": "6000", "spent_cny": "7000", "voucher_number": "0012",
        "version": "1",
    }  # fmt: skip
    asked = desk.post(change_url(made), entries)
    assert "支出 7,000.00 元大于收入 6,000.00 元" in asked.content.decode()
    assert desk.post(change_url(made), {**entries, "confirmed": "on"}).status_code == 302
    made.refresh_from_db()
    assert (made.received_cny, made.spent_cny, made.version) == (6000, 7000, 2)


def test_a_year_and_a_count_are_corrected(as_user, hua, lotus):
    year, count = budget(lotus, 2024, approved_cny=800), women(lotus, 700)
    desk = as_user(hua)
    assert desk.post(change_url(year), {"approved_cny": "900", "version": "1"}).status_code == 302
    entries = {"as_of": "2026-01-01", "women": "710", "version": "1"}
    assert desk.post(change_url(count), entries).status_code == 302
    year.refresh_from_db()
    count.refresh_from_db()
    assert (year.approved_cny, count.women) == (900, 710)


def test_the_lists_of_the_desk_open(as_user, hua, lotus):
    records = [line(lotus, 5), budget(lotus), women(lotus, 5)]
    desk = as_user(hua)
    for record in records:
        page = desk.get(reverse(f"admin:funding_{record._meta.model_name}_changelist"))
        assert str(record.uid) in page.content.decode()
