"""Workbooks of one sheet: the template to fill in, and the records as they could be imported."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from federation.access.scope import Scope
from federation.exchange.declare import Sheet
from federation.exchange.giving.book import HIDDEN, VERY_HIDDEN, StreamingBook, TableSpec
from federation.exchange.giving.givers import GivenRow, givers, units_of
from federation.exchange.giving.tables import NOBODY, given_table, hints, options_table
from federation.exchange.models import Option
from federation.exchange.stamps import (
    HINTS_SHEET,
    OPTIONS_SHEET,
    STAMP_SHEET,
    Stamp,
    columns_hash,
    seal_stamp,
)


class Asked(NamedTuple):
    """For whom a workbook is made, of whom, as of when. ``organisation`` lies within ``scope``."""

    organisation: Any
    scope: Scope
    day: date
    user: Any
    made_at: datetime


def narrow(scope: Scope, organisation: Any) -> Scope:
    """``scope`` as far as it lies within ``organisation``, which it covers."""
    path = organisation.path
    return Scope(scope.grant, (path,), (path,) if scope.covers_people(path) else ())


def template(sheet: type[Sheet], asked: Asked, rows: Iterator[GivenRow]) -> Iterator[bytes]:
    """The bytes of the template of ``sheet``, with ``rows`` filled in."""
    yield from _book(sheet, asked, rows, sensitive=NOBODY)


def sheet_export(
    sheet: type[Sheet],
    asked: Asked,
    rows: Iterator[GivenRow],
    *,
    sensitive: Scope,
    watermark: str,
) -> Iterator[bytes]:
    """The bytes of the records as a table that changes nothing when it is imported again.

    Numbers are whole within ``sensitive``.
    """
    yield from _book(sheet, asked, rows, sensitive=sensitive, mark=watermark)


def rows_for(sheet: type[Sheet], scope: Scope, day: date, *, to_fill: bool) -> Iterator[GivenRow]:
    """What stands in the register, as rows of ``sheet``; none where no app gives any."""
    found = givers.get(sheet.key)
    return found().rows(scope, day, to_fill=to_fill) if found else iter(())


def best_day(sheet: type[Sheet], scope: Scope, today: date) -> date:
    """As of which day ``sheet`` is best given."""
    found = givers.get(sheet.key)
    return found().day(scope, today) if found else today


def option_labels() -> dict[str, list[str]]:
    """The labels of every option list, in their order."""
    lists: dict[str, list[str]] = defaultdict(list)
    for key, label in Option.objects.values_list("list_key", "label"):
        lists[key].append(label)
    return lists


def _book(
    sheet: type[Sheet],
    asked: Asked,
    rows: Iterator[GivenRow],
    *,
    sensitive: Scope,
    mark: str = "",
) -> Iterator[bytes]:
    lists = option_labels()
    headings, options, ranges = options_table(sheet, lists, OPTIONS_SHEET)
    units = units_of(asked.scope)
    table = given_table(sheet, rows, units, sensitive=sensitive, choices=ranges, footer=mark)
    if mark:
        last = [mark, *[None] * (len(table.headings) - 1)]
        table = replace(table, rows=chain(table.rows, [last]))
    user = getattr(asked.user, "uid", None)
    stamp = Stamp(sheet.key, columns_hash(sheet), asked.organisation.uid, asked.made_at, user)
    lines = chain(_about(asked), hints(sheet, lists))
    told = [_("列名"), _("是否必填"), _("怎么填"), _("示例"), _("可选项")]
    beside = [
        TableSpec(HINTS_SHEET, told, lines, widths=(26, 10, 44, 16, 60)),
        TableSpec(STAMP_SHEET, [STAMP_SHEET], [[seal_stamp(stamp)]], state=VERY_HIDDEN),
    ]
    if options:
        beside.append(TableSpec(OPTIONS_SHEET, headings, options, state=HIDDEN))
    yield from StreamingBook([table, *beside])


def _about(asked: Asked) -> Iterator[list[str]]:
    """What holds for the whole table, above its columns."""
    words = _("{organisation}的数据。上传时“数据截至”请填 {day}。")
    yield [words.format(organisation=asked.organisation, day=asked.day.isoformat()), *[""] * 4]
