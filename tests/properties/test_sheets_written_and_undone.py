"""Every table: a plan is all that changes, and taking it back leaves every table as it stood."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadres.models import Volunteer
from federation.audit import services as audit_services
from federation.audit.services import Actor
from federation.coverage.services.counting import rebuild, recompute
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_undo
from funding.models import LedgerLine, Population, YearlyBudget
from homes.models import HomeCheck
from orgs.models import HostUnit, Renewal
from tests.dumps import differences, raw, rows_of
from tests.properties.exchange_world import RECORDS, promised, tables
from tests.properties.sheets_world import (
    EACH,
    EASY,
    GIVING,
    ROWS,
    nothing_kept,
    planned,
    read_directly,
    workbooks,
    written,
)

pytestmark = pytest.mark.django_db
MODELS = (*RECORDS, HomeCheck, LedgerLine, YearlyBudget, Population, HostUnit, Renewal, Volunteer)
WRITTEN = tuple(model._meta.db_table for model in MODELS)


@pytest.fixture(autouse=True)
def _several_make_a_block(monkeypatch):
    """Both ways of telling a creation come up: single ones in rows, two and more in blocks."""
    monkeypatch.setattr(audit_services, "WORTH_A_BLOCK", 2)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


def figures() -> Counter[str]:
    """The stored figures, brought up to date by what was told of the changes."""
    recompute()
    rows = rows_of("coverage_coveragerow")
    assert rows
    return Counter(repr((one["organisation_id"], one["own"], one["total"])) for one in rows)


def compare(batch: Batch) -> Batch:
    """One plan written and taken back, between full dumps."""
    counted, before, records = figures(), raw(["coverage"]), tables(MODELS)
    standing = raw(["coverage"], ["version"])
    batch = batch_apply(batch=batch)
    assert batch.counts["stale"] == 0
    assert tables(MODELS) == promised(batch, records, MODELS)
    assert [one for one in differences(before, raw(["coverage"])) if one not in WRITTEN] == []
    counts = figures()
    assert batch_undo(batch=batch, actor=Actor.system()).kept == []
    # A version never goes back: who holds an older one must hear of it.
    assert differences(standing, raw(["coverage"], ["version"])) == {}
    assert figures() == counted
    batch.counts["figures"] = counts != counted
    return batch


@pytest.mark.parametrize("key", GIVING)
def test_a_plan_is_all_that_changes_and_undo_takes_all_of_it_back(tree, key):
    drawn: Counter[str] = Counter()

    @settings(**EASY)
    @given(history=st.lists(workbooks, max_size=1), rows=ROWS[key])
    def holds(history: list[Any], rows: list[Any]):
        with nothing_kept():
            for workbook in history:
                written(workbook, tree["city"])
            before = raw()
            batch = planned((key, rows), tree["city"])
            assert differences(before, raw()) == {}
            if batch.state == Batch.State.PLANNED:
                batch = compare(batch)
                drawn["written"] += bool(batch.counts["written"])
            drawn["examples"] += 1

    rebuild()
    with read_directly():
        holds()
    assert drawn["examples"] >= EACH
    assert drawn["written"] >= EACH // 2
