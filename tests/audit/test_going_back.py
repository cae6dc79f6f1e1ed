"""The release before kept every image in its own row: going back to it loses none."""

from importlib import import_module

import pytest
from django.apps import apps

from federation.audit import services
from federation.audit.models import Change
from federation.audit.services import Actor, open_change
from tests.audit.logged import record_creates
from tests.audit.test_images import made

MIGRATION = import_module("federation.audit.migrations.0004_give_images_back")


@pytest.mark.django_db
def test_going_back_every_image_returns_to_its_change(monkeypatch):
    monkeypatch.setattr(MIGRATION, "AT_ONCE", 2)
    monkeypatch.setattr(services, "WORTH_A_BLOCK", 1)
    record_creates(made(["甲", "乙", "丙"]), actor=Actor.command())
    before = [open_change(change) for change in Change.objects.order_by("id")]
    MIGRATION.give_back(apps, None)
    changes = Change.objects.order_by("id")
    assert [open_change(change) for change in changes] == before
    assert not changes.exclude(block=None).exists() and len(before) == 3
