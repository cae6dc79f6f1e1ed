"""A counting table: every cell is kept as it was reported and compared with the registers."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from federation.coverage.counts import Compared, columns, counted
from federation.exchange.declare import Part, part
from federation.exchange.plans import Note, Rows
from orgs.counts import STAT
from orgs.parts.facts import FACT, OF_KEY, Facts, all_of, told_number
from orgs.parts.records import paths_of

#: how many differences of a row are told one by one; the page of the table has them all
MOST_TOLD = 6


@part("statistics")
class Statistics(Part):
    """Reported numbers of units; no register is ever written."""

    derives: ClassVar = {FACT: OF_KEY}

    def match(self, rows: Rows) -> Facts:
        """The numbers reported for the same day."""
        keys = (f"{STAT}{count.key}" for count in columns())
        return Facts(rows, all_of((key for key in keys if key in rows.columns), told_number))

    def tokens(self, rows: Rows, found: Facts) -> list[Any]:
        """What was reported before for the same day; a count that moves makes no row stale."""
        return found.tokens()

    def plan(self, rows: Rows, found: Facts) -> Iterator[Any]:
        """The facts, and beside each row how it differs from what is counted."""
        yield from found.plan()
        paths = paths_of(rows.organisation_ids)
        if not paths:
            return
        owners = list(paths)
        table = dict(zip(owners, counted([paths[o] for o in owners], rows.as_of), strict=True))
        for row, owner in enumerate(rows.organisation_ids):
            told = [
                Compared(count, int(number), rows.column(f"{STAT}{count.key}")[row])
                for count, number in zip(columns(), table[owner], strict=True)
            ]
            different = [cell for cell in told if cell.is_different]
            if different:
                yield Note(row, "differs_from_registers", sentence_of(different))


def sentence_of(different: list[Compared]) -> str:
    """组织数·村：名册 13，表中 16（+3）；…"""
    words = _("{group}·{heading}：名册 {counted}，表中 {reported}（{difference}）")
    lines = [
        words.format(
            group=cell.count.group, heading=cell.count.heading, counted=cell.counted,
            reported=cell.reported, difference=cell.written,
        )
        for cell in different[:MOST_TOLD]
    ]  # fmt: skip
    rest = len(different) - MOST_TOLD
    more = _("；另有 {count} 处").format(count=rest) if rest > 0 else ""
    return _("与名册计数不同：{lines}{more}。名册不会改动，请核对。").format(
        lines="；".join(lines), more=more
    )
