"""From a stored workbook to a plan: check it, ask every part, keep sealed what would be written."""

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from django.db import transaction
from django.utils import timezone

from federation.access.scope import Grant, Scope
from federation.access.tree import organisation_model
from federation.audit.services import Actor
from federation.exchange import plans
from federation.exchange.checking import CheckedWorkbook, check_workbook
from federation.exchange.chunks import ChunkWriter, append
from federation.exchange.declare import Part, parts_of, sheets
from federation.exchange.mapping import Mapping
from federation.exchange.models import Batch, HeadingMemory, Option
from federation.exchange.options import OptionLists, option_lists
from federation.exchange.placing import PlaceRow, Places
from federation.exchange.storage import drop_file, stored_file
from federation.jobs.services import Claimed


def ceiling_of(batch: Batch) -> Scope:
    """What ``batch`` may write today: its organisation, as far as its actor may import there.

    Without an account the batch came from the command line, whose ceiling is the organisation; the
    batch of an account that is gone may write nothing.
    """
    root = batch.organisation.path
    if batch.actor is None:
        paths = {root} if batch.actor_label == Actor.command().label else set()
    else:
        own = batch.actor.scope(Grant.IMPORT).paths
        paths = {root for path in own if root.startswith(path)}
        paths |= {path for path in own if path.startswith(root)}
    return Scope(Grant.IMPORT, tuple(sorted(paths)), tuple(sorted(paths)))


def token_of(parts: Iterable[Any]) -> bytes:
    """Eight bytes that are equal as long as the records behind a row are."""
    return blake2b(repr(tuple(parts)).encode(), digest_size=8).digest()


def tokens_of(parts: list[Part], rows: plans.Rows, found: list[Any]) -> list[bytes]:
    """For each row the token of everything all parts looked at."""
    columns = [part.tokens(rows, match) for part, match in zip(parts, found, strict=True)]
    return [token_of(together) for together in zip(*columns, strict=True)]
