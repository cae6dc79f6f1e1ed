"""Month ends stay as they were; past ones can be worked out; a change of them says why."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from federation.audit.models import Event
from federation.audit.services import Actor
from federation.coverage.models import CoverageRow, FrozenMonth
from federation.coverage.periods import BadPeriod, FrozenPeriod, last_periods, month_before
from federation.coverage.services import (
    figures,
    history,
    month_restate,
    months_backfill,
    months_freeze,
    months_shown,
    rebuild,
    verify,
)
from federation.coverage.tasks import month_end
from federation.jobs.models import Job
from federation.jobs.services import run
from tests.coverage.records import appoint, established, figure, home, term

NEXT_MONTH = "2026-07-01T00:20:00+08:00"


def of_month(code, organisation, period):
    found = figures([organisation.pk], period)[organisation.pk][code]
    return (found.numerator, found.denominator)


def test_a_month_before_january_is_december():
    assert (month_before("2026-01"), month_before("2026-10")) == ("2025-12", "2026-09")


def test_the_last_months_are_given_oldest_first(clock):
    assert last_periods(3) == ["2026-04", "2026-05", "2026-06"]


def test_on_the_first_the_month_that_ended_is_counted_as_of_its_last_day(tree, clock):
    term(tree["lotus"], date(2021, 6, 30), date(2026, 6, 30))
    rebuild()
    assert of_month("ORG-08", tree["city"], "2026-06") == (0, 1)
    clock.move_to(NEXT_MONTH)
    month_end()
    job = Job.objects.get(kind="freeze_coverage")
    run(job.uid)
    job.refresh_from_db()
    assert job.result == {"months": ["2026-06"]}
    assert of_month("ORG-08", tree["city"], "2026-06") == (1, 1)
    assert not FrozenMonth.objects.get().is_computed_later
    assert Event.objects.get(deed="coverage_frozen").detail == {"period": "2026-06"}
    assert months_freeze() == []


def test_a_frozen_month_cannot_be_rebuilt_and_later_records_leave_it_alone(tree, clock):
    rebuild()
    clock.move_to(NEXT_MONTH)
    months_freeze()
    home(tree["lotus"], opened_on=date(2026, 6, 1))
    with pytest.raises(FrozenPeriod, match="已封存"):
        rebuild("2026-06")
    with pytest.raises(CommandError, match="restate_coverage"):
        call_command("rebuild_coverage", "--period", "2026-06")
    rebuild()
    assert of_month("POS-01", tree["city"], "2026-06") == (0, 4)
    assert figure("POS-01", tree["city"])[:2] == (1, 4)


def test_a_restatement_changes_it_and_says_why(tree, clock):
    rebuild()
    clock.move_to(NEXT_MONTH)
    months_freeze()
    home(tree["lotus"], opened_on=date(2026, 6, 1))
    assert [found.organisation_id for found in verify("2026-06")] == [tree["lotus"].pk]
    changed = month_restate(period="2026-06", reason="补录阵地", actor=Actor.system())
    assert (changed, of_month("POS-01", tree["city"], "2026-06")) == (1, (1, 4))
    event = Event.objects.get(deed="coverage_restated")
    assert (event.reason, event.detail) == ("补录阵地", {"period": "2026-06", "organisations": 1})
    assert months_shown(2)[0].is_restated


@pytest.mark.parametrize(
    ("period", "reason", "words"),
    [("2026-05", "补录", "还没有封存"), ("2026-06", "  ", "请写明"), ("2026-13", "补录", "看不懂")],
)
def test_a_restatement_without_month_or_reason_is_refused(tree, clock, period, reason, words):
    rebuild()
    clock.move_to(NEXT_MONTH)
    months_freeze()
    with pytest.raises(BadPeriod, match=words):
        month_restate(period=period, reason=reason, actor=Actor.system())


def test_past_months_are_worked_out_from_dated_records_and_marked(tree, clock):
    lotus, city = tree["lotus"], tree["city"]
    established(lotus, date(2025, 12, 31))
    home(tree["willow"], opened_on=date(2026, 2, 10), closed_on=date(2026, 4, 30))
    appoint(lotus, "何平", "主席", date(2026, 1, 15), is_on_two_committees=True)
    rebuild()
    result = months_backfill(months=7)
    assert (result["months"], result["organisations"]) == (7, 9)
    found = history([city.pk], ["ORG-02", "POS-01", "TEAM-01"], months=8)[city.pk]
    numerators = {
        code: [one.numerator for one in months.values()] for code, months in found.items()
    }
    # November to June; the home is open at the ends of February and March only.
    assert numerators == {
        "ORG-02": [0, 1, 1, 1, 1, 1, 1, 1],
        "POS-01": [0, 0, 0, 1, 1, 0, 0, 0],
        "TEAM-01": [0, 0, 1, 1, 1, 1, 1, 1],
    }
    assert list(found["ORG-02"])[0] == "2025-11"
    assert {row.is_computed_later for row in FrozenMonth.objects.all()} == {True}


def test_working_out_again_finds_nothing_to_do_and_a_kept_month_is_not_marked(tree, clock):
    rebuild()
    clock.move_to(NEXT_MONTH)
    assert months_backfill(months=3)["months"] == 2
    assert months_backfill(months=3)["months"] == 0
    marks = FrozenMonth.objects.order_by("period").values_list("period", "is_computed_later")
    assert list(marks) == [("2026-04", True), ("2026-05", True), ("2026-06", False)]


def test_a_month_worked_out_is_what_a_count_of_its_last_day_gives(tree, clock):
    established(tree["lotus"], date(2025, 3, 1))
    term(tree["lotus"], date(2021, 5, 31), date(2026, 5, 31))
    appoint(tree["lotus"], "何平", "主席", date(2024, 3, 1), engagement="3")
    home(tree["lotus"], opened_on=date(2026, 5, 31))
    rebuild()
    months_backfill(months=2)
    assert verify("2026-05") == []
    assert verify("2026-04") == []


def test_months_tell_their_rules_and_their_day(tree, clock):
    rebuild()
    months_backfill(months=1)
    past, now = months_shown(2)
    assert (past.period, past.as_of, past.is_frozen) == ("2026-05", date(2026, 5, 31), True)
    assert past.rules["ORG-08"] == 2
    assert (now.period, now.as_of, now.is_frozen, now.rules) == (
        "2026-06", date(2026, 6, 15), False, None,
    )  # fmt: skip


def test_the_history_of_any_number_of_organisations_is_one_query(
    tree, clock, django_assert_num_queries
):
    rebuild()
    months_backfill(months=3)
    with django_assert_num_queries(1):
        found = history([each.pk for each in tree.values()], ["ORG-02"])
    assert len(found) == 9
    assert len(found[tree["lotus"].pk]["ORG-02"]) == 4
    with django_assert_num_queries(1):
        assert len(months_shown()) == 25


def test_the_command_works_out_months_and_the_other_shows_them(tree, clock):
    rebuild()
    out = StringIO()
    call_command("backfill_coverage", "--months", "2", stdout=out)
    assert json.loads(out.getvalue())["months"] == 2
    shown = StringIO()
    call_command("show_coverage", "91", "--period", "2026-05", stdout=shown)
    assert shown.getvalue().splitlines()[0] == "91 2026-05 2026-05-31 已封存 补算"
    call_command("restate_coverage", "2026-05", "--reason", "核对", stdout=StringIO())
    assert Event.objects.get(deed="coverage_restated").actor_label == "命令行"
    with pytest.raises(CommandError, match="月数应在"):
        call_command("backfill_coverage", "--months", "0")
    with pytest.raises(CommandError, match="没有用户名"):
        call_command("restate_coverage", "2026-05", "--reason", "核对", "--user", "nobody")


def test_a_missed_first_is_made_up_for_at_night(tree, clock):
    rebuild()
    clock.move_to("2026-07-03T01:30:00+08:00")
    call_command("rebuild_coverage", stdout=StringIO())
    assert CoverageRow.objects.values("period").distinct().count() == 2
    assert months_freeze() == ["2026-06"]
