"""The telephones that villages reported: what stands behind masked cells of their next report."""

from collections.abc import Iterator, Sequence
from datetime import date

from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.giving.givers import SealedCell, sealed_cell
from federation.exchange.holding import Asked, Held, Holder, holder
from orgs.models import ReportedFact

NAME, PHONE = "chair_name", "chair_phone"


@holder("villages")
class Reported(Holder):
    """The chair as the latest report that told her telephone named her."""

    named_by = (NAME,)

    def held(self, asked: Sequence[Asked], day: date) -> Iterator[Held]:
        """Name and telephone as they were last reported."""
        for block in in_blocks(sorted({one.place.id for one in asked})):
            told = ReportedFact.objects.filter(key__in=(NAME, PHONE), as_of__lte=day)
            facts = keyed(told.order_by("as_of"), "organisation", block)
            # By organisation and day: a name and a telephone of one report belong together.
            names: dict[tuple[int, date], str] = {}
            phones: dict[tuple[int, date], SealedCell] = {}
            for owner, as_of, key, uid, text, secret in facts.values_list(
                "organisation_id", "as_of", "key", "uid", "text", "secret"
            ):
                cell = sealed_cell(ReportedFact, "secret", uid, secret, text)
                if key == NAME:
                    names[owner, as_of] = text
                elif cell is not None:
                    phones[owner, as_of] = cell
            latest = {report[0]: report for report in names if report in phones}
            for owner, report in latest.items():
                yield Held(owner, {NAME: names[report]}, {PHONE: phones[report]})
