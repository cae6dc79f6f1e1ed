"""Looking at a full number."""

from datetime import date

import pytest
from django.db import DatabaseError

from cadres.models import Appointment, Person, Post
from federation.access import reveals
from federation.audit.models import Event

NUMBER = "13900001234"
WHY = {"about": "meeting", "reason": "通知参加岗前培训"}


@pytest.fixture
def chair(lotus) -> Person:
    """The chair of the lotus village."""
    person = Person(name="何莲")
    person.write_sealed("phone", NUMBER)
    person.save()
    post = Post.objects.filter(is_head=True).first() or Post.objects.create(
        code="T1", name="试主席", is_head=True
    )
    Appointment.objects.create(
        person=person, organisation=lotus, post=post, from_on=date(2024, 5, 1)
    )
    return person


def address(person, column="phone", label="cadres.Person"):
    return f"/accounts/reveal/{label}/{person.uid}/{column}/"


def test_lan_sees_the_number_with_a_reason_and_the_log_knows(as_user, lan, chair):
    client = as_user(lan)
    assert NUMBER not in client.get(address(chair)).content.decode()
    page = client.post(address(chair), WHY).content.decode()
    assert NUMBER in page
    event = Event.objects.get(deed="reveal")
    assert (event.actor, event.object_uid) == (lan, chair.uid)
    assert event.reason == "通知开会或培训：通知参加岗前培训"
    assert NUMBER not in str(Event.objects.values().get())


def test_a_reason_with_a_number_in_it_is_refused_because_the_log_is_open(as_user, lan, chair):
    reason = {"about": "visit", "reason": "给 139 0000 1234 回电话"}
    answer = as_user(lan).post(address(chair), reason)
    assert answer.status_code == 422 and "请删去号码" in answer.content.decode()
    assert not Event.objects.filter(deed="reveal").exists()


@pytest.mark.parametrize("answers", [{}, {"about": "meeting", "reason": "看看"}, {"reason": WHY}])
def test_without_a_proper_reason_nothing_is_shown(as_user, lan, chair, answers):
    answer = as_user(lan).post(address(chair), answers)
    assert answer.status_code == 422 and NUMBER not in answer.content.decode()
    assert not Event.objects.filter(deed="reveal").exists()


def test_when_the_log_cannot_be_written_nothing_is_shown(lan, chair, monkeypatch):
    def broken(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(reveals, "record_event", broken)
    with pytest.raises(DatabaseError):
        reveals.reveal(user=lan, record=chair, column="phone", reason="通知参加岗前培训")


def test_mei_and_roles_without_the_grant_see_nothing(as_user, mei, qiu, wen, ying, chair):
    assert as_user(mei).post(address(chair), WHY).status_code == 404
    for user in (qiu, wen, ying):
        assert as_user(user).post(address(chair), WHY).status_code == 403
    assert not Event.objects.filter(deed="reveal").exists()


@pytest.mark.parametrize(
    "column, label",
    [
        ("name", "cadres.Person"),
        ("id_number", "cadres.Person"),  # she has none
        ("secret", "orgs.ReportedFact"),
        ("phone", "access.User"),
        ("phone", "nonsense"),
        ("phone", "orgs.Organisation"),
    ],
)
def test_only_declared_sealed_columns_open(as_user, lan, chair, column, label):
    assert as_user(lan).post(address(chair, column, label), WHY).status_code == 404


def test_a_day_has_its_limit(as_user, lan, chair, settings):
    settings.REVEALS_PER_DAY = 2
    client = as_user(lan)
    answers = [client.post(address(chair), WHY) for _try in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert NUMBER not in answers[2].content.decode()
    assert "每天的上限" in answers[2].content.decode()


def test_a_dialog_gets_its_inside_only(as_user, lan, chair):
    page = as_user(lan).get(address(chair), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page and "具体事由" in page
