"""Run every check and test that this machine can run, and name what it left out.

Tests run on SQLite, and again on PostgreSQL with Redis when TEST_DATABASE_URL and TEST_REDIS_URL
name throw-away ones. REQUIRE_ALL=1 turns anything left out into a failure. --lint stops before
the tests.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MACHINE_SETTINGS = (
    "DATABASE_URL", "REDIS_URL", "VAR_DIR", "FIELD_KEYS_FILE", "JOB_HOLDER", "PORT",
    # Drills start the product a hundred times: it need not be compiled each time.
    "PYTHONDONTWRITEBYTECODE",
)  # fmt: skip
LINTERS = (
    ("ruff check", ["ruff", "check", "."]),
    ("ruff format", ["ruff", "format", "--check", "."]),
    ("mypy", ["mypy"]),
    ("import-linter", ["lint-imports"]),
    ("migrations", ["python", "manage.py", "makemigrations", "--check", "--dry-run"]),
)
# Drills with real processes and browsers measure time: no quick test runs beside them.
ALONE = "drill or browser"


@dataclass
class Report:
    """What went wrong and what was not tried."""

    failed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def run(self, title: str, command: list[str], environment: dict[str, str]) -> None:
        """Run one command and remember it if it fails."""
        print(f"== {title}", flush=True)
        started = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=environment).returncode
        print(f"-- {title}: {'ok' if code == 0 else 'FAILED'}", end=" ")
        print(f"({time.monotonic() - started:.0f} s)", flush=True)
        if code:
            self.failed.append(title)

    def run_together(self, commands: dict[str, tuple[list[str], dict[str, str]]]) -> None:
        """Run commands side by side; what each says is told when it has ended."""
        started = time.monotonic()
        running: dict[str, tuple[Path, subprocess.Popen[bytes]]] = {}
        with tempfile.TemporaryDirectory() as folder:
            try:
                for number, (title, (command, environment)) in enumerate(commands.items()):
                    said = Path(folder) / str(number)
                    with said.open("wb") as out:
                        process = subprocess.Popen(
                            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
                        )
                    running[title] = said, process
                for title in list(running):
                    running[title][1].wait()
                    self._tell(title, *running.pop(title), time.monotonic() - started)
            finally:
                # Whoever is interrupted leaves nobody at work, and tells what was said so far. From
                # a terminal they know it already and clear up.
                for title, (said, process) in running.items():
                    try:
                        process.wait(10)
                    except subprocess.TimeoutExpired:
                        process.terminate()
                        process.wait()
                    self._tell(title, said, process, time.monotonic() - started)

    def _tell(
        self, title: str, said: Path, process: "subprocess.Popen[bytes]", seconds: float
    ) -> None:
        code = process.returncode
        print(f"== {title}\n{said.read_text(errors='replace')}")
        print(f"-- {title}: {'ok' if code == 0 else 'FAILED'} ({seconds:.0f} s)", flush=True)
        if code:
            self.failed.append(title)


def lint_frontend(report: Report) -> None:
    """Style sheets and scripts against the oldest browser; needs node."""
    if shutil.which("npx") is None:
        report.left_out.append("lint of CSS and JS: install nodejs 20 and npm")
        return
    report.run("front end", ["bash", "scripts/lint_frontend.sh"], clean_environment())


def clean_environment() -> dict[str, str]:
    """The environment without anything that would lead a test to a real installation."""
    kept = {name: value for name, value in os.environ.items() if name not in MACHINE_SETTINGS}
    return kept | {"PATH": f"{BIN}:{os.environ['PATH']}"}


def chromium() -> str | None:
    """The browser for the browser tests, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = (shutil.which(name) for name in names)
    return os.environ.get("CHROMIUM") or next((path for path in found if path), None)


def engines(report: Report) -> dict[str, dict[str, str]]:
    """The databases to test on, with the environment each needs."""
    wanted = {"SQLite": clean_environment()}
    database, redis = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    if database and redis:
        wanted["PostgreSQL"] = clean_environment() | {"DATABASE_URL": database, "REDIS_URL": redis}
    else:
        report.left_out.append(
            "PostgreSQL and Redis: set TEST_DATABASE_URL=postgresql://user:word@host:port/name "
            "(a role that may create databases) and TEST_REDIS_URL=redis://host:port/0 "
            "(it is emptied), or run .ci/run, which starts both"
        )
    return wanted


def test(report: Report, wanted: dict[str, dict[str, str]]) -> None:
    """The whole suite on every engine: the quick tests one engine after the other, then the drills.

    A drill waits more than it works, for browsers and for processes that come up again: those of
    all engines run side by side.
    """
    browser = chromium()
    if browser is None:
        engines = ", ".join(wanted)
        report.left_out.append(
            f"browser tests on {engines}: install Chromium or set CHROMIUM=/path/to/it"
        )
    alone = ALONE if browser else "drill and not browser"
    command = ["python", "-m", "pytest", "-q", "-ra"]
    workers = str(max(1, min(4, os.cpu_count() or 1)))
    # The long ones stand together: whoever is done first takes half of what another has left.
    shared = ["-n", workers, "--dist", "worksteal"]
    drills = {}
    for engine, environment in wanted.items():
        environment = environment | ({"CHROMIUM": browser} if browser else {})
        quick = [*command, *shared, "-m", f"not ({ALONE})"]
        report.run(f"tests on {engine}", quick, environment)
        drills[f"drills on {engine}"] = [*command, "-m", alone], environment
    report.run_together(drills)


def main() -> int:
    """0 when all that ran is green and nothing that must run was left out."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        for title, command in LINTERS:
            report.run(title, command, clean_environment() | {"VAR_DIR": folder})
    lint_frontend(report)
    if "--lint" not in sys.argv:
        test(report, engines(report))
    for line in report.left_out:
        print(f"LEFT OUT  {line}")
    for title in report.failed:
        print(f"FAILED    {title}")
    is_complete = not report.left_out or os.environ.get("REQUIRE_ALL") != "1"
    print("all green" if not report.failed else "not green", end="")
    print(", nothing left out" if not report.left_out else f", {len(report.left_out)} left out")
    return 0 if is_complete and not report.failed else 1


if __name__ == "__main__":
    sys.exit(main())
