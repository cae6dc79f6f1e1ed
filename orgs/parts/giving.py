"""The table of villages given out: what each village reported on one day."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from federation.access.scope import Scope
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.giving.givers import GivenRow, Giver, giver, sealed_cell
from federation.exchange.places import VILLAGE
from federation.sealing.fields import place_of
from orgs.models import Organisation, ReportedFact
from orgs.sheets import VillagesSheet

CHUNK = 2000
KINDS = {column.key: column.clean.kind for column in VillagesSheet.columns if not column.reference}
Told = tuple[str, int | None, bytes | None, UUID]


@giver("villages")
class Villages(Giver):
    """The facts of the latest day on which anybody in scope reported; they are one report."""

    fields = {"orgs.ReportedFact": {key: key for key in KINDS}}

    def day(self, scope: Scope, today: date) -> date:
        """The latest day of a report."""
        told = _facts(scope).filter(as_of__lte=today).order_by("-as_of")
        found: date | None = told.values_list("as_of", flat=True).first()
        return found or today

    def rows(self, scope: Scope, day: date, *, to_fill: bool) -> Iterator[GivenRow]:
        """The villages that reported; to fill in: all of them."""
        facts = _facts(scope).filter(as_of=day).order_by("organisation__path", "pk")
        told = facts.values_list("organisation_id", "key", "text", "number", "secret", "uid")
        reports = groupby(told.iterator(chunk_size=CHUNK), itemgetter(0))
        if not to_fill:
            for owner, report in reports:
                yield _row(owner, report)
            return
        villages = Organisation.objects.in_scope(scope).filter(kind_group=VILLAGE)
        owner, report = next(reports, (0, iter(())))
        for pk in villages.order_by("path").values_list("pk", flat=True):
            if pk == owner:
                yield _row(owner, report)
                owner, report = next(reports, (0, iter(())))
            else:
                yield GivenRow(pk, {})


def _facts(scope: Scope) -> Any:
    facts = ReportedFact.objects.in_scope(scope)
    return facts.filter(organisation__kind_group=VILLAGE, key__in=list(KINDS))


def _row(owner: int, report: Iterator[tuple[Any, ...]]) -> GivenRow:
    values: dict[str, Any] = {}
    records = []
    for _owner, key, *told, uid in report:
        values[key] = _value(key, *told, uid)
        records.append((ReportedFact._meta.label, uid, 0))
    return GivenRow(owner, values, tuple(records))


def _value(key: str, text: str, number: int | None, secret: Any, uid: UUID) -> Any:
    """The cleaned value of a fact."""
    kind = KINDS[key]
    if kind == "phone":
        return sealed_cell(place_of(ReportedFact, "secret", uid.hex), secret, text)
    if kind == "date":
        return PartialDate.parse(text)
    if kind == "integer":
        return number
    if kind == "money":
        return Decimal(number or 0) / 100
    return bool(number) if kind == "boolean" else text
