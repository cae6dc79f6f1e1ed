"""A job says what it is about in a column of its own."""

from importlib import import_module
from uuid import UUID

import pytest
from django.apps import apps

from federation.jobs.models import Job
from federation.jobs.services import enqueue

pytestmark = pytest.mark.django_db
BATCH = UUID("0197b000-0000-7000-8000-000000000001")


@pytest.fixture
def migration():
    return import_module("federation.jobs.migrations.0002_add_subject")


def test_jobs_about_one_record_are_found_by_its_uid():
    mine = enqueue("wash", subject=BATCH, soap="yes")
    enqueue("wash")
    assert list(Job.objects.filter(subject=BATCH)) == [mine]
    assert mine.payload == {"soap": "yes"}


def test_an_upgrade_keeps_what_waiting_jobs_are_about(migration):
    old = Job.objects.create(kind="plan_import", payload={"batch": str(BATCH), "soap": "yes"})
    other = Job.objects.create(kind="expire", payload={})
    migration.name_subjects(apps, None)
    old.refresh_from_db()
    other.refresh_from_db()
    assert (old.subject, old.payload) == (BATCH, {"soap": "yes"})
    assert (other.subject, other.payload) == (None, {})


def test_the_way_back_puts_it_where_the_release_before_looks(migration):
    job = enqueue("plan_import", subject=BATCH)
    migration.put_back(apps, None)
    job.refresh_from_db()
    assert job.payload == {"batch": str(BATCH)}
