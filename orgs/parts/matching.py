"""What stands in the register for the organisations of an import: one query per kind of record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.plans import Create, Rows, Update
from orgs.models import Organisation, Precision, Term


class StandingTerm(NamedTuple):
    """A term that stands in the register."""

    pk: int
    uid: UUID
    version: int
    starts_on: date
    starts_precision: str
    due_on: date
    ended_on: date | None
    from_report: bool
    batch: UUID | None

    def contains(self, day: date) -> bool:
        """First day counts, the due day does not, an end cuts short."""
        return self.starts_on <= day < min(self.due_on, self.ended_on or self.due_on)


@dataclass
class StandingOrganisation:
    """An organisation as the register knows it, with its terms."""

    pk: int
    uid: UUID
    version: int
    path: str
    branch_id: int | None
    short_name: str
    status: str
    status_since_on: date | None
    status_since_precision: str
    from_report: bool
    batch: UUID | None
    term_years: int
    terms: list[StandingTerm] = field(default_factory=list)

    def term_on(self, day: date) -> StandingTerm | None:
        """The term that runs on ``day``."""
        if not self.terms:
            return None
        return next((term for term in self.terms if term.contains(day)), None)

    def token(self) -> tuple[Any, ...]:
        """Changes whenever the organisation's standing or one of its terms does."""
        terms = tuple((term.pk, term.version) for term in self.terms)
        return (self.pk, self.path, self.status, self.from_report, terms)


@dataclass(slots=True)
class StandingMark:
    """As much of a standing organisation as its token says: key and version of every term."""

    pk: int
    path: str
    status: str
    from_report: bool
    terms: list[tuple[int, int]] = field(default_factory=list)

    def token(self) -> tuple[Any, ...]:
        """The same as that of the whole organisation."""
        return (self.pk, self.path, self.status, self.from_report, tuple(self.terms))


_COLUMNS = (
    "pk", "uid", "version", "path", "branch_id", "short_name", "status", "status_since_on",
    "status_since_precision", "from_report", "batch", "kind__term_years",
)  # fmt: skip


def standing_organisations(ids: Iterable[int]) -> dict[int, StandingOrganisation]:
    """The organisations of ``ids`` with their terms, by primary key."""
    found: dict[int, StandingOrganisation] = {}
    for block in in_blocks(sorted(set(ids))):
        for values in keyed(Organisation.objects.all(), "id", block).values_list(*_COLUMNS):
            found[values[0]] = StandingOrganisation(*values)
        terms = keyed(Term.objects.order_by("organisation", "starts_on"), "organisation", block)
        for owner, *values in terms.values_list("organisation_id", *StandingTerm._fields):
            found[owner].terms.append(StandingTerm(*values))
    return found


def standing_marks(ids: Iterable[int]) -> dict[int, StandingMark]:
    """The same organisations where only their tokens are asked for."""
    found: dict[int, StandingMark] = {}
    for block in in_blocks(sorted(set(ids))):
        standing = keyed(Organisation.objects.all(), "id", block)
        for values in standing.values_list("pk", "path", "status", "from_report"):
            found[values[0]] = StandingMark(*values)
        terms = keyed(Term.objects.order_by("organisation", "starts_on"), "organisation", block)
        for owner, pk, version in terms.values_list("organisation_id", "pk", "version"):
            found[owner].terms.append((pk, version))
    return found


def begun_or_running(organisation: StandingOrganisation, day: PartialDate) -> StandingTerm | None:
    """The term that contains ``day``, as late as it can be meant; else one that began with it."""
    if not organisation.terms:
        return None
    begun = (term for term in organisation.terms if term.starts_on == day.first_day)
    return organisation.term_on(day.last_day) or next(begun, None)


def agree(record: PartialDate, report: PartialDate) -> bool:
    """Whether two dates can be the same day, as far as both are told."""
    if "unknown" in (record.precision, report.precision):
        return True
    one, other = record.iso(), report.iso()
    return one.startswith(other) or other.startswith(one)


def years_later(day: date, years: int) -> date:
    """The same day ``years`` on; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def new_term(
    rows: Rows,
    organisation: StandingOrganisation,
    start: PartialDate,
    uid: UUID,
    *,
    of_rows: tuple[int, ...],
    from_report: bool,
) -> Create:
    """A term from ``start``, cut short where the next standing term begins."""
    first = start.first_day
    due = years_later(first, organisation.term_years)
    values = {
        "uid": uid.hex,
        "organisation_id": organisation.pk,
        "branch_id": organisation.branch_id,
        "starts_on": first.isoformat(),
        "starts_precision": start.precision,
        "due_on": due.isoformat(),
        "ended_on": cut_short(organisation, first, due),
        "from_report": from_report,
        "batch": rows.batch.hex,
    }
    return Create("orgs.Term", of_rows, organisation.pk, organisation.branch_id, values)


def cut_short(organisation: StandingOrganisation, first: date, due: date) -> str | None:
    """The day on which a term from ``first`` ends early, since the next one begins; or None."""
    if not organisation.terms:
        return None
    later = [term.starts_on for term in organisation.terms if first < term.starts_on < due]
    return min(later).isoformat() if later else None


def established(
    rows: Rows,
    organisation: StandingOrganisation,
    since: PartialDate | None,
    *,
    of_rows: tuple[int, ...],
    from_report: bool,
) -> Update:
    """未建 becomes 已成立: since a known date, else known to stand as of the import."""
    own = organisation
    stood = (own.status, own.status_since_on, own.status_since_precision, own.from_report)
    day, precision = since or (rows.as_of, Precision.UNKNOWN.value)
    both = _founding((*stood, own.batch), (day, precision, from_report, rows.batch))
    return Update("orgs.Organisation", of_rows, own.pk, own.branch_id, own.pk, own.uid, *both)


@lru_cache(maxsize=4096)
def _founding(
    stood: tuple[str, date | None, str, bool, UUID | None], told: tuple[date, str, bool, UUID]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns that differ, before and after: one pair for all villages founded alike."""
    status, *stands = stood
    before = {"status": status, **_standing_since(*stands)}
    after = {"status": Organisation.Status.ESTABLISHED.value, **_standing_since(*told)}
    return _differing(before, after)


def _differing(
    before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    new = {name: value for name, value in after.items() if before[name] != value}
    return {name: before[name] for name in new}, new


def _standing_since(
    day: date | None, precision: str, from_report: bool, batch: UUID | None
) -> dict[str, Any]:
    return {
        "status_since_on": iso(day),
        "status_since_precision": precision,
        "from_report": from_report,
        "batch": hexed(batch),
    }


def update_of(
    model: str,
    organisation: StandingOrganisation,
    record: Any,
    before: dict[str, Any],
    after: dict[str, Any],
    of_rows: tuple[int, ...],
) -> Update:
    """The change of a standing record, only the columns that differ."""
    both = _differing(before, after)
    place = (organisation.pk, organisation.branch_id)
    return Update(model, of_rows, *place, record.pk, record.uid, *both)


def confirmed(
    rows: Rows,
    model: str,
    organisation: StandingOrganisation,
    record: Any,
    of_rows: tuple[int, ...],
) -> Update:
    """A record known from a report only, now borne out by a roster."""
    before = {"from_report": True, "batch": hexed(record.batch)}
    after = {"from_report": False, "batch": rows.batch.hex}
    return update_of(model, organisation, record, before, after, of_rows)


def iso(day: date | None) -> str | None:
    """A day as plain value."""
    return None if day is None else day.isoformat()


def hexed(uid: UUID | None) -> str | None:
    """An id as plain value."""
    return None if uid is None else uid.hex
