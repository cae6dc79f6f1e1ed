"""References that are checked once for each statement hold what a foreign key promises."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from cadres.models import Appointment, Person, Post
from federation.audit.models import Change
from federation.bulk.keyed import keyed
from federation.bulk.references import trigger_names
from federation.bulk.services import insert_rows, reserve_ids, update_rows
from orgs.models import Organisation, ReportedFact, Term
from tests.registers.records import appoint, person, term

pytestmark = pytest.mark.django_db
NOBODY = 10**9
DAY = date(2024, 3, 8)
#: with SQLite they are foreign keys, with PostgreSQL triggers
TOGETHER = [
    (Appointment, "person"), (Appointment, "organisation"), (Appointment, "branch"),
    (Appointment, "term"), (Appointment, "post"), (Term, "organisation"), (Term, "branch"),
    (ReportedFact, "organisation"), (ReportedFact, "branch"), (Change, "actor"),
    (Change, "organisation"), (Change, "branch"),
]  # fmt: skip
each = pytest.mark.parametrize(
    "model, name", TOGETHER, ids=[f"{model.__name__}.{name}" for model, name in TOGETHER]
)


def one_of(model, village, **fields):
    """A record of the model that is not saved yet and refers to everything it can."""
    about = {"organisation": village, "branch": village}
    if model is Appointment:
        told = {"post": Post.objects.first(), "term": ruled(village), "from_on": DAY}
        about |= {"person": person("周兰"), **told}
    elif model is Term:
        about |= {"starts_on": DAY, "due_on": date(2029, 3, 8)}
    elif model is ReportedFact:
        about |= {"key": "women_resident", "as_of": DAY}
    else:
        about["object_uid"] = village.uid
    return model(**about | fields)


def ruled(village):
    return term(village, date(2021, 3, 8), date(2026, 3, 8))


def refused(deed, model, name):
    """The deed is refused, on PostgreSQL with table and column named."""
    with pytest.raises(IntegrityError) as told, transaction.atomic():
        deed()
        connection.check_constraints()
    if connection.vendor == "postgresql":
        column = model._meta.get_field(name).column
        about = told.value.__cause__.diag
        assert (about.table_name, about.column_name) == (model._meta.db_table, column)


@each
def test_a_record_that_refers_to_nobody_is_refused(lotus, model, name):
    made = one_of(model, lotus, **{f"{name}_id": NOBODY})
    refused(lambda: model.objects.bulk_create([made]), model, name)


@each
def test_a_record_that_is_changed_to_refer_to_nobody_is_refused(lotus, lan, model, name):
    made = one_of(model, lotus)
    made.save()
    refused(lambda: update_rows(model, [f"{name}_id"], [(NOBODY, made.pk)]), model, name)


@each
def test_what_a_record_refers_to_stays(willow, lotus, lan, model, name):
    made = {
        "actor": lambda: lan, "person": lambda: person("吴芳"), "post": Post.objects.last,
        "term": lambda: ruled(willow), "organisation": lambda: willow, "branch": lambda: willow,
    }  # fmt: skip
    about = made[name]()
    model.objects.bulk_create([one_of(model, lotus, **{name: about})])
    needed = type(about).objects.filter(pk=about.pk)
    # Past Django, which would look by itself.
    refused(lambda: needed._raw_delete(needed.db), model, name)
    assert needed.exists()


@each
def test_whatever_may_be_empty_may_be_empty(lotus, model, name):
    if model._meta.get_field(name).null:
        model.objects.bulk_create([one_of(model, lotus, **{name: None})])
        connection.check_constraints()
        assert model.objects.filter(**{name: None}).exists()


def test_one_wrong_reference_among_thousands_is_found(lotus):
    keys, uids = reserve_ids(Term, 2000), (f"{number:032x}" for number in range(2000))
    names = ("id", "uid", "version", "organisation_id", "branch_id", "starts_on", "due_on",
             "starts_precision", "from_report")  # fmt: skip
    days = (date.fromordinal(700_000 + number).isoformat() for number in range(2000))
    rows = [
        (
            key,
            uid,
            1,
            lotus.pk,
            NOBODY if key == keys[1234] else None,
            day,
            "2090-01-01",
            "day",
            True,
        )
        for key, uid, day in zip(keys, uids, days, strict=True)
    ]
    refused(lambda: insert_rows(Term, names, rows), Term, "branch")
    assert not Term.objects.exists()


def test_what_nobody_refers_to_any_more_goes_with_those_who_did(lotus):
    held = appoint(person("周兰"), lotus)
    Appointment.objects.filter(pk=held.pk).delete()
    assert Person.objects.all().delete()[0] == 1
    connection.check_constraints()


def test_every_foreign_key_is_watched_by_the_database(db):
    """By a constraint or by triggers, unless its model says that nothing watches over it."""
    unwatched = [
        str(field)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.is_relation and field.db_constraint and not is_watched(field)
    ]
    assert unwatched == []


def is_watched(field) -> bool:
    table, parent = field.model._meta.db_table, field.related_model._meta.db_table
    with connection.cursor() as cursor:
        if field.column in connection.introspection.get_relations(cursor, table):
            return True
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O'"
            " AND tgrelid IN (%s::regclass, %s::regclass)",
            [table, parent],
        )
        found = {name for (name,) in cursor.fetchall()}
    coming, going = trigger_names(field).values()
    wanted = {coming, f"{coming}_changed", going, f"{going}_changed", f"{going}_emptied"}
    return wanted <= found and looks_up_by_index(coming) and looks_up_by_index(going)


def looks_up_by_index(function: str) -> bool:
    """A table that is being filled passes for empty; read whole for every key it took minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = %s", [function])
        return cursor.fetchone()[0] == ["enable_seqscan=off"]


def test_the_keys_of_what_is_referred_to_never_change(lotus):
    appoint(person("周兰"), lotus)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=lotus.pk).update(id=NOBODY)
        connection.check_constraints()


def test_the_database_has_every_index_and_constraint_that_a_model_declares(db):
    """A migration that takes the index of a column away can take others along."""
    missing = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            stands = connection.introspection.get_constraints(cursor, model._meta.db_table)
            declared = [*model._meta.indexes, *model._meta.constraints]
            missing += [one.name for one in declared if one.name not in stands]
    assert missing == []


@each
def test_whoever_refers_to_something_is_found_by_an_index(model, name):
    """Whoever takes it away asks for them, and for those without a reference nobody asks."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = keyed(model.objects.order_by(), f"{name}_id", [1, 2]).explain()
    assert "Seq Scan" not in plan and "SCAN " not in plan.replace("SCAN json_each", "")
