"""Who entered a value last: the organisation itself, or somebody above it.

The change log tells who wrote what; postings tell where she stood that day. An organisation is kept
by the accounts posted at it, and what lies below a village by those of the village.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from federation.access.models import Posting
from federation.access.scope import Grant
from federation.access.tree import organisation_model
from federation.audit.images import opened
from federation.audit.log import changes_about, creations_about
from federation.audit.models import Change, CreationBlock, CreationPlace
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


def standing() -> Q:
    """The log without imports that were taken back: nothing of them stands."""
    undone = Batch.objects.filter(state=Batch.State.UNDONE).values("uid")
    return Q(batch=None) | ~Q(batch__in=undone)


def posted_for(organisation: Any, user: Any) -> Any:
    """Where ``user`` is posted who imports for ``organisation``: there or at the nearest above.

    None where nowhere, and for the command line.
    """
    held = user.scope(Grant.IMPORT).people_paths if user is not None else ()
    own = (posting.organisation for posting in user.current_postings()) if held else ()
    over = [one for one in own if one.path in held and organisation.path.startswith(one.path)]
    return max(over, key=lambda one: one.path, default=None)


class Entering:
    """Finds what organisations entered themselves, before an import by ``importers``.

    Whoever keeps an organisation herself is not above it: of hers nothing is found.
    """

    def __init__(self, importers: Iterable[int | None], where: Q) -> None:
        """``where``: which of the log counts, by what changes and creations both have."""
        self.importers = {account for account in importers if account is not None}
        self.where, self.keepers = where & standing(), Keepers()
        self.changes = Change.objects.filter(self.where)

    def wrote_about(self, changes: QuerySet[Change]) -> bool:
        """Whether any organisation itself wrote about records of ``changes``, or has made records
        in bulk; two statements where nobody else did."""
        uids = changes.order_by().values("object_uid")
        return bool(self._own(self.changes.filter(object_uid__in=uids)) or self._own_made)

    def last(self, uids: Iterable[UUID]) -> Entries:
        """What was entered last by the organisation itself, of these records.

        Three statements where nobody else wrote; the log is opened for records that qualify alone.
        """
        found: Entries = {}
        for block in in_blocks(uids):
            about = keyed(self.changes, "object_uid", block)
            own = self._own(about) | self._own_made
            records = self._records(about, own) | self._made(block)
            if records:
                self._read(records, own, found)
        return found

    def _own(self, about: QuerySet[Change]) -> set[tuple[int, int]]:
        """(account, organisation) of those who wrote about their own organisation."""
        others = about.filter(actor__isnull=False, organisation__isnull=False)
        others = others.exclude(actor__in=self.importers).order_by()
        told = others.values_list("actor_id", "organisation_id", "organisation__path")
        return self._keeping(told.distinct())

    @cached_property
    def _own_made(self) -> set[tuple[int, int]]:
        """The same of those who brought their own organisation's records in with an import."""
        blocks = CreationBlock.objects.filter(self.where, actor__isnull=False)
        blocks = blocks.exclude(actor__in=self.importers)
        if not blocks.exists():
            return set()
        posted = Posting.objects.filter(user=OuterRef("block__actor"))
        below = posted.filter(organisation__kind_group=VILLAGE)
        path = ExpressionWrapper(OuterRef("organisation__path"), output_field=CharField())
        below = below.annotate(at=path)
        own = Exists(posted.filter(organisation=OuterRef("organisation"))) | Exists(
            below.filter(at__startswith=F("organisation__path"))
        )
        places = CreationPlace.objects.filter(own, block__in=blocks.values("pk")).order_by()
        told = places.values_list("block__actor_id", "organisation_id", "organisation__path")
        return self._keeping(told.distinct())

    def _keeping(self, told: Iterable[Any]) -> set[tuple[int, int]]:
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
        if not own:
            # Not even a question that nothing answers: it would name every record.
            return set()
        accounts = keyed(about, "actor", {account for account, _organisation in own})
        told = accounts.values_list("object_uid", "actor_id", "organisation_id")
        return {uid for uid, *wrote in told if tuple(wrote) in own}

    def _made(self, uids: Collection[UUID]) -> set[UUID]:
        own = self._own_made
        if not own:
            return set()
        where = self.where & Q(actor__in={account for account, _organisation in own})
        made = creations_about(uids, where)
        return {c.object_uid for c in made if (c.actor_id, c.organisation_id) in own}

    def _read(self, uids: set[UUID], own: set[tuple[int, int]], found: Entries) -> None:
        changes = changes_about(uids, self.where)
        owners = {change.organisation_id for change in changes} - {None}
        places = keyed(organisation_model().objects.all(), "id", owners)
        paths = dict(places.values_list("pk", "path"))
        for block in in_blocks(changes, 2000):
            for change, before, after in opened(block):
                is_own = (change.actor_id, change.organisation_id) in own
                entry = self._entry(change, paths) if is_own else None
                of_record = found.setdefault(change.object_uid, {})
                for value in entered_values(change.model, before, after):
                    if entry is None:
                        of_record.pop(value.shown, None)
                    else:
                        of_record[value.shown] = entry

    def _entry(self, change: Change, paths: Mapping[int, str]) -> Entry | None:
        place, account = change.organisation_id, change.actor_id
        if place is None or account is None:
            return None
        day = timezone.localtime(change.at).date()
        if not self.keepers.keeps((account, place, paths[place]), day):
            return None
        return Entry(change.pk, place, account, change.actor_label, change.at)
