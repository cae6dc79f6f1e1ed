"""Which sheet a table was made for: enough of its own headings, and no other's sooner."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from federation.exchange.declare import Sheet
from federation.exchange.understanding.header import Header, Merges, find_header

_FEW, _SHARE = 3, 0.5
_LEAD = 3
#: such a sheet is known by its labels, not by a row of headings: it is nobody's rival
FORM = "form"


def is_usable(header: Header, sheet: type[Sheet], given: Collection[str] = ()) -> bool:
    """Whether a header has what rows cannot do without, and enough else to be this table.

    ``given``: keys that the table need not have, because its name or title says it for all rows.
    """
    found = {match.key for match in header.matches if match}
    if any(found.isdisjoint(keys) and not {*given} & {*keys} for keys in sheet.needs):
        return False
    own = [c.key for c in sheet.columns if not c.reference and c.key in found and c.key != "remark"]
    labelled = sum(bool(path) for path in header.paths)
    return bool(own) and (len(own) >= _FEW or len(found) >= _SHARE * labelled)


def other_template(
    rows: Sequence[Sequence[Any]], merges: Merges, sheet: type[Sheet], others: Iterable[type[Sheet]]
) -> type[Sheet] | None:
    """The sheet whose headings fit clearly better than those of ``sheet``, or None."""
    mine = find_header(rows, sheet, merges)
    best = mine.score if mine else 0
    if mine and not is_usable(mine, sheet):
        best -= _LEAD
    winner = None
    for other in others:
        if other.layout == FORM:
            continue
        header = find_header(rows, other, merges)
        if header and is_usable(header, other) and header.score >= best + _LEAD:
            best, winner = header.score, other
    return winner
