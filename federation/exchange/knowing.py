"""What a check of a workbook is to know beside it: places, options, and what was decided before."""

from collections.abc import Callable
from typing import Any

from federation.access.scope import Scope
from federation.access.tree import ancestors
from federation.exchange import deciding
from federation.exchange.deciding import decisions_for
from federation.exchange.declare import Sheet, sheets
from federation.exchange.gazetteer import places_of
from federation.exchange.holding import register_asked
from federation.exchange.models import Batch, HeadingMemory
from federation.exchange.options import option_lists
from federation.exchange.returning.ours import own_files, own_stamps
from federation.exchange.understanding.mapping import Mapping


def known_of(
    batch: Batch, sheet: type[Sheet], options: list[tuple[Any, ...]], ceiling: Scope
) -> dict[str, Any]:
    """What ``check_workbook`` takes beside the workbook of ``batch``.

    ``options``: see ``releases.options_now``; ``ceiling``: what the batch may write.
    """
    return {
        "sheet": sheet,
        "places": places_of(ceiling),
        "as_of": batch.as_of,
        "today": batch.as_of,
        "options": option_lists(options),
        "others": tuple(sheets),
        "is_about_towns": batch.is_about_towns,
        "is_ours": own_stamps(batch),
        "own_file": own_files(batch),
        "decisions": decisions_for(batch, None if deciding.knows_of_edits(batch) else {}),
        "held": register_asked(sheet.key, batch.as_of),
        "remembered": _memory_of(batch, sheet),
    }


def _memory_of(batch: Batch, sheet: type[Sheet]) -> Callable[[str], Mapping | None]:
    """What the organisation of ``batch``, or the nearest above it, confirmed for headings."""
    path = batch.organisation.path
    nearest_first = HeadingMemory.objects.filter(
        sheet=sheet.key, organisation__path__in=[*ancestors(path), path]
    ).order_by("-organisation__path")

    def remembered(fingerprint: str) -> Mapping | None:
        found = nearest_first.filter(fingerprint=fingerprint).first()
        return Mapping(found.mapping) if found else None

    return remembered
