"""Whatever happens to records, increments give what a full count and plain SQL give."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cadres.models import Appointment, Person, Post
from federation.audit.services import Actor
from federation.coverage.models import CoverageRow
from federation.coverage.periods import current_period
from federation.coverage.services import figures, rebuild, recompute, verify
from federation.coverage.tasks import check
from federation.signals import records_changed
from homes.models import Home, HomeKind
from orgs.models import Kind, Organisation, ReportedFact, Term
from orgs.services.structure import StructureRefused, organisation_found, organisation_move
from tests.coverage.oracle import answers

EXAMPLES, STEPS, DRAWN_AT_LEAST = 200, 30, 20
BEGIN = datetime(2026, 6, 15, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
RECORDS: tuple[Any, ...] = (Home, Appointment, Term, ReportedFact)
CELLS = ("has_home", "chair_in_committee", "exec_count", "women_resident", "budget_yuan")
pick = st.integers(min_value=0, max_value=10_000)
back = st.integers(min_value=0, max_value=900)
yes_no = st.booleans()
# Most edits wait for the job that counts what is marked, as imports do.
at_once = st.sampled_from([False, False, False, True])


class Records(RuleBasedStateMachine):
    """One example: a few dozen deeds on a small tree, undone at its end."""

    clock: ClassVar[time_machine.Traveller]
    drawn: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.steps = 0
        self.clock.move_to(BEGIN)
        self.savepoint = transaction.savepoint()
        self.kinds = {kind.code: kind for kind in Kind.objects.all()}
        self.posts = {post.name: post for post in Post.objects.all()}
        self.women_home = HomeKind.objects.get(code="women_home")
        self.is_stale = False

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            self.compare()
            transaction.savepoint_rollback(self.savepoint)
            self.drawn["examples"] += 1
            self.drawn["steps"] += self.steps

    @property
    def today(self) -> date:
        return timezone.localdate()

    def place(self, number: int, group: str = "village") -> Organisation:
        found = Organisation.objects.filter(kind_group=group).order_by("pk")
        return found[number % found.count()]

    def some(self, model: Any, number: int) -> Any:
        found = model.objects.order_by("pk")
        count = found.count()
        return found[number % count] if count else None

    def say(self, model: Any, *organisation_ids: int, inline: bool) -> None:
        records_changed.send(sender=model, organisation_ids=set(organisation_ids), inline=inline)

    def put(self, record: Any, *, inline: bool, also: int | None = None) -> None:
        """Save unless the database's own rules refuse, and say so."""
        try:
            with transaction.atomic():
                record.save()
        except IntegrityError:
            return
        self.say(
            type(record), record.organisation_id, also or record.organisation_id, inline=inline
        )

    @rule(at=pick, days=back, reported=yes_no, inline=at_once)
    def create_home(self, at: int, days: int, reported: bool, inline: bool) -> None:
        self.drawn["create"] += 1
        self.put(
            Home(
                organisation=self.place(at),
                kind=self.women_home,
                name=f"第{at}妇女之家",
                opened_on=self.today - timedelta(days=days) if days % 3 else None,
                from_report=reported,
            ),
            inline=inline,
        )

    @rule(
        at=pick, days=back, head=yes_no, on_two=st.sampled_from([None, True, False]), inline=at_once
    )
    def create_appointment(
        self, at: int, days: int, head: bool, on_two: bool | None, inline: bool
    ) -> None:
        self.drawn["create"] += 1
        self.put(
            Appointment(
                person=Person.objects.create(name="何平"),
                organisation=self.place(at),
                post=self.posts["主席" if head else "执委"],
                from_on=self.today - timedelta(days=days),
                is_on_two_committees=on_two if head else None,
                from_report=days % 2 == 0,
            ),
            inline=inline,
        )

    @rule(at=pick, days=back, years=st.integers(1, 3), of_town=yes_no, inline=at_once)
    def create_term(self, at: int, days: int, years: int, of_town: bool, inline: bool) -> None:
        self.drawn["create"] += 1
        starts = self.today - timedelta(days=days)
        place = self.place(at, "town" if of_town else "village")
        due = starts + timedelta(days=365 * years)
        self.put(Term(organisation=place, starts_on=starts, due_on=due), inline=inline)

    @rule(at=pick, number=pick, inline=at_once)
    def found_village(self, at: int, number: int, inline: bool) -> None:
        self.drawn["create"] += 1
        town = self.place(at, "town")
        kind = ("60", "61", "62")[number % 3]
        organisation_found(
            kind=kind, name=f"第{number}村", parent=town, code="", actor=Actor.system()
        )

    @rule(at=pick, status=st.sampled_from(["00", "10", "30", "60"]), expected=pick, inline=at_once)
    def edit_organisation(self, at: int, status: str, expected: int, inline: bool) -> None:
        self.drawn["edit"] += 1
        village = self.place(at)
        village.status, village.is_expected = status, expected % 5 > 0
        village.kind = self.kinds[("60", "61", "62")[expected % 3]]
        village.save()
        self.say(Organisation, village.pk, inline=inline)

    @precondition(lambda self: Home.objects.exists())
    @rule(at=pick, to=pick, inline=at_once)
    def edit_home(self, at: int, to: int, inline: bool) -> None:
        self.drawn["edit"] += 1
        home = self.some(Home, at)
        before = home.organisation_id
        home.organisation, home.from_report = self.place(to), False
        self.put(home, inline=inline, also=before)

    @precondition(lambda self: Appointment.objects.exists())
    @rule(at=pick, on_two=st.sampled_from([None, True, False]), inline=at_once)
    def edit_appointment(self, at: int, on_two: bool | None, inline: bool) -> None:
        self.drawn["edit"] += 1
        held = self.some(Appointment, at)
        held.is_on_two_committees, held.from_report = on_two, False
        self.put(held, inline=inline)

    @precondition(lambda self: Appointment.objects.exists() or Home.objects.exists())
    @rule(at=pick, days=st.integers(-30, 30), inline=at_once)
    def end(self, at: int, days: int, inline: bool) -> None:
        self.drawn["end"] += 1
        model = Appointment if Appointment.objects.exists() and at % 2 else Home
        record = self.some(model, at)
        if record is not None:
            setattr(
                record,
                "until_on" if model is Appointment else "closed_on",
                self.today + timedelta(days=days),
            )
            self.put(record, inline=inline)

    @rule(at=pick, key=st.sampled_from(CELLS), number=st.integers(0, 20), days=back, inline=at_once)
    def report(self, at: int, key: str, number: int, days: int, inline: bool) -> None:
        self.drawn["report"] += 1
        value = number % 2 if key in ("has_home", "chair_in_committee") else number
        as_of = self.today - timedelta(days=days)
        fact = ReportedFact(
            organisation=self.place(at), key=key, as_of=as_of, number=value, text=str(value)
        )
        self.put(fact, inline=inline)

    @precondition(lambda self: any(model.objects.exists() for model in RECORDS))
    @rule(at=pick, inline=at_once)
    def undo(self, at: int, inline: bool) -> None:
        self.drawn["undo"] += 1
        standing = [model for model in RECORDS if model.objects.exists()]
        record = self.some(standing[at % len(standing)], at)
        organisation_id = record.organisation_id
        record.delete()
        self.say(type(record), organisation_id, inline=inline)

    @rule(at=pick, to=pick, of_town=yes_no)
    def move(self, at: int, to: int, of_town: bool) -> None:
        self.drawn["move"] += 1
        levels = ("town", "district") if of_town else ("village", "town")
        try:
            with transaction.atomic():
                organisation_move(
                    organisation=self.place(at, levels[0]),
                    parent=self.place(to, levels[1]),
                    on=self.today,
                    actor=Actor.system(),
                )
        except StructureRefused:
            self.drawn["refused moves"] += 1

    @rule(days=st.integers(1, 45), is_night_kept=yes_no)
    def day_passes(self, days: int, is_night_kept: bool) -> None:
        self.drawn["day passes"] += 1
        self.clock.shift(timedelta(days=days))
        self.is_stale = True
        if is_night_kept:
            assert check() == []
            rebuild()
            self.is_stale = False

    @invariant()
    def count_steps(self) -> None:
        if hasattr(self, "savepoint"):
            self.steps += 1

    def compare(self) -> None:
        """Increments against a full count of each row's day, a rebuild, and plain SQL."""
        self.drawn["compare"] += 1
        recompute()
        everywhere = list(Organisation.objects.values_list("pk", flat=True))
        increments = figures(everywhere)
        if self.is_stale and CoverageRow.objects.filter(period=current_period()).exists():
            assert verify() == []
        rebuild()
        rebuilt = figures(everywhere)
        assert self.is_stale or increments == rebuilt
        self.is_stale = False
        with connection.cursor() as cursor:
            for code, expected in answers(cursor, self.today.isoformat()).items():
                found = {
                    pk: (row[code].numerator, row[code].denominator) for pk, row in rebuilt.items()
                }
                assert found == expected, code


@pytest.mark.django_db
def test_increments_equal_a_full_count_and_plain_sql(tree):
    Records.drawn.clear()
    with time_machine.travel(BEGIN, tick=False) as clock:
        Records.clock = clock
        rebuild()
        run_state_machine_as_test(
            Records,
            settings=settings(
                max_examples=EXAMPLES + 10,
                stateful_step_count=STEPS + 10,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    drawn = Records.drawn
    assert drawn["examples"] >= EXAMPLES
    assert drawn["steps"] >= EXAMPLES * STEPS
    deeds = ("create", "edit", "end", "report", "undo", "move", "day passes", "compare")
    assert {deed: drawn[deed] for deed in deeds if drawn[deed] < DRAWN_AT_LEAST} == {}
