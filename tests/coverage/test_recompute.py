"""Figures follow records: at once for one edit, by marks and a job for many."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadres.models import Appointment
from federation.audit.services import Actor
from federation.coverage.models import CoverageRow, DirtyOrganisation
from federation.coverage.services import figures, mark_dirty, rebuild, recompute, verify
from federation.jobs.models import Job
from federation.jobs.services import run
from federation.signals import records_changed
from homes.models import Home
from orgs.services.structure import organisation_found, organisation_move
from tests.cast import plant
from tests.coverage.records import appoint, established, figure, home, term

HALF = (1, 4, 1, 0, 3)


@pytest.fixture
def counted_tree(tree):
    rebuild()
    return tree


def changed(*organisations, sender=Home, inline=True):
    records_changed.send(
        sender=sender, organisation_ids={each.pk for each in organisations}, inline=inline
    )


def test_an_edit_moves_the_village_and_everything_above_it_at_once(counted_tree, lotus, city):
    home(lotus)
    changed(lotus)
    assert figure("POS-01", lotus) == (1, 1, 1, 0, 0)
    assert figure("POS-01", city) == HALF
    assert verify() == []


def test_saying_it_twice_adds_nothing(counted_tree, lotus, city):
    home(lotus)
    changed(lotus)
    changed(lotus)
    assert figure("POS-01", city) == HALF


def test_an_edit_needs_at_most_twenty_queries(counted_tree, lotus):
    home(lotus)
    with CaptureQueriesContext(connection) as queries:
        changed(lotus)
    assert len(queries) <= 20, [query["sql"][:160] for query in queries]


def test_the_queries_of_an_edit_do_not_grow_with_the_tree(counted_tree, lotus, north_town):
    for n in range(30):
        plant(f"91010110130{n:02d}", f"第{n}村", "village", north_town)
    rebuild()
    home(lotus)
    with CaptureQueriesContext(connection) as queries:
        changed(lotus)
    assert len(queries) <= 20


def test_records_that_no_figure_counts_cost_nothing(counted_tree, lotus, django_assert_num_queries):
    with django_assert_num_queries(0):
        changed(lotus, sender=Job)


def test_a_batch_leaves_marks_and_a_job_that_counts_them(counted_tree, lotus, bamboo, city):
    home(lotus)
    home(bamboo)
    changed(lotus, bamboo, inline=False)
    assert figure("POS-01", city)[0] == 0
    job = Job.objects.get(kind="recompute_coverage")
    run(job.uid)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"organisations": 2})
    assert figure("POS-01", city)[0] == 2
    assert not DirtyOrganisation.objects.exists()


def test_the_process_that_commits_a_batch_counts_it(
    counted_tree, lotus, city, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        home(lotus)
        changed(lotus, inline=False)
    assert figure("POS-01", city) == HALF


def test_counting_without_marks_does_nothing(counted_tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert recompute() == 0


def test_a_mark_that_comes_later_stays(counted_tree, lotus, willow):
    mark_dirty([lotus.pk])
    mark_dirty([lotus.pk, willow.pk])
    assert recompute() == 2
    assert not DirtyOrganisation.objects.exists()


def test_many_changes_leave_one_mark_that_counts_everything(
    counted_tree, monkeypatch, lotus, bamboo, willow, city
):
    monkeypatch.setattr("federation.coverage.services.counting.MANY", 2)
    for village in (lotus, bamboo, willow):
        home(village)
    assert mark_dirty([lotus.pk, bamboo.pk, willow.pk]) == 3
    assert DirtyOrganisation.objects.get().organisation is None
    assert recompute() == len(counted_tree)
    assert figure("POS-01", city)[0] == 3
    assert not DirtyOrganisation.objects.exists()
    assert verify() == []


def test_a_mark_for_everything_counts_what_is_marked_by_name_too(counted_tree, lotus, city):
    home(lotus)
    mark_dirty([lotus.pk])
    DirtyOrganisation.objects.create(organisation=None)
    assert recompute() == len(counted_tree)
    assert figure("POS-01", city) == HALF
    assert not DirtyOrganisation.objects.exists()


def test_a_moved_town_takes_its_figures_along(counted_tree, north_town, lotus, north, south, city):
    home(lotus)
    changed(lotus)
    organisation_move(
        organisation=north_town, parent=south, on=date(2026, 6, 1), actor=Actor.system()
    )
    recompute()
    assert figure("POS-01", north) == (0, 0, 0, 0, 0)
    assert figure("POS-01", south) == HALF
    assert figure("POS-01", city) == HALF
    assert verify() == []


def test_a_new_organisation_gets_a_row_when_it_is_first_touched(counted_tree, north_town, city):
    new = organisation_found(
        kind="60", name="新桥村", parent=north_town, code="", actor=Actor.system()
    )
    recompute()
    assert figure("POS-01", new) == (0, 1, 0, 0, 1)
    assert figure("POS-01", city) == (0, 5, 0, 0, 5)


def test_a_removed_record_leaves_no_trace(counted_tree, lotus, city):
    made = appoint(lotus, "何平", "主席", is_on_two_committees=True)
    changed(lotus, sender=Appointment)
    assert figure("TEAM-01", city)[:2] == (1, 1)
    made.delete()
    changed(lotus, sender=Appointment)
    assert figure("TEAM-01", city)[:2] == (0, 0)
    assert verify() == []


def test_the_first_edit_of_a_month_opens_the_month(counted_tree, clock, lotus, city):
    clock.move_to("2026-07-01T08:00:00+08:00")
    home(lotus)
    changed(lotus)
    periods = CoverageRow.objects.filter(organisation=city).values_list("period", "as_of")
    assert set(periods) == {("2026-06", date(2026, 6, 15)), ("2026-07", date(2026, 7, 1))}
    assert figures([city.pk])[city.pk]["POS-01"].numerator == 1
    assert figures([city.pk], "2026-06")[city.pk]["POS-01"].numerator == 0


def test_until_a_month_is_counted_the_month_before_is_shown(counted_tree, clock, city):
    clock.move_to("2026-07-01T00:05:00+08:00")
    assert figures([city.pk])[city.pk]["POS-01"].denominator == 4


def test_reading_any_number_of_organisations_is_one_query(
    counted_tree, tree, django_assert_num_queries
):
    with django_assert_num_queries(1):
        assert len(figures([each.pk for each in tree.values()])) == 9


def test_one_edit_a_day_later_counts_that_village_as_of_that_day(
    counted_tree, clock, lotus, willow
):
    term(lotus, date(2021, 6, 16), date(2026, 6, 16))
    term(willow, date(2021, 6, 16), date(2026, 6, 16))
    changed(lotus, willow, sender=type(lotus))
    clock.move_to("2026-06-16T00:10:00+08:00")
    established(lotus)
    changed(lotus, sender=type(lotus))
    # The untouched village keeps yesterday's count until the night; neither is a difference.
    assert figure("ORG-08", lotus)[0] == 1
    assert figure("ORG-08", willow)[0] == 0
    assert verify() == []


def rows_as_written() -> dict[int, tuple]:
    """The stored rows by organisation: which row it is, and when it was written."""
    rows = CoverageRow.objects.values_list("organisation_id", "pk", "computed_at")
    return {pk: written for pk, *written in rows}


def test_a_second_rebuild_of_the_day_writes_no_row(counted_tree, clock):
    before = rows_as_written()
    clock.shift(60)
    rebuild()
    assert rows_as_written() == before


def test_a_rebuild_writes_the_rows_that_changed_and_no_other(
    counted_tree, clock, lotus, north_town, north, city
):
    before = rows_as_written()
    home(lotus)
    clock.shift(60)
    rebuild()
    after = rows_as_written()
    changed = {pk for pk, written in after.items() if written != before[pk]}
    assert changed == {lotus.pk, north_town.pk, north.pk, city.pk}
    assert after.keys() == before.keys()
    assert verify() == []


def test_a_rebuild_of_another_day_dates_every_row(counted_tree, clock):
    clock.move_to("2026-06-16T08:00:00+08:00")
    rebuild()
    assert set(CoverageRow.objects.values_list("as_of", flat=True)) == {date(2026, 6, 16)}
    assert CoverageRow.objects.count() == len(counted_tree)
