"""A small city with figures that can be worked out by hand."""

from datetime import date

import pytest
import time_machine

from federation.coverage.services import rebuild
from tests.coverage.records import TODAY, appoint, established, home, report, term


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def filled(tree):
    """荷花 and 柳溪 stand, 竹林 only reports, 松坡 is silent; the term of 荷花 has lapsed."""
    lotus, willow, bamboo = tree["lotus"], tree["willow"], tree["bamboo"]
    established(lotus, date(2020, 1, 1))
    established(willow, date(2021, 1, 1))
    home(lotus, "荷花妇女之家")
    appoint(lotus, "何平", "主席", is_on_two_committees=True)
    report(bamboo, has_home=False, budget_yuan=500_00, women_resident=400, exec_count=6)
    term(lotus, date(2020, 1, 1), date(2025, 1, 1))
    rebuild()
    return tree
