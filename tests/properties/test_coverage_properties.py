"""Whatever happens to records, increments give what a full count and plain SQL give."""

from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from cadres.models import Appointment, Person
from federation.audit.services import Actor, snapshot
from federation.coverage.models import CoverageRow, FrozenMonth
from federation.coverage.periods import current_period
from federation.coverage.services import figures, months_backfill, rebuild, recompute, verify
from federation.coverage.tasks import check
from homes.models import Home
from orgs.models import Organisation, ReportedFact, Term
from orgs.services.structure import organisation_found, organisation_move
from tests.coverage.oracle import answers
from tests.properties.coverage_world import Desk, read_once, workbooks
from tests.properties.running import run_enough

BEGIN = datetime(2026, 6, 15, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
CELLS = ("has_home", "chair_in_committee", "exec_count", "women_resident", "budget_yuan")
DEEDS = (
    "create",
    "edit",
    "end",
    "report",
    "move",
    "import",
    "undo",
    "day passes",
    "freeze",
    "compare",
)
pick = st.integers(min_value=0, max_value=10_000)
back = st.integers(min_value=0, max_value=900)
yes_no = st.booleans()
# Most edits wait for the job that counts what is marked, as imports do.
at_once = st.sampled_from([False, False, False, True])


class Records(Desk):
    """Deeds of people, imports and nights, in any order."""

    clock: ClassVar[time_machine.Traveller]

    @initialize()
    def begin(self) -> None:
        self.clock.move_to(BEGIN)
        self.open_desk()
        self.is_stale = False
        self.frozen: dict[str, dict[int, bytes]] = {}

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            self.compare()
            self.close_desk()

    @rule(at=pick, days=back, reported=yes_no, inline=at_once)
    def create_home(self, at: int, days: int, reported: bool, inline: bool) -> None:
        self.put(
            "create",
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
        self.put(
            "create",
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
        starts = self.today - timedelta(days=days)
        place = self.place(at, "town" if of_town else "village")
        due = starts + timedelta(days=365 * years)
        self.put("create", Term(organisation=place, starts_on=starts, due_on=due), inline=inline)

    @rule(at=pick, number=pick)
    def found_village(self, at: int, number: int) -> None:
        organisation_found(
            kind=("60", "61", "62")[number % 3],
            name=f"第{number}村",
            parent=self.place(at, "town"),
            actor=Actor.system(),
        )
        self.did("create")

    @rule(at=pick, status=st.sampled_from(["00", "10", "30", "60"]), expected=pick, inline=at_once)
    def edit_organisation(self, at: int, status: str, expected: int, inline: bool) -> None:
        village = self.place(at)
        before = snapshot(village)
        village.status, village.is_expected = status, expected % 5 > 0
        village.kind = self.kinds[("60", "61", "62")[expected % 3]]
        self.put("edit", village, inline=inline, before=before)

    @precondition(lambda self: Home.objects.exists())
    @rule(at=pick, to=pick, inline=at_once)
    def edit_home(self, at: int, to: int, inline: bool) -> None:
        home = self.some(Home, at)
        before = snapshot(home)
        home.organisation, home.from_report = self.place(to, pk=home.organisation_id), False
        self.put("edit", home, inline=inline, before=before)

    @precondition(lambda self: Appointment.objects.exists())
    @rule(at=pick, on_two=st.sampled_from([None, True, False]), inline=at_once)
    def edit_appointment(self, at: int, on_two: bool | None, inline: bool) -> None:
        held = self.some(Appointment, at)
        before = snapshot(held)
        held.is_on_two_committees, held.from_report = on_two, False
        self.put("edit", held, inline=inline, before=before)

    @precondition(lambda self: Appointment.objects.exists() or Home.objects.exists())
    @rule(at=pick, days=st.integers(-30, 30), inline=at_once)
    def end(self, at: int, days: int, inline: bool) -> None:
        model = Appointment if Appointment.objects.exists() and at % 2 else Home
        record = self.some(model, at)
        if record is not None:
            before = snapshot(record)
            last_day = "until_on" if model is Appointment else "closed_on"
            setattr(record, last_day, self.today + timedelta(days=days))
            self.put("end", record, inline=inline, before=before)

    @rule(at=pick, key=st.sampled_from(CELLS), number=st.integers(0, 20), days=back, inline=at_once)
    def report(self, at: int, key: str, number: int, days: int, inline: bool) -> None:
        value = number % 2 if key in ("has_home", "chair_in_committee") else number
        as_of = self.today - timedelta(days=days)
        fact = ReportedFact(
            organisation=self.place(at), key=key, as_of=as_of, number=value, text=str(value)
        )
        self.put("report", fact, inline=inline)

    @precondition(lambda self: self.imports < 3)
    @rule(number=pick, days=back, is_counted=yes_no)
    def import_workbook(self, number: int, days: int, is_counted: bool) -> None:
        self.write_workbook(number, self.today - timedelta(days=days), is_counted)

    @precondition(lambda self: self.written is not None)
    @rule(is_counted=yes_no)
    def undo_import(self, is_counted: bool) -> None:
        self.take_back(is_counted)

    @rule(at=pick, to=pick, of_town=yes_no)
    def move(self, at: int, to: int, of_town: bool) -> None:
        below, above = ("town", "district") if of_town else ("village", "town")
        moving = self.place(at, below)
        parent = self.place(to, above, pk=moving.parent_id)
        organisation_move(organisation=moving, parent=parent, on=self.today, actor=Actor.system())
        self.did("move")

    @rule(days=st.integers(1, 45), is_night_kept=yes_no)
    def day_passes(self, days: int, is_night_kept: bool) -> None:
        self.clock.shift(timedelta(days=days))
        self.is_stale = True
        if is_night_kept:
            assert check() == []
            rebuild()
            self.is_stale = False
        self.did("day passes")

    @rule(months=st.integers(1, 3))
    def freeze(self, months: int) -> None:
        """Months that have ended are kept, those that were not are worked out."""
        if months_backfill(months=months)["months"]:
            self.did("freeze")
        for period in FrozenMonth.objects.values_list("period", flat=True):
            self.frozen.setdefault(period, self.totals(period))

    @staticmethod
    def totals(period: str) -> dict[int, bytes]:
        rows = CoverageRow.objects.filter(period=period).values_list("organisation", "total")
        return {pk: bytes(total) for pk, total in rows}

    def compare(self) -> None:
        """Increments against a full count of each row's day, a rebuild, and plain SQL.

        What was frozen stands as it was.
        """
        self.drawn["compare"] += 1
        assert {period: self.totals(period) for period in self.frozen} == self.frozen
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
    Records.books = workbooks(tree)
    with read_once(), time_machine.travel(BEGIN, tick=False) as clock:
        Records.clock = clock
        rebuild()
        run_enough(Records, Records.drawn, DEEDS)
