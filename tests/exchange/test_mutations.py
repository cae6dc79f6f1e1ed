"""A thousand damaged workbooks: each is checked or refused with a reason, never more."""

import random
import re
from datetime import date
from pathlib import Path

import pytest

from federation.audit.services import Actor
from federation.exchange.models import Batch
from federation.exchange.services import (
    batch_drop,
    batch_open,
    batch_plan,
    batch_report,
    plan_rows,
    plan_summary,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.usefixtures("files_gone_at_once"),
]
SAMPLES = Path(__file__).parent / "samples"
BOOKS = sorted(p for p in SAMPLES.iterdir() if p.suffix != ".json" and p.stat().st_size > 100)
LARGEST = 200_000
MUTATIONS, PARTS = 1_000, 10
SENTENCE = re.compile(r"[\u4e00-\u9fff].{4,}", re.DOTALL)
REFUSED, PLANNED = Batch.State.REFUSED, Batch.State.PLANNED


def damaged(data: bytes, chance: random.Random) -> bytes:
    """``data`` with bytes changed, left out, repeated, or cut off."""
    kind, at = chance.randrange(5), chance.randrange(len(data))
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + data[at + chance.randrange(1, 64) :]
    if kind == 2:
        return data[:at] + data[max(0, at - 64) : at] + data[at:]
    changed = bytearray(data)
    for _ in range(1 if kind == 3 else chance.randrange(2, 40)):
        changed[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed)


def sheet_of(book: Path) -> str:
    """The table that the sample was made for."""
    found = [key for key in ("committee", "budgets") if key in book.name]
    return found[0] if found else "villages"


def outcome(batch: Batch) -> str:
    """Its state, once nothing is found wrong with how it is told."""
    batch = batch_plan(batch=batch)
    if batch.state == REFUSED:
        assert SENTENCE.search(batch.refusal)
        return REFUSED
    plan_summary(batch), plan_rows(batch, "rejected"), plan_rows(batch, "new")
    for sheet in batch_report(batch)["sheets"]:
        for row in sheet["rejected"]:
            assert row["errors"]
            assert all(SENTENCE.search(error["message"]) for error in row["errors"])
    batch_drop(batch=batch)
    return batch.state


@pytest.mark.parametrize("part", range(PARTS))
def test_a_damaged_workbook_is_checked_or_refused_with_a_reason(
    part, lotus, city, settings, tmp_path
):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    chance, found = random.Random(part), set()
    books = [(sheet_of(p), data) for p in BOOKS if len(data := p.read_bytes()) < LARGEST]
    for _ in range(MUTATIONS // PARTS):
        sheet, data = chance.choice(books)
        batch = batch_open(
            sheet=sheet, organisation=city, as_of=date(2025, 6, 30), actor=Actor.command(),
            file_name="表.xlsx", data=damaged(data, chance),
        )  # fmt: skip
        found.add(outcome(batch))
        assert list(settings.UPLOAD_FOLDER.iterdir()) == []
    assert found == {REFUSED, PLANNED}
