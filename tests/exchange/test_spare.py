"""A process that reads workbooks stands ready in workers, and nowhere else."""

import os
import threading
from io import BytesIO

import pytest
from celery.signals import task_postrun, worker_process_init
from openpyxl import Workbook

from federation.exchange import spare, tasks
from federation.exchange.reading import Reader


@pytest.fixture(autouse=True)
def no_spare(monkeypatch):
    """This process keeps none before and after."""
    monkeypatch.setattr(spare, "_spare", spare._Spare())
    yield
    left = spare._spare.child
    if left is not None:
        left.kill()
        left.communicate()


def read():
    """A workbook of one cell, read; the process that did so."""
    book, data = Workbook(), BytesIO()
    book.active["A1"] = "妇女"
    book.save(data)
    with Reader(data.getvalue()) as reader:
        frames = list(reader)
    assert frames[-1].columns == [["妇女"]]
    return reader._child.pid


def test_a_process_that_runs_no_jobs_keeps_no_spare_child():
    read()
    task_postrun.send(sender=None)
    assert spare._spare.child is None


def test_a_worker_has_its_next_child_ready_and_takes_each_only_once():
    worker_process_init.send(sender=None)
    first = spare._spare.child
    assert read() == first.pid
    # Within the job the next one is started as needed.
    assert read() != first.pid
    assert spare._spare.child is None
    task_postrun.send(sender=None)
    ready = spare._spare.child
    assert ready.pid != first.pid
    task_postrun.send(sender=None)
    assert spare._spare.child is ready


def test_a_spare_child_that_died_is_not_taken():
    spare.keep_one()
    dead = spare._spare.child
    dead.kill()
    dead.wait()
    assert read() != dead.pid


def test_a_thread_takes_no_child_of_another_with_which_it_would_die():
    spare.keep_one()
    taken = []
    other = threading.Thread(target=lambda: taken.append(read()))
    other.start()
    other.join()
    assert taken != [spare._spare.child.pid]
    assert spare._spare.child.poll() is None


def test_a_process_that_came_from_another_leaves_its_child_alone(monkeypatch):
    spare.keep_one()
    kept = spare._spare.child
    monkeypatch.setattr(spare._spare, "owner", os.getpid() + 1)
    assert read() != kept.pid
    kept.kill()
    kept.communicate()


def test_signals_are_heard_once_by_the_tasks_of_the_exchange():
    for signal, listener in ((worker_process_init, tasks.keep_child),
                             (task_postrun, tasks.have_child_again)):  # fmt: skip
        heard = [found() for _key, found in signal.receivers]
        assert heard.count(listener) == 1
