"""What organisations entered after a file was made: it is named, and never overwritten in bulk.

The updates of a plan pass by here on their way. Where one would change such a value, its rows
become conflicts, unless somebody looked at just this value and chose what the table says
(``RowChoice``). Whoever keeps the organisation herself is not held back by what she entered.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, time
from hashlib import blake2b
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from federation.bulk.services import KEYS
from federation.exchange.corrections import RowChoice
from federation.exchange.deciding import knows_of_edits
from federation.exchange.effects import effects_of, names_of
from federation.exchange.entering import Entering, Entries, Entry
from federation.exchange.masks import BIRTH_MASK
from federation.exchange.models import Batch
from federation.exchange.plans import CONFLICT, Note, Update, Verdict
from federation.exchange.rows import CheckedWorkbook
from federation.exchange.stamps import Stamp
from federation.exchange.values import Value, changed_values

CODE = "own_entry"
#: how many updates are asked about at once
AT_ONCE = KEYS

# An update, one of the values it changes, and who entered that value.
Held = tuple[Update, Value, Entry]


def made_at(batch: Batch, stamp: Stamp | None) -> datetime:
    """The moment up to which a file can know what was entered.

    A table given out by the portal bears it; any other tells what held when the day it is as of
    began: what was entered on that day may be missing from it.
    """
    if stamp is not None and stamp.sheet == batch.sheet:
        return stamp.made_at
    return timezone.make_aware(datetime.combine(batch.as_of, time.min))


def own_entries(batch: Batch, checked: CheckedWorkbook) -> "OwnEntries":
    """The watch over the plan of a checked file; the batch remembers the moment it goes by."""
    since = made_at(batch, checked.stamp)
    batch.made_against = {**batch.made_against, "file_made": since.isoformat()}
    return OwnEntries(batch, _chosen(batch, checked))


def _chosen(batch: Batch, checked: CheckedWorkbook) -> Callable[[int], Collection[str]]:
    """By position among the accepted rows, the marks of what somebody chose."""
    chosen = marks_chosen(batch) if knows_of_edits(batch) else {}
    places: dict[int, Collection[str]] = {}
    position = 0
    for number, part in enumerate(checked.sheets if chosen else ()):
        for row in part.accepted.numbers:
            if (number, row) in chosen:
                places[position] = chosen[number, row]
            position += 1
    return lambda row: places.get(row, ())


def marks_chosen(batch: Batch) -> dict[tuple[int, int], list[str]]:
    """(sheet, row) → the marks of the values for which the table was chosen."""
    found = RowChoice.objects.filter(batch=batch).values_list("sheet_no", "row_no", "marks")
    return {(sheet, row): marks for sheet, row, marks in found}


def own_of_row(batch: Batch, place: tuple[int, int], position: int) -> "OwnEntries":
    """The watch over rows of a plan of which only the one at ``position`` is looked at."""
    chosen = marks_chosen(batch).get(place, [])
    return OwnEntries(batch, lambda row: chosen if row == position else ())


def marks_told(problems: Sequence[dict[str, Any]]) -> list[str]:
    """By what is known again what a page says a row's organisation entered itself."""
    return [one["mark"] for one in problems if one.get("code") == CODE and one.get("mark")]


class OwnEntries:
    """Watches the updates of a plan; ``chosen`` tells which marks of a row were chosen."""

    def __init__(self, batch: Batch, chosen: Callable[[int], Collection[str]]) -> None:
        self.chosen = chosen
        since = parse_datetime(batch.made_against.get("file_made", ""))
        self.entering = Entering([batch.actor_id], Q(at__gte=since) if since else Q(pk__in=[]))

    def watched(self, items: Iterable[Any]) -> Iterator[Any]:
        """The items of a part; updates come later than the others, and with what holds them."""
        waiting: list[Update] = []
        for item in items:
            if type(item) is not Update:
                yield item
                continue
            waiting.append(item)
            if len(waiting) >= AT_ONCE:
                yield from self._judged(waiting)
                waiting = []
        yield from self._judged(waiting)

    def _judged(self, updates: list[Update]) -> Iterator[Any]:
        entries = self.entering.last({update.uid for update in updates})
        held = [one for update in updates for one in _held(update, entries)] if entries else []
        yield from self._said(held)
        firm = {id(update) for update, _value, _entry in held}
        for update in updates:
            # Even what only repeats a report is not written over what was entered since.
            yield update._replace(is_report=False) if id(update) in firm else update

    def _said(self, held: list[Held]) -> Iterator[Note | Verdict]:
        changes = [_shown(*one) for one in held]
        names = names_of(changes)
        for (update, value, entry), change in zip(held, changes, strict=True):
            told, mark = _sentence(change, entry, names), _mark(update, value, entry)
            for row in update.rows:
                yield Note(row, CODE, told, mark)
                if mark not in self.chosen(row):
                    yield Verdict(row, CONFLICT)


def _held(update: Update, entries: Entries) -> Iterator[Held]:
    entered = entries.get(update.uid)
    if entered:
        for value in changed_values(update.model, update.before, update.after):
            if value.shown in entered:
                yield update, value, entered[value.shown]


def _shown(update: Update, value: Value, entry: Entry) -> tuple[Any, Any, Any]:
    """The value before and after; of a number whose mask is the same both show that mask."""
    both = {**update.before, **update.after}
    old, new = (
        {value.shown: image.get(value.shown, both.get(value.shown))}
        for image in (update.before, update.after)
    )
    return apps.get_model(update.model), old, new


def _sentence(change: tuple[Any, Any, Any], entry: Entry, names: dict[Any, str]) -> str:
    label, old, new = effects_of([change], {}, {}, names)[0]
    if "birth_on" in change[1]:
        old = new = BIRTH_MASK
    day = timezone.localtime(entry.at)
    return _(
        "“{label}”本单位 {who} {month}月{day}日 {clock} 填的是“{old}”，表中是“{new}”。"
    ).format(
        label=label,
        who=entry.actor_label,
        month=day.month,
        day=day.day,
        clock=f"{day:%H:%M}",
        old=old,
        new=new,
    )


def _mark(update: Update, value: Value, entry: Entry) -> str:
    """The same as long as the same entry stands against the same value of the table."""
    told = (update.uid.hex, value.shown, entry.change, value.told(update.after))
    return blake2b(repr(told).encode(), digest_size=8).hexdigest()
