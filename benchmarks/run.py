"""Every benchmark in turn on scratch databases: SQLite, and PostgreSQL when it is named.

usage: make bench, or TEST_DATABASE_URL=postgresql://… make bench (the named database is emptied)

Each benchmark is a module beside this one that prints its own ratios; seconds are printed with
the machine and its load, ratios of one run decide. Exit 1 when one of them misses its bar.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NOT_BENCHMARKS = {"__init__", "run"}


def benchmarks() -> list[str]:
    """The names of the modules, in alphabetical order."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_BENCHMARKS)


def engines(folder: str) -> dict[str, str]:
    """Database URL by name of the engine."""
    found = {"SQLite": f"sqlite:///{folder}/bench.sqlite3"}
    if named := os.environ.get("TEST_DATABASE_URL"):
        found["PostgreSQL"] = named
    else:
        print("LEFT OUT  PostgreSQL: set TEST_DATABASE_URL to a scratch database")
    return found


def main() -> int:
    """0 when every benchmark met its bar."""
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        for engine, url in engines(folder).items():
            environment = os.environ | {"DATABASE_URL": url, "VAR_DIR": folder, "REDIS_URL": ""}
            migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
            subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
            for name in benchmarks():
                print(f"== {name} on {engine}", flush=True)
                command = [sys.executable, "-m", f"benchmarks.{name}"]
                if subprocess.run(command, cwd=ROOT, env=environment).returncode:
                    missed.append(f"{name} on {engine}")
    for line in missed:
        print(f"MISSED    {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
