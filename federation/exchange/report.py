"""The outcome of a check as plain data: what the command writes and scripts rely on."""

from collections.abc import Sequence
from typing import Any

from federation.exchange.declare import Sheet
from federation.exchange.problems import RowProblem
from federation.exchange.rows import CheckedSheet, CheckedWorkbook, RowWarning


def as_report(
    checked: CheckedWorkbook, sheet: type[Sheet], changes: Sequence[Sequence[str]] | None = None
) -> dict[str, Any]:
    """The whole outcome. ``changes``: per sheet, what became of each accepted row."""
    report: dict[str, Any] = {
        "outcome": checked.outcome,
        "file_error": None,
        "rows_read": checked.rows_read,
        "warnings": [warning_of(warning) for warning in checked.warnings],
        "sheets": [],
    }
    if checked.file_error is not None:
        report["file_error"] = {
            "code": checked.file_error.code,
            "message": checked.file_error.message,
        }
        return report
    for position, part in enumerate(checked.sheets):
        report["sheets"].append(sheet_of(part, sheet, changes[position] if changes else None))
    report["sheets"] = by_worksheet(report["sheets"])
    return report


def by_worksheet(tables: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tables that stand one below the other in a worksheet told as one: no row is in two of them.

    ``columns`` are those of the first table, and of the others what it does not have.
    """
    found: list[dict[str, Any]] = []
    for table in tables:
        if not found or found[-1]["name"] != table["name"]:
            found.append(table)
            continue
        above = found[-1]
        for key in ("header_rows", "warnings", "accepted", "rejected", "skipped"):
            above[key] = [*above[key], *table[key]]
        for key in ("columns", "ignored_columns"):
            above[key] = {**table[key], **above[key]}
    return found


def sheet_of(
    part: CheckedSheet, sheet: type[Sheet], changes: Sequence[str] | None = None
) -> dict[str, Any]:
    """One sheet of the report."""
    return {
        "name": part.name,
        "state": part.state,
        "use": part.use,
        "header_rows": part.header_rows,
        "columns": part.columns,
        "ignored_columns": part.ignored_columns,
        "warnings": [warning_of(warning) for warning in part.warnings],
        "accepted": accepted_of(part, sheet, changes),
        "rejected": [
            {
                "row": row.number,
                "errors": [error_of(problem) for problem in row.errors],
            }
            for row in part.rejected
        ],
        "skipped": [{"row": number, "why": why} for number, why in part.skipped],
    }


def accepted_of(
    part: CheckedSheet, sheet: type[Sheet], changes: Sequence[str] | None
) -> list[dict[str, Any]]:
    """The accepted rows, one map each."""
    rows = part.accepted
    cleaners = {column.key: column.clean for column in sheet.columns if not column.reference}
    plain = {
        key: [cleaners[key].plain(value) for value in values] for key, values in rows.values.items()
    }
    found = []
    for position, number in enumerate(rows.numbers):
        values = {key: column[position] for key, column in plain.items()}
        row = {
            "row": number,
            "values": {"org_code": rows.organisations[position].code, **values},
            "warnings": [warning_of(w) for w in rows.warnings.get(position, ())],
        }
        if changes is not None:
            row["change"] = changes[position]
        found.append(row)
    return found


def error_of(problem: RowProblem) -> dict[str, Any]:
    """What is wrong with one cell: where, why, what stood there and what was probably meant."""
    found: dict[str, Any] = {
        "cell": problem.cell,
        "field": problem.field,
        "code": problem.code,
        "message": problem.message,
        "seen": problem.seen,
    }
    if problem.likely is not None:
        found["likely"] = {"text": problem.likely.text, "source": problem.likely.source}
    return found


def warning_of(warning: RowWarning) -> dict[str, Any]:
    """One warning."""
    found: dict[str, Any] = {"code": warning.code, "message": warning.message}
    if warning.cell:
        found["cell"] = warning.cell
    if warning.field:
        found["field"] = warning.field
    if warning.rows:
        found["rows"] = list(warning.rows)
    return found
