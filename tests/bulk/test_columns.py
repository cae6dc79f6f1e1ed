"""Rows written column by column, and indexes that wait for them."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cadres.models import Person
from federation.bulk import indexing, values
from federation.bulk.ahead import Piece, in_turn
from federation.bulk.indexing import gathering, put_off, tell_size
from federation.bulk.services import insert_columns, reserve_ids
from federation.exchange.plans import defaults_of
from federation.identity import uuid7_texts
from orgs.models import Term

pytestmark = pytest.mark.django_db


def people(**told) -> None:
    """As many people as each of the told columns has values."""
    count = len(next(iter(told.values())))
    values = {name: [value] * count for name, value in defaults_of("cadres.Person").items()}
    values |= {"uid": uuid7_texts(count), **told}
    keys = reserve_ids(Person, count)
    insert_columns(Person, ["id", *values], [keys, *values.values()])


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "cadres_person")
    return {name for name, told in found.items() if told["index"]}


def test_columns_that_say_the_same_and_columns_that_do_not_are_written_alike():
    people(name=["周兰", "吴%芳", "郑\\n梅"], ethnic=["汉'%族"] * 3, is_grid=[True, None, False])
    people(name=["周兰"], ethnic=["土\t家族"], is_grid=[True])
    assert list(Person.objects.order_by("id").values_list("name", "ethnic", "is_grid")) == [
        ("周兰", "汉'%族", True),
        ("吴%芳", "汉'%族", None),
        ("郑\\n梅", "汉'%族", False),
        ("周兰", "土\t家族", True),
    ]


def test_texts_that_come_again_and_again_beside_blanks_are_each_written_as_they_are():
    told = [b"\x00a", None, b"\x00a", b"b", b"b", b"b", None]
    people(name=[str(number) for number in range(7)], phone_digest=told)
    found = Person.objects.order_by("id").values_list("phone_digest", flat=True)
    assert [one and bytes(one) for one in found] == told


@pytest.mark.parametrize("count", [1, 99, 100, 101, 399, 400, 401, 801, 1203])
def test_all_rows_are_written_however_many_come(count, monkeypatch):
    # Of five columns that differ a run takes eighty rows.
    monkeypatch.setattr(values, "AT_ONCE", 400)
    names = [f"兰{number}" for number in range(count)]
    grid = [(True, None, False)[number % 3] for number in range(count)]
    people(name=names, is_grid=grid, ethnic=["汉'%s族"] * count, phone_digest=_digests(count))
    found = Person.objects.order_by("id").values_list("name", "is_grid", "ethnic", "phone_digest")
    told = zip(names, grid, ["汉'%s族"] * count, _digests(count), strict=True)
    assert [(*rest, digest and bytes(digest)) for *rest, digest in found] == list(told)


def _digests(count):
    return [number.to_bytes(4, "big") if number % 2 else None for number in range(count)]


def test_rows_that_are_fewer_than_were_told_are_an_error():
    if connection.vendor != "sqlite":
        return
    names = ["code", "name", "order", "is_head", "is_leading", "is_committee"]
    ready = values.inserting("cadres_post", names, [("90", "甲", 1)], 2, [False] * 3)
    with (
        pytest.raises(DatabaseError, match="1 rows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        ready(cursor)


def test_indexes_stand_again_once_many_rows_are_there(monkeypatch):
    monkeypatch.setattr(indexing, "MANY", 2)
    before = indexes()
    with transaction.atomic():
        later = put_off(Person, 2)
        # SQLite alone puts them off.
        is_put_off = connection.vendor == "sqlite"
        assert ("person_by_name" in before - indexes()) == is_put_off == bool(later)
        people(name=["周兰", "吴芳"])
        in_turn(map(Piece, later))
        assert indexes() == before
    if is_put_off:
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_indexes_stand_again_when_writing_fails(monkeypatch):
    monkeypatch.setattr(indexing, "MANY", 2)
    before = indexes()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        put_off(Person, 2)
        people(name=["周兰", "吴芳"])
        raise ZeroDivisionError
    assert indexes() == before and not Person.objects.exists()


def test_indexes_stay_where_more_stands_than_comes(monkeypatch):
    monkeypatch.setattr(indexing, "MANY", 2)
    people(name=["周兰", "吴芳", "郑梅"])
    before = indexes()
    assert put_off(Person, 2) == []
    assert indexes() == before


def test_a_load_is_known_before_it_is_committed_where_plans_follow_sizes(monkeypatch):
    monkeypatch.setattr(indexing, "MARKED", 2)
    people(name=["周兰", "吴芳", "郑梅"])
    with CaptureQueriesContext(connection) as asked:
        tell_size(Person, 3)
    if connection.vendor != "postgresql":
        assert asked.captured_queries == []
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'cadres_person'")
        assert cursor.fetchone() == (3,)


def test_few_rows_leave_the_indexes_alone():
    before = indexes()
    assert put_off(Person, indexing.MANY - 1) == []
    assert indexes() == before


def test_new_people_gather_by_pinyin_and_terms_by_no_text():
    assert (gathering(Person), gathering(Term)) == ("pinyin", None)


def test_people_keep_what_is_theirs_in_whatever_order_they_are_sent():
    told = {"赵一": "zhaoyi", "钱二": "qianer", "孙三": "sunsan", "李四": "lisi"}
    people(name=list(told), pinyin=list(told.values()))
    assert dict(Person.objects.values_list("name", "pinyin")) == told
    assert list(Person.objects.order_by("pk").values_list("name", flat=True)) == list(told)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pinyin FROM cadres_person ORDER BY ctid")
            assert [text for (text,) in cursor.fetchall()] == sorted(told.values())
