"""The wheels of a bundle: every locked package for every kind of machine, or a list of gaps."""

import re
import subprocess
import sys
from pathlib import Path

MACHINES = ("x86_64", "aarch64")
# From the oldest glibc that packages still name to that of the oldest system in support.
GLIBC = [(2, minor) for minor in range(17, 29)]
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
TAG = re.compile(r"manylinux_(\d+)_(\d+)_")
OLD_TAGS = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}


class Gap(Exception):
    """Wheels are missing; the text names them."""


def locked(requirements: Path) -> dict[str, str]:
    """Name → version of every package in a compiled requirements file."""
    return dict(LOCKED.findall(requirements.read_text(encoding="utf-8")))


def fetch(requirements: Path, target: Path, pythons: list[str]) -> None:
    """Download the wheels of all machines and Pythons into ``target``. Raises Gap."""
    gaps = []
    for machine in MACHINES:
        for python in pythons:
            if not _download(requirements, target, machine, python):
                gaps += _missing(requirements, target, machine, python)
    if gaps:
        raise Gap("wheels are missing, so that nothing was bundled:\n  " + "\n  ".join(gaps))


def _download(requirements: Path, target: Path, machine: str, python: str) -> bool:
    number = python.replace(".", "")
    platforms = [f"manylinux_{major}_{minor}_{machine}" for major, minor in reversed(GLIBC)]
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--quiet"),
        *("--disable-pip-version-check", "--require-hashes", "--no-deps"),
        *("--only-binary", ":all:", "--implementation", "cp", "--python-version", python),
        *("--abi", f"cp{number}", "--abi", "abi3", "--abi", "none"),
        *(word for name in platforms for word in ("--platform", name)),
        *("--platform", f"manylinux2014_{machine}", "--platform", "any"),
        *("--dest", str(target), "--requirement", str(requirements)),
    ]
    return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0


def _missing(requirements: Path, target: Path, machine: str, python: str) -> list[str]:
    """Each package alone, to name all that have no wheel for this machine."""
    text = requirements.read_text(encoding="utf-8")
    found = []
    for entry in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]:
        one = target / ".one-requirement.txt"
        one.write_text(entry, encoding="utf-8")
        if not _download(one, target, machine, python):
            found.append(f"{entry.split()[0]} for {machine}, Python {python}")
        one.unlink()
    return found


def least_glibc(names: list[str]) -> str:
    """The oldest glibc on which every one of these wheels runs, as ``2.28``."""
    needed = (2, 17)
    for name in names:
        tags = name.removesuffix(".whl").split("-")[-1]
        runs_on = [(int(major), int(minor)) for major, minor in TAG.findall(tags)]
        runs_on += [glibc for tag, glibc in OLD_TAGS.items() if f"{tag}_" in tags]
        needed = max(needed, min(runs_on, default=needed))
    return f"{needed[0]}.{needed[1]}"
