"""What the deeds of random examples have in common: places, saving with a log, workbooks."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date
from typing import Any, ClassVar
from unittest import mock

from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis.stateful import RuleBasedStateMachine

from cadres.models import Post
from federation.audit.services import Actor, record_changes, snapshot
from federation.coverage.services import recompute
from federation.exchange import checking
from federation.exchange.models import Batch
from federation.exchange.reading import Event, Reader
from federation.exchange.services import (
    CannotUndo,
    batch_apply,
    batch_open,
    batch_plan,
    batch_undo,
)
from federation.registers.services import change_row
from federation.signals import records_changed
from homes.models import HomeKind
from orgs.models import Kind, Organisation
from tests.exchange.tables import book, member_row, village_row
from tests.properties.running import close_example

Workbooks = list[tuple[str, bytes]]


class Replayed(Reader):
    """What the reading child said of a file: the same file is not given to a second child."""

    heard: ClassVar[dict[bytes, tuple[list[Event], dict[str, Any]]]] = {}

    def __iter__(self) -> Iterator[Event]:
        assert isinstance(self.source, bytes)
        if self.source not in self.heard:
            events = list(super().__iter__())
            told = {name: getattr(self, name) for name in ("rows_read", "rows_told", "format")}
            self.heard[self.source] = events, told
        events, told = self.heard[self.source]
        vars(self).update(told)
        yield from deepcopy(events)


@contextmanager
def read_once() -> Iterator[None]:
    """Within, each workbook costs one process, however often it is taken in."""
    with mock.patch.object(checking, "Reader", Replayed):
        yield


def workbooks(tree: dict[str, Organisation]) -> Workbooks:
    """A few reports and rosters as files, made once."""
    lotus, willow, bamboo, pine = (tree[name] for name in ("lotus", "willow", "bamboo", "pine"))
    full = {
        "chair_name": "周兰",
        "chair_in_committee": "是",
        "exec_count": "9",
        "has_home": "是",
        "budget_yuan": "12000.50",
        "women_resident": "812",
        "election_date": "2021-03-08",
    }
    reports = [
        [village_row(lotus, **full), village_row(bamboo, has_home="否", exec_count="0")],
        [village_row(place, **full) for place in (lotus, willow, bamboo, pine)],
        [village_row(pine, chair_name="吴芳", chair_in_committee="否"), village_row(willow)],
    ]
    rosters = [
        [member_row(lotus, 1, "周兰", position="主席"), member_row(lotus, 2, "吴芳")],
        [
            member_row(bamboo, 3, "郑敏", position="主席", elected_on="2023-05-06"),
            member_row(willow, 3, "郑敏", elected_on="2023-05-06"),
            member_row(willow, 4, "王秀", position="主席"),
        ],
    ]
    found = [("villages", rows) for rows in reports] + [("committee", rows) for rows in rosters]
    return [(sheet, book(sheet, rows)) for sheet, rows in found]


class Desk(RuleBasedStateMachine):
    """One example: some dozens of deeds on a small tree, undone at its end."""

    drawn: ClassVar[Counter[str]] = Counter()
    books: ClassVar[Workbooks] = []

    def open_desk(self) -> None:
        """Begin an example."""
        self.savepoint = transaction.savepoint()
        self.steps, self.imports = 0, 0
        self.written: Batch | None = None
        self.kinds = {kind.code: kind for kind in Kind.objects.all()}
        self.posts = {post.name: post for post in Post.objects.all()}
        self.women_home = HomeKind.objects.get(code="women_home")

    def close_desk(self) -> None:
        """End an example: the tree is as before."""
        transaction.savepoint_rollback(self.savepoint)
        close_example(self.drawn, self.steps)

    @property
    def today(self) -> date:
        return timezone.localdate()

    def did(self, deed: str) -> None:
        """A step that changed something."""
        self.drawn[deed] += 1
        self.steps += 1

    def place(self, number: int, group: str = "village", **aside: Any) -> Organisation:
        """Some organisation of a group, but none of ``aside``."""
        found = Organisation.objects.filter(kind_group=group).exclude(**aside).order_by("pk")
        keys = list(found.values_list("pk", flat=True))
        return Organisation.objects.get(pk=keys[number % len(keys)])

    def some(self, model: Any, number: int) -> Any:
        """Some record of a model."""
        found = model.objects.order_by("pk")
        count = found.count()
        return found[number % count] if count else None

    def put(
        self, deed: str, record: Any, *, inline: bool, before: dict[str, Any] | None = None
    ) -> None:
        """Save and log unless nothing changed or the database's own rules refuse, and say so."""
        if before is not None:
            if snapshot(record) == before:
                return
            record.version += 1
        try:
            with transaction.atomic():
                record.save()
        except IntegrityError:
            self.drawn["refused"] += 1
            return
        after = snapshot(record)
        owner = self._owner(record, after)
        record_changes([change_row(record, before, after, owner)], actor=Actor.system())
        touched = {owner, self._owner(record, before or after)}
        records_changed.send(sender=type(record), organisation_ids=touched, inline=inline)
        self.did(deed)

    @staticmethod
    def _owner(record: Any, values: dict[str, Any]) -> int:
        return values.get("organisation_id") or record.pk

    def write_workbook(self, number: int, as_of: date, is_counted: bool) -> None:
        """A real import: the file is kept, checked, planned and written.

        Counting it follows the commit, at once or as the job that comes later.
        """
        sheet, data = self.books[number % len(self.books)]
        batch = batch_open(
            sheet=sheet,
            organisation=Organisation.objects.get(code="91"),
            as_of=as_of,
            actor=Actor.command(),
            file_name="表.xlsx",
            data=data,
        )
        batch = batch_apply(batch=batch_plan(batch=batch))
        assert batch.state == Batch.State.APPLIED
        self.imports += 1
        self.written = batch
        if is_counted:
            recompute()
        if batch.counts["written"]:
            self.did("import")

    def take_back(self, is_counted: bool) -> None:
        """A real undo of the import, unless it is too late for it."""
        batch, self.written = self.written, None
        try:
            result = batch_undo(batch=batch, actor=Actor.system())
        except CannotUndo:
            self.drawn["refused undos"] += 1
            return
        if is_counted:
            recompute()
        if result.restored:
            self.did("undo")
