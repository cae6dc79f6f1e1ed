"""Fixtures for everybody: the small tree and the cast of ``tests.cast``."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.test import Client

from federation.access.models import User
from federation.audit import services as audit_services
from federation.exchange import storage
from orgs.models import Organisation
from tests.cast import BACKEND, official, plant


@pytest.fixture(autouse=True)
def _fresh_cache():
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture
def city(db) -> Organisation:
    return plant("91", "渝光市", "city")


@pytest.fixture
def north(city) -> Organisation:
    """The northern district, where Lan works."""
    return plant("910101", "北岸区", "district", city)


@pytest.fixture
def south(city, north) -> Organisation:
    """The southern district, where Mei works."""
    return plant("910102", "南山区", "district", city)


@pytest.fixture
def north_town(north) -> Organisation:
    return plant("910101101", "青石镇", "town", north)


@pytest.fixture
def south_town(south) -> Organisation:
    return plant("910102101", "红岩镇", "town", south)


@pytest.fixture
def lotus(north_town) -> Organisation:
    """A village in the north; Qiu keeps it."""
    return plant("910101101201", "荷花村", "village", north_town)


@pytest.fixture
def willow(north_town, lotus) -> Organisation:
    """The other village of the northern town."""
    return plant("910101101202", "柳溪村", "village", north_town)


@pytest.fixture
def bamboo(south_town) -> Organisation:
    """A village in the south."""
    return plant("910102101201", "竹林村", "village", south_town)


@pytest.fixture
def pine(south_town, bamboo) -> Organisation:
    """The other village of the southern town."""
    return plant("910102101202", "松坡村", "village", south_town)


@pytest.fixture
def tree(city, north, south, north_town, south_town, lotus, willow, bamboo, pine):
    """The whole tree by name: city, two districts, two towns, four villages."""
    return {
        "city": city,
        "north": north,
        "south": south,
        "north_town": north_town,
        "south_town": south_town,
        "lotus": lotus,
        "willow": willow,
        "bamboo": bamboo,
        "pine": pine,
    }


@pytest.fixture
def lan(north) -> User:
    return official("lan", "兰晓梅", "district_officer", north)


@pytest.fixture
def mei(south) -> User:
    return official("mei", "梅雪", "district_officer", south)


@pytest.fixture
def tao(north_town) -> User:
    return official("tao", "陶然", "town_officer", north_town)


@pytest.fixture
def qiu(lotus) -> User:
    return official("qiu", "邱月", "village_clerk", lotus)


@pytest.fixture
def su(city) -> User:
    return official("su", "苏青", "city_officer", city)


@pytest.fixture
def wen(city) -> User:
    return official("wen", "文静", "leader", city)


@pytest.fixture
def ying(city) -> User:
    return official("ying", "应红", "auditor", city)


@pytest.fixture
def hua(city) -> User:
    return official("hua", "华敏", "administrator", city)


@pytest.fixture
def creations_in_blocks(monkeypatch):
    """What an import makes lies in blocks of the log even where it is a single record."""
    monkeypatch.setattr(audit_services, "WORTH_A_BLOCK", 1)


@pytest.fixture
def files_gone_at_once(monkeypatch):
    """The transaction around a test never ends: files that go when it is committed go at once."""
    now = SimpleNamespace(on_commit=lambda removed: removed())
    monkeypatch.setattr(storage, "transaction", now)


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A browser in which somebody is logged in: ``as_user(lan).get("/")``."""

    def logged_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return logged_in
