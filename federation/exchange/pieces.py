"""What a plan writes, piece by piece: each is made ready while the database takes the last one in.

New records come first, those that others refer to before the others; then what stands is written
over, with what it was into the log.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import compress, islice, pairwise
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models

from federation.audit.models import Change
from federation.audit.services import Actor, ChangeRow, CreationLog, logging_updates
from federation.bulk.ahead import Piece, Statement, in_turn, nothing
from federation.bulk.indexing import put_off, tell_size
from federation.bulk.services import reserve_many, updates
from federation.exchange import contents, plans
from federation.exchange.chunks import PartReader
from federation.exchange.creating import Made, referred_to, wide_windows, windows
from federation.exchange.lineage.writing import Origins
from federation.exchange.models import Batch

Models = dict[str, type[models.Model]]
Before = Callable[[], None]
REPORTING = plans.WRITES | {"conflict", "duplicate"}


def models_in_order(labels: Iterable[str]) -> list[type[models.Model]]:
    """Models so that whatever another one refers to comes first."""
    waiting = {label: apps.get_model(label) for label in sorted(labels)}
    ordered: list[type[models.Model]] = []
    while waiting:
        for label, model in list(waiting.items()):
            needed = {
                field.related_model for field in model._meta.concrete_fields if field.is_relation
            }
            if not (needed - {model}) & set(waiting.values()):
                ordered.append(waiting.pop(label))
    return ordered


class Weighed(NamedTuple):
    """Of every row of a plan, whether it is written, and whether it is at least told in reports."""

    live: list[bool]
    reporting: list[bool]

    @classmethod
    def of(cls, changes: Iterable[str], stale: Iterable[int]) -> "Weighed":
        """``stale``: rows that may not be written."""
        out = set(stale)
        words = [None if number in out else word for number, word in enumerate(changes)]
        return cls([word in plans.WRITES for word in words], [word in REPORTING for word in words])

    def wanted(self, rows: Iterable[Any], reports: Iterable[bool]) -> list[bool]:
        """Of records of a plan, whether one of the rows they are made for is written."""
        both = (self.live, self.reporting)
        return [
            both[is_report][of_rows[0]]
            if len(of_rows) == 1
            else any(map(both[is_report].__getitem__, of_rows))
            for of_rows, is_report in zip(rows, reports, strict=True)
        ]


class Pieces:
    """The records of one plan on their way into their tables, the log and the lineage.

    ``sizes``: the records of each part of the plan. ``unmet``: rows that were to be written and
    refer to a record that was not.
    """

    def __init__(
        self,
        batch: Batch,
        actor: Actor,
        sizes: Mapping[str, int],
        rows: Weighed,
        origins: Origins,
    ) -> None:
        self.batch, self.actor, self.rows, self.origins = batch.uid, actor, rows, origins
        self.made, self.changed = _in_order(sizes)
        self.sizes = {part: sizes[part] for part in [*self.made, *self.changed]}
        self.referred = referred_to([*self.made.values(), *self.changed.values()])
        self.parts = PartReader(batch, self.sizes)
        self.keys: dict[str, int] = {}
        self.touched: set[int] = set()
        self.written: Counter[str] = Counter()
        self.unmet: set[int] = set()
        self.handled = 0

    def write(self, listen: Callable[[int], None]) -> None:
        """Write all of them in the caller's transaction.

        ``listen`` is called with how many records of the plan are dealt with so far.
        """
        self.listen = listen
        self.log = CreationLog(actor=self.actor, batch=self.batch)
        coming = {model: self.sizes[part] for part, model in self.made.items()}
        self.ids = {model: iter(ids) for model, ids in reserve_many(coming).items()}
        # What is new stands in the log by the thousand, what is changed one by one.
        logged = sum(self.sizes[part] for part in self.changed)
        self.later = {model: put_off(model, count) for model, count in coming.items()}
        log_later = put_off(Change, logged)
        self.parts.hold(next(iter(self.sizes), None))
        in_turn(self._all())
        self.log.keep()
        in_turn(map(Piece, log_later))
        told = self.referred.intersection(self.made.values())
        for label, count in self.written.items():
            if (model := apps.get_model(label)) not in told:
                tell_size(model, count)
        tell_size(Change, logged)

    def _all(self) -> Iterator[Piece]:
        """Once this has begun, what makes a piece ready asks the database nothing."""
        following = dict(pairwise([*self.sizes, None]))
        for part, model in self.made.items():
            last = self._asking_for(following[part])
            yield from self._creations(part, model, last, is_referred_to=model in self.referred)
            yield from map(Piece, self.later[model])
            if model in self.referred:
                # Before what refers to it is checked.
                told = partial(tell_size, model, self.written[model._meta.label])
                yield Piece(nothing, told)
        for part, model in self.changed.items():
            yield from self._updates(part, model, self._asking_for(following[part]))

    def _asking_for(self, part: str | None) -> Before:
        """What has a part read before it is wanted; nothing where that was done."""
        return nothing if self.parts.holds(part) else partial(self.parts.hold, part)

    def _creations(
        self, part: str, model: type[models.Model], last: Before, *, is_referred_to: bool
    ) -> Iterator[Piece]:
        ended = self.handled + self.sizes[part]
        for columns in wide_windows(self.parts.columns(part), self.sizes[part]):
            planned = Made.of(model, columns)
            self.handled += len(planned)
            made = planned.only(self.rows.wanted(planned.rows, planned.reports))
            made = made.keyed(list(islice(self.ids[model], len(made))))
            if is_referred_to:
                # Records of one table may refer to each other, as a place to its cluster.
                self.keys.update(zip(made.uids, made.keys, strict=True))
            made = self._resolved(made)
            statement = made.insertion() if made else nothing
            yield self._piece(statement, len(made), last if self.handled >= ended else nothing)
            # While they are being written.
            self._note(made)

    def _note(self, made: Made) -> None:
        """New records go into the log and the lineage."""
        label = made.model._meta.label
        if made:
            self.log.take(made.as_recorded())
        self.touched.update(made.owners)
        self.written[label] += len(made)
        self.origins.take(label, made.keys, (rows[0] for rows in made.rows))

    def _piece(
        self, statement: Statement, weight: int, last: Before, before: Before = nothing
    ) -> Piece:
        """``last``: what asks for the part that follows the one this piece ends, if it does."""
        after, asks = partial(self._written, self.handled), last is not nothing
        both = partial(_both, before, last)
        return Piece(statement, both, after, weight=weight, needs_before=asks)

    def _written(self, handled: int) -> None:
        self.log.keep_if_much()
        self.listen(handled)

    def _resolved(self, made: Made) -> Made:
        """References to records of this plan, named by uid, become their new keys.

        Whoever refers to one that was not made is left out: an emptied reference is never written.
        """
        made, lost = made.resolved(self.keys)
        for at in lost:
            self._leave_out(made.rows[at], made.reports[at])
        return made.without(lost) if lost else made

    def _leave_out(self, of_rows: Iterable[int], is_report: bool) -> None:
        alive = self.rows.reporting if is_report else self.rows.live
        self.unmet.update(row for row in of_rows if alive[row])

    def _resolve(self, after: dict[str, Any], of_rows: list[int], is_report: bool) -> bool:
        """The same for the columns of one update; False where it is left out."""
        for name in plans.links_in(after):
            if isinstance(after[name], str):
                if after[name] not in self.keys:
                    self._leave_out(of_rows, is_report)
                    return False
                after[name] = self.keys[after[name]]
        return True

    def _updates(self, part: str, model: type[models.Model], last: Before) -> Iterator[Piece]:
        label, ended = model._meta.label, self.handled + self.sizes[part]
        # By its keys the log tells what was made before what was changed.
        before = self.log.keep
        for records in windows(self.parts.records(part)):
            stay = self.rows.wanted(*([record[at] for record in records] for at in (0, 7)))
            both = compress(records, stay)
            wanted = [one for one in both if self._resolve(one[6], one[0], one[7])]
            self.handled += len(records)
            asking = last if self.handled >= ended else nothing
            yield self._piece(_changing(model, wanted), len(wanted), asking, before)
            before = nothing
            # While they are being written.
            self.touched.update(record[1] for record in wanted)
            self.written[label] += len(wanted)
            self.origins.take(label, (r[3] for r in wanted), (r[0][0] for r in wanted))
            told = (ChangeRow(label, r[4], r[1], r[2], "update", r[5], r[6]) for r in wanted)
            logged = logging_updates(told, actor=self.actor, batch=self.batch)
            yield Piece(logged, weight=len(wanted))


def _in_order(sizes: Iterable[str]) -> tuple[Models, Models]:
    """By the name of a part, what a plan makes and what it changes, in the order of writing."""
    made, changed = (
        sorted(part.removeprefix(start) for part in sizes if part.startswith(start))
        for start in contents.WRITING
    )
    return (
        {f"create:{model._meta.label}": model for model in models_in_order(made)},
        {f"update:{label}": apps.get_model(label) for label in changed},
    )


def _changing(model: type[models.Model], wanted: list[Any]) -> Statement:
    """What writes over records."""
    groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for record in wanted:
        groups.setdefault(tuple(record[6]), []).append((*record[6].values(), record[3]))
    done = [one for names, rows in groups.items() for one in updates(model, names, rows)]
    return partial(_one_by_one, done)


def _one_by_one(statements: Iterable[Statement], cursor: Any) -> None:
    for statement in statements:
        statement(cursor)


def _both(first: Before, second: Before) -> None:
    first()
    second()
