"""A plan as plain data, the shape scripts rely on."""

from typing import Any

from federation.exchange import chunks, contents
from federation.exchange.declare import Sheet, sheet_on
from federation.exchange.models import Batch
from federation.exchange.report import by_worksheet


def report(batch: Batch) -> dict[str, Any]:
    """The plan as plain data, the shape scripts rely on: every row in exactly one list."""
    sheet, head = sheet_on(batch.sheet, batch.as_of), contents.kept_head(batch)
    found = {
        "outcome": head.get("outcome", "file_rejected"),
        "file_error": head.get("file_error"),
        "rows_read": head.get("rows_read", 0),
        "warnings": head.get("warnings", []),
        "sheets": [
            {**part, "looks": {}, "accepted": [], "rejected": [], "skipped": []}
            for part in head.get("sheets", [])
        ],
    }
    if sheet is not None and found["outcome"] == "preview":
        _report_rows(batch, sheet, found["sheets"])
    found["sheets"] = by_worksheet(found["sheets"])
    return found


def _report_rows(batch: Batch, sheet: type[Sheet], parts: list[dict[str, Any]]) -> None:
    options = {column.key for column in sheet.columns if column.clean.kind == "option"}
    kept: list[str] | None = None
    for row in contents.kept_rows(batch):
        kept = contents.keys_kept(batch, sheet, len(row.values)) if kept is None else kept
        values = {
            key: value[1] if key in options and value is not None else value
            for key, value in zip(kept, row.values, strict=False)
        }
        parts[row.sheet]["accepted"].append(
            {
                "row": row.number,
                "values": {"org_code": row.organisation_code, **values},
                "change": row.change,
                "warnings": row.warnings,
            }
        )
    for rejected in contents.rejected_rows(batch):
        parts[rejected.sheet]["rejected"].append(
            {"row": rejected.number, "errors": rejected.errors}
        )
    for number, line, why in chunks.records(batch, "skipped"):
        parts[number]["skipped"].append({"row": line, "why": why})
