"""Counting tables as offices print them: merged headings of two rows above a row a unit."""

import io
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import openpyxl

#: (group, heading) of the columns beside the unit; a column with one heading only has no group
SMALL = (
    ("组织数", "村"), ("组织数", "社区"), ("主席", "小计"), ("主席", "专职"), ("主席", "35岁以下"),
    ("执委", "小计"), ("", "妇女小组"), ("", "妇女之家"),
)  # fmt: skip


def counting_table(
    *rows: Sequence[Any], columns: Sequence[tuple[str, str]] = SMALL, change: Any = None
) -> bytes:
    """A title, two rows of headings with merged groups, and ``rows`` (unit, numbers …)."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["基层妇联组织情况统计表"])
    page.append(["单位", *(group or heading for group, heading in columns)])
    page.append(["", *(heading if group else "" for group, heading in columns)])
    page.merge_cells("A2:A3")
    at = 2
    for group, members in groupby(columns, key=lambda column: column[0]):
        width = len(list(members))
        if group and width > 1:
            page.merge_cells(start_row=2, end_row=2, start_column=at, end_column=at + width - 1)
        for column in range(at, at + width) if not group else ():
            page.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
        at += width
    for row in rows:
        page.append(list(row))
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
