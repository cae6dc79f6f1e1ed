"""Which places an import writes to, as the lanes that its jobs wait in: one at a time per town."""

from collections.abc import Iterable

from federation.access.tree import STEP, ancestors, organisation_model
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange import chunks, contents, rawrows
from federation.exchange.chunks import ChunkWriter
from federation.exchange.models import Batch
from federation.exchange.places import TOWN
from federation.exchange.plans import WRITES
from federation.exchange.rows import CheckedWorkbook

PART = "lanes"


def keys_of(organisation_ids: Iterable[int]) -> list[str]:
    """The path of the town each organisation lies in; its own path where it lies in none."""
    tree = organisation_model().objects
    paths: set[str] = set()
    for block in in_blocks(sorted(set(organisation_ids))):
        paths.update(keyed(tree.all(), "id", block).values_list("path", flat=True))
    return _towns_around(paths)


def _towns_around(paths: set[str]) -> list[str]:
    tree = organisation_model().objects
    # Many lie side by side: what is above them is worked out once.
    above = {path[:-STEP] for path in paths}
    around = {step for path in above for step in (*ancestors(path), path)}
    towns: set[str] = set()
    for block in in_blocks(sorted(around)):
        found = keyed(tree.filter(kind_group=TOWN), "path", block)
        towns.update(found.values_list("path", flat=True))
    town_above = {path: _first((*ancestors(path), path), towns) for path in above}
    return sorted({town_above[path[:-STEP]] or path for path in paths})


def _first(steps: Iterable[str], towns: set[str]) -> str | None:
    return next((step for step in steps if step in towns), None)


def keep_keys(writer: ChunkWriter, checked: CheckedWorkbook, changes: Iterable[str]) -> None:
    """Keep with a plan in which towns its accepted rows would write; ``changes``: row by row."""
    places = (place for part in checked.sheets for place in part.accepted.organisations)
    pairs = zip(places, changes, strict=True)
    writer.add(PART, _towns_around({place.path for place, change in pairs if change in WRITES}))


def keys_now(batch: Batch) -> list[str]:
    """The lanes of what the page tells now: those of the plan, and of the cells typed since.

    A row may be about another place since somebody typed in it, or may be written at all since.
    """
    again = rawrows.rechecked_rows(batch).values()
    codes = {row.organisation_code for row in again if row.change in WRITES}
    places = keyed(organisation_model().objects.all(), "code", codes)
    return sorted({*kept_keys(batch), *_towns_around(set(places.values_list("path", flat=True)))})


def kept_keys(batch: Batch) -> list[str]:
    """The lanes of the plan of ``batch``; read from its rows where a release before made it."""
    kept = next(chunks.records(batch, PART), None)
    if kept is not None:
        return list(kept)
    written = (row for row in contents.kept_rows(batch) if row.change in WRITES)
    return keys_of(row.organisation_id for row in written)
