"""Lines of the ledger: a voucher is known again, a line without one by what it says."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from federation.exchange.declare import Part, part
from federation.exchange.plans import CHANGED, CONFLICT, DUPLICATE, NEW, UNCHANGED, Note, Rows
from federation.exchange.plans import Verdict as Found
from federation.identity import uuid7_batch
from funding.models import LedgerLine, content_key, content_of, voucher_key
from funding.models.amounts import FEW_OWN_LINES
from funding.parts.standing import (
    Place,
    Standing,
    Usual,
    changed,
    money_text,
    new,
    places_of,
    standing_records,
)
from orgs.models import Precision

NAMES = (
    "year", "identity", "source", "received_cny", "spent_cny", "balance_cny", "received_on",
    "received_precision", "voucher_number", "purpose", "remark",
)  # fmt: skip
Key = tuple[int, int, str]


class Ledger(NamedTuple):
    """What ``match`` finds: the line each row means, by its key, and the lines that stand."""

    keys: list[Key]
    lines: dict[Key, Standing]
    places: dict[int, Place]
    usual: Usual


@part("budgets")
class LedgerLines(Part):
    """A row is one line; the same voucher of the same organisation and year is the same line."""

    reads = (
        "year", "source", "amount_yuan", "spent_yuan", "balance_yuan", "received_on",
        "voucher_no", "purpose", "remark",
    )  # fmt: skip

    def match(self, rows: Rows) -> Ledger:
        """The standing lines of all organisations of the workbook."""
        places = places_of(rows)
        usual = Usual(rows, "amount_yuan", places, FEW_OWN_LINES)
        lines: dict[Key, Standing] = {}
        keys = keys_of(rows)
        named = set(keys)
        for owner, line in standing_records(LedgerLine, NAMES, rows):
            key = (owner, line.values["year"], line.values["identity"])
            lines[key] = line
            if key not in named:
                usual.learn(owner, line.values["received_cny"])
        return Ledger(keys, lines, places, usual)

    def tokens(self, rows: Rows, found: Ledger) -> list[Any]:
        """The line that stands for each row."""
        standing = (found.lines.get(key) for key in found.keys)
        return [line and (line.pk, line.version) for line in standing]

    def plan(self, rows: Rows, found: Ledger) -> Iterator[Any]:
        """A new line, a changed one, or the same again."""
        first: dict[Key, int] = {}
        uids = uuid7_batch(rows.count)
        label = _("收入金额")
        for row, key in enumerate(found.keys):
            told = values_of(rows, row)
            if first.setdefault(key, row) != row:
                yield from self._again(row, told, values_of(rows, first[key]))
                continue
            doubt = found.usual.doubt(row, label, rows.column("amount_yuan")[row])
            if doubt is not None:
                yield doubt
            place, standing = found.places[key[0]], found.lines.get(key)
            if standing is None:
                values = {"uid": uids[row].hex, "year": key[1], "identity": key[2], **told}
                yield new(LedgerLine, rows, row, place, values)
                yield Found(row, NEW)
                continue
            update = changed(LedgerLine, rows, row, place, standing, dated(told))
            if update is not None:
                yield update
            yield Found(row, UNCHANGED if update is None else CHANGED)

    @staticmethod
    def _again(row: int, told: dict[str, Any], first: dict[str, Any]) -> Iterator[Any]:
        """A second row of one voucher: the same line again, or two that contradict."""
        if told == first:
            yield Note(row, "voucher_again", _("与表中前面一行完全相同，只写入一次。"))
            yield Found(row, DUPLICATE)
            return
        words = _(
            "同一单位同一年度的凭证号“{voucher}”在表中出现了两次，内容不同，这一行没有写入。"
            "请核对凭证号；确是两笔的，请分别编号后再导入。"
        )
        yield Note(row, "voucher_differs", words.format(voucher=told["voucher_number"]))
        yield Found(row, CONFLICT)


def values_of(rows: Rows, row: int) -> dict[str, Any]:
    """The columns of a line that a row fills, as they are kept."""
    source, day = rows.column("source")[row], rows.column("received_on")[row]
    amounts = {
        "received_cny": "amount_yuan",
        "spent_cny": "spent_yuan",
        "balance_cny": "balance_yuan",
    }
    return {
        "source": source.label if source else "",
        **{name: money_text(rows.column(key)[row]) for name, key in amounts.items()},
        "received_on": day.first_day.isoformat() if day else None,
        "received_precision": day.precision if day else Precision.DAY.value,
        "voucher_number": rows.column("voucher_no")[row] or "",
        "purpose": rows.column("purpose")[row] or "",
        "remark": rows.column("remark")[row] or "",
    }


def dated(told: dict[str, Any]) -> dict[str, Any]:
    """What a row tells a standing line: without a date nothing of how exact one is."""
    if told["received_on"] is not None:
        return told
    return {name: value for name, value in told.items() if name != "received_precision"}


def keys_of(rows: Rows) -> list[Key]:
    """Which line each row means: organisation, year, and voucher or content with occurrence."""
    seen: Counter[tuple[Any, ...]] = Counter()
    keys = []
    for row, owner in enumerate(rows.organisation_ids):
        year, voucher = rows.column("year")[row], rows.column("voucher_no")[row]
        if voucher:
            keys.append((owner, year, voucher_key(voucher)))
            continue
        source, day = rows.column("source")[row], rows.column("received_on")[row]
        content = content_of(
            source.label if source else "",
            rows.column("amount_yuan")[row],
            rows.column("spent_yuan")[row],
            day.first_day if day else None,
            rows.column("purpose")[row] or "",
        )
        seen[owner, year, content] += 1
        keys.append((owner, year, content_key(content, seen[owner, year, content])))
    return keys
