"""A statement under way while the next is made ready: what is wrong with it is not lost."""

import sys
import threading
import time
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from federation.bulk.ahead import (
    MOST_AHEAD,
    TURN,
    USUAL_TURN,
    Piece,
    Sender,
    in_turn,
    nothing,
)
from federation.bulk.services import insertion, reserve_ids, reserve_many
from federation.exchange.models import HeadingMemory, Option
from federation.identity import uuid7_texts

pytestmark = pytest.mark.django_db

NAMES = ("id", "uid", "version", "list_key", "code", "label", "aliases", "order")


def options(*labels, keys=None):
    """Options of one list, made ready to be written."""
    keys, count = list(keys or reserve_ids(Option, len(labels))), len(labels)
    alike = [["sorts"] * count, list(map(str, keys)), labels, ["[]"] * count, [0] * count]
    return insertion(Option, NAMES, [keys, uuid7_texts(count), [1] * count, *alike])


def kept():
    found = Option.objects.filter(list_key="sorts").order_by("pk")
    return [option.label for option in found]


def senders():
    return [one.name for one in threading.enumerate() if one.name.startswith("sender")]


def test_what_is_sent_stands_once_it_was_waited_for_and_no_thread_stays():
    one, two, three = reserve_ids(Option, 3)
    first, second = options("甲", "乙", keys=[one, two]), options("丙", keys=[three])
    with transaction.atomic(), Sender() as sender:
        sender.send(first)
        # The second waits for the first.
        sender.send(second)
        sender.wait()
        assert kept() == ["甲", "乙", "丙"]
    assert senders() == []


def test_the_caller_works_while_what_was_sent_runs():
    goes_on = threading.Event()
    with Sender() as sender:
        sender.send(lambda cursor: goes_on.wait(60) or pytest.fail("nobody went on"))
        goes_on.set()
        sender.wait()


def test_rows_that_clash_are_refused_where_they_are_waited_for():
    with pytest.raises(IntegrityError), transaction.atomic(), Sender() as sender:
        sender.send(options("同名", "同名"))
        sender.wait()
    assert (kept(), senders()) == ([], [])


def test_an_error_nobody_waited_for_is_not_lost():
    with pytest.raises(IntegrityError), transaction.atomic(), Sender() as sender:
        sender.send(options("同名", "同名"))
    assert (kept(), senders()) == ([], [])


@pytest.mark.parametrize("labels", [("甲", "乙"), ("同名", "同名")], ids=["sound", "clashing"])
def test_who_fails_meanwhile_leaves_nothing_under_way(labels):
    ready = options(*labels)
    with pytest.raises(KeyError), transaction.atomic(), Sender() as sender:
        sender.send(ready)
        raise KeyError
    assert (kept(), senders()) == ([], [])


def test_keys_of_many_models_are_drawn_with_one_statement(django_assert_num_queries):
    before = reserve_ids(Option, 1)[0]
    with django_assert_num_queries(1):
        drawn = reserve_many({Option: 3, HeadingMemory: 2})
    assert [len(set(drawn[model])) for model in (Option, HeadingMemory)] == [3, 2]
    assert min(drawn[Option]) >= before
    with django_assert_num_queries(0):
        assert reserve_many({Option: 0}) == {Option: ()}


class Heard:
    """What was made ready and what ran, in order."""

    def __init__(self):
        self.told, self.is_ready = [], threading.Event()

    def until_ready(self, cursor):
        """Runs until the last piece that may be made ready meanwhile is, and a little longer."""
        assert self.is_ready.wait(10), self.told
        time.sleep(0.2)
        self.told.append("first ran")

    def piece(self, name, **how):
        self.told.append(f"{name} ready")
        return Piece(lambda cursor: self.told.append(f"{name} ran"), **how)


def test_while_one_is_under_way_others_are_made_ready_as_long_as_they_are_light():
    heard = Heard()

    def pieces():
        yield Piece(heard.until_ready, weight=MOST_AHEAD)
        yield heard.piece("one", weight=MOST_AHEAD - 1)
        yield heard.piece("two", weight=1)
        yield heard.piece("three")

    def listened():
        for piece in pieces():
            if "two ready" in heard.told:
                heard.is_ready.set()
            yield piece

    in_turn(listened())
    assert heard.told[:3] == ["one ready", "two ready", "first ran"]
    assert [one for one in heard.told if one.endswith("ran")] == [
        "first ran", "one ran", "two ran", "three ran"
    ]  # fmt: skip


def test_what_needs_an_answer_is_made_ready_after_it_was_asked_for():
    heard = Heard()

    def pieces():
        yield Piece(heard.until_ready)
        asked = partial(heard.told.append, "asked")
        asking = heard.piece("asking", before=asked, needs_before=True)
        heard.is_ready.set()
        yield asking
        yield heard.piece("answered")

    in_turn(pieces())
    assert heard.told[:3] == ["asking ready", "first ran", "asked"]
    assert heard.told[-1] == "answered ran"


def test_what_is_wrong_with_a_piece_is_raised_though_others_are_ready():
    ready, also = options("同名", "同名"), options("甲")
    with pytest.raises(IntegrityError), transaction.atomic():
        in_turn([Piece(nothing), Piece(ready), Piece(also)])
    assert (kept(), senders()) == ([], [])


def test_turns_are_short_only_while_there_is_a_sender():
    with Sender():
        assert sys.getswitchinterval() == pytest.approx(TURN)
    assert sys.getswitchinterval() == pytest.approx(USUAL_TURN)
