"""Which of the declared tables a workbook is, by what stands in it: its headings decide."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from federation.exchange.declare import Sheet
from federation.exchange.frames import first_rows
from federation.exchange.places import Places
from federation.exchange.reading import Frame, Reader, Refused, SheetStart
from federation.exchange.sheet_check import HEAD
from federation.exchange.stamps import STAMP_SHEET, stamp_among
from federation.exchange.understanding.contexts import Context, place_of_sheet
from federation.exchange.understanding.header import find_header, heading_key
from federation.exchange.understanding.labels import is_form, label_key, pairs_in
from federation.exchange.understanding.tables import texts_of
from federation.exchange.understanding.templates import FORM, is_usable

#: a table is sure where it has so many columns more than the next one
_LEAD = 2
#: what the name of the table above its columns, or on its tab, counts
_NAMED = 4
_WORKSHEETS, _TITLE_ROWS = 40, 3


@dataclass
class Recognised:
    """The tables a workbook may be, the likeliest first; it is sure where there is one.

    ``town`` and ``village``: the codes of what its titles and tabs are about, "" where unsure.
    ``refusal``: why it cannot be read, or is none of them: a code and what its sentence names.
    """

    kinds: list[str] = field(default_factory=list)
    town: str = ""
    village: str = ""
    refusal: tuple[str, dict[str, Any]] | None = None


@dataclass
class _Page:
    """The first rows of a worksheet."""

    start: SheetStart
    rows: list[list[Any]]

    @property
    def titles(self) -> list[str]:
        """What stands in its first rows, where titles are."""
        return texts_of(self.rows[:_TITLE_ROWS])


def recognise(data: bytes, sheets: Iterable[type[Sheet]], places: Places) -> Recognised:
    """What a workbook is; never raises for what is in it."""
    try:
        pages = list(_pages(data))
    except Refused as refused:
        return Recognised(refusal=(refused.code, refused.params))
    stamp = next((stamp_among(p.rows) for p in pages if p.start.name == STAMP_SHEET), None)
    shown = [page for page in pages if page.start.state == "visible" and page.rows]
    if not shown:
        return Recognised(refusal=("empty_file", {}))
    declared = list(sheets)
    if stamp is not None and any(one.key == stamp.sheet for one in declared):
        return _placed(Recognised([stamp.sheet]), shown, places)
    kinds = _likeliest(shown, declared)
    if not kinds:
        return Recognised(refusal=("no_header_found", {}))
    return _placed(Recognised(kinds), shown, places)


def _pages(data: bytes) -> Iterator[_Page]:
    """The beginning of every worksheet. Raises Refused."""
    page: _Page | None = None
    with Reader(data) as reader:
        for event in reader:
            if isinstance(event, SheetStart):
                if page is not None:
                    yield page
                page = _Page(event, [])
            elif isinstance(event, Frame) and page is not None and not page.rows:
                page.rows = first_rows(event, HEAD)
    if page is not None:
        yield page


def _likeliest(pages: Sequence[_Page], sheets: Sequence[type[Sheet]]) -> list[str]:
    """The tables that fit best; several where none fits clearly better than the others."""
    best: dict[str, int] = {}
    for page in pages[:_WORKSHEETS]:
        for sheet in sheets:
            best[sheet.key] = max(best.get(sheet.key, 0), _fit(page, sheet))
    marked = sorted(((fit, key) for key, fit in best.items() if fit), reverse=True)
    return [key for fit, key in marked if fit > marked[0][0] - _LEAD]


def _fit(page: _Page, sheet: type[Sheet]) -> int:
    """How many columns of ``sheet`` a worksheet has; 0 where it cannot be that table."""
    header = find_header(page.rows, sheet, page.start.merges)
    if sheet.layout == FORM and is_form(page.rows, sheet, page.start):
        fit = _labels(page.rows, sheet)
    elif header is not None and is_usable(header, sheet):
        fit = header.score
    else:
        return 0
    return fit + _NAMED * _is_named(page, sheet)


def _labels(rows: Sequence[Sequence[Any]], sheet: type[Sheet]) -> int:
    """How many labels of a page that is filled in are there; 0 without the one that begins it."""
    found = {label_key(cell, sheet) or "" for row in rows for cell in row}
    found |= {key for row in rows for cell in row for key, _l, _t in pairs_in(cell, sheet)}
    found.discard("")
    return len(found) if sheet.anchor in found else 0


def _is_named(page: _Page, sheet: type[Sheet]) -> bool:
    title = heading_key(str(sheet.title))
    return any(title in heading_key(line) for line in (page.start.name, *page.titles))


def _placed(found: Recognised, pages: Sequence[_Page], places: Places) -> Recognised:
    """With the one town and the one village that all titles and tabs agree upon."""
    told = [place_of_sheet(places, page.start.name, page.titles) for page in pages]
    found.town, found.village = _agreed(told, 0), _agreed(told, 1)
    return found


def _agreed(told: Iterable[Context], which: int) -> str:
    codes = {context.codes[which] for context in told} - {""}
    return next(iter(codes)) if len(codes) == 1 else ""
