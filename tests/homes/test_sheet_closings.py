"""Which place a row of the table closes, and closings that the record forbids."""

from datetime import date

import pytest

from homes.models import Home
from tests.exchange.tables import changes, imported, village_row, warnings
from tests.homes.test_sheet import row
from tests.registers.records import home

pytestmark = pytest.mark.django_db
ASKS = "这一行填了停用日期，没有写停用的是哪个妇女之家，请写明阵地名称。没有写入。"


def test_a_closing_told_again_closes_no_place_opened_since(lotus, city):
    table = [row(lotus, None, closed_on="2020-03-01")]
    assert changes(imported("homes", table, city)) == ["new"]
    later = home("东院妇女之家", lotus)
    assert changes(imported("homes", table, city)) == ["unchanged"]
    later.refresh_from_db()
    assert later.closed_on is None


def test_a_closed_and_a_running_row_without_name_are_two_places_of_the_record(lotus, city):
    home("旧妇女之家", lotus, closed_on=date(2020, 3, 1))
    running = home("东院妇女之家", lotus)
    table = [
        row(lotus, None, closed_on="2020-03-01", address="甲"),
        row(lotus, None, address="乙"),
    ]
    assert changes(imported("homes", table, city)) == ["changed", "changed"]
    running.refresh_from_db()
    assert (running.address, running.closed_on) == ("乙", None)


@pytest.mark.parametrize("is_placeholder", [False, True])
def test_a_closing_without_name_is_asked_about_beside_a_place_in_use(lotus, city, is_placeholder):
    if is_placeholder:
        imported("villages", [village_row(lotus, has_home="是")], city)
    else:
        home("荷花村妇女之家", lotus)
    table = [row(lotus, None, closed_on="2020-03-01"), row(lotus, None, address="乙")]
    batch = imported("homes", table, city)
    assert (changes(batch), warnings(batch)) == (["conflict", "changed"], [ASKS])
    made = Home.objects.get()
    assert (made.closed_on, made.address) == (None, "乙")


def test_of_two_places_closed_on_that_day_the_name_is_asked_for(lotus, city):
    for name in ("东院妇女之家", "西院妇女之家"):
        home(name, lotus, closed_on=date(2020, 3, 1))
    batch = imported("homes", [row(lotus, None, closed_on="2020-03-01", address="甲")], city)
    assert (changes(batch), warnings(batch)) == (["conflict"], [ASKS])


def test_a_row_without_name_and_one_with_that_name_are_one_place(lotus, city):
    table = [row(lotus, None, address="甲"), row(lotus, address="乙")]
    assert changes(imported("homes", table, city)) == ["new", "duplicate"]
    assert Home.objects.get().address == "甲"
    assert changes(imported("homes", table, city)) == ["unchanged", "duplicate"]


def test_a_closing_is_held_against_the_opening_that_will_stand(lotus, city):
    home("荷花村妇女之家", lotus, opened_on=date(2019, 5, 3))
    told = {"built_on": "2019", "closed_on": "2019-03-01"}
    batch = imported("homes", [row(lotus, **told), row(lotus, "甲妇女微家")], city)
    assert changes(batch) == ["conflict", "new"]
    assert "停用日期 2019-03-01 要晚于建成时间 2019-05-03" in warnings(batch)[0]
    told["closed_on"] = "2019-06-01"
    assert changes(imported("homes", [row(lotus, **told)], city)) == ["changed"]
    made = Home.objects.get(name="荷花村妇女之家")
    assert (made.opened_on, made.closed_on) == (date(2019, 5, 3), date(2019, 6, 1))
