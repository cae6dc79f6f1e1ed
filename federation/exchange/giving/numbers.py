"""Whole numbers on their way out: whose they are is written down before the first of them leaves.

One event a record, so that it can be told of every woman who has taken her number along, and when.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import models
from django.http import HttpRequest

from federation.access.scope import Scope
from federation.audit.models import Event
from federation.audit.services import Actor, record_events
from federation.exchange.giving.givers import GivenRow, SealedCell, Unit

Owner = tuple[type[models.Model], UUID]


class WholeNumbers:
    """The numbers that a table gives whole: those of places where ``sensitive`` covers people."""

    def __init__(self, units: Mapping[int, Unit], sensitive: Scope) -> None:
        self.units, self.sensitive = units, sensitive

    def owners(self, row: GivenRow) -> Iterator[Owner]:
        """The records of which the row gives a number."""
        if self.sensitive.covers_people(self.units[row.organisation_id].path):
            for cell in row.values.values():
                if isinstance(cell, SealedCell):
                    yield cell.model, cell.uid

    def write_down(
        self, rows: Iterable[GivenRow], export: Event, *, request: HttpRequest
    ) -> Container[Owner]:
        """Write for each record of ``rows`` that it leaves with ``export``; which they are.

        Read to the end before it writes: SQLite lets nobody write who is still reading while
        somebody else has written.
        """
        found: dict[Owner, int] = {}
        for row in rows:
            for owner in self.owners(row):
                found.setdefault(owner, row.organisation_id)
        detail: dict[str, Any] = {"sheet": export.detail["sheet"], "export": export.uid.hex}
        record_events(
            "number_given",
            ((model(uid=uid), place) for (model, uid), place in found.items()),
            actor=Actor.of(request.user),
            request=request,
            reason=export.reason,
            **detail,
        )
        return found.keys()

    def known(self, rows: Iterable[GivenRow], written: Container[Owner]) -> Iterator[GivenRow]:
        """``rows`` without those that came in after it was written down whose numbers leave."""
        for row in rows:
            if all(owner in written for owner in self.owners(row)):
                yield row
