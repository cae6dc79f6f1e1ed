"""What the page of a plan promises, and how far a plan that was made again keeps it."""

from collections.abc import Mapping
from typing import Any

from federation.exchange import plans, previews, rawrows, row_store
from federation.exchange.models import Batch

#: what a plan promises: rows by what becomes of them
PROMISED = (*plans.CHANGES, "rejected")
Place = tuple[int, int]


def promise_of(batch: Batch) -> dict[str, int]:
    """What the page says of the plan with everything typed: rows by what becomes of them."""
    counts = previews.counts_now(batch, rawrows.rechecked_rows(batch))
    return {change: counts.get(change, 0) for change in PROMISED}


def typed_rows(batch: Batch) -> dict[Place, str]:
    """What the page says of each row that somebody typed in."""
    return {place: row.change for place, row in rawrows.rechecked_rows(batch).items()}


def broken(batch: Batch, promised: Mapping[str, int], typed: Mapping[Place, str]) -> dict[str, Any]:
    """Where the plan differs from what the page promised; empty where it does not.

    ``moved``: promised and found, by change; ``swapped``: how many of the typed rows are not what
    they were told to be, which the sums alone do not tell where two rows change places.
    """
    found = promise_of(batch) if promised else {}
    moved = {
        change: [count, found.get(change, 0)]
        for change, count in promised.items()
        if count != found.get(change, 0)
    }
    swapped = _swapped(batch, typed) if typed else 0
    return {**({"moved": moved} if moved else {}), **({"swapped": swapped} if swapped else {})}


def _swapped(batch: Batch, typed: Mapping[Place, str]) -> int:
    kept = row_store.kept_columns(batch)
    places = zip(kept.sheets, kept.numbers, strict=True)
    found = {
        place: change for place, change in zip(places, kept.changes, strict=True) if place in typed
    }
    accepted = {place: change for place, change in typed.items() if change in plans.CHANGES}
    left_out = sum(place in found for place in typed.keys() - accepted.keys())
    return left_out + sum(found.get(place) != change for place, change in accepted.items())
