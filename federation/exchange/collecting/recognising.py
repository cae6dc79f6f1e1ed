"""Which of the declared tables a workbook is, by what stands in it: its headings decide."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from federation.exchange.declare import Sheet
from federation.exchange.frames import first_rows
from federation.exchange.places import Places
from federation.exchange.reading import Frame, Reader, Refused, SheetStart
from federation.exchange.sheet_check import HEAD
from federation.exchange.stamps import HINTS_SHEET, STAMP_SHEET, stamp_among
from federation.exchange.understanding.contexts import Context, place_of_sheet
from federation.exchange.understanding.header import find_header, heading_key
from federation.exchange.understanding.labels import is_form, label_key, pairs_in
from federation.exchange.understanding.tables import first_header, texts_of
from federation.exchange.understanding.templates import FORM, is_usable, other_template

#: a table is sure where it has so many columns more than the next one
_LEAD = 2
#: what the name of the table above its columns, or on its tab, counts
_NAMED = 4
_WORKSHEETS, _TITLE_ROWS = 40, 3


@dataclass
class Recognised:
    """The tables a workbook may be, the likeliest first; it is sure where there is one.

    ``beside``: tables that other worksheets are, where that is sure.
    ``town`` and ``village``: the codes of what its titles and tabs are about, "" where unsure.
    ``refusal``: why it cannot be read, or is none of them: a code and what its sentence names.
    """

    kinds: list[str] = field(default_factory=list)
    town: str = ""
    village: str = ""
    beside: list[str] = field(default_factory=list)
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
    fits = [_fits(page, declared) for page in shown[:_WORKSHEETS]]
    kinds = _likeliest(fits)
    if not kinds:
        return Recognised(refusal=("no_header_found", {}))
    return _placed(_apart(kinds, shown, fits, declared), shown, places)


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


def _fits(page: _Page, sheets: Iterable[type[Sheet]]) -> dict[str, int]:
    """How well every table fits a worksheet, by its key; those that it cannot be left out."""
    return {sheet.key: fit for sheet in sheets if (fit := _fit(page, sheet))}


def _likeliest(fits: Iterable[dict[str, int]]) -> list[str]:
    """The tables that fit some worksheets best; several where none fits clearly better."""
    best: dict[str, int] = {}
    for fit in fits:
        best.update({key: max(mark, best.get(key, 0)) for key, mark in fit.items()})
    marked = sorted(((fit, key) for key, fit in best.items()), reverse=True)
    return [key for fit, key in marked if fit > marked[0][0] - _LEAD]


def _apart(
    kinds: list[str],
    pages: Sequence[_Page],
    fits: Sequence[dict[str, int]],
    sheets: Sequence[type[Sheet]],
) -> Recognised:
    """One table, and beside it those that are others for sure, each on worksheets of its own.

    Sure is only what the plan of the one leaves out as a table of the other, and only where no
    worksheet is read by two of the plans: no row is read twice.
    """
    likely = [_likeliest([fit]) for fit in fits]
    first = next((one[0] for one in likely if len(one) == 1 and one[0] in kinds), kinds[0])
    own = next(sheet for sheet in sheets if sheet.key == first)
    others = [sheet for sheet in sheets if sheet is not own]
    beside: list[str] = []
    for page, one in zip(pages, likely, strict=False):
        if (
            len(one) == 1
            and one[0] not in (first, *beside)
            and _is_other(page, own, others, one[0])
        ):
            beside.append(one[0])
    if not set(kinds) <= {first, *beside}:
        return Recognised(kinds)
    taken = [sheet for sheet in sheets if sheet.key in (first, *beside)]
    if beside and any(_is_read_twice(page, taken, sheets) for page in pages):
        # A worksheet that may be of either: somebody says which table it is.
        return Recognised([first, *beside])
    return Recognised([first], beside=beside)


def _is_read_twice(
    page: _Page, taken: Iterable[type[Sheet]], sheets: Sequence[type[Sheet]]
) -> bool:
    """Whether the plans of several of the tables ``taken`` would read a worksheet."""
    return sum(_is_read(page, sheet, sheets) for sheet in taken) > 1


def _is_read(page: _Page, sheet: type[Sheet], sheets: Iterable[type[Sheet]]) -> bool:
    """Whether the plan of ``sheet`` reads a worksheet, as ``SheetCheck`` decides it.

    The village that a title names is taken for named: where it is not, less is read.
    """
    if page.start.name == HINTS_SHEET:
        return False
    if sheet.layout == FORM and is_form(page.rows, sheet, page.start):
        return True
    header, merges = first_header(page.rows, sheet, page.start.merges), page.start.merges
    if header is None or not is_usable(header, sheet, {"name"}):
        return False
    others = [other for other in sheets if other is not sheet]
    return other_template(page.rows[: header.end], merges, sheet, others) is None


def _is_other(page: _Page, own: type[Sheet], others: Sequence[type[Sheet]], kind: str) -> bool:
    """Whether a plan of ``own`` leaves a worksheet out, as one of the table ``kind``."""
    merges = page.start.merges
    header = find_header(page.rows, own, merges)
    if header is not None and is_usable(header, own):
        other = other_template(page.rows[: header.end], merges, own, others)
    else:
        other = other_template(page.rows, merges, own, others)
    return other is not None and other.key == kind


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
