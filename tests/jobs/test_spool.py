"""The broker of files: what is half written is never read, and what is cut off stops nobody."""

import threading
from queue import Empty

import pytest
from kombu import Connection, Consumer, Exchange, Producer, Queue
from kombu.transport import filesystem

from federation.celery import app
from federation.jobs import spool

QUEUE = Queue("post", Exchange("post"), routing_key="post")


@pytest.fixture
def connect(tmp_path):
    """Opens connections over one folder; all are closed in the end."""
    (tmp_path / "queue").mkdir()
    opened = []

    def connection():
        made = Connection(
            "filesystem://localhost//",
            transport="federation.jobs.spool:Transport",
            transport_options={
                "data_folder_in": str(tmp_path / "queue"),
                "data_folder_out": str(tmp_path / "queue"),
                "control_folder": str(tmp_path / "control"),
            },
        )
        opened.append(made)
        return made

    yield connection
    for made in opened:
        made.release()
    filesystem.Transport.global_state.clear()


def send(connection, text):
    with connection.channel() as channel:
        Producer(channel).publish({"text": text}, exchange=QUEUE.exchange, routing_key="post",
                                  declare=[QUEUE], serializer="json")  # fmt: skip


def received(connection):
    heard = []
    with Consumer(connection, [QUEUE], callbacks=[lambda body, _: heard.append(body["text"])],
                  no_ack=True), pytest.raises((Empty, TimeoutError)):  # fmt: skip
        while True:
            connection.drain_events(timeout=0.5)
    return heard


def test_what_is_sent_arrives_once_and_leaves_no_file(connect, tmp_path):
    texts = [str(number) for number in range(12)]
    for text in texts:
        send(connect(), text)
    assert received(connect()) == texts
    assert list((tmp_path / "queue").iterdir()) == []


def test_a_message_that_was_cut_off_is_passed_over_and_the_next_is_read(connect, tmp_path):
    (tmp_path / "queue" / "0_cut.post.msg").write_text("")
    (tmp_path / "queue" / "1_cut.post.msg").write_text('{"body": "eyJ0')
    send(connect(), "whole")
    assert received(connect()) == ["whole"]


def test_a_message_has_its_name_only_when_it_is_complete(connect, tmp_path, monkeypatch):
    seen = []
    write = spool.Path.write_text

    def slowly(path, text, **kwargs):
        write(path, text[:5], **kwargs)
        seen.append(received(connect()))
        return write(path, text, **kwargs)

    received(connect())  # the queue is bound
    monkeypatch.setattr(spool.Path, "write_text", slowly)
    send(connect(), "late")
    assert seen == [[]]
    assert received(connect()) == ["late"]


@pytest.mark.parametrize("left", ["", '[["post", "", "po'])
def test_a_table_of_queues_that_was_cut_off_is_written_anew(connect, tmp_path, left):
    (tmp_path / "control").mkdir()
    (tmp_path / "control" / "post.exchange").write_text(left)
    assert received(connect()) == []
    send(connect(), "after all")
    assert received(connect()) == ["after all"]


def test_many_bind_at_once_and_none_is_forgotten(connect):
    channels = [connect().channel() for _ in range(12)]
    threads = [
        threading.Thread(target=channel._queue_bind, args=("post", "post", "", f"q{number}"))
        for number, channel in enumerate(channels)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bound = {bound.queue for bound in channels[0].get_table("post")}
    assert bound == {f"q{number}" for number in range(12)}


def test_without_redis_the_portal_sends_by_it_and_only_then(settings):
    with app.connection_for_write() as connection:
        is_spooled = connection.get_transport_cls() is spool.Transport
    assert is_spooled == (not settings.REDIS_URL)
