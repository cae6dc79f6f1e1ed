"""Records made for exports are those the queryset would have given."""

from typing import Any

import pytest
from django.db.models import Count, Model, Value, Window
from django.db.models.functions import RowNumber
from django.db.models.signals import post_init

from cadres.models import Appointment, Person, Volunteer
from federation.bulk.lean import Lean, lean, maker
from homes.models import Home
from orgs.models import Organisation
from tests.registers.records import appoint, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts(lotus, bamboo):
    """Three posts of two women in two villages."""
    appoint(member("何小荷", lotus, "主席"), bamboo)
    member("竹小青", bamboo)
    return Appointment.objects.order_by("pk")


def told(record: Any) -> Any:
    """All that a record holds, with the records that it leads to."""
    held = {name: value for name, value in vars(record).items() if name != "_state"}
    state = record._state
    led = {n: told(v) if isinstance(v, Model) else v for n, v in state.fields_cache.items()}
    return type(record), held, state.db, state.adding, led


@pytest.mark.parametrize("size", [2, 2000])
@pytest.mark.parametrize(
    "narrow",
    [
        lambda posts: posts,
        lambda posts: posts.defer("remark", "uid"),
        lambda posts: posts.select_related("person", "organisation__parent", "term"),
        lambda posts: posts.select_related("person", "post").only(
            "from_on", "person__name", "post"
        ),
        lambda posts: posts.annotate(one=Value(1), terms=Count("term")),
        lambda posts: posts.annotate(number=Window(RowNumber(), order_by="pk")).filter(
            number__lte=2
        ),
        lambda posts: posts.filter(pk__in=[]),
        lambda posts: posts.none(),
    ],
)
def test_they_hold_what_those_of_the_queryset_hold(posts, narrow, size):
    asked = narrow(posts)
    found = list(lean(asked, size))
    assert found == list(asked)
    assert [told(one) for one in found] == [told(one) for one in asked]


def test_whatever_is_no_record_is_given_as_it_is(posts):
    names = posts.values_list("person__name", flat=True)
    assert list(lean(names, 2)) == ["何小荷", "何小荷", "竹小青"]


def test_what_is_to_be_fetched_with_them_is(posts, django_assert_num_queries):
    with django_assert_num_queries(3):
        found = list(lean(posts.prefetch_related("person__appointments"), 2000))
        assert [len(held.person.appointments.all()) for held in found] == [2, 2, 1]


def test_the_queryset_itself_stays_as_it_was(posts):
    asked = posts.select_related("person")
    assert len(list(lean(asked, 2))) == 3
    assert asked.count() == 3 and asked.first().person.name == "何小荷"


def test_a_column_that_was_not_read_is_read_when_it_is_asked_for(posts, django_assert_num_queries):
    first = next(lean(posts.select_related("person").only("person__name"), 2))
    with django_assert_num_queries(1):
        masked = first.person.phone_masked
    assert masked.startswith("139****")


def test_they_are_saved_as_the_records_that_they_are(posts):
    for held in lean(posts.only("remark"), 2):
        held.remark = "连任"
        held.save()
    assert [held.remark for held in posts.all()] == ["连任"] * 3


def test_who_hears_of_every_record_still_does(posts):
    heard = []

    def hear(instance: Any, **_rest: Any) -> None:
        heard.append(instance.name)

    post_init.connect(hear, sender=Person)
    try:
        list(lean(posts.select_related("person"), 2))
    finally:
        post_init.disconnect(hear, sender=Person)
    assert heard == ["何小荷", "何小荷", "竹小青"]


def test_a_model_that_makes_its_records_in_its_own_way_does_so(monkeypatch):
    monkeypatch.setattr(Organisation, "from_db", classmethod(lambda *_given: None))
    assert maker(Organisation) is Organisation


@pytest.mark.parametrize("model", [Appointment, Person, Volunteer, Organisation, Home])
def test_records_of_registers_are_made_in_the_short_way(model):
    assert isinstance(maker(model), Lean)
