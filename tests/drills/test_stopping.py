"""An import that is stopped in the hands of a real worker leaves nothing behind."""

import sys

import pytest

from tests.drills.installation import ROOT, environment, last_json, run

pytestmark = pytest.mark.drill


def test_stopped_imports_leave_nothing_and_two_at_once_make_the_rows_of_one(tmp_path):
    with environment(tmp_path / "var") as fresh:
        (tmp_path / "var").mkdir()
        run(fresh, "manage.py", "migrate", "-v", "0")
        run(fresh, "manage.py", "load_divisions", str(ROOT / "orgs/data/50_chongqing.csv.gz"))
        seen = last_json(run(fresh, "-m", "tests.drills.stopping", str(tmp_path / "serve.log")))
    sys.stdout.write(f"{seen}\n")
    stops = seen["stops"]
    assert [one["stage"] for one in stops] == ["reading", "checking", "comparing", "writing"]
    assert [(one["job"], one["rows"]) for one in stops] == [("cancelled", 0)] * 4
    assert [one["batch"] for one in stops] == ["uploaded", "uploaded", "planned", "planned"]
    assert stops[1]["chunks"] == 0
    assert seen["written"] == seen["size"]
    assert seen["raced"] == seen["other_size"]
