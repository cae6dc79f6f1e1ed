"""The demonstration and real work never mix."""

import pytest
from django.contrib.auth import authenticate
from django.core.checks import run_checks
from django.test import RequestFactory

from demo.guard import NotEmpty, become_demo
from tests.cast import PASSWORD, official

pytestmark = pytest.mark.django_db


@pytest.fixture
def marker(settings, tmp_path):
    settings.DEMO_MARKER = tmp_path / "demo-marker"
    return settings.DEMO_MARKER


@pytest.fixture
def actress(city):
    return official("demo-leader", "文静", "leader", city)


def log_in(username: str):
    request = RequestFactory().post("/accounts/login/")
    return authenticate(request, username=username, password=PASSWORD)


def test_an_account_of_the_demo_logs_in_only_where_the_marker_lies(marker, actress, wen):
    assert log_in("demo-leader") is None
    assert log_in("wen") == wen
    marker.touch()
    assert log_in("demo-leader") == actress


def test_the_start_is_refused_when_demo_accounts_lie_in_a_real_database(marker, actress):
    assert "demo.E001" in {found.id for found in run_checks(databases=["default"])}
    marker.touch()
    assert "demo.E001" not in {found.id for found in run_checks(databases=["default"])}


def test_a_real_installation_is_quiet(marker, wen):
    assert "demo.E001" not in {found.id for found in run_checks(databases=["default"])}


def test_an_installation_with_records_never_becomes_a_demo(marker, city):
    with pytest.raises(NotEmpty):
        become_demo()
    assert not marker.exists()


def test_an_empty_installation_becomes_one_and_stays_one(marker):
    become_demo()
    assert marker.exists()
    become_demo()
