"""Identifiers that leave the server."""

import time
from uuid import UUID

from federation.identity import uuid7, uuid7_batch, uuid7_texts


def test_an_identifier_is_of_version_seven_and_tells_its_millisecond():
    before = time.time_ns() // 1_000_000
    made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000


def test_texts_are_identifiers_and_none_comes_twice():
    texts = uuid7_texts(5000)
    assert len(set(texts)) == 5000
    assert {UUID(text).version for text in texts} == {7}
    assert {text[16] for text in texts} == set("89ab")
    assert [UUID(text).hex for text in texts] == texts


def test_a_batch_of_none_is_empty():
    assert uuid7_batch(0) == []
