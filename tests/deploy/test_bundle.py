"""A bundle is whole, comes out the same twice, and names what it lacks."""

import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from scripts.offline import archive, licences, wheels

ROOT = Path(__file__).resolve().parents[2]


def wheel(folder: Path, name: str, *lines: str, **files: str) -> Path:
    """A wheel with nothing but its metadata and some texts beside it."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as opened:
        about = "\n".join((f"Name: {name}", "Version: 1.0", *lines))
        opened.writestr(f"{name}-1.0.dist-info/METADATA", about)
        for text_name, text in files.items():
            opened.writestr(f"{name}-1.0.dist-info/licenses/{text_name}", text)
    return path


def test_the_same_files_give_the_same_archive(tmp_path):
    folder = tmp_path / "portal-1"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "b").write_text("2")
    (folder / "a").write_text("1")
    packed = []
    for moment in (1_600_000_000, 1_700_000_000):
        os.utime(folder / "a", (moment, moment))
        archive.pack(folder, tmp_path / f"{moment}.tar.gz", 1_500_000_000)
        packed.append((tmp_path / f"{moment}.tar.gz").read_bytes())
    assert packed[0] == packed[1]


def test_sums_are_those_of_sha256sum_and_change_with_a_byte(tmp_path):
    (tmp_path / "a").write_text("1")
    archive.write_sums(tmp_path)
    check = ["sha256sum", "--quiet", "-c", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path).returncode == 0
    (tmp_path / "a").write_text("2")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True).returncode == 1


def test_wheels_that_are_missing_are_named_with_their_machine(tmp_path, monkeypatch):
    def download(requirements: Path, target: Path, machine: str, python: str) -> bool:
        return not (machine == "aarch64" and "rustic" in requirements.read_text())

    monkeypatch.setattr(wheels, "_download", download)
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("plain==1.0 \\\n    --hash=sha256:0\nrustic==2.0 \\\n    --hash=x\n")
    with pytest.raises(wheels.Gap) as gap:
        wheels.fetch(requirements, tmp_path, ["3.11"])
    assert str(gap.value).splitlines()[1:] == ["  rustic==2.0 for aarch64, Python 3.11"]


def test_the_bundle_asks_for_the_newest_glibc_of_any_wheel():
    names = [
        "six-1.17.0-py2.py3-none-any.whl",
        "rpds-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "numpy-2-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    ]
    assert wheels.least_glibc(names) == "2.27"
    assert wheels.least_glibc(names[:2]) == "2.17"


def test_licences_are_listed_and_their_texts_copied(tmp_path):
    made = [
        wheel(tmp_path, "brook", "License-Expression: MIT", LICENSE="do as you like"),
        wheel(tmp_path, "alder", "Classifier: License :: OSI Approved :: BSD License"),
        wheel(tmp_path, "cedar", "License: Apache 2.0"),
    ]
    licences.of_wheels(made, tmp_path)
    assert (tmp_path / "PYTHON.csv").read_text().split() == [
        "package,version,licence", "alder,1.0,BSD", "License", "brook,1.0,MIT",
        "cedar,1.0,Apache", "2.0",
    ]  # fmt: skip
    copied = tmp_path / "python" / "brook-1.0" / "licenses-LICENSE"
    assert copied.read_text() == "do as you like"


def test_a_package_without_a_word_on_its_licence_is_refused(tmp_path):
    made = [wheel(tmp_path, "brook", "License: MIT"), wheel(tmp_path, "weed")]
    with pytest.raises(licences.Unlicensed, match="weed"):
        licences.of_wheels(made, tmp_path)


def test_every_front_end_part_of_the_bill_is_locked_with_a_licence():
    parts = licences._front_end(ROOT / "scripts" / "frontend" / "package-lock.json")
    names = {part["name"] for part in parts}
    assert {"htmx.org", "tom-select"} <= names
    assert all(part["version"] and part["licenses"] for part in parts)
