"""An app made by docs/extending.md runs without one word about it in the platform."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APP = "tests.extension"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command with the app installed the way an installation does it: by the environment."""
    environment = {**os.environ, "EXTRA_APPS": APP}
    # Another test run lends its folder and its Redis to nobody.
    for name in ("VAR_DIR", "REDIS_URL", "PYTEST_XDIST_WORKER", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900,
    )  # fmt: skip


def test_a_register_a_sheet_and_an_indicator_of_another_app_work_from_end_to_end():
    done = run("pytest", "tests/extension/end_to_end.py", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(r"\b13 passed", done.stdout)


def test_its_migrations_are_complete():
    settings = "--settings=tests.environment"
    done = run("django", "makemigrations", "extension", "--check", "--dry-run", settings)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_outside_the_app_names_it():
    own = re.compile(r"tests[./]extension|extension:|TRAIN-01|培训台账|CourseOfRow")
    listed = subprocess.run(
        ["git", "ls-files", "federation", "orgs", "cadres", "homes", "funding", "accounts", "demo",
         "templates"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = [name for name in listed.stdout.split() if name.endswith((".py", ".html"))]
    assert len(names) > 200
    naming = [name for name in names if own.search((ROOT / name).read_text(encoding="utf-8"))]
    assert naming == []
