"""Whatever is imported in whatever order: the plan is what is written, and undo brings all back."""

from typing import Any, ClassVar
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cadres.models import Appointment, Person
from federation.audit.services import Actor
from federation.exchange import planning
from federation.exchange.contents import kept_rows
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_plan, batch_undo
from tests.properties.exchange_world import (
    SCHOOLS,
    Files,
    edit,
    end,
    promised,
    tables,
    workbooks,
)

pytestmark = pytest.mark.django_db
AT_EASE = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
pick = st.integers(0, 1000)
SETTLED = {"unchanged", "conflict", "duplicate"}


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
    @settings(max_examples=200, **AT_EASE)
    @given(history=st.lists(workbooks, max_size=3), last=workbooks)
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

    @initialize()
    def begin(self) -> None:
        self.point = transaction.savepoint()
        self.waiting: list[Batch] = []
        self.done: list[tuple[Batch, Any]] = []

    def teardown(self) -> None:
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)

    @rule(workbook=workbooks)
    def plan(self, workbook: Any) -> None:
        before = tables()
        self.waiting.append(batch_plan(batch=self.files.batch(workbook)))
        assert tables() == before

    @precondition(lambda self: self.waiting)
    @rule(number=pick)
    def write(self, number: int) -> None:
        batch = self.waiting.pop(number % len(self.waiting))
        before = tables()
        batch = batch_apply(batch=batch)
        assert tables() == promised(batch, before)
        self.done.append((batch, before))

    @precondition(lambda self: self.done)
    @rule()
    def take_back_the_last(self) -> None:
        batch, before = self.done.pop()
        kept = batch_undo(batch=batch, actor=Actor.system()).kept
        if before is not None:
            assert kept == []
            assert tables() == before

    @precondition(lambda self: len(self.done) > 1)
    @rule(number=pick)
    def take_back_an_earlier_one(self, number: int) -> None:
        batch, _before = self.done.pop(number % (len(self.done) - 1))
        kept = {record.uid for record in batch_undo(batch=batch, actor=Actor.system()).kept}
        standing = {uid for _label, uid in tables()}
        assert {uid.hex for uid in kept} <= standing
        self._something_happened()

    @precondition(lambda self: Person.objects.exists())
    @rule(number=pick, school=st.sampled_from(SCHOOLS))
    def edit_by_hand(self, number: int, school: Any) -> None:
        people = list(Person.objects.order_by("pk"))
        edit(people[number % len(people)], school.label)
        self._something_happened()

    @precondition(lambda self: Appointment.objects.filter(until_on=None).exists())
    @rule(number=pick)
    def end_by_hand(self, number: int) -> None:
        posts = list(Appointment.objects.filter(until_on=None).order_by("pk"))
        end(posts[number % len(posts)])
        self._something_happened()

    def _something_happened(self) -> None:
        # What stood before the batches written so far can no longer come back whole.
        self.done = [(batch, None) for batch, _before in self.done]

    @invariant()
    def nobody_is_written_twice(self) -> None:
        if hasattr(self, "point"):
            known = Person.objects.exclude(id_number_digest=None)
            digests = [bytes(value) for value in known.values_list("id_number_digest", flat=True)]
            assert len(digests) == len(set(digests))


def test_imports_edits_and_undo_in_any_order_keep_the_promise(files):
    Imports.files = files
    run_state_machine_as_test(
        Imports, settings=settings(max_examples=30, stateful_step_count=30, **AT_EASE)
    )
