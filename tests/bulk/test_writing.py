"""Many rows at once: what goes in comes out the same, on both engines, in few statements."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from cadres.models import Person
from federation.bulk.services import insert_rows, reserve_ids, update_rows
from federation.exchange.models import Option
from federation.identity import uuid7_texts
from homes.models import Home, HomeKind

pytestmark = pytest.mark.django_db

AWKWARD = ["制表\t换行\n回车\r", "反斜\\杠", "\\N", "NULL", "", "引号'\"", "百分%s", "逗号,{}"]


def options(*labels):
    """Options of one list, written as plain rows."""
    names = ("id", "uid", "version", "list_key", "code", "label", "aliases", "order")
    keys = reserve_ids(Option, len(labels))
    rows = [
        (key, uid, 1, "sorts", str(key), label, "[]", 0)
        for key, uid, label in zip(keys, uuid7_texts(len(labels)), labels, strict=True)
    ]
    assert insert_rows(Option, names, rows) == len(labels)
    return Option.objects.filter(list_key="sorts").order_by("pk")


def test_any_text_comes_back_as_it_went_in():
    assert [option.label for option in options(*AWKWARD)] == AWKWARD


def test_every_sort_of_value_comes_back_as_it_went_in(lotus):
    uid, sealed = uuid7_texts(1)[0], bytes(range(256))
    kind = HomeKind.objects.first()
    told = {
        "id": reserve_ids(Home, 1)[0], "uid": uid, "version": 1, "organisation_id": lotus.pk,
        "branch_id": lotus.branch_id, "kind_id": kind.pk, "name": "妇女之家",
        "is_placeholder": False, "level": "", "address": "", "host": "", "sharing": "",
        "area_m2": "12.50", "opened_on": "2020-03-08", "opened_precision": "day",
        "closed_on": None, "closed_reason": "", "cluster_id": None, "manager_name": "",
        "manager_phone": sealed, "manager_phone_digest": None, "manager_phone_masked": "",
        "activities_a_year": 3, "activities_as_of": None, "remark": "", "from_report": True,
        "batch": None,
    }  # fmt: skip
    insert_rows(Home, tuple(told), [tuple(told.values())])
    found = Home.objects.get()
    assert (found.uid, bytes(found.manager_phone)) == (UUID(uid), sealed)
    assert (found.area_m2, found.opened_on) == (Decimal("12.50"), date(2020, 3, 8))
    assert (found.is_placeholder, found.from_report, found.closed_on) == (False, True, None)


def test_rows_that_clash_are_refused_as_any_statement_is():
    with pytest.raises(IntegrityError), transaction.atomic():
        options("同名", "同名")
    assert not Option.objects.filter(list_key="sorts").exists()


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert_rows(Option, ("id",), []) == 0
        update_rows(Option, ("label",), [])


def test_columns_are_set_and_the_version_is_raised():
    first, second, third = options("甲", "乙", "丙")
    update_rows(Option, ("label", "order"), [("丁\\", 5, first.pk), ("戊", 6, third.pk)])
    found = list(Option.objects.filter(list_key="sorts").order_by("pk"))
    assert [(o.label, o.order, o.version) for o in found] == [
        ("丁\\", 5, 2), ("乙", 0, 1), ("戊", 6, 2),
    ]  # fmt: skip


def test_a_record_told_twice_keeps_what_was_told_last():
    (only,) = options("甲")
    update_rows(Option, ("label",), [("乙", only.pk), ("丙", only.pk)])
    only.refresh_from_db()
    assert (only.label, only.version) == ("丙", 3)


def test_empty_values_and_bytes_are_set_too(lotus):
    person = Person.objects.create(name="周兰", is_grid=True)
    values = (b"\x00\xff'\\", None, "2001-02-03", person.pk)
    update_rows(Person, ("id_number", "is_grid", "birth_on"), [values])
    person.refresh_from_db()
    assert (bytes(person.id_number), person.is_grid) == (b"\x00\xff'\\", None)
    assert person.birth_on == date(2001, 2, 3)
