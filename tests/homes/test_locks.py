"""Who waits for whom: users of a version of the standard not for each other, nobody in a circle."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from homes.models import Standard
from tests.exchange.tables import planned
from tests.homes.test_sheet import HAVES, row
from tests.registers.records import filled, home

pytestmark = pytest.mark.django_db
LOCKS = connection.features.has_select_for_update


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-21T12:00:00+08:00", tick=False):
        yield


def statements(deed) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        deed()
    # What is sent in one go for many rows stands there as bytes.
    return [str(query["sql"]).replace('"', "") for query in queries]


def of_versions(found: list[str]) -> list[str]:
    """The statements that lock all versions of the standard, nothing where there are no locks."""
    told = [sql for sql in found if "FROM homes_standard " in sql]
    return [sql for sql in told if "FOR SHARE" in sql or "FOR UPDATE" in sql]


def test_an_import_and_a_check_share_the_versions(as_user, qiu, lotus, city):
    found = of_versions(statements(lambda: planned("homes", [row(lotus, **HAVES)], city)))
    assert ["FOR SHARE" in sql for sql in found] == [True] * LOCKS
    client, url = as_user(qiu), f"/homes/{home('荷花村妇女之家', lotus).uid}/check/"
    sent = filled(client, url, **{"item-place": "yes"})
    found = of_versions(statements(lambda: client.post(url, sent)))
    assert ["FOR SHARE" in sql for sql in found] == [True] * LOCKS


def test_whoever_changes_a_version_holds_the_organisation_of_its_log_first(as_user, hua, city):
    made = Standard.objects.create(
        code="five_haves", name="五有", number=2, starts_on=date(2027, 1, 1), source="甲"
    )
    made.items.create(code="place", name="固定场所")
    client = as_user(hua)
    for page in ("edit", "withdraw"):
        url = f"/homes/standards/{made.uid}/{page}/"
        sent = filled(client, url)
        found = statements(lambda url=url, sent=sent: client.post(url, sent))
        root = f"orgs_organisation.id = {city.pk} ORDER BY"
        versions = "homes_standard.code = 'five_haves' ORDER BY homes_standard.id ASC"
        first = next(n for n, sql in enumerate(found) if root in sql)
        held = [n for n, sql in enumerate(found) if versions in sql]
        assert first < held[-1], page
        assert ("FOR NO KEY UPDATE" in found[first]) == LOCKS
    assert not Standard.objects.filter(pk=made.pk).exists()
