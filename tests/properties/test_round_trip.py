"""Whatever was imported before: what is given out and taken back writes nothing."""

from datetime import date
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.access.scope import Grant, whole_tree
from federation.audit.services import Actor
from federation.exchange import planning
from federation.exchange.contents import kept_rows
from federation.exchange.declare import sheet_on
from federation.exchange.giving.sheets import Asked, rows_for, sheet_export
from federation.exchange.giving.tables import NOBODY
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_open, batch_plan
from tests.properties.exchange_world import Files, tables, workbooks
from tests.properties.running import AT_EASE

pytestmark = pytest.mark.django_db
AS_OF = date(2025, 6, 30)
MARK = "导出人：苏青"
# Every example reads two workbooks in a process of their own.
EXAMPLES = 12


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


def test_what_is_given_out_and_taken_back_writes_nothing(city, lotus, willow, bamboo):
    files = Files([lotus, willow, bamboo])

    @settings(max_examples=EXAMPLES, derandomize=True, **AT_EASE)
    @given(history=st.lists(workbooks, min_size=1, max_size=4), is_open=st.booleans())
    def holds(history, is_open):
        point = transaction.savepoint()
        try:
            with mock.patch.object(planning, "checked_workbook", files):
                for workbook in history:
                    batch_apply(batch=batch_plan(batch=files.batch(workbook)))
            for key in ("villages", "committee"):
                unchanged(key, city, is_open)
        finally:
            transaction.savepoint_rollback(point)

    holds()


def unchanged(key: str, city: Any, is_open: bool) -> None:
    """One table out and back: every row is taken in, and none of them writes."""
    scope, sheet = whole_tree(Grant.EXPORT), sheet_on(key, AS_OF)
    rows = list(rows_for(sheet, scope, AS_OF, to_fill=False))
    if not rows:
        return
    asked = Asked(city, scope, AS_OF, None, timezone.now())
    sensitive = scope if is_open else NOBODY
    data = b"".join(
        sheet_export(sheet, asked, iter(rows), sensitive=sensitive, watermark="导出人：")
    )
    batch = batch_open(
        sheet=key, organisation=city, as_of=AS_OF, actor=Actor.command(), file_name="表.xlsx",
        data=data,
    )  # fmt: skip
    batch = batch_plan(batch=batch)
    assert batch.state == Batch.State.PLANNED, batch.refusal
    assert (batch.counts["rejected"], len(list(kept_rows(batch)))) == (0, len(rows))
    # A report beside a register that knows better stays a conflict, as it was the first time.
    assert {row.change for row in kept_rows(batch)} <= {"unchanged", "conflict", "duplicate"}
    before = tables()
    batch_apply(batch=batch)
    assert tables() == before
