"""What people settled, as it holds for one batch, and how often it took part in a written row."""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from django.db.models import F, Value

from federation.exchange import row_store
from federation.exchange.cleaners.choices import option_key
from federation.exchange.corrections import Decision, RowChoice, RowEdit
from federation.exchange.models import Batch
from federation.exchange.problems import sentence
from federation.exchange.setting import Decisions

Edits = dict[tuple[int, int], dict[str, str]]


def decisions_for(batch: Batch, edits: Edits | None = None) -> Decisions:
    """Everything settled that holds for ``batch``: the nearest ancestor's word is the last.

    ``edits``: what was typed on the page (see ``edits_of``), where it is known.
    """
    kinds: dict[str, dict[tuple[str, str], str]] = {kind: {} for kind in Decision.Kind.values}
    for one in Decision.objects.holding_at(batch.organisation.path):
        kinds[one.kind][one.list_key, one.written_key] = one.meant_code
    edits = edits_of(batch) if edits is None else edits
    return Decisions(kinds[Decision.Kind.PLACE], kinds[Decision.Kind.OPTION], edits)


def edits_of(batch: Batch, **where: Any) -> Edits:
    """(sheet, row) → column → what was typed on the page."""
    found: Edits = {}
    for edit in RowEdit.objects.filter(batch=batch, **where):
        found.setdefault((edit.sheet_no, edit.row_no), {})[edit.key] = edit.reveal("value")
    return found


def mark_of_edits(batch: Batch) -> str:
    """The same as long as nobody types in a cell of ``batch`` or chooses for a row. Not by the
    clock: what is saved while a plan is made may bear an earlier moment and still be missing.
    """
    return marks_of_edits([batch])[batch.pk]


def marks_of_edits(batches: Iterable[Batch]) -> dict[int, str]:
    """The same for several at once: key of a batch → its mark; one question for all."""
    told: dict[int, list[Any]] = {batch.pk: [] for batch in batches}
    columns = ("batch_id", "pk", "at")
    typed = RowEdit.objects.filter(batch__in=list(told)).order_by()
    chosen = RowChoice.objects.filter(batch__in=list(told)).order_by()
    found = typed.values_list(*columns, Value(0)).union(
        chosen.values_list(*columns, Value(1)), all=True
    )
    for owner, pk, at, _which in sorted(found, key=lambda one: (one[3], one[1])):
        told[owner].append((pk, at))
    return {owner: _mark_of(marked) for owner, marked in told.items()}


def _mark_of(told: list[Any]) -> str:
    return sha256(repr(told).encode()).hexdigest()[:16]


def knows_of_edits(batch: Batch) -> bool:
    """Whether anything was typed or chosen when the plan of ``batch`` was begun, or may have been.

    Else the plan knows of nothing, and what came later has it made again (``is_behind``).
    """
    return bool(batch.made_against.get("edits") != _mark_of([]))


def mark_of_answers(batch: Batch) -> str:
    """The same as long as nobody says anything else of ``batch`` as a whole: which table it is,
    whose, where its columns belong, that rows without a village are about the town."""
    told = (batch.sheet, batch.organisation_id, bool(batch.is_about_towns))
    return sha256(repr((told, sorted(batch.mapping.items()))).encode()).hexdigest()[:16]


def is_behind(batch: Batch) -> bool:
    """Whether cells were typed that the plan does not know, so that it must be made again."""
    known = batch.made_against.get("edits", _mark_of([]))
    return bool(known != mark_of_edits(batch))


def count_uses(batch: Batch, written: Sequence[bool]) -> None:
    """Add the written rows of ``batch`` to the decisions that took part in them.

    ``written``: by position in the file. A decision is known by the sentence that names it.
    """
    # A row that a decision took part in says so: it is one with something to look at.
    has_none = batch.counts.get("warned") == 0
    holding = [] if has_none else list(Decision.objects.holding_at(batch.organisation.path))
    if not holding:
        return
    said: Counter[tuple[str, str]] = Counter()
    for position, row in row_store.warned_rows(batch):
        named = (one for one in row.warnings if one["code"] == "by_decision")
        if written[position]:
            said.update({(one.get("field", ""), one["message"]) for one in named})
    # The nearest decision about a word is the one that was followed.
    nearest = {(one.kind, one.list_key, one.written_key): one for one in holding}
    for one in nearest.values():
        uses = sum(count for (field, text), count in said.items() if _is_named(one, field, text))
        if uses:
            Decision.objects.filter(pk=one.pk).update(uses=F("uses") + uses)


def _is_named(decision: Decision, field: str, text: str) -> bool:
    if decision.kind == Decision.Kind.PLACE and field != decision.list_key:
        return False
    named = sentence("by_decision", raw=decision.written, found=decision.meant)
    # 三正 村 is the same word as 三正村.
    return option_key(text) == option_key(named)
