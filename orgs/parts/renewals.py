"""The progress of renewals: a row is one renewal of one organisation, known by its due day."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.declare import Part, part
from federation.exchange.plans import (
    CHANGED,
    CONFLICT,
    DUPLICATE,
    NEW,
    UNCHANGED,
    Note,
    Rows,
    Verdict,
)
from federation.identity import uuid7_batch
from orgs.models import Renewal
from orgs.parts.matching import (
    StandingOrganisation,
    StandingTerm,
    agree,
    iso,
    standing_organisations,
)
from orgs.parts.records import Record, changed, created, day_told, differing, records_of

DAYS = ("requested_on", "approved_on", "held_on")
NAMES = ("due_on", "due_precision", *DAYS, "filing_number", "members", "chair_name")


class Standing(NamedTuple):
    """What ``match`` finds."""

    organisations: dict[int, StandingOrganisation]
    renewals: dict[int, list[Record]]


@part("renewals")
class RenewalOfRow(Part):
    """Follows a renewal step by step; the term it brings is made elsewhere."""

    reads = (
        "due_on", "requested_on", "approved_on", "held_on", "member_count", "chair_name",
        "filing_no",
    )  # fmt: skip

    def match(self, rows: Rows) -> Standing:
        """The organisations with their terms, and their renewals."""
        return Standing(
            standing_organisations(rows.organisation_ids), records_of(Renewal, NAMES, rows)
        )

    def tokens(self, rows: Rows, found: Standing) -> list[Any]:
        """The renewals and terms of each row's organisation."""
        return [
            (
                found.organisations[owner].token(),
                [record.token() for record in found.renewals.get(owner, ())],
            )
            for owner in rows.organisation_ids
        ]

    def plan(self, rows: Rows, found: Standing) -> Iterator[Any]:
        """The renewal of every row."""
        dues, seen, taken = rows.column("due_on"), dict[int, list[int]](), set[int]()
        for row, uid in enumerate(uuid7_batch(rows.count)):
            earlier = seen.setdefault(rows.organisation_ids[row], [])
            first = next((one for one in earlier if agree(dues[one], dues[row])), None)
            if first is not None:
                yield from self._again(rows, row, first)
                continue
            earlier.append(row)
            standing = standing_renewal(
                found.renewals.get(rows.organisation_ids[row], []), dues[row]
            )
            if standing is None or standing.pk not in taken:
                taken.update([standing.pk] if standing else [])
                yield from self._one(rows, row, found, standing, uid.hex)
            else:
                words = _("系统中的届满日期只到年或月，前面一行已对上它，这一行没有写入，请核对。")
                yield Note(row, "due_vague", words)
                yield Verdict(row, CONFLICT)

    def _one(
        self, rows: Rows, row: int, found: Standing, standing: Record | None, uid: str
    ) -> Iterator[Any]:
        organisation = found.organisations[rows.organisation_ids[row]]
        told = told_of(rows, row, standing)
        after = differing(standing, told) if standing else told
        days = {**(standing.values if standing else {}), **after}
        if not in_order([days.get(name) for name in DAYS]):
            message = _("与系统中已登记的请示、批复、大会日期先后不符，没有写入，请核对。")
            yield Note(row, "steps_differ", message)
            yield Verdict(row, CONFLICT)
            return
        if standing is None:
            yield created(Renewal, rows, row, organisation.branch_id, {"uid": uid, **told})
        elif after:
            yield changed(Renewal, rows, row, organisation.branch_id, standing, after)
        yield Verdict(row, NEW if standing is None else CHANGED if after else UNCHANGED)
        yield from self._beside_terms(rows, row, organisation)

    @staticmethod
    def _beside_terms(rows: Rows, row: int, organisation: StandingOrganisation) -> Iterator[Note]:
        """What the terms on record say otherwise."""
        due, held = rows.column("due_on")[row], rows.column("held_on")[row]
        running = organisation.term_on(rows.as_of)
        if held is None and running and not agree(PartialDate(running.due_on), due):
            message = _("系统中本届的届满日期是 {ours}，表中是 {theirs}，请核对。")
            theirs = {"ours": running.due_on.isoformat(), "theirs": due.iso()}
            yield Note(row, "due_differs", message.format(**theirs))
        if held and not any(has_begun(term, held.first_day) for term in organisation.terms):
            message = _("大会已在 {day} 召开，系统中还没有这一届，请再登记新一届的换届日期。")
            yield Note(row, "term_missing", message.format(day=held.iso()))

    @staticmethod
    def _again(rows: Rows, row: int, first: int) -> Iterator[Any]:
        """A second row about the same renewal."""
        if all(rows.column(key)[row] == rows.column(key)[first] for key in RenewalOfRow.reads):
            yield Note(row, "unit_again", _("与表中前面一行完全相同，只写入一次。"))
            yield Verdict(row, DUPLICATE)
            return
        words = _("同一单位同一次换届在表中出现了两次，内容不同，这一行没有写入，请只留一行。")
        yield Note(row, "unit_differs", words)
        yield Verdict(row, CONFLICT)


def told_of(rows: Rows, row: int, standing: Record | None) -> dict[str, Any]:
    """The columns of a renewal that a row fills; a due day is never made less exact."""
    told: dict[str, Any] = {
        name: iso(day.first_day) if (day := rows.column(name)[row]) else None for name in DAYS
    }
    told["members"] = rows.column("member_count")[row]
    told["chair_name"] = rows.column("chair_name")[row] or ""
    told["filing_number"] = rows.column("filing_no")[row] or ""
    return told | day_told("due", rows.column("due_on")[row], standing)


def standing_renewal(standing: list[Record], due: PartialDate) -> Record | None:
    """The renewal of this due day, else the first whose day can be the same.

    One that stands on the same first day comes before the others: no two share it.
    """
    known = [(record, day) for record in standing if (day := record.day("due"))]
    fitting = [(record, day) for record, day in known if agree(day, due)]
    same = (record for record, day in fitting if day == due)
    first = (record for record, day in fitting if day.first_day == due.first_day)
    return next(same, None) or next(first, None) or next((record for record, _day in fitting), None)


def in_order(days: list[str | None]) -> bool:
    """Whether the steps that have a day follow each other."""
    known = [day for day in days if day]
    return known == sorted(known)


def has_begun(term: StandingTerm, held: date) -> bool:
    """Whether a term began with the congress held on ``held``, or later."""
    start = PartialDate(term.starts_on, term.starts_precision)
    return term.starts_on >= held or agree(start, PartialDate(held))
