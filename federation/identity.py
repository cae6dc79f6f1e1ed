"""Identifiers that may leave the server: UUID version 7, made in Python."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A UUID ordered by the millisecond of its making (RFC 9562)."""
    return uuid7_batch(1)[0]


def uuid7_batch(count: int) -> list[UUID]:
    """``count`` identifiers, drawn with one call for randomness."""
    head = (time.time_ns() // 1_000_000) << 80
    noise = os.urandom(10 * count)
    made = []
    for start in range(0, 10 * count, 10):
        tail = int.from_bytes(noise[start : start + 10], "big")
        number = (
            head | (0x7 << 76) | ((tail >> 62) & 0xFFF) << 64 | (0b10 << 62) | tail & (2**62 - 1)
        )
        made.append(UUID(int=number))
    return made
