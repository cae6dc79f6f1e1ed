"""The rows of one chip of the check page: only the blocks of the plan are opened that hold them."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from federation.exchange import chunks, contents, row_store
from federation.exchange.contents import RejectedRow
from federation.exchange.models import Batch
from federation.exchange.rawrows import Rechecked, whole_row


def of_chip(
    batch: Batch,
    chip: str,
    wanted: tuple[int, int],
    in_file_order: bool,
    again: Mapping[Any, Rechecked],
) -> list[tuple[int, Any]]:
    """(position among the accepted rows or -1, record) of rows of a chip.

    ``wanted``: the number of the first of them, and how many. Rows that were checked again come
    first, and are left out where the plan has them.
    """
    start, most = wanted
    found: list[tuple[int, Any]] = []
    gone: list[int] = []
    for row in again.values():
        is_warned = chip == row_store.WARNED and row.problems and row.change != "rejected"
        if chip in ("edited", row.change) or is_warned:
            found.append((-1, row))
        if chip == row_store.WARNED:
            gone.append(row.warned_at)
        elif chip == row.was:
            gone.append(row.at)
    shown = found[start : start + most]
    left = max(0, start - len(found)), most - len(shown)
    first, last = _with_gone(left, sorted(number for number in gone if number >= 0))
    planned = _planned(batch, chip, first, last - first, in_file_order) if last > first else []
    return shown + [one for one in planned if (one[1][0], one[1][1]) not in again]


def _with_gone(wanted: tuple[int, int], gone: list[int]) -> tuple[int, int]:
    """From which to before which number rows stand, if they are counted without ``gone``."""
    first, count = wanted
    before = [number for place, number in enumerate(gone) if number - place <= first]
    last = first + count
    until = [number for place, number in enumerate(gone) if number - place < last]
    return first + len(before), last + len(until)


def _planned(
    batch: Batch, chip: str, start: int, count: int, in_file_order: bool
) -> list[tuple[int, Any]]:
    if chip == "edited":
        return []
    if chip in ("rejected", "skipped", "stale"):
        part = "problems" if chip == "rejected" else chip
        found = chunks.some_records(batch, part, start, count)
        return [(-1, RejectedRow(*one) if chip == "rejected" else one) for one in found]
    if in_file_order:
        every = enumerate(contents.kept_rows(batch))
        is_warned = chip == row_store.WARNED
        mine = [one for one in every if (one[1].warnings if is_warned else one[1].change == chip)]
        return mine[start : start + count]
    return row_store.some_rows(batch, chip, start, count)


def as_planned(batch: Batch, sheet_no: int, row_no: int) -> Any:
    """A row as the plan has it; None where it has none."""
    try:
        kept = whole_row(batch, sheet_no, row_no)
    except LookupError:
        # Nothing can be typed in it; nobody comes here but by an address of her own.
        every = chain(contents.rejected_rows(batch), contents.kept_rows(batch))
        return next((one for one in every if (one[0], one[1]) == (sheet_no, row_no)), None)
    return _planned(batch, kept.was, kept.at, 1, False)[0][1]
