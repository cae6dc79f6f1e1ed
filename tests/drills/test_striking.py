"""Whatever kills, stops or races an import: in the end all tables are as if nothing had."""

import sys

import pytest

from tests.drills.rounds import ONCE, played

pytestmark = pytest.mark.drill


def test_an_import_killed_in_every_stage_stopped_or_raced_ends_as_in_peace(tmp_path):
    seen = played(tmp_path, rows=1500, strikes=ONCE)
    sys.stdout.write(f"{seen}\n")
    assert (seen["kills"], seen["races"]) == (4, 2)
    assert seen["rows"] == seen["written in peace"] >= 1500
    assert (seen["lost"], seen["doubled"], seen["unfinished"], seen["wrong figures"]) == (0,) * 4
    # A check of so few rows may be over before the blow falls: the drill at full size counts.
    assert seen["where"]["after commit"] >= 1
    assert seen["at work"] >= 2
    assert all(stop["nothing left"] for stop in seen["stops"])
    assert sum(stop["stopped"] for stop in seen["stops"]) >= 6
