"""Whose stamps a batch believes: those of batches of the same sheet, at or around its place."""

from collections.abc import Callable
from functools import cache
from uuid import UUID

from federation.exchange.models import Batch
from federation.exchange.returning.stamps import Stamp


def own_stamps(batch: Batch) -> Callable[[Stamp], bool]:
    """Tells whether a stamp was given out by a batch of this sheet, here, above or below.

    One query for each batch that stamps name; what rows may be written is judged elsewhere.
    """
    own: str = batch.organisation.path

    @cache
    def is_near(uid: UUID) -> bool:
        found = Batch.objects.filter(uid=uid, sheet=batch.sheet)
        paths = found.values_list("organisation__path", flat=True)
        return any(path.startswith(own) or own.startswith(path) for path in paths)

    return lambda stamp: is_near(stamp.batch)
