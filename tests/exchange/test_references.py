"""Rows that refer to each other, as a place to its cluster: written, shown, taken back together."""

import pytest

from federation.audit.services import Actor
from federation.exchange import comparing, row_store
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_undo, plan_rows
from homes.models import Home, HomeKind
from tests.exchange.tables import imported, planned
from tests.homes.test_sheet import HAVES, row
from tests.registers.records import home

pytestmark = pytest.mark.django_db
BY_COMMAND = Actor.command()
OLD, NEW = "商圈微家集群", "荷塘微家集群"


def cluster(name, place):
    return home(name, place, kind=HomeKind.objects.get(code="micro_cluster"))


def undone(batch):
    return batch_undo(batch=batch, actor=BY_COMMAND)


def names():
    return sorted(Home.objects.values_list("name", flat=True))


def go_stale(monkeypatch, number):
    """Let the record behind row ``number`` seem changed since the check."""
    real = comparing.tokens_of

    def tokens(parts, rows, found):
        return [b"" if n == number else token for n, token in enumerate(real(parts, rows, found))]

    monkeypatch.setattr(comparing, "tokens_of", tokens)


@pytest.fixture
def member(lotus, willow, city):
    """A micro-home in a cluster that stands."""
    standing = cluster(OLD, willow)
    imported("homes", [row(lotus, "甲妇女微家", cluster=OLD)], city)
    assert Home.objects.get(name="甲妇女微家").cluster == standing
    return Home.objects.get(name="甲妇女微家")


def moving(lotus, willow):
    """A new cluster in one village; in another a micro-home that moves there and one that opens."""
    return [
        row(willow, NEW),
        row(lotus, "甲妇女微家", cluster=NEW, remark="新址"),
        row(lotus, "乙妇女微家", cluster=NEW, **HAVES),
        row(lotus, "丙妇女微家"),
    ]


def test_rows_that_refer_to_a_row_left_out_are_left_out_and_named(
    member, lotus, willow, city, monkeypatch
):
    batch = planned("homes", moving(lotus, willow), city)
    go_stale(monkeypatch, 0)
    batch = batch_apply(batch=batch)
    member.refresh_from_db()
    assert (member.cluster.name, member.remark) == (OLD, "")
    assert names() == sorted([OLD, "甲妇女微家", "丙妇女微家"])
    told = {line.number: line.problems[0]["message"] for line in plan_rows(batch, "stale").rows}
    assert [told[number][:11] for number in (2, 3, 4)] == [
        "检查之后记录已被改动，", "表中它所属的那一条没有", "表中它所属的那一条没有",
    ]  # fmt: skip
    assert (batch.counts["stale"], batch.counts["written"]) == (3, {"homes.Home": 1})
    undone(batch)
    assert names() == sorted([OLD, "甲妇女微家"])


def test_all_or_nothing_counts_what_refers_to_a_row_left_out(
    member, lotus, willow, city, monkeypatch
):
    batch = planned("homes", moving(lotus, willow), city)
    kept_columns = row_store.kept_columns

    def with_a_conflict(batch, wanted):
        kept = kept_columns(batch, wanted)
        kept.changes[0] = "conflict"
        return kept

    monkeypatch.setattr(row_store, "kept_columns", with_a_conflict)
    Batch.objects.update(all_or_nothing=True)
    batch = batch_apply(batch=batch)
    assert (batch.state, batch.counts["held_back"]) == (Batch.State.PLANNED, 1)
    assert (batch.counts["stale"], names()) == (2, sorted([OLD, "甲妇女微家"]))


# -- shown before it is written


def test_the_check_page_names_the_clusters_a_row_moves_between(member, lotus, willow, city):
    standing = cluster(NEW, willow)
    table = [row(lotus, member.name, cluster=NEW)]
    (shown,) = plan_rows(planned("homes", table, city), "changed").rows
    assert shown.effects == [("所属微家集群", OLD, NEW)]
    standing.delete()
    batch = planned("homes", [*table, row(lotus, NEW)], city)
    (shown,) = plan_rows(batch, "changed").rows
    assert shown.effects == [("所属微家集群", OLD, NEW)]


def test_the_check_page_asks_no_more_queries_for_more_clusters(
    lotus, willow, city, django_assert_num_queries
):
    for number in range(6):
        cluster(f"{number}号微家集群", willow)
        home(f"{number}号妇女微家", lotus, kind=HomeKind.objects.get(code="micro_home"))
    table = [row(lotus, f"{n}号妇女微家", cluster=f"{n}号微家集群") for n in range(6)]
    few, many = (planned("homes", table[:count], city) for count in (1, 6))
    with django_assert_num_queries(9) as told:
        plan_rows(few, "changed")
    with django_assert_num_queries(len(told)):
        assert len(plan_rows(many, "changed").rows) == 6


# -- taken back


def test_a_cluster_goes_with_the_members_of_the_same_import(lotus, city):
    table = [row(lotus, NEW), row(lotus, "甲妇女微家", cluster=NEW)]
    batch = imported("homes", table, city)
    result = undone(batch)
    assert (result.restored, result.kept, result.emptied) == (2, [], [])
    assert not Home.objects.exists()


def test_a_cluster_that_has_got_another_member_since_is_kept_alone(lotus, willow, city):
    table = [row(lotus, NEW), row(lotus, "甲妇女微家", cluster=NEW)]
    batch = imported("homes", table, city)
    home("乙妇女微家", willow, cluster=Home.objects.get(name=NEW))
    result = undone(batch)
    assert names() == sorted([NEW, "乙妇女微家"])
    assert [(kept.kind, kept.reason) for kept in result.kept] == [
        ("阵地", "还有其他记录要用到它"),
    ]  # fmt: skip


def test_the_older_of_two_imports_may_be_taken_back_first(lotus, city):
    older, newer = (
        imported("homes", [row(lotus, name), row(lotus, "甲妇女微家", cluster=name)], city)
        for name in (OLD, NEW)
    )
    result = undone(older)
    assert [kept.reason for kept in result.kept] == ["之后又被修改"]
    assert names() == sorted([NEW, "甲妇女微家"])
    result = undone(newer)
    assert (result.kept, result.emptied, names()) == ([], [], [])


def test_a_membership_whose_cluster_was_taken_back_comes_back_empty_and_is_told(
    lotus, willow, city
):
    stays = home("甲妇女微家", lotus, kind=HomeKind.objects.get(code="micro_home"))
    first = imported("homes", [row(willow, OLD)], city)
    imported("homes", [row(lotus, "甲妇女微家", cluster=OLD)], city)
    last = imported("homes", [row(lotus, "甲妇女微家", cluster=NEW), row(lotus, NEW)], city)
    undone(first)
    result = undone(last)
    stays.refresh_from_db()
    assert (stays.cluster, names()) == (None, ["甲妇女微家"])
    assert [(told.uid, told.reason) for told in result.emptied] == [
        (stays.uid, "原来所属的记录已撤销，这一项没有恢复")
    ]
    last.refresh_from_db()
    assert (last.counts["undone_emptied"], last.counts["undone_kept"]) == (1, 0)
