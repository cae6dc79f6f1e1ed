"""Rows of whole numbers as bytes. Most numbers are 0 or 1: they cost a bit or two.

A byte for the width of the larger numbers, two for how many numbers there are, a bit per number
for "is 1", a bit for "is larger" (or negative), then the larger ones, little-endian.
"""

from collections.abc import Iterable

import numpy as np

HEAD = 3
# Rows packed at a time: what lies between fits the processor's cache.
BLOCK = 2_000
# Drivers give stored bytes as either.
Stored = bytes | memoryview


def pack_rows(table: np.ndarray) -> list[bytes]:
    """The rows of a table of whole numbers."""
    blocks = (table[first : first + BLOCK] for first in range(0, len(table), BLOCK))
    return [row for block in blocks for row in _pack_block(block)]


def _pack_block(table: np.ndarray) -> list[bytes]:
    is_one, is_large = table == 1, (table != 0) & (table != 1)
    large = table[is_large]
    narrow, wide = large.astype("<i4").tobytes(), large.astype("<i8").tobytes()
    is_wide = (np.abs(table) > np.iinfo(np.int32).max).any(axis=1).tolist()
    ends = np.cumsum(is_large.sum(axis=1)).tolist()
    bits = np.concatenate(
        [np.packbits(is_one, axis=1), np.packbits(is_large, axis=1)], axis=1
    ).tobytes()
    count = table.shape[1]
    heads = [bytes([width]) + count.to_bytes(2, "little") for width in (4, 8)]
    size, begin, packed = 2 * ((count + 7) // 8), 0, []
    for at, end in enumerate(ends):
        width, numbers = (8, wide) if is_wide[at] else (4, narrow)
        mine = bits[at * size : (at + 1) * size]
        packed.append(heads[is_wide[at]] + mine + numbers[begin * width : end * width])
        begin = end
    return packed


def pack(numbers: np.ndarray) -> bytes:
    """One row of numbers."""
    return pack_rows(numbers.reshape(1, -1))[0]


def unpack(stored: Stored) -> np.ndarray:
    """``pack`` backwards."""
    raw = bytes(stored)
    width, count = raw[0], int.from_bytes(raw[1:HEAD], "little")
    size = (count + 7) // 8
    bits = np.frombuffer(raw, np.uint8, 2 * size, HEAD).reshape(2, size)
    is_one, is_large = np.unpackbits(bits, axis=1, count=count).astype(bool)
    numbers = is_one.astype(np.int64)
    numbers[is_large] = np.frombuffer(raw, f"<i{width}", offset=HEAD + 2 * size)
    return numbers


def stack(stored: Iterable[Stored], width: int) -> np.ndarray:
    """Many rows of ``width`` numbers as a table."""
    rows = [unpack(row) for row in stored]
    return np.array(rows, dtype=np.int64).reshape(-1, width)
