"""Whatever is imported in whatever order: the plan is what is written, and undo brings all back."""

from collections import Counter
from typing import Any, ClassVar
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from cadres.models import Appointment, Person
from federation.audit import services as audit_services
from federation.audit.services import Actor
from federation.exchange import planning
from federation.exchange.contents import kept_rows
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_drop, batch_plan, batch_undo
from tests.properties.exchange_world import (
    NAMES,
    SCHOOLS,
    Files,
    create,
    edit,
    end,
    promised,
    tables,
    workbooks,
)
from tests.properties.running import AT_EASE, EXAMPLES, close_example, run_enough

pytestmark = pytest.mark.django_db
DEEDS = (
    "plan", "write", "drop", "undo the last", "undo an earlier one", "edit", "end", "create",
)  # fmt: skip
# More plans than these would only repeat what the first ones show.
PLANS, WAITING = 5, 2
pick = st.integers(0, 1000)
SETTLED = {"unchanged", "conflict", "duplicate"}


@pytest.fixture(autouse=True)
def _several_make_a_block(monkeypatch):
    """Both ways of telling a creation come up: single ones in rows, two and more in blocks."""
    monkeypatch.setattr(audit_services, "WORTH_A_BLOCK", 2)


@pytest.fixture
def files(lotus, willow, bamboo):
    """Workbooks that need no reading, for three villages of two districts."""
    made = Files([lotus, willow, bamboo])
    with mock.patch.object(planning, "checked_workbook", made):
        yield made


def written(files: Files, workbook: Any) -> Batch:
    """The workbook planned and written."""
    return batch_apply(batch=batch_plan(batch=files.batch(workbook)))


def test_what_is_planned_is_written_and_undo_restores_it(files):
    @settings(max_examples=EXAMPLES, **AT_EASE)
    @given(history=st.lists(workbooks, max_size=2), last=workbooks)
    def holds(history, last):
        point = transaction.savepoint()
        try:
            compare(files, history, last)
        finally:
            transaction.savepoint_rollback(point)

    holds()


def compare(files: Files, history: list[Any], last: Any) -> None:
    """One example: some imports, then one that is planned, written, planned again, taken back."""
    for workbook in history:
        written(files, workbook)
    before = tables()
    batch = batch_plan(batch=files.batch(last))
    assert tables() == before
    batch = batch_apply(batch=batch)
    assert batch.counts["stale"] == 0
    assert tables() == promised(batch, before)
    again = batch_plan(batch=files.batch(last))
    assert {row.change for row in kept_rows(again)} <= SETTLED
    batch_undo(batch=batch, actor=Actor.system())
    assert tables() == before


class Imports(RuleBasedStateMachine):
    """Plans wait, are written, are taken back, while people edit by hand in between."""

    files: ClassVar[Files]
    drawn: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.point = transaction.savepoint()
        self.steps, self.plans = 0, 0
        self.waiting: list[Batch] = []
        self.done: list[tuple[Batch, Any]] = []

    def teardown(self) -> None:
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)
            close_example(self.drawn, self.steps)

    def did(self, deed: str) -> None:
        self.drawn[deed] += 1
        self.steps += 1

    @precondition(lambda self: self.plans < PLANS and len(self.waiting) < WAITING)
    @rule(workbook=workbooks)
    def plan(self, workbook: Any) -> None:
        before = tables()
        self.waiting.append(batch_plan(batch=self.files.batch(workbook)))
        assert tables() == before
        self.plans += 1
        self.did("plan")

    @precondition(lambda self: self.waiting)
    @rule(number=pick)
    def write(self, number: int) -> None:
        batch = self.waiting.pop(number % len(self.waiting))
        before = tables()
        batch = batch_apply(batch=batch)
        assert tables() == promised(batch, before)
        self.done.append((batch, before))
        self.did("write")

    @precondition(lambda self: len(self.waiting) == WAITING)
    @rule(number=pick)
    def drop(self, number: int) -> None:
        batch = self.waiting.pop(number % WAITING)
        assert batch_drop(batch=batch).state == Batch.State.DROPPED
        assert not batch.chunks.exists()
        self.did("drop")

    @precondition(lambda self: self.done)
    @rule()
    def take_back_the_last(self) -> None:
        batch, before = self.done.pop()
        kept = batch_undo(batch=batch, actor=Actor.system()).kept
        if before is not None:
            assert kept == []
            assert tables() == before
        self.did("undo the last")

    @precondition(lambda self: len(self.done) > 1)
    @rule(number=pick)
    def take_back_an_earlier_one(self, number: int) -> None:
        batch, _before = self.done.pop(number % (len(self.done) - 1))
        kept = {record.uid for record in batch_undo(batch=batch, actor=Actor.system()).kept}
        standing = {uid for _label, uid in tables()}
        assert {uid.hex for uid in kept} <= standing
        self._something_happened("undo an earlier one")

    @rule(number=pick, name=st.sampled_from(NAMES))
    def create_by_hand(self, number: int, name: str) -> None:
        create(self.files.villages[number % 3], name)
        self._something_happened("create")

    @precondition(lambda self: Person.objects.exists())
    @rule(number=pick, school=st.sampled_from(SCHOOLS))
    def edit_by_hand(self, number: int, school: Any) -> None:
        people = list(Person.objects.order_by("pk"))
        edit(people[number % len(people)], school.label)
        self._something_happened("edit")

    @precondition(lambda self: Appointment.objects.filter(until_on=None).exists())
    @rule(number=pick)
    def end_by_hand(self, number: int) -> None:
        posts = list(Appointment.objects.filter(until_on=None).order_by("pk"))
        end(posts[number % len(posts)])
        self._something_happened("end")

    def _something_happened(self, deed: str) -> None:
        # What stood before the batches written so far can no longer come back whole.
        self.done = [(batch, None) for batch, _before in self.done]
        self.did(deed)

    @invariant()
    def nobody_is_written_twice(self) -> None:
        if hasattr(self, "point"):
            known = Person.objects.exclude(id_number_digest=None)
            digests = [bytes(value) for value in known.values_list("id_number_digest", flat=True)]
            assert len(digests) == len(set(digests))


def test_imports_edits_and_undo_in_any_order_keep_the_promise(files):
    Imports.files = files
    run_enough(Imports, Imports.drawn, DEEDS)
