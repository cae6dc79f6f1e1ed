"""A new head gets the unit's account; the old one ends with her office."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.services import differing_units, handing_over
from cadres.models import Appointment, Person, Post
from federation.access.models import Posting, User
from federation.access.services import account_create
from federation.audit.models import Event
from orgs.models import Organisation
from tests.cast import SINCE, official

pytestmark = pytest.mark.django_db
LIST = "/accounts/handovers/"


def today():
    return timezone.localdate()


@pytest.fixture
def he(lotus):
    """The new head of the village Qiu keeps."""
    person = Person.objects.create(name="何莲")
    Appointment.objects.create(
        person=person, organisation=lotus, post=Post.objects.get(code="01"), from_on=SINCE
    )
    return person


def page_of(user):
    return f"{LIST}{user.postings.get().uid}/"


def hand(client, user, **data):
    return client.post(page_of(user), {"on": today().isoformat(), **data})


def test_a_unit_whose_head_has_no_account_is_due(as_user, lan, mei, qiu, he):
    page = as_user(lan).get(LIST).content.decode()
    assert "何莲" in page and "邱月" in page
    assert "何莲" not in as_user(mei).get(LIST).content.decode()


def test_a_unit_whose_head_holds_it_is_not_due(as_user, lan, qiu, he, lotus):
    he.user = qiu
    he.save()
    assert list(differing_units(Organisation.objects.all(), today())) == []
    he.user, he.name = None, "邱月"
    he.save()
    assert list(differing_units(Organisation.objects.all(), today())) == []
    he.name = "何莲"
    he.save()
    assert list(differing_units(Organisation.objects.all(), today())) == [lotus]


def test_the_new_head_gets_the_role_and_the_old_account_is_closed_at_once(as_user, lan, qiu, he):
    hers = as_user(qiu)
    assert hers.get("/accounts/password/").status_code == 200
    answer = hand(as_user(lan), qiu)
    account = User.objects.get(name="何莲")
    assert answer["Location"] == f"/accounts/{account.uid}/"
    he.refresh_from_db()
    assert he.user == account and account.username == "helian"
    posting = account.postings.get()
    assert (posting.role.code, posting.from_on) == ("village_clerk", today())
    qiu.refresh_from_db()
    assert not qiu.is_active and qiu.postings.get().until_on == today()
    assert hers.get("/accounts/password/").status_code == 302
    event = Event.objects.get(deed="handed_over")
    assert event.object_uid == account.uid and event.detail["former"] == str(qiu.uid)
    assert "何莲" not in as_user(lan).get(LIST).content.decode()


def test_an_account_with_other_work_stays_open(as_user, lan, qiu, he, willow):
    official_elsewhere = qiu.postings.get()
    qiu.postings.create(role=official_elsewhere.role, organisation=willow, from_on=SINCE)
    first = qiu.postings.get(organisation=official_elsewhere.organisation)
    as_user(lan).post(f"{LIST}{first.uid}/", {"on": today().isoformat()})
    qiu.refresh_from_db()
    assert qiu.is_active and [p.organisation for p in qiu.current_postings()] == [willow]


def test_a_head_with_an_account_gets_the_role_and_keeps_her_name(as_user, lan, qiu, he, willow):
    he.user = official("he.lian", "何莲", "village_clerk", willow)
    he.save()
    hand(as_user(lan), qiu)
    assert {p.organisation.short_name for p in he.user.current_postings()} == {"荷花村", "柳溪村"}
    assert User.objects.filter(name="何莲").count() == 1


def test_a_day_to_come_leaves_the_old_account_open_until_then(as_user, lan, qiu, he):
    later = today() + timedelta(days=10)
    hand(as_user(lan), qiu, on=later.isoformat())
    qiu.refresh_from_db()
    assert qiu.is_active and qiu.postings.get().until_on == later
    account = User.objects.get(name="何莲")
    assert account.current_postings() == [] and account.current_postings(later)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"on": ""}, "请填写交接日期"),
        ({"on": "2020-01-01"}, "交接日期要晚于原账号开始的日期"),
        ({"on": "2099-01-01"}, "最多提前 60 天"),
        ({"username": "1x"}, "登录名要以字母开头"),
        ({"username": "qiu"}, "登录名已有人使用"),
    ],
)
def test_each_mistake_gets_its_sentence(as_user, lan, qiu, he, change, sentence):
    answer = hand(as_user(lan), qiu, **change)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not User.objects.filter(name="何莲").exists()


def test_without_another_head_there_is_nothing_to_hand_over(as_user, lan, qiu):
    client = as_user(lan)
    assert "没有别的现任主席" in client.get(page_of(qiu)).content.decode()
    assert hand(client, qiu).status_code == 422


def test_sent_twice_it_is_carried_out_once(as_user, lan, qiu, he):
    client = as_user(lan)
    posting = qiu.postings.get()
    address = f"{LIST}{posting.uid}/"
    client.post(address, {"on": today().isoformat()})
    assert client.post(address, {"on": today().isoformat()}).status_code == 404
    assert User.objects.filter(name="何莲").count() == 1


def assert_nothing_was_handed_over(answer, user):
    assert answer.status_code == 409 and "这次没有交接" in answer.content.decode()
    assert user.postings.get().until_on is None
    assert not User.objects.filter(username="helian").exists()


def test_a_person_saved_meanwhile_is_not_handed_anything(as_user, lan, qiu, he, monkeypatch):
    def saved_meanwhile(**fields):
        Person.objects.filter(pk=he.pk).update(version=he.version + 1)
        return account_create(**fields)

    monkeypatch.setattr(handing_over, "account_create", saved_meanwhile)
    assert_nothing_was_handed_over(hand(as_user(lan), qiu), qiu)


def test_a_user_name_taken_meanwhile_is_told(as_user, lan, qiu, he, monkeypatch):
    set_password = User.set_password

    def taken_meanwhile(user, password):
        User.objects.bulk_create([User(username=user.username, name="何连")])
        set_password(user, password)

    monkeypatch.setattr(User, "set_password", taken_meanwhile)
    assert_nothing_was_handed_over(hand(as_user(lan), qiu), qiu)


@pytest.mark.parametrize("gone", [Posting, Person])
def test_what_is_gone_meanwhile_is_not_handed_over(as_user, lan, qiu, he, monkeypatch, gone):
    locked = handing_over.posting_locked

    def gone_meanwhile(posting):
        if gone is Posting:
            Posting.objects.filter(pk=posting.pk).delete()
        else:
            Appointment.objects.all().delete()
            Person.objects.all().delete()
        return locked(posting)

    address = page_of(qiu)
    monkeypatch.setattr(handing_over, "posting_locked", gone_meanwhile)
    answer = as_user(lan).post(address, {"on": today().isoformat()})
    assert answer.status_code == 409 and "这次没有交接" in answer.content.decode()
    assert User.objects.filter(username="helian").count() == 0


def test_names_are_listed_only_where_the_role_that_manages_sees_people(
    as_user, hua, tao, qiu, he, south_town, bamboo
):
    hua.postings.create(role=tao.postings.get().role, organisation=south_town, from_on=SINCE)
    client = as_user(hua)
    page = client.get(LIST).content.decode()
    assert "何莲" not in page and "邱月" not in page
    assert client.get(page_of(qiu)).status_code == 404
    hua.postings.create(
        role=tao.postings.get().role, organisation=tao.postings.get().organisation, from_on=SINCE
    )
    assert "何莲" in as_user(hua).get(LIST).content.decode()


def test_the_south_hands_nothing_over_in_the_north(as_user, mei, qiu, he):
    assert as_user(mei).get(page_of(qiu)).status_code == 404
    assert hand(as_user(mei), qiu).status_code == 404


def test_the_list_costs_the_same_however_many_are_due(
    as_user, lan, qiu, he, willow, django_assert_max_num_queries
):
    for number in range(6):
        official(f"clerk{number}", f"柳{'一二三四五六'[number]}", "village_clerk", willow)
    person = Person.objects.create(name="许诺")
    Appointment.objects.create(
        person=person, organisation=willow, post=Post.objects.get(code="01"), from_on=SINCE
    )
    client = as_user(lan)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        assert client.get(LIST).content.decode().count("办理交接") == 7
