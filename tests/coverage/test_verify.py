"""Stored figures are held against a full count, by command and every night."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from federation.audit.models import Event
from federation.coverage.adding import figure_names
from federation.coverage.declare import catalogue
from federation.coverage.models import CoverageRow, Layout
from federation.coverage.packing import pack, unpack
from federation.coverage.services import Difference, rebuild, verify
from federation.coverage.tasks import nightly
from federation.jobs.models import Job
from federation.jobs.services import run
from tests.coverage.records import established, figure, home, report, term


@pytest.fixture
def counted_tree(tree):
    established(tree["lotus"], date(2020, 1, 1))
    rebuild()
    return tree


def spoil(organisation, column: str) -> None:
    """One stored number changed behind the product's back."""
    row = CoverageRow.objects.get(organisation=organisation)
    numbers = unpack(getattr(row, column)).copy()
    numbers[figure_names().index("ORG-02@1") * 5] += 1
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE coverage_coveragerow SET {column} = %s WHERE id = %s", [pack(numbers), row.pk]
        )


def command(*args: str) -> tuple[list[str], int]:
    """The lines a command printed and its exit status."""
    out = StringIO()
    try:
        call_command(*args, stdout=out)
    except SystemExit as end:
        return out.getvalue().splitlines(), int(end.code or 0)
    return out.getvalue().splitlines(), 0


def test_a_fresh_count_has_no_differences(counted_tree):
    assert verify() == []


def test_a_spoilt_own_part_and_an_unseen_record_are_two_differences(counted_tree, lotus, bamboo):
    spoil(lotus, "own")
    home(bamboo)
    assert verify() == [
        Difference(lotus.pk, ["ORG-02"], ["ORG-02"]),
        Difference(bamboo.pk, ["POS-01", "POS-03"], []),
    ]


def test_a_spoilt_total_of_a_town_shows_there_and_at_its_parent(counted_tree, north_town, north):
    spoil(north_town, "total")
    assert {found.organisation_id for found in verify()} == {north_town.pk, north.pk}


def test_a_missing_row_is_a_difference(counted_tree, pine, south_town):
    CoverageRow.objects.filter(organisation=pine).delete()
    assert {found.organisation_id for found in verify()} == {pine.pk, south_town.pk}


def test_time_alone_makes_no_difference(counted_tree, clock, lotus):
    term(lotus, date(2021, 6, 20), date(2026, 6, 20))
    rebuild()
    clock.move_to("2026-06-25T12:00:00+08:00")
    assert verify() == []


def test_figures_made_by_an_older_rule_are_compared_in_what_did_not_change(counted_tree):
    old = Layout.objects.get()
    old.figures = ["ORG-02@0" if name == "ORG-02@1" else name for name in old.figures]
    old.fingerprint = "older"
    old.save()
    CoverageRow.objects.update(layout="older", total=CoverageRow.objects.first().total)
    assert all("ORG-02" not in found.own + found.total for found in verify())


def test_the_command_names_what_differs_and_fails(counted_tree, lotus, bamboo):
    spoil(lotus, "own")
    home(bamboo)
    lines, status = command("rebuild_coverage", "--verify")
    assert status == 1
    assert lotus.code in lines[0]
    assert bamboo.code in lines[1]
    result = json.loads(lines[-1])
    assert list(result) == ["organisations", "indicators", "seconds", "differences"]
    assert (result["organisations"], result["differences"]) == (9, 2)
    assert result["indicators"] == len(catalogue())


def test_the_command_rebuilds_and_then_finds_nothing(counted_tree, lotus):
    spoil(lotus, "own")
    assert json.loads(command("rebuild_coverage")[0][-1])["differences"] == 0
    lines, status = command("rebuild_coverage", "--verify")
    assert (json.loads(lines[-1])["differences"], status) == (0, 0)


@pytest.mark.parametrize("period", ["2026-13", "juni", "2026-07", "1800-01"])
def test_a_month_that_is_none_or_not_yet_is_refused_in_words(counted_tree, period):
    with pytest.raises(CommandError, match="统计期"):
        call_command("rebuild_coverage", "--period", period)


def test_a_past_month_is_counted_as_of_its_last_day(counted_tree, lotus):
    term(lotus, date(2021, 5, 31), date(2026, 5, 31))
    call_command("rebuild_coverage", "--period", "2026-05", stdout=StringIO())
    assert set(CoverageRow.objects.filter(period="2026-05").values_list("as_of", flat=True)) == {
        date(2026, 5, 31)
    }


def test_figures_are_shown_as_json_with_money_in_fen(counted_tree, city, lotus):
    report(lotus, budget_yuan=1_200_00, women_resident=1000)
    rebuild()
    (line,), _status = command("show_coverage", city.code, "--json")
    shown = json.loads(line)
    assert (shown["organisation"], shown["period"]) == (city.code, "2026-06")
    assert list(shown["indicators"]) == [indicator.code for indicator in catalogue()]
    assert shown["indicators"]["FUND-01"] == {
        "numerator": 120000,
        "denominator": 1000,
        "counted": 0,
        "reported": 1,
        "unknown": 3,
    }
    assert line == json.dumps(shown)


@pytest.mark.parametrize(
    "arguments, words",
    [(("000",), "没有编号"), (("91", "--period", "2025-01"), "还没有统计结果")],
)
def test_what_cannot_be_shown_is_said_in_words(counted_tree, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("show_coverage", *arguments)


def test_the_night_raises_an_alarm_that_names_the_village_and_rebuilds(counted_tree, lotus, city):
    spoil(lotus, "own")
    nightly()
    job = Job.objects.get(kind="verify_coverage")
    run(job.uid)
    job.refresh_from_db()
    assert (job.state, job.result["differences"]) == (Job.State.DONE, 1)
    assert Event.objects.get(deed="coverage_differs").detail == {
        "differences": 1,
        "organisations": [lotus.code],
    }
    assert verify() == []
    assert figure("ORG-02", city) == (1, 4, 1, 0, 3)


def test_a_night_passes_and_a_term_lapses_without_an_alarm(counted_tree, clock, lotus, city):
    term(lotus, date(2021, 6, 16), date(2026, 6, 16))
    rebuild()
    assert figure("ORG-08", city)[0] == 0
    clock.move_to("2026-06-16T01:30:00+08:00")
    nightly()
    run(Job.objects.get(kind="verify_coverage").uid)
    assert figure("ORG-08", city)[0] == 1
    assert not Event.objects.filter(deed="coverage_differs").exists()
