"""What the parts answer about the rows of a plan, gathered row by row; writes go sealed into it."""

from collections.abc import Callable, Iterable
from typing import Any

from federation.exchange import folding, plans
from federation.exchange.chunks import SIZE, ChunkWriter


class Answers:
    """Takes the items of all parts. ``bits``: the verdicts of each row, joined.

    ``notes``: by row; ``updates``: by row, the blocks of the plan that hold what it changes.
    """

    def __init__(self, writer: ChunkWriter, count: int) -> None:
        self.writer = writer
        self.bits = [0] * count
        self.notes: dict[int, list[plans.Note]] = {}
        self.updates: dict[int, tuple[tuple[str, int], ...]] = {}
        self._by_kind: dict[type, Callable[[Any], None]] = {
            plans.Verdict: self._verdict,
            plans.Verdicts: self._verdicts,
            plans.Note: self._note,
            plans.Create: self._create,
            plans.Creates: self._creates,
            plans.Update: self._update,
        }

    def take(self, items: Iterable[Any]) -> None:
        """Keep every item where it belongs. Raises KeyError for what no part may say."""
        by_kind = self._by_kind
        for item in items:
            by_kind[type(item)](item)

    def changes(self) -> list[str]:
        """The one word for each row."""
        words = {bits: plans.joined(bits) for bits in set(self.bits)}
        return [words[bits] for bits in self.bits]

    def _verdict(self, item: plans.Verdict) -> None:
        self.bits[item.row] |= item.bits

    def _verdicts(self, item: plans.Verdicts) -> None:
        for row in item.rows:
            self.bits[row] |= item.bits

    def _note(self, item: plans.Note) -> None:
        self.notes.setdefault(item.row, []).append(item)

    def _create(self, item: plans.Create) -> None:
        values = plans.whole(item.model, item.values)
        head = (item.rows, item.organisation_id, item.branch_id, item.is_report)
        self.writer.add(f"create:{item.model}", (*head, values))

    def _creates(self, item: plans.Creates) -> None:
        for count, block in folding.folded(item, SIZE):
            self.writer.add_columns(f"create:{item.model}", count, block)

    def _update(self, item: plans.Update) -> None:
        name = f"update:{item.model}"
        where = (name, self.writer.next_number(name))
        for row in item.rows:
            self.updates[row] = (*self.updates.get(row, ()), where)
        self.writer.add(name, (*item[1:5], item.uid.hex, *item[6:]))
