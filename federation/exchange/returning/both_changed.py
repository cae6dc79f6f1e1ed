"""Rows that were put right twice: in their own place, and in their copy on 只需改这些.

Where a row stood unchanged it was found by its print. One that was changed is known by what is left
of it: of the rows that were not in the workbook when it was handed out, it is the one that has most
of its cells, and among several the one that stands nearest to its old place.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from federation.exchange.returning.stamps import Stamp, Trace, print_of_cell, shown

#: more comparisons than that are not made: then only the row at the old place is looked at
_MOST = 200_000
_BLANK = print_of_cell("")

Cells = Sequence[Any]


class Rival(NamedTuple):
    """Of a row changed in both places a cell that says two things: its column (from 0), and what
    the copy says, with the copy's worksheet and row (from 1) and the column there (from 0).
    Personal; never logged."""

    at: int
    sheet: str
    row: int
    column: int
    says: Any


class Copied(NamedTuple):
    """A row with a stamp of ours: its worksheet, number, stamp and cells; whether any differs from
    what was handed out."""

    sheet: str
    number: int
    stamp: Stamp
    cells: Cells
    is_changed: bool


def pairs(
    copies: Sequence[Copied], rows: Mapping[int, Cells], *, is_known: bool
) -> dict[int, Copied]:
    """Number of a row → the copy that was made of it.

    ``rows``: those of one worksheet that may be meant. ``is_known``: the rows that stood there when
    it was handed out are not among them, so that one at the very place is the one.
    """
    if len(copies) * len(rows) > _MOST:
        places = [(n, c.stamp.row) for n, c in enumerate(copies) if c.stamp.row in rows]
    else:
        places = [(n, number) for n in range(len(copies)) for number in rows]
    ranked = []
    for n, number in places:
        stamp = copies[n].stamp
        left, filled = _left(stamp.traces, rows[number])
        is_there = is_known and number == stamp.row
        if left and (is_there or 2 * left >= filled) and _has_name(stamp.traces, rows[number]):
            ranked.append((-left, abs(number - stamp.row), n, number))
    found: dict[int, Copied] = {}
    taken: set[int] = set()
    for _left_over, _far, n, number in sorted(ranked):
        if n not in taken and number not in found:
            taken.add(n)
            found[number] = copies[n]
    return found


def _left(traces: Iterable[Trace], cells: Cells) -> tuple[int, int]:
    """How many cells of the row that a copy was made of stand in a row, of how many."""
    filled = [t for t in traces if t.at is not None and t.was != _BLANK]
    return sum(print_of_cell(_cell(cells, t.at)) == t.was for t in filled), len(filled)


def _has_name(traces: Iterable[Trace], cells: Cells) -> bool:
    """Whether one of the names that a row was told by still stands there, if it had any."""
    names = [t for t in traces if t.is_name and t.at is not None and t.was != _BLANK]
    return not names or any(print_of_cell(_cell(cells, t.at)) == t.was for t in names)


def _cell(cells: Cells, at: int | None) -> Any:
    return cells[at] if at is not None and at < len(cells) else ""


def is_changed(stamp: Stamp, cells: Cells) -> bool:
    """Whether a cell that is read is no longer what it was in the row a copy was made of."""
    return any(print_of_cell(_cell(cells, t.at)) != t.was for t in stamp.traces if t.at is not None)


def is_copy_changed(copy: Copied) -> bool:
    """Whether a cell that is read is no longer what was handed out in the copy."""
    return any(print_of_cell(_of_copy(copy, t)) != t.said for t in copy.stamp.traces)


def _of_copy(copy: Copied, trace: Trace) -> Any:
    return _cell(copy.cells, copy.stamp.said + trace.copy)


def rivals(copy: Copied, cells: Cells) -> list[Rival]:
    """The cells that say another thing in a row than in its copy."""
    found = []
    for trace in copy.stamp.traces:
        if trace.at is None:
            continue
        here, there = _cell(cells, trace.at), _of_copy(copy, trace)
        is_new = print_of_cell(there) != trace.said or print_of_cell(here) != trace.was
        if is_new and shown(there) not in (shown(here), f"{shown(here)}{trace.unit}"):
            column = copy.stamp.said + trace.copy
            found.append(Rival(trace.at, copy.sheet, copy.number, column, there))
    return found


def says_more(copy: Copied) -> bool:
    """Whether something was filled in for which the worksheet has no column."""
    return any(
        t.at is None and print_of_cell(_of_copy(copy, t)) != t.said for t in copy.stamp.traces
    )


def not_given_out(
    prints: Mapping[int, bytes], given_out: AbstractSet[bytes], old_places: AbstractSet[int]
) -> set[int]:
    """The numbers of rows that were changed or added since; where it is not known what was handed
    out, those at the old places of the copies."""
    if not given_out:
        return {number for number in prints if number in old_places}
    return {number for number, found in prints.items() if found not in given_out}
