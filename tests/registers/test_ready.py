"""A question whose SQL is written once answers as its queryset does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Count, F
from django.db.models.lookups import In
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cadres.models import Appointment, Person
from federation.access.backends import postings_of
from federation.access.models import Posting
from federation.bulk.ready import Ready, Slot
from orgs.models import Organisation
from tests.registers.records import appoint, member

pytestmark = pytest.mark.django_db
NAME = Person._meta.get_field("name")


@pytest.fixture
def posts(lotus, bamboo):
    """Five posts of four women in two villages."""
    first = member("何小荷", lotus, "主席")
    for name in ("何大荷", "何白荷"):
        member(name, lotus)
    member("竹小青", bamboo)
    appoint(first, bamboo)
    return Appointment.objects.order_by("pk")


def test_it_gives_the_records_of_the_queryset_with_what_belongs_to_them(posts):
    asked = posts.select_related("person", "organisation__parent", "post")
    question = Ready(asked)
    for _time in range(2):
        with CaptureQueriesContext(connection) as caught:
            found = question.ask()
            shown = [(p.person.name, str(p.organisation.parent), str(p.post)) for p in found]
        assert len(caught) == 1
        assert found == list(asked)
        assert shown == [(p.person.name, str(p.organisation.parent), str(p.post)) for p in asked]


def test_it_reads_records_anew(posts):
    question = Ready(posts.select_related("person"))
    question.ask()
    Person.objects.filter(name="何小荷").update(name="何老荷")
    assert [post.person.name for post in question.ask()].count("何老荷") == 2


def test_a_value_is_given_with_every_question(posts):
    question = Ready(Person.objects.filter(name=Slot("name", NAME)))
    assert [str(who) for who in question.ask(name="何小荷")] == ["何小荷"]
    assert [str(who) for who in question.ask(name="竹小青")] == ["竹小青"]
    assert question.ask(name="%s' OR 1=1 --") == []
    with pytest.raises(KeyError):
        question.ask()


def test_several_values_stand_in_a_list(posts):
    keys = list(posts.values_list("person_id", flat=True))
    slots = [Slot(f"key_{number}", Person._meta.pk) for number in range(3)]
    question = Ready(posts.filter(In(F("person_id"), slots)))
    given = {"key_0": keys[0], "key_1": keys[1], "key_2": keys[1]}
    assert question.ask(**given) == list(posts.filter(person__in=keys[:2]))


def test_a_window_is_a_part_of_the_answer(posts):
    question = Ready(posts)
    assert question.ask((1, 3)) == list(posts[1:3])
    assert question.ask((4, 9)) == list(posts[4:9])
    assert question.ask((0, 9)) == list(posts)


def test_a_village_of_several_posts_is_one_object_in_one_answer(posts):
    question = Ready(posts.select_related("organisation"))
    first, second, *_others = question.ask()
    assert first.organisation is second.organisation
    assert question.ask()[0].organisation is not first.organisation


def test_nothing_beside_a_record_stays_nothing(city):
    (found,) = Ready(Organisation.objects.filter(pk=city.pk).select_related("parent")).ask()
    assert found.parent is None


def test_values_deferred_columns_and_what_is_counted_come_as_the_queryset_gives_them(posts):
    names = posts.values_list("person__name", "from_on")
    assert Ready(names).ask() == list(names)
    (who,) = Ready(Person.objects.filter(name="竹小青").defer("education")).ask()
    assert who.get_deferred_fields() == {"education"}
    counted = Person.objects.annotate(held=Count("appointments")).order_by("-held", "pk")
    assert [one.held for one in Ready(counted).ask()] == [2, 1, 1, 1]


def test_prefetched_records_come_along(posts):
    asked = Person.objects.order_by("pk").prefetch_related("appointments__organisation")
    with CaptureQueriesContext(connection) as caught:
        found = Ready(asked).ask()
        held = [[str(post.organisation) for post in who.appointments.all()] for who in found]
    assert len(caught) == 3
    assert sorted(map(len, held)) == [1, 1, 1, 2]


def test_what_can_hold_nothing_is_said_when_the_question_is_made(posts):
    with pytest.raises(EmptyResultSet):
        Ready(posts.none())


def test_postings_of_an_account_are_those_of_today(lan, north):
    question = postings_of()
    (held,) = question.ask(user=lan.pk, today=timezone.localdate())
    assert (held.user, held.organisation) == (lan, north)
    Posting.objects.filter(user=lan).update(until_on=date(2026, 5, 1))
    assert question.ask(user=lan.pk, today=date(2026, 4, 30)) == [held]
    assert question.ask(user=lan.pk, today=date(2026, 5, 1)) == []


def test_every_thread_asks_over_its_own_connection():
    question = Ready(Person.objects.filter(pk=Slot("key", Person._meta.pk)))

    # A connection lets no other thread in; what this test wrote no other connection sees.
    def asked(_number: int) -> list[Person]:
        try:
            return question.ask(key=1)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(asked, range(20))) == [[]] * 20
