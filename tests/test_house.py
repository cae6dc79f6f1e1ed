"""The house keeps its own rules: rooms, layers, declarations, and what may be written where."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from federation.coverage.declare import indicators
from federation.exchange.declare import parts_of, sheets

ROOT = Path(__file__).resolve().parent.parent
PLATFORM = ("federation",)
APPS = tuple(settings.DOMAIN_APPS)
PRODUCT = (*PLATFORM, *APPS, "demo")
ROOMS = {
    "__init__", "admin", "api", "apps", "blocks", "counts", "data", "filters", "forms",
    "indicators", "management", "migrations", "models", "parts", "services", "sheets", "start",
    "tables", "tasks", "templatetags", "urls", "views",
}  # fmt: skip
# Rooms in which many records may be written at once: nowhere else.
WRITERS = re.compile(
    r"(^|/)(services|migrations|management|exchange|coverage)(/|\.py$)|^federation/(bulk|jobs)/|^demo/"
)
MANY_AT_ONCE = {"bulk_create", "bulk_update", "update", "executemany", "raw"}
RAW_DML = re.compile(r"\b(INSERT INTO|DELETE FROM|UPDATE\s+\S+\s+SET)\b")
NAMELESS = {"utils", "common", "core", "helpers", "misc", "util", "helper"}
LONGEST_FILE = 300
# Fixed opponents of benchmarks are measured against as they came.
OPPONENTS = ("benchmarks/floors/admin/", "benchmarks/floors/imports/")


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the repository, as git knows them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    names = listed.stdout.decode().split("\0")
    own = (name for name in names if name and not name.startswith(OPPONENTS))
    return tuple(Path(name) for name in own if (ROOT / name).is_file())


def sources(*roots: str, tests: bool = False) -> Iterator[tuple[Path, ast.Module]]:
    """Parsed Python files below these folders, migrations left out."""
    wanted = {*roots, "tests"} if tests else set(roots)
    for path in tracked():
        if path.suffix == ".py" and path.parts[0] in wanted and "migrations" not in path.parts:
            yield path, ast.parse((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("app", APPS)
def test_an_app_holds_only_the_agreed_rooms(app):
    inside = {path.parts[1].removesuffix(".py") for path in tracked() if path.parts[0] == app}
    assert inside - ROOMS == set()


def test_no_module_has_a_name_that_says_nothing():
    nameless = [str(path) for path in tracked() if NAMELESS & {path.stem, *path.parts[:-1]}]
    assert nameless == []


def test_no_file_outgrows_its_room():
    too_long = {
        str(path): lines
        for path in tracked()
        if path.suffix == ".py" and "migrations" not in path.parts and path.parts[0] in PRODUCT
        if (lines := len((ROOT / path).read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert too_long == {}


def test_layers_are_kept():
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_nothing_is_imported_inside_a_function():
    hidden = [
        f"{path}:{inner.lineno}"
        for path, tree in sources(*PRODUCT, tests=True)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def writes(path: Path, tree: ast.Module) -> Iterator[str]:
    """Places where a file writes many records at once or speaks raw DML."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            # A queryset is updated by keyword, a dict or a set by position.
            is_dict = node.func.attr == "update" and (node.args or not node.keywords)
            if node.func.attr in MANY_AT_ONCE and not is_dict:
                yield f"{path}:{node.lineno} {node.func.attr}"
        elif isinstance(node, ast.Constant) and RAW_DML.search(str(node.value)):
            yield f"{path}:{node.lineno} {node.value!s:.40}"


def test_many_records_are_written_only_by_services_and_the_exchange():
    found = [
        place
        for path, tree in sources(*PRODUCT)
        if not WRITERS.search(path.as_posix())
        for place in writes(path, tree)
    ]
    assert found == []


def test_forms_and_serializers_list_their_fields_by_name():
    careless = [
        f"{path}:{line.lineno}"
        for path, tree in sources(*PRODUCT)
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for line in owner.body
        if isinstance(line, ast.Assign)
        for name in line.targets
        if isinstance(name, ast.Name)
        and (
            name.id == "exclude"
            or (name.id == "fields" and getattr(line.value, "value", None) == "__all__")
        )
    ]
    assert careless == []


def test_no_page_trusts_text_as_markup():
    trusting = [
        str(path)
        for path in tracked()
        if path.parts[0] in (*PRODUCT, "templates") and path.suffix in (".py", ".html")
        if re.search(r"\bmark_safe\b|\|\s*safe\b|\{%\s*autoescape off", (ROOT / path).read_text())
    ]
    assert trusting == []


def test_nothing_in_the_repository_knows_one_machine():
    # Put together here, so that this file does not hold what it looks for.
    folders = "|".join(("/wo" + "rk/", "/ro" + "ot/", "/ho" + r"me/\w", "/tm" + r"p/\w"))
    found = []
    for path in tracked():
        if path.suffix in (".gz", ".woff2", ".png", ".xlsx", ".xls", ".ico", ".json", ".txt"):
            continue
        if path.parts[:2] == ("static", "vendor"):
            continue
        text = (ROOT / path).read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path}: {hit.group()}" for hit in re.finditer(folders, text)]
    assert found == []


def test_every_test_folder_is_a_package():
    folders = {path.parent for path in tracked() if path.parts[0] == "tests"}
    bare = [
        str(folder)
        for folder in folders
        if any((ROOT / folder).glob("*.py")) and not (ROOT / folder / "__init__.py").exists()
    ]
    assert bare == []


@pytest.mark.parametrize("sheet", list(sheets), ids=lambda sheet: sheet.key)
def test_every_column_is_read_by_a_part_or_names_the_place(sheet):
    read = {key for part in parts_of(sheet.key) for key in part.reads}
    own = {column.key for column in sheet.columns if not column.reference}
    assert own - read == set()
    assert read - own - {column.key for column in sheet.columns} == set()


@pytest.mark.parametrize("indicator", list(indicators), ids=lambda one: one.code)
def test_every_indicator_says_what_it_counts_and_from_what(indicator):
    for noun in ("label", "unit", "source", "rule", "numerator_is", "denominator_is"):
        assert str(getattr(indicator, noun)).strip(), noun
    assert indicator.counts
    for label in indicator.counts:
        assert apps.get_model(label)


@pytest.mark.parametrize(
    "model",
    [
        "Person", "Appointment", "Volunteer", "Organisation", "Term", "Renewal", "HostUnit", "Home",
        "HomeCheck",
    ],
)  # fmt: skip
def test_what_sheets_and_forms_write_carries_uid_and_version(model):
    found = next(one for one in apps.get_models() if one.__name__ == model)
    fields = {field.name for field in found._meta.get_fields()}
    assert {"uid", "version"} <= fields
