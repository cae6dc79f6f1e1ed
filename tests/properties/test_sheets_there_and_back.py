"""Tables given out and taken in again: nothing to do where they came from, the same where not."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.exchange.contents import kept_rows
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_plan
from tests.dumps import differences, raw, told
from tests.properties.sheets_world import (
    EACH,
    EASY,
    GIVING,
    ROWS,
    given_out,
    nothing_kept,
    opened,
    read_directly,
    workbooks,
    written,
)

pytestmark = pytest.mark.django_db
# How often a record was written.
MAY_DIFFER = ("version",)
# A report that the register contradicts stays a conflict; no register contradicts itself.
OF_REPORTS = {"unchanged", "conflict", "duplicate"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


def all_given(city: Any, is_open: bool) -> dict[str, bytes]:
    """Every table in which something stands."""
    made = ((key, given_out(key, city, is_open=is_open)) for key in GIVING)
    return {key: data for key, data in made if data is not None}


def place_in(came: list[str], key: str) -> int:
    """When a table came; last of all one that only followed from others."""
    return came.index(key) if key in came else len(came)


def taken_back(key: str, data: bytes, city: Any) -> Batch:
    """The table checked, every row of it taken in."""
    batch = batch_plan(batch=opened(key, data, city))
    assert (key, batch.refusal, batch.counts.get("rejected")) == (key, "", 0)
    return batch


@pytest.mark.parametrize("key", GIVING)
@pytest.mark.parametrize("is_open", [True, False], ids=["whole numbers", "masked numbers"])
def test_an_empty_portal_filled_from_exports_holds_the_same(tree, is_open, key):
    drawn: Counter[str] = Counter()
    city = tree["city"]

    @settings(**EASY)
    @given(history=st.lists(workbooks, max_size=1), rows=ROWS[key])
    def holds(history, rows):
        with nothing_kept():
            for workbook in (*history, (key, rows)):
                written(workbook, city)
            before, data = told(MAY_DIFFER, ["coverage"]), all_given(city, is_open)
        # In the order they came: who is known when a volunteer joins is told to be her.
        came = [*(name for name, _rows in history), key]
        with nothing_kept():
            for name, one in sorted(data.items(), key=lambda one: place_in(came, one[0])):
                drawn[name] += 1
                batch_apply(batch=taken_back(name, one, city))
            assert differences(before, told(MAY_DIFFER, ["coverage"])) == {}

    with read_directly():
        holds()
    assert drawn[key] >= EACH // 2


@pytest.mark.parametrize("key", GIVING)
def test_a_table_given_out_and_taken_back_changes_no_row(tree, key):
    drawn: Counter[str] = Counter()
    city = tree["city"]

    @settings(**EASY)
    @given(history=st.lists(workbooks, max_size=1), rows=ROWS[key], is_open=st.booleans())
    def holds(history, rows, is_open):
        with nothing_kept():
            for workbook in (*history, (key, rows)):
                written(workbook, city)
            before = raw(["coverage"])
            for name, one in all_given(city, is_open).items():
                batch = taken_back(name, one, city)
                changes = Counter(row.change for row in kept_rows(batch))
                allowed = OF_REPORTS if name == "villages" else {"unchanged"}
                assert (name, set(changes) - allowed) == (name, set())
                batch_apply(batch=batch)
                drawn[name] += changes["unchanged"]
            assert differences(before, raw(["coverage"])) == {}

    with read_directly():
        holds()
    assert drawn[key] >= EACH // 2
