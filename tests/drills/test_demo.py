"""The demonstration stands, keeps its people to itself, and a lie in it is found."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from tests.drills.installation import ROOT, Portal, environment, last_json, run, until

pytestmark = pytest.mark.drill

# Two of 39 make the drill short; the whole city goes the same way.
DISTRICTS = ("500101", "500103")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The environment of a demonstration, built as ``make demo-data`` does."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "var").mkdir()
    with environment(folder / "var") as fresh:
        run(fresh, "manage.py", "make_demo", "--districts", *DISTRICTS)
        yield fresh


@pytest.fixture
def var(demo) -> Path:
    """The folder of the demonstration."""
    return Path(demo["VAR_DIR"])


def whole_database(url: str) -> bytes:
    """Every row of every table as PostgreSQL writes it; SQLite's file lies in ``var``."""
    if not url.startswith("postgres"):
        return b""
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        text = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            text += [row[0] for row in cursor.fetchall()]
    return "\n".join(text).encode()


def test_seven_roles_open_and_every_village_is_counted_once(demo, var):
    accounts = json.loads((var / "demo-accounts.json").read_text())
    assert len({one["role"] for one in accounts}) == len(accounts) == 7
    assert len({one["password"] for one in accounts}) == 7
    assert min(len(one["password"]) for one in accounts) >= 12
    city = last_json(run(demo, "manage.py", "show_coverage", "50", "--json"))["indicators"]
    # Ten towns of 万盛经开区 left 綦江区; the city has 11,270 villages with and without that.
    assert city["POS-01"]["denominator"] == city["ORG-02"]["denominator"] == 11270
    uneven = [one for one in city.values() if 0 < one["numerator"] != one["denominator"]]
    assert len(uneven) >= 7


def test_every_post_of_the_demo_names_the_import_it_came_by(demo):
    told = last_json(run(demo, "-m", "tests.drills.spoiling", "origins"))
    assert told["posts"] > 11_000
    assert told["without"] == []
    levels = told["levels"]
    assert (levels["province"], levels["district"]) == (1, 2)
    assert (levels["town"] > 55, levels["village"] > 580) == (True, True)


def test_a_second_run_makes_nothing_new(demo, var):
    before = (var / "demo-accounts.json").read_text()
    city = run(demo, "manage.py", "show_coverage", "50", "--json")
    run(demo, "manage.py", "make_demo", "--districts", *DISTRICTS)
    assert (var / "demo-accounts.json").read_text() == before
    assert run(demo, "manage.py", "show_coverage", "50", "--json") == city


def test_without_its_marker_the_demo_does_not_start(demo, var):
    marker = var / "demo-marker"
    away = marker.rename(var / "away")
    try:
        refused = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", "0"],
            cwd=ROOT, env=demo, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    finally:
        away.rename(marker)
    assert refused.returncode != 0
    assert "demo.E001" in refused.stderr


def test_no_number_of_anybody_lies_in_files_database_or_logs(demo, var, tmp_path):
    portal = Portal(demo, tmp_path / "serve.log")
    try:
        until(portal.is_up, "the portal never came up")
        known = last_json(run(demo, "-m", "tests.drills.spoiling", "known"))
        lying = [(path, path.read_bytes()) for path in sorted(var.rglob("*")) if path.is_file()]
    finally:
        portal.stop()
    lying.append((portal.log, portal.log.read_bytes()))
    lying.append((Path("the database"), whole_database(demo["DATABASE_URL"])))
    wanted = [*known["numbers"], *known["phones"]]
    assert len(wanted) == 40
    hits = [
        f"{path}: {number[:6]}"
        for path, content in lying
        for number in wanted
        for form in (number.encode(), number.encode("utf-16-le"), number.encode().hex().encode())
        if form in content
    ]
    assert hits == []


def test_a_spoilt_figure_and_a_record_changed_in_secret_are_both_named(demo):
    assert last_json(run(demo, "manage.py", "rebuild_coverage", "--verify"))["differences"] == 0
    codes = last_json(run(demo, "-m", "tests.drills.spoiling", "spoil"))
    seen = subprocess.run(
        [sys.executable, "manage.py", "rebuild_coverage", "--verify"],
        cwd=ROOT, env=demo, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert seen.returncode == 1
    assert last_json(seen.stdout)["differences"] == 2
    for code in codes:
        assert code in seen.stdout
    run(demo, "manage.py", "rebuild_coverage")
