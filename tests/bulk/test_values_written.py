"""Whatever values a column may hold, they are read back as they were written, on both engines."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import DataError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cadres.models import Appointment, Person
from federation.audit.models import Change
from federation.bulk.binary import is_binary, types_of
from federation.bulk.services import insert_columns, reserve_ids
from federation.exchange.plans import defaults_of
from federation.identity import uuid7_texts

pytestmark = pytest.mark.django_db

letters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
text = st.text(letters, max_size=20)
days = st.dates(date(1900, 1, 1), date(2150, 12, 31)).map(date.isoformat)
person = st.fixed_dictionaries(
    {
        "name": text,
        "initials": text,
        "phone": st.binary(max_size=80),
        "phone_digest": st.none() | st.binary(min_size=32, max_size=32),
        "birth_on": days,
        "is_grid": st.none() | st.booleans(),
        "batch": st.none() | st.uuids().map(lambda uid: uid.hex),
        "version": st.integers(0, 2_000_000_000),
    }
)
TRICKY = {
    "name": '\\N\t\n\r\\"', "initials": "", "phone": b"\\x00\x00\n", "phone_digest": None,
    "birth_on": "1999-12-31", "is_grid": None, "batch": None, "version": 0,
}  # fmt: skip


@given(people=st.lists(person, min_size=1, max_size=9))
@example(people=[TRICKY])
@example(people=[TRICKY] * 5)
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_people_are_read_back_as_they_were_written(people):
    count = len(people)
    whole = {name: [value] * count for name, value in defaults_of("cadres.Person").items()}
    whole |= {name: [one[name] for one in people] for name in people[0]}
    with transaction.atomic():
        keys = reserve_ids(Person, count)
        whole["uid"] = uuid7_texts(count)
        insert_columns(Person, ["id", *whole], [keys, *whole.values()])
        names = list(people[0])
        found = Person.objects.filter(pk__in=keys).order_by("pk").values(*names)
        assert [_plain(one) for one in found] == people
        transaction.set_rollback(True)


def _plain(told):
    by = {memoryview: bytes, date: date.isoformat, UUID: lambda uid: uid.hex}
    return {name: by.get(type(value), lambda same: same)(value) for name, value in told.items()}


@pytest.mark.parametrize(
    "at",
    [
        datetime(1999, 12, 31, 23, 59, 59, 999999, UTC),
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(2026, 11, 23, 2, 3, 4, 5, timezone(timedelta(hours=8))),
    ],
    ids=["before the count begins", "where it begins", "elsewhere"],
)
def test_a_moment_is_read_back_as_it_was_written(at):
    values = _change(connection.ops.adapt_datetimefield_value(at))
    insert_columns(Change, list(values), list(values.values()))
    uid = UUID(values["uid"][0])
    assert Change.objects.values_list("at", "position", "uid").get() == (at, 7, uid)


def test_a_moment_without_a_zone_is_told_by_the_clock_of_the_connection():
    values = _change("2026-11-23 02:03:04.000005")
    insert_columns(Change, list(values), list(values.values()))
    at = datetime(2026, 11, 23, 2, 3, 4, 5, UTC)
    assert Change.objects.values_list("at", flat=True).get() == at


def _change(at):
    (uid,) = uuid7_texts(1)
    return {
        "id": reserve_ids(Change, 1), "uid": [uid], "batch": [None], "actor_id": [None],
        "actor_label": ["命令行"], "at": [at], "model": ["cadres.Person"], "object_uid": [uid],
        "organisation_id": [None], "branch_id": [None], "operation": ["update"],
        "before": [b"\x00"], "after": [None], "block_id": [None], "position": [7],
    }  # fmt: skip


def test_a_text_that_is_too_long_is_refused_and_not_cut():
    values = {name: [value] for name, value in defaults_of("cadres.Person").items()}
    values |= {"uid": uuid7_texts(1), "name": ["兰" * 41]}
    if connection.vendor != "postgresql":
        # SQLite knows no length; the cleaners refuse it there.
        return
    with pytest.raises(DataError), transaction.atomic():
        insert_columns(Person, ["id", *values], [reserve_ids(Person, 1), *values.values()])


def test_a_number_that_does_not_fit_is_refused_as_the_database_would():
    if connection.vendor != "postgresql":
        # SQLite keeps any number of eight bytes.
        return
    values = {name: [value] for name, value in defaults_of("cadres.Person").items()}
    values |= {"uid": uuid7_texts(1), "version": [2**31]}
    with pytest.raises(DataError), transaction.atomic():
        insert_columns(Person, ["id", *values], [reserve_ids(Person, 1), *values.values()])


def test_only_tables_with_ciphertext_are_written_in_binary():
    if connection.vendor != "postgresql":
        return
    both = {
        model: is_binary(types_of(model, defaults_of(model._meta.label)))
        for model in (Person, Appointment)
    }
    assert both == {Person: True, Appointment: False}


def test_a_table_with_a_type_that_has_no_binary_form_is_written_as_text():
    assert not is_binary(["bytea", "numeric(12, 2)"])
    assert is_binary(["bytea", "varchar(40)", "bigint"])
