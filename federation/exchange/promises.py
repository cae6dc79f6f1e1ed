"""What the page of a plan promises, and how far a plan that was made again keeps it."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from federation.access.tree import organisation_model
from federation.bulk.keyed import keyed
from federation.exchange import plans, previews, rawrows, row_store
from federation.exchange.models import Batch

#: what a plan promises: rows by what becomes of them
PROMISED = (*plans.CHANGES, "rejected")
Place = tuple[int, int]
#: every accepted row → what becomes of it, and the key of the organisation it is about
Told = Mapping[Place, tuple[str, int]]
#: what a row may have become once another table of its collection wrote about the same unit: that
#: much less is left to be written
LESS = {"new": ("changed", "unchanged"), "changed": ("unchanged",)}


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
    kept = row_store.kept_columns(batch, ())
    places = zip(kept.sheets, kept.numbers, strict=True)
    found = {
        place: change for place, change in zip(places, kept.changes, strict=True) if place in typed
    }
    accepted = {place: change for place, change in typed.items() if change in plans.CHANGES}
    left_out = sum(place in found for place in typed.keys() - accepted.keys())
    return left_out + sum(found.get(place) != change for place, change in accepted.items())


def rows_told(batch: Batch) -> Told:
    """What the page says of each row that is not rejected, with everything typed."""
    kept = row_store.kept_columns(batch, ())
    places = zip(kept.sheets, kept.numbers, strict=True)
    found = dict(zip(places, zip(kept.changes, kept.owners, strict=True), strict=True))
    again = rawrows.rechecked_rows(batch)
    codes = {row.organisation_code for row in again.values()}
    owners = dict(
        keyed(organisation_model().objects.all(), "code", codes).values_list("code", "pk")
    )
    for place, row in again.items():
        found.pop(place, None)
        if row.change in plans.CHANGES:
            found[place] = (row.change, owners.get(row.organisation_code, 0))
    return found


def mark_of(sheet: str, told: Told) -> str:
    """The same for the same rows of the same table, of which the same becomes, about the same
    organisations."""
    return sha256(repr((sheet, sorted(told.items()))).encode()).hexdigest()[:32]


def is_kept(told: Told, found: Told, free: Collection[int]) -> bool:
    """Whether a plan made again still holds what the page told, row by row.

    The same rows, about the same organisations, each with the same outcome. Only of the
    organisations ``free``, about which an earlier table of the collection has written meanwhile,
    less may be left to be written; never more, and nothing that the page told would stay out.
    """
    return told.keys() == found.keys() and all(
        found[place] == row or _is_less(row, found[place], free) for place, row in told.items()
    )


def _is_less(told: tuple[str, int], found: tuple[str, int], free: Collection[int]) -> bool:
    is_there = told[1] == found[1] and told[1] in free
    return is_there and found[0] in LESS.get(told[0], ())
