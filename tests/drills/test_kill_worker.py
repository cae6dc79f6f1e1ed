"""A worker that is killed while it imports loses nothing and doubles nothing."""

import sys

import pytest

from tests.drills.installation import ROOT, environment, last_json, run

pytestmark = pytest.mark.drill


def test_ten_killed_workers_lose_and_double_no_row(tmp_path):
    with environment(tmp_path / "var") as fresh:
        (tmp_path / "var").mkdir()
        run(fresh, "manage.py", "migrate", "-v", "0")
        run(fresh, "manage.py", "load_divisions", str(ROOT / "orgs/data/50_chongqing.csv.gz"))
        seen = last_json(run(fresh, "-m", "tests.drills.killing", str(tmp_path / "serve.log")))
        figures = last_json(run(fresh, "manage.py", "rebuild_coverage", "--verify"))
    sys.stdout.write(f"{seen}\n")
    assert (seen["kills"], seen["lost"], seen["doubled"]) == (10, 0, 0)
    assert seen["rows"] > 6000
    # Most kills strike a running job, which another process then takes up again.
    assert seen["taken_up_again"] >= 5
    assert seen["stopped_in"] < 15
    assert figures["differences"] == 0
