"""Workbooks as staff fill them in, made for one test, and taken through the whole engine."""

import io
from datetime import date
from typing import Any

import xlsxwriter

from federation.audit.services import Actor
from federation.exchange.declare import sheets
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_open, batch_plan, batch_report
from orgs.models import Organisation

AS_OF = date(2025, 6, 30)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(number: int, birth: str = "19850312") -> str:
    """The ID number of synthetic woman ``number`` (500199: a county that was never assigned)."""
    digits = f"500199{birth}{2 * (number % 500):03}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def book(sheet_key: str, rows: list[dict[str, Any]]) -> bytes:
    """A workbook with the printed headings of the columns that any of ``rows`` fills."""
    sheet = sheets.get(sheet_key)
    used = [c for c in sheet.columns if any(c.key in row for row in rows)]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet("表一")
        for column, declared in enumerate(used):
            page.write_string(0, column, str(declared.heading))
            for line, row in enumerate(rows, 1):
                if row.get(declared.key) is not None:
                    page.write(line, column, str(row[declared.key]))
    return buffer.getvalue()


def village_row(village: Organisation, **cells: Any) -> dict[str, Any]:
    """A row of the villages table."""
    return {"code": village.code, **cells}


def member_row(place: Organisation, number: int, name: str, **cells: Any) -> dict[str, Any]:
    """A row of a roster: woman ``number`` of that name, elected in March 2021."""
    told = {"position": "执委", "elected_on": "2021-03-08", **cells}
    return {"code": place.code, "person_name": name, "id_number": id_number(number), **told}


def opened(
    sheet_key: str,
    rows: list[dict[str, Any]],
    place: Organisation,
    *,
    as_of: date = AS_OF,
    user: Any = None,
    **choices: Any,
) -> Batch:
    """A batch that waits to be planned."""
    return batch_open(
        sheet=sheet_key,
        organisation=place,
        as_of=as_of,
        actor=Actor.of(user) if user else Actor.command(),
        file_name="表.xlsx",
        data=book(sheet_key, rows),
        **choices,
    )


def planned(sheet_key: str, rows: list[dict[str, Any]], place: Organisation, **rest: Any) -> Batch:
    """A batch that waits to be written."""
    return batch_plan(batch=opened(sheet_key, rows, place, **rest))


def imported(sheet_key: str, rows: list[dict[str, Any]], place: Organisation, **rest: Any) -> Batch:
    """A batch that is written."""
    return batch_apply(batch=planned(sheet_key, rows, place, **rest))


def accepted(batch: Batch) -> list[dict[str, Any]]:
    """The accepted rows of the batch's report."""
    return [row for sheet in batch_report(batch)["sheets"] for row in sheet["accepted"]]


def changes(batch: Batch) -> list[str]:
    """What became of each accepted row."""
    return [row["change"] for row in accepted(batch)]


def warnings(batch: Batch) -> list[str]:
    """All sentences beside accepted rows."""
    return [told["message"] for row in accepted(batch) for told in row["warnings"]]
