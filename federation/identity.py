"""Identifiers that may leave the server: UUID version 7, made in Python."""

import os
import time
from collections.abc import Iterator
from uuid import UUID

#: the digit that holds the two bits of the variant, for any random digit
VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}

#: how many a stream draws at a time
STREAM = 500


def uuid7() -> UUID:
    """A UUID ordered by the millisecond of its making (RFC 9562)."""
    return uuid7_batch(1)[0]


def uuid7_text_stream() -> Iterator[str]:
    """One after the other as 32 hexadecimal digits, for a few thousand made at one time."""
    while True:
        yield from uuid7_texts(STREAM)


def uuid7_batch(count: int) -> list[UUID]:
    """``count`` identifiers, drawn with one call for randomness."""
    return [UUID(int=int(text, 16)) for text in uuid7_texts(count)]


def uuid7_texts(count: int) -> list[str]:
    """``count`` identifiers as 32 hexadecimal digits, as both engines take them."""
    head = f"{time.time_ns() // 1_000_000:012x}7"
    noise = os.urandom(10 * count).hex()
    return [
        head + noise[at : at + 3] + VARIANTS[noise[at + 3]] + noise[at + 4 : at + 19]
        for at in range(0, 20 * count, 20)
    ]
