"""Pages that tell of changes lead only to those imports that open for whoever reads them.

Tao of the town sends a roster for Qiu's village: rows of others may stand in it.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadres.models import Person
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply
from tests.cast import post
from tests.exchange.tables import member_row, planned

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


@pytest.fixture
def batch(lotus, willow, tao):
    rows = [member_row(lotus, 1, "周兰"), member_row(willow, 2, "何静")]
    return batch_apply(batch=planned("committee", rows, lotus, user=tao))


def leads(page, batch):
    """Whether a page leads to an import, of which it tells."""
    assert page.status_code == 200
    return reverse("exchange:batch", args=[batch.uid]) in page.content.decode()


def test_the_history_of_a_record_leads_only_to_imports_that_open(batch, tao, qiu, as_user):
    address = reverse("cadres:person_history", args=[Person.objects.get().uid])
    for user, opens in ((tao, True), (qiu, False)):
        page = as_user(user).get(address)
        assert "来自一次导入" in page.content.decode()
        assert leads(page, batch) is opens


def test_the_change_log_leads_only_to_imports_that_open(batch, lotus, tao, qiu, as_user):
    for user, opens in ((tao, True), (qiu, False)):
        client = as_user(post(user, "auditor", lotus))
        page = client.get(f"/changes/?batch={batch.uid}")
        assert page.context["fold"].batch == batch
        assert leads(page, batch) is opens


def test_which_imports_open_is_asked_once_for_all_of_them(lotus, tao, as_user):
    address, asked = "", []
    for education in ("大专", "本科", "硕士"):
        row = member_row(lotus, 1, "周兰", education=education)
        batch_apply(batch=planned("committee", [row], lotus, user=tao))
        address = address or reverse("cadres:person_history", args=[Person.objects.get().uid])
        client = as_user(tao)
        client.get(address)
        with CaptureQueriesContext(connection) as told:
            assert leads(client.get(address), Batch.objects.latest("pk"))
        asked.append(len(told))
    assert asked == asked[:1] * 3 and Batch.objects.count() == 3
