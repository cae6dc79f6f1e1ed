"""Plans checked before an upgrade and confirmed after it: written as shown, or stale in words."""

import pytest

from cadres.models import Person
from cadres.sheets import CommitteeSheet
from federation.exchange import chunks, contents, plans, releases
from federation.exchange.declare import sheets
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_plan, plan_rows
from homes.models import Home
from tests.exchange.tables import imported, member_row, planned, village_row

pytestmark = pytest.mark.django_db
defaults_of = plans.defaults_of


def fewer_columns(label):
    """The columns of a model before homes told why they closed."""
    return {name: value for name, value in defaults_of(label).items() if name != "closed_reason"}


def forget_names(batch):
    """The plan as releases kept it that did not write the names of columns into it."""
    head = contents.kept_head(batch)
    batch.chunks.filter(part="head").delete()
    told = {key: value for key, value in head.items() if key not in ("keys", "columns")}
    chunks.append(batch, "head", [told])
    forget_facts(batch)


def forget_facts(batch):
    """The plan as releases kept it that did not note what it was made with."""
    batch.made_against = {}
    batch.save(update_fields=["made_against"])


def assert_upgraded(batch):
    """Nothing is written, and every row says why."""
    batch = batch_apply(batch=batch)
    assert (batch.counts["stale"], batch.counts["written"]) == (1, {})
    (line,) = plan_rows(batch, "stale").rows
    assert line.problems[0]["message"].startswith("检查之后系统已升级")


def assert_waiting(batch):
    """Nothing is written, and the plan waits to be made again."""
    batch = batch_apply(batch=batch)
    assert (batch.state, batch.counts["outdated"]) == (Batch.State.PLANNED, 1)


def test_a_plan_of_the_release_before_is_checked_again_and_then_written(lotus, city, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(plans, "defaults_of", fewer_columns)
        batch = planned("villages", [village_row(lotus, has_home="是")], city)
    assert_waiting(batch)
    assert not Home.objects.exists()
    batch = batch_apply(batch=batch_plan(batch=batch))
    assert (batch.state, "outdated" in batch.counts) == (Batch.State.APPLIED, False)
    assert Home.objects.count() == 1


def test_a_plan_made_by_other_rules_is_checked_again(lotus, city, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(releases, "_rules", lambda _key: "those of yesterday")
        batch = planned("committee", [member_row(lotus, 1, "周兰")], city)
    assert_waiting(batch)


def test_a_plan_of_a_table_that_lost_a_column_is_checked_again(lotus, city, monkeypatch):
    batch = planned("committee", [member_row(lotus, 1, "周兰", remark="大专")], city)
    fewer = tuple(column for column in CommitteeSheet.columns if column.key != "remark")
    monkeypatch.setattr(CommitteeSheet, "columns", fewer)
    assert_waiting(batch)


@pytest.mark.parametrize("has_names", [True, False])
def test_records_planned_before_their_model_got_a_column_are_stale(
    lotus, city, monkeypatch, has_names
):
    with monkeypatch.context() as before:
        before.setattr(plans, "defaults_of", fewer_columns)
        batch = planned("villages", [village_row(lotus, has_home="是")], city)
    forget_facts(batch)
    if not has_names:
        forget_names(batch)
    assert_upgraded(batch)
    assert not Home.objects.exists()


def test_rows_of_another_width_whose_columns_nobody_kept_are_stale(lotus, city, monkeypatch):
    fewer = tuple(column for column in CommitteeSheet.columns if column.key != "rank")
    with monkeypatch.context() as before:
        before.setattr(CommitteeSheet, "columns", fewer)
        batch = planned("committee", [member_row(lotus, 1, "周兰")], city)
    forget_names(batch)
    assert_upgraded(batch)
    assert not Person.objects.exists()


def test_rows_of_a_column_the_table_has_lost_are_stale(lotus, city, monkeypatch):
    batch = planned("committee", [member_row(lotus, 1, "周兰", remark="大专")], city)
    forget_facts(batch)
    fewer = tuple(column for column in CommitteeSheet.columns if column.key != "remark")
    monkeypatch.setattr(CommitteeSheet, "columns", fewer)
    assert_upgraded(batch)


def test_rows_of_a_table_nobody_declares_any_more_are_not_written(lotus, city, monkeypatch):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], city)
    others = {key: sheet for key, sheet in sheets._declared.items() if key != "committee"}
    monkeypatch.setattr(sheets, "_declared", others)
    assert batch_apply(batch=batch).counts["stale"] == 1
    assert not Person.objects.exists()


def in_one_part(batch):
    """The plan as releases kept it whose rows lay one after the other."""
    rows = [list(row[:8]) for row in contents.kept_rows(batch)]
    batch.chunks.filter(part__startswith="rows:").delete()
    batch.chunks.filter(part="warned").delete()
    chunks.append(batch, "rows", rows)
    head = {key: told for key, told in contents.kept_head(batch).items() if key != "by_change"}
    batch.chunks.filter(part="head").delete()
    chunks.append(batch, "head", [head])


def test_a_plan_whose_rows_lie_in_one_part_is_shown_and_written(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰", education="高中")], city)
    rows = [
        member_row(lotus, 1, "周兰", education="大专"),
        member_row(lotus, 2, "吴芳", ethnic="苗族"),
        member_row(lotus, 3, "郑桃", birth="1990-01"),
    ]
    batch = planned("committee", rows, city)
    told = [plan_rows(batch, chip).rows for chip in ("changed", "new", "warned")]
    assert [len(lines) for lines in told] == [1, 2, 1]
    in_one_part(batch)
    assert [plan_rows(batch, chip).rows for chip in ("changed", "new", "warned")] == told
    assert batch_apply(batch=batch).counts["stale"] == 0
    assert set(Person.objects.values_list("name", "education", "ethnic")) == {
        ("周兰", "大专", ""),
        ("吴芳", "", "苗族"),
        ("郑桃", "", ""),
    }


def test_a_plan_of_the_release_before_that_still_fits_is_written(lotus, city):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], city)
    forget_names(batch)
    assert batch_apply(batch=batch).counts["stale"] == 0
    assert Person.objects.get().name == "周兰"
