"""For everybody, wherever posted: what the list shows is what opens and what is exported."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadres.models import Appointment, Person
from federation.access.models import Posting, User
from federation.access.scope import Grant
from homes.models import Home
from orgs.models import Organisation, Term
from tests.cast import BACKEND, SINCE, role
from tests.registers.records import appoint, home, person, term

PLACES = ["city", "north", "south", "north_town", "south_town", "lotus", "willow", "bamboo", "pine"]
ROLES = [
    "village_clerk", "town_officer", "district_officer", "city_officer", "leader", "auditor",
    "administrator",
]  # fmt: skip
POSTINGS = st.lists(
    st.tuples(
        st.sampled_from(ROLES),
        st.sampled_from(PLACES),
        st.sampled_from(["open", "past", "future"]),
    ),
    max_size=3,
)


@pytest.fixture
def world(tree):
    """One member, one home and one term in every place, and one woman in two districts."""
    for number, place in enumerate(PLACES):
        who = person(f"人{'甲乙丙丁戊己庚辛壬'[number]}")
        appoint(who, tree[place], "执委")
        home(f"{place}之家", tree[place])
        term(tree[place], date(2023, 1, 1), date(2028, 1, 1))
    both = person("人两地")
    appoint(both, tree["lotus"])
    appoint(both, tree["bamboo"])
    long_gone = person("人远去")
    appoint(long_gone, tree["pine"], until_on=timezone.localdate() - timedelta(days=500))
    return tree


def post_anew(user: User, tree, postings) -> list:
    """The postings of one example; returns those that hold today."""
    user.postings.all().delete()
    today, holding = timezone.localdate(), []
    for number, (role_code, place, when) in enumerate(postings):
        spans = {
            "open": (SINCE - timedelta(days=number), None),
            "past": (SINCE - timedelta(days=number), today),
            "future": (today + timedelta(days=1 + number), None),
        }
        from_on, until_on = spans[when]
        held = Posting(user=user, role=role(role_code), organisation=tree[place])
        held.from_on, held.until_on = from_on, until_on
        if not user.postings.filter(role=held.role, organisation=held.organisation).exists():
            held.save()
            holding.append(held)
    return [held for held in holding if held.from_on <= today and held.until_on is None]


def expected(holding, model, grant: Grant) -> set:
    """The records somebody may see, worked out record by record from her postings alone."""
    is_personal = model in (Person, Appointment)
    paths = [
        held.organisation.path
        for held in holding
        if grant in held.role.grants() and (held.role.sees_people or not is_personal)
    ]

    def inside(organisation) -> bool:
        return any(organisation.path.startswith(path) for path in paths)

    if model is Organisation:
        return {one.pk for one in Organisation.objects.all() if inside(one)}
    if model is Person:
        limit = timezone.localdate() - timedelta(days=400)
        posts = Appointment.objects.select_related("organisation")
        return {
            held.person_id
            for held in posts
            if inside(held.organisation) and (held.until_on is None or held.until_on > limit)
        }
    return {
        one.pk for one in model.objects.select_related("organisation") if inside(one.organisation)
    }


LISTS = {
    Organisation: ("/orgs/", "/orgs/export/"),
    Term: ("/orgs/terms/", "/orgs/terms/export/"),
    Person: ("/cadres/people/", "/cadres/people/export/"),
    Appointment: ("/cadres/appointments/", "/cadres/appointments/export/"),
    Home: ("/homes/", "/homes/export/"),
}


def exported(answer) -> int:
    """The rows of a CSV without its heading and its watermark."""
    return len(list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))) - 2


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(postings=POSTINGS)
@pytest.mark.django_db
def test_list_equals_scope_for_every_posting(world, postings):
    user = User.objects.filter(username="someone").first() or User.objects.create_user("someone")
    holding = post_anew(user, world, postings)
    user = User.objects.get(pk=user.pk)
    for model in LISTS:
        seen = set(model.objects.in_scope(user.scope(Grant.VIEW)).values_list("pk", flat=True))
        assert seen == expected(holding, model, Grant.VIEW), model


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(postings=POSTINGS, model=st.sampled_from(sorted(LISTS, key=str)))
@pytest.mark.django_db
def test_page_detail_and_export_show_the_same_records(world, postings, model):
    user = User.objects.filter(username="someone").first() or User.objects.create_user("someone")
    holding = post_anew(user, world, postings)
    client = Client()
    client.force_login(user, backend=BACKEND)
    list_url, export_url = LISTS[model]
    wanted = expected(holding, model, Grant.VIEW)
    answer = client.get(list_url)
    if answer.status_code == 200:
        assert {row.record.pk for row in answer.context["table"].rows} == wanted
    else:
        assert answer.status_code in (302, 403)
        assert not wanted or model in (Person, Appointment)
    answer = client.get(export_url, {"form": "csv"})
    if answer.status_code == 200:
        assert exported(answer) == len(expected(holding, model, Grant.EXPORT))
    for home_seen in Home.objects.all() if model is Home else []:
        status = client.get(f"/homes/{home_seen.uid}/").status_code
        assert (status == 200) == (home_seen.pk in wanted)
