"""Lists of tens of thousands of keys travel as one parameter; no engine takes them one by one."""

from contextlib import contextmanager
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from cadres.models import Person
from cadres.parts.acquaintance import Who
from cadres.parts.volunteers import people_of
from federation.access.scope import EVERYWHERE, Grant, Scope
from federation.exchange.lanes import keys_of
from federation.exchange.plan_warnings import FieldChanges
from federation.exchange.plans import Rows, Update
from federation.sealing.boxes import digest
from orgs.models import HostUnit, ReportedFact, Term
from orgs.parts.covering import Covering
from orgs.parts.host_units import holders_of
from orgs.parts.matching import standing_marks, standing_organisations
from orgs.parts.records import branches_of, records_of
from orgs.sheets import VillagesSheet
from tests.registers.records import appoint

pytestmark = pytest.mark.django_db
MANY = 20_500
TODAY = date(2026, 11, 21)
#: far beyond every key that is given
NOBODY = 1_000_000_000


@pytest.fixture
def asked():
    """How many parameters each statement had."""
    counts: list[int] = []

    @contextmanager
    def counting():
        def ask(execute, sql, params, many, context):
            counts.append(len(params or ()))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(ask):
            yield
        assert counts and max(counts) < 20

    return counting


def rows(*owners, **columns) -> Rows:
    """Rows of these organisations, filled up with ones that nobody has."""
    ids = [*owners, *range(NOBODY, NOBODY + MANY - len(owners))]
    everywhere = Scope(Grant.IMPORT, EVERYWHERE, EVERYWHERE)
    return Rows(MANY, columns, ids, TODAY, TODAY, everywhere, uuid4())


def named(*texts) -> list[str]:
    """These texts and enough others."""
    return [*texts, *(f"某{number}" for number in range(MANY - len(texts)))]


def test_units_of_many_organisations_are_found(asked, lotus, north):
    unit = HostUnit.objects.create(organisation=lotus, name="荷塘食品厂")
    with asked():
        found = records_of(HostUnit, ("name",), rows(lotus.pk))
        branches = branches_of(rows(lotus.pk))
    assert [one.pk for one in found[lotus.pk]] == [unit.pk]
    assert branches == {lotus.pk: north.pk}


def test_who_holds_many_codes_is_found(asked, lotus):
    HostUnit.objects.create(organisation=lotus, name="荷塘食品厂", uscc="某7")
    HostUnit.objects.create(organisation=lotus, name="藕粉厂")
    with asked():
        assert holders_of(rows(uscc=named(None))) == {"某7": {lotus.pk}}


def test_whom_many_cells_name_is_found_by_code_and_by_either_name(asked, lotus, willow, bamboo):
    texts = named("荷花村妇联", willow.code, "竹林村", None)
    with asked():
        covering = Covering(rows(covered_by=texts))
        found = [covering.of(row) for row in range(5)]
    assert found == [lotus.pk, willow.pk, bamboo.pk, None, None]


def test_people_of_many_numbers_are_found(asked, lotus):
    lan = Person.objects.create(name="周兰", id_number_digest=digest("id_number", "某7"))
    appoint(lan, lotus)
    whos = [Who("周兰", digest("id_number", text), None) for text in named()]
    with asked():
        assert people_of(rows(), whos) == {digest("id_number", "某7"): lan.pk}


def test_the_towns_of_many_organisations_are_found(asked, lotus, bamboo, north_town, south_town):
    with asked():
        towns = keys_of(rows(lotus.pk, bamboo.pk).organisation_ids)
    assert towns == [north_town.path, south_town.path]


def test_columns_of_many_corrected_lines_are_told_apart(asked, lotus):
    told = {"organisation": lotus, "key": "households", "text": "12"}
    days = (date(2026, 1, day) for day in range(1, 11))
    lines = [ReportedFact.objects.create(as_of=day, **told).uid for day in days]
    lines += [uuid4() for _ in range(MANY - len(lines))]
    changes = FieldChanges()
    for row, uid in enumerate(lines):
        told_anew = {"text": "12"}, {"text": "13"}
        line = Update("orgs.ReportedFact", (row,), lotus.pk, None, row, uid, *told_anew, True)
        list(changes.watched([line]))
    with asked():
        (warning,) = changes.warnings(10, VillagesSheet)
    assert warning.message.startswith("10 行（占 100%）会改变“户数”")


def test_an_organisation_says_the_same_token_however_little_of_it_is_read(lotus, willow):
    for number, starts_on in ((1, date(2016, 3, 8)), (2, date(2021, 3, 8))):
        ends = starts_on.replace(year=starts_on.year + 5)
        Term.objects.create(
            organisation=lotus, number=number, starts_on=starts_on, due_on=ends, version=number
        )
    marks, whole = (ask([lotus.pk, willow.pk]) for ask in (standing_marks, standing_organisations))
    assert [len(marks[place.pk].terms) for place in (lotus, willow)] == [2, 0]
    assert {pk: mark.token() for pk, mark in marks.items()} == {
        pk: organisation.token() for pk, organisation in whole.items()
    }
