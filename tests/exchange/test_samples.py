"""Messy workbooks, each with what must become of every one of its rows."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from federation.exchange.report import as_report
from tests.exchange.places import SHEETS, check

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = sorted(path.name for path in SAMPLES.glob("*.expected.json"))
REFERENCES = {"code", "town", "name"}


@cache
def load(name: str) -> dict[str, Any]:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


@cache
def outcome_of(name: str) -> dict[str, Any]:
    expected = load(name)
    scope = expected["context"]["uploader_scope"]
    checked = check(SAMPLES / expected["file"], expected["kind"], scope)
    return as_report(checked, SHEETS[expected["kind"]])


def same(field: str, want: Any, got: Any, tolerated: list[str]) -> bool:
    if want is None or got is None:
        return want == got or bool({"null_value", "keep_dash"} & set(tolerated))
    if field.endswith("_yuan"):
        return Decimal(want) == Decimal(got)
    if isinstance(want, str):
        return "".join(want.split()) == "".join(str(got).split())
    return want == got


def rows(sheet: dict[str, Any], kind: str) -> dict[int, dict[str, Any]]:
    return {row["row"]: row for row in sheet[kind]}


def let_in(sheet: dict[str, Any], got: dict[str, Any]) -> set[int]:
    """Rows that may be taken instead of refused, if they are taken with the warning."""
    taken = rows(got, "accepted")
    return {
        row["row"]
        for row in sheet["rejected"]
        if "accept_with_warning" in row.get("also_ok", ())
        and {e["code"] for e in row["errors"]}
        <= {w["code"] for w in taken.get(row["row"], {"warnings": ()})["warnings"]}
    }


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_ends_where_it_belongs(name):
    expected = load(name)
    report = outcome_of(name)
    assert report["outcome"] == expected["outcome"]
    if expected["outcome"] == "file_rejected":
        codes = {expected["file_error"]["code"]}
        codes |= {code.partition(":")[2] for code in expected.get("also_ok", ())}
        assert report["file_error"]["code"] in codes
        return
    found = {sheet["name"]: sheet for sheet in report["sheets"]}
    for sheet in expected["sheets"]:
        got = found[sheet["name"]]
        assert set(sheet["ignored_columns"]) <= set(got["ignored_columns"])
        warned = let_in(sheet, got)
        assert {row["row"] for row in sheet["accepted"]} | warned == set(rows(got, "accepted"))
        assert {row["row"] for row in sheet["rejected"]} - warned == set(rows(got, "rejected"))
        assert {r["row"] for r in sheet["skipped"] if r["why"] != "blank"} <= set(
            rows(got, "skipped")
        )


@pytest.mark.parametrize("name", EXPECTED)
def test_every_value_is_what_was_written(name):
    expected = load(name)
    found = {sheet["name"]: sheet for sheet in outcome_of(name)["sheets"]}
    for sheet in expected["sheets"]:
        got = rows(found[sheet["name"]], "accepted") if sheet["accepted"] else {}
        for row in sheet["accepted"]:
            values, tolerated = got[row["row"]]["values"], row.get("also_ok", [])
            wrong = {
                field: values.get(field)
                for field, want in row["values"].items()
                if not same(field, want, values.get(field), tolerated)
            }
            assert not wrong, f"{sheet['name']} {row['row']}"
            warned = {warning["code"] for warning in got[row["row"]]["warnings"]}
            assert {w["code"] for w in row.get("warnings", ())} <= warned


@pytest.mark.parametrize("name", EXPECTED)
def test_every_bad_cell_is_named_with_its_reason(name):
    expected = load(name)
    found = {sheet["name"]: sheet for sheet in outcome_of(name)["sheets"]}
    for sheet in expected["sheets"]:
        got = rows(found[sheet["name"]], "rejected") if sheet["rejected"] else {}
        warned = let_in(sheet, found[sheet["name"]])
        for row in sheet["rejected"]:
            if row["row"] in warned:
                continue
            errors, tolerated = got[row["row"]]["errors"], set(row.get("also_ok", ()))
            fields = {error["field"] for error in errors}
            codes = {error["code"] for error in row["errors"]} | tolerated
            assert {error["code"] for error in errors} <= codes
            if "one_error_is_enough" not in tolerated:
                assert all(
                    error["field"] in fields or fields & REFERENCES for error in row["errors"]
                )
