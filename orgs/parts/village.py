"""The village itself: its reported facts, that it stands, and the term its election began."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.declare import Follows, Part, part
from federation.exchange.plans import CONFLICT, NEW, Create, Note, Rows, Update, Verdict
from federation.identity import uuid7_batch
from orgs.models import Organisation
from orgs.parts import facts
from orgs.parts.matching import (
    StandingOrganisation,
    agree,
    begun_or_running,
    established,
    new_term,
    standing_organisations,
)

Status = Organisation.Status
STANDS = (Status.ESTABLISHED, Status.RECTIFYING)
TELLING = {
    **facts.all_of(
        ("women_resident", "households", "exec_count", "group_count"), facts.told_number
    ),
    "budget_yuan": facts.told_money,
    "election_date": facts.told_date,
    "remark": facts.told_text,
}


@part("villages")
class Village(Part):
    """Status and term are made only where none stands; where one differs, the row is a conflict."""

    reads = tuple(TELLING)
    derives: ClassVar = {
        facts.FACT: facts.OF_KEY,
        "orgs.Term": {"starts_on": Follows(("election_date",))},
        "orgs.Organisation": {"status_since_on": Follows(("election_date",))},
    }

    def match(self, rows: Rows) -> Any:
        """The organisations with their terms, and the facts of the same day."""
        return standing_organisations(rows.organisation_ids), facts.Facts(rows, TELLING)

    def tokens(self, rows: Rows, found: Any) -> list[Any]:
        """Standing, terms and facts of each row's village."""
        standing, told = found
        return [
            (standing[owner].token(), fact)
            for owner, fact in zip(rows.organisation_ids, told.tokens(), strict=True)
        ]

    def plan(self, rows: Rows, found: Any) -> Iterator[Any]:
        """Facts, status and term of every row."""
        standing, told = found
        yield from told.plan()
        elections, counts = rows.column("election_date"), rows.column("exec_count")
        chairs = rows.column("chair_name")
        terms = rows.made.setdefault("term", {})
        uids = uuid7_batch(rows.count)
        for row, owner in enumerate(rows.organisation_ids):
            village, election = standing[owner], elections[row]
            if election or chairs[row] or (counts[row] or 0) > 0:
                yield from self._status(rows, row, village, election)
            if election:
                yield from self._term(rows, row, village, election, uids[row])
                term = begun_or_running(village, election)
                terms[row] = term.pk if term else uids[row].hex

    def _status(
        self, rows: Rows, row: int, village: StandingOrganisation, election: PartialDate | None
    ) -> Iterator[Update | Note | Verdict]:
        if village.status == Status.NOT_BUILT:
            yield established(rows, village, election, of_rows=(row,), from_report=True)
            yield Verdict(row, NEW)
        elif village.status not in STANDS:
            message = _(
                "系统中这里的组织状态是“{status}”，表中按已成立上报。状态没有改动，请核对。"
            )
            status = Status(village.status).label
            yield Note(row, "status_differs", message.format(status=status))
            yield Verdict(row, CONFLICT)

    def _term(
        self,
        rows: Rows,
        row: int,
        village: StandingOrganisation,
        election: PartialDate,
        uid: Any,
    ) -> Iterator[Create | Note | Verdict]:
        term = begun_or_running(village, election)
        if term is None:
            yield new_term(rows, village, election, uid, of_rows=(row,), from_report=True)
            yield Verdict(row, NEW)
            return
        start = PartialDate(term.starts_on, term.starts_precision)
        if not agree(start, election):
            message = _("系统中本届换届时间是 {ours}，表中是 {theirs}。届次没有改动，请核对。")
            yield Note(
                row, "election_differs", message.format(ours=start.iso(), theirs=election.iso())
            )
            yield Verdict(row, CONFLICT)
