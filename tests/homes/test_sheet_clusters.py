"""Which cluster a row of the table of places names, and that no membership is lost or moved."""

from datetime import date

import pytest

from federation.exchange.services import batch_apply
from homes.models import Home, HomeKind
from orgs.models import Organisation
from tests.exchange.tables import changes, imported, planned, warnings
from tests.homes.test_sheet import row
from tests.registers.records import home

pytestmark = pytest.mark.django_db
NAME = "巾帼微家集群"


def cluster(place: Organisation, name: str = NAME, **fields) -> Home:
    return home(name, place, kind=HomeKind.objects.get(code="micro_cluster"), **fields)


def micro(place: Organisation, of: Home | None = None) -> Home:
    kind = HomeKind.objects.get(code="micro_home")
    return home("甲妇女微家", place, kind=kind, cluster=of)


def member() -> Home:
    return Home.objects.get(name="甲妇女微家")


@pytest.mark.parametrize("is_standing", [False, True])
def test_a_cluster_of_another_district_in_the_table_hides_none_of_the_own(
    lotus, willow, bamboo, city, is_standing
):
    near = cluster(willow)
    micro(lotus, near)
    if is_standing:
        cluster(bamboo)
    table = [row(bamboo, NAME), row(lotus, "甲妇女微家", cluster=NAME)]
    assert changes(imported("homes", table, city))[1] == "unchanged"
    assert member().cluster == near
    table = [row(bamboo, NAME), row(lotus, "乙妇女微家", cluster=NAME)]
    imported("homes", table, city)
    assert Home.objects.get(name="乙妇女微家").cluster == near


def test_a_cluster_of_another_district_is_taken_with_a_question(lotus, bamboo, city):
    far = cluster(bamboo)
    batch = imported("homes", [row(lotus, "甲妇女微家", cluster=NAME)], city)
    assert warnings(batch) == [f"微家集群“{NAME}”在另一个区县，请核对是不是同一个。"]
    assert member().cluster == far


@pytest.mark.parametrize("is_standing", [False, True])
def test_nothing_joins_a_cluster_the_table_tells_is_closed(lotus, willow, city, is_standing):
    if is_standing:
        cluster(willow)
    table = [
        row(willow, NAME, closed_on="2024-05-06"),
        row(lotus, "甲妇女微家", cluster=NAME),
    ]
    batch = imported("homes", table, city)
    assert changes(batch) == ["changed" if is_standing else "new", "conflict"]
    assert f"没有找到微家集群“{NAME}”" in warnings(batch)[0]
    assert Home.objects.get().closed_on == date(2024, 5, 6)


def test_a_row_without_name_brings_in_the_cluster_it_means_by_its_own_name(lotus, city):
    made = cluster(lotus, "荷塘微家集群")
    table = [
        row(lotus, None, home_kind="妇女微家集群", address="甲"),
        row(lotus, "甲妇女微家", cluster="荷塘微家集群"),
    ]
    assert changes(imported("homes", table, city)) == ["changed", "new"]
    assert member().cluster == made


@pytest.mark.parametrize("is_standing", [False, True])
@pytest.mark.parametrize("name", [NAME, None])
def test_a_row_waits_with_that_of_the_cluster_it_names(lotus, willow, city, is_standing, name):
    old = cluster(lotus, "荷塘微家集群")
    if is_standing:
        micro(lotus, old)
    named = name or "柳溪村妇女微家集群"
    table = [
        row(lotus, "甲妇女微家", cluster=named),
        row(willow, name, home_kind="妇女微家集群"),
        row(lotus, "乙妇女之家"),
    ]
    batch = planned("homes", table, city)
    assert changes(batch) == ["changed" if is_standing else "new", "new", "new"]
    home("西院妇女之家", willow)
    assert batch_apply(batch=batch).counts["stale"] == 2
    assert not Home.objects.filter(name=named).exists()
    assert [one.cluster for one in Home.objects.filter(name="甲妇女微家")] == [old] * is_standing
    assert Home.objects.filter(name="乙妇女之家").exists()


@pytest.mark.parametrize("fields", [{}, {"closed_on": date(2025, 1, 1)}])
def test_a_membership_that_stands_is_no_question(lotus, bamboo, north, lan, fields):
    far = cluster(bamboo, **fields)
    micro(lotus, far)
    told = row(lotus, "甲妇女微家", cluster=NAME)
    batch = imported("homes", [told], north, user=lan)
    assert (changes(batch), warnings(batch)) == (["unchanged"], [])
    assert member().cluster == far


def test_of_two_clusters_of_one_name_that_of_the_member_is_meant(lotus, willow, city):
    cluster(willow.parent)
    own = cluster(willow)
    micro(lotus, own)
    told = row(lotus, "甲妇女微家", cluster=NAME)
    assert changes(imported("homes", [told], city)) == ["unchanged"]
    assert member().cluster == own
