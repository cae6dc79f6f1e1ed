"""Text that leaders and other systems read beside a place holds no number of a person."""

from datetime import date

import pytest
import time_machine

from federation.exchange.services import batch_report
from homes.models import Home, HomeCheck
from tests.exchange.tables import imported, planned
from tests.homes.test_sheet import HAVES, row
from tests.registers.records import filled, home

pytestmark = pytest.mark.django_db
NUMBERS = ("联系 14012345678", "138 0013 8000 周兰", "证件 110101199003070062")
TOLD = {"evidence": "核查依据", "closed_reason": "停用原因"}


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-21T12:00:00+08:00", tick=False):
        yield


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("column", TOLD)
def test_a_number_of_a_person_keeps_the_row_of_a_table_out(lotus, city, column, number):
    cells = {"evidence": HAVES, "closed_reason": {"closed_on": "2024-05-06"}}[column]
    batch = planned("homes", [{**row(lotus), **cells, column: number}], city)
    (rejected,) = batch_report(batch)["sheets"][0]["rejected"]
    (error,) = rejected["errors"]
    words = f"{TOLD[column]}里不要填身份证号和手机号，请删去号码。"
    assert (error["code"], error["message"]) == ("holds_number", words)


@pytest.mark.parametrize(
    "text", ["万妇发〔2025〕3号，照片 20250630-01", "2025-06-30 上门，023-58221234"]
)
def test_numbers_of_papers_days_and_offices_stay(lotus, city, text):
    imported("homes", [row(lotus, evidence=text, **HAVES)], city)
    assert HomeCheck.objects.get().evidence == text


@pytest.mark.parametrize(
    ("page", "field"),
    [("check", "evidence"), ("close", "closed_reason"), ("edit", "closed_reason")],
)
def test_the_forms_refuse_it_too(as_user, qiu, lotus, page, field):
    place = home("荷花村妇女之家", lotus)
    client, url = as_user(qiu), f"/homes/{place.uid}/{page}/"
    told = {"closed_on": "2026-11-01", "item-place": "yes", field: NUMBERS[0]}
    answer = client.post(url, filled(client, url, **told))
    words = f"{TOLD[field]}里不要填身份证号和手机号，请删去号码。"
    assert answer.context["form"].errors[field] == [words]
    assert Home.objects.get().closed_on is None
    assert not HomeCheck.objects.filter(checked_on=date(2026, 11, 21)).exists()
