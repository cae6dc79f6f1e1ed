"""Whose stamps a batch believes: those of batches of the same sheet, at or around its place."""

from collections.abc import Callable
from functools import cache
from uuid import UUID

from federation.exchange.models import Batch
from federation.exchange.returning.stamps import Stamp
from federation.exchange.storage import stored_file


def own_stamps(batch: Batch) -> Callable[[Stamp], bool]:
    """Tells whether a stamp was given out by a batch of this sheet, here, above or below.

    One query for each batch that stamps name; what rows may be written is judged elsewhere.
    """

    @cache
    def is_near(uid: UUID) -> bool:
        return _near(batch, uid) is not None

    return lambda stamp: is_near(stamp.batch)


def own_files(batch: Batch) -> Callable[[UUID], bytes | None]:
    """Gives the workbook of such a batch as it was uploaded; None where it is no longer kept."""

    def file_of(uid: UUID) -> bytes | None:
        found = _near(batch, uid)
        try:
            return stored_file(found) if found is not None and found.file_stored else None
        except FileNotFoundError:
            return None

    return file_of


def _near(batch: Batch, uid: UUID) -> Batch | None:
    """A batch of the same sheet at, above or below the place of ``batch``."""
    own: str = batch.organisation.path
    found = Batch.objects.filter(uid=uid, sheet=batch.sheet).select_related("organisation").first()
    path: str = found.organisation.path if found else ""
    return found if found and (path.startswith(own) or own.startswith(path)) else None
