"""Who entered a value last: the organisation itself, or somebody above it.

The change log tells who wrote what; postings tell where she stood that day. An organisation is kept
by the accounts posted at it, and what lies below a village by those of the village.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from federation.access.models import Posting
from federation.audit.images import opened
from federation.audit.models import Change
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.models import Batch
from federation.exchange.places import VILLAGE
from federation.exchange.values import entered_values


class Entry(NamedTuple):
    """A value as its organisation entered it: which line of the log, where, by whom and when."""

    change: int
    organisation_id: int
    actor_id: int
    actor_label: str
    at: datetime


#: record → shown column → by whom it was entered last; only what organisations entered themselves
Entries = dict[UUID, dict[str, Entry]]
# An account, and the organisation of what it wrote with its path.
Wrote = tuple[int, int, str]


class Keepers:
    """Which accounts keep an organisation; their postings are read once."""

    def __init__(self) -> None:
        self._held: dict[int, list[tuple[int, str, str, date, date | None]]] = {}

    def learn(self, accounts: Iterable[int]) -> None:
        """Read the postings of accounts that are not known yet; one query at most."""
        unknown = set(accounts) - set(self._held)
        if not unknown:
            return
        self._held |= {account: [] for account in unknown}
        told = ("user_id", "organisation_id", "organisation__path", "organisation__kind_group",
                "from_on", "until_on")  # fmt: skip
        for account, *posting in keyed(Posting.objects.all(), "user", unknown).values_list(*told):
            self._held[account].append(tuple(posting))

    def keeps(self, wrote: Wrote, on: date | None = None) -> bool:
        """Whether the account was posted there on a day (ever); its last day counts as well."""
        account, organisation, path = wrote
        return any(
            (at == organisation or (group == VILLAGE and path.startswith(root)))
            and (on is None or (first <= on and (last is None or on <= last)))
            for at, root, group, first, last in self._held.get(account, ())
        )


def standing(changes: QuerySet[Change]) -> QuerySet[Change]:
    """``changes`` without imports that were taken back: nothing of them stands."""
    undone = Batch.objects.filter(state=Batch.State.UNDONE).values("uid")
    return changes.filter(Q(batch=None) | ~Q(batch__in=undone))


class Entering:
    """Finds what organisations entered themselves, before an import by ``importers``.

    Whoever keeps an organisation herself is not above it: of hers nothing is found.
    """

    def __init__(self, importers: Iterable[int | None], changes: QuerySet[Change]) -> None:
        self.importers = {account for account in importers if account is not None}
        self.changes, self.keepers = standing(changes), Keepers()

    def wrote_about(self, changes: QuerySet[Change]) -> bool:
        """Whether any organisation itself wrote about records of ``changes``; one statement where
        nobody else did."""
        uids = changes.order_by().values("object_uid")
        return bool(self._own(self.changes.filter(object_uid__in=uids)))

    def last(self, uids: Iterable[UUID]) -> Entries:
        """What was entered last by the organisation itself, of these records.

        Two statements where nobody else wrote; the log is opened for records that qualify alone.
        """
        found: Entries = {}
        for block in in_blocks(uids):
            about = keyed(self.changes, "object_uid", block)
            own = self._own(about)
            if own:
                self._read(self._records(about, own), own, found)
        return found

    def _own(self, about: QuerySet[Change]) -> set[tuple[int, int]]:
        """(account, organisation) of those who wrote about their own organisation."""
        others = about.filter(actor__isnull=False, organisation__isnull=False)
        others = others.exclude(actor__in=self.importers).order_by()
        told = others.values_list("actor_id", "organisation_id", "organisation__path").distinct()
        wrote: list[Wrote] = list(told)
        if not wrote:
            return set()
        self.keepers.learn({*(account for account, _o, _p in wrote), *self.importers})
        return {one[:2] for one in wrote if self.keepers.keeps(one) and not self._is_kept(one)}

    def _is_kept(self, wrote: Wrote) -> bool:
        """Whether an importer keeps the organisation herself today."""
        today = timezone.localdate()
        return any(self.keepers.keeps((own, *wrote[1:]), today) for own in self.importers)

    @staticmethod
    def _records(about: QuerySet[Change], own: set[tuple[int, int]]) -> set[UUID]:
        accounts = keyed(about, "actor", {account for account, _organisation in own})
        told = accounts.values_list("object_uid", "actor_id", "organisation_id")
        return {uid for uid, *wrote in told if tuple(wrote) in own}

    def _read(self, uids: set[UUID], own: set[tuple[int, int]], found: Entries) -> None:
        changes = keyed(self.changes, "object_uid", uids).select_related("organisation")
        for block in in_blocks(changes.order_by("pk").iterator(chunk_size=2000), 2000):
            for change, before, after in opened(block):
                entry = self._entry(change, own)
                of_record = found.setdefault(change.object_uid, {})
                for value in entered_values(change.model, before, after):
                    if entry is None:
                        of_record.pop(value.shown, None)
                    else:
                        of_record[value.shown] = entry

    def _entry(self, change: Change, own: set[tuple[int, int]]) -> Entry | None:
        place, account = change.organisation, change.actor_id
        if place is None or account is None or (account, place.pk) not in own:
            return None
        day = timezone.localtime(change.at).date()
        if not self.keepers.keeps((account, place.pk, place.path), day):
            return None
        return Entry(change.pk, place.pk, account, change.actor_label, change.at)
