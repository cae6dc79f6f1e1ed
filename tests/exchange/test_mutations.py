"""A thousand damaged workbooks: each is read or refused with a reason, never more."""

import random
from pathlib import Path

import pytest

from federation.exchange.problems import REFUSALS
from federation.exchange.reading import Reader, Refused

SAMPLES = Path(__file__).parent / "samples"
BOOKS = sorted(p for p in SAMPLES.iterdir() if p.suffix != ".json" and p.stat().st_size > 100)
LARGEST = 200_000
MUTATIONS = 1_000


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


def outcome(data: bytes) -> str:
    """Empty for a workbook that was read, else the code of its refusal."""
    try:
        with Reader(data) as reader:
            for _event in reader:
                continue
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_a_damaged_workbook_is_read_or_refused_with_a_reason(part):
    chance = random.Random(part)  # noqa: S311 - the same damage in every run
    books = [data for book in BOOKS if len(data := book.read_bytes()) < LARGEST]
    found = set()
    for _ in range(MUTATIONS // 10):
        found.add(outcome(damaged(chance.choice(books), chance)))
    assert found - {""} <= set(REFUSALS)
    assert {"", "corrupt_file"} <= found
