"""Where a table and what its organisation entered differ, the table is chosen row by row."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cadres.models import Person
from federation.audit.services import Actor
from federation.exchange.models import Batch, RowChoice
from federation.exchange.services import (
    CannotEdit,
    batch_apply,
    batch_plan,
    plan_summary,
    row_adopt,
    row_keep,
)
from tests.exchange.entries import AFTER, LATER, entered, planned_at, row
from tests.exchange.tables import changes, imported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("creations_in_blocks")]


@pytest.fixture(autouse=True)
def _places(tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


@pytest.fixture
def lanhua(lotus, city):
    """何兰花 of 荷花, brought in long ago at the command line."""
    with time_machine.travel("2026-01-05T09:00+08:00", tick=False):
        imported("committee", [row(lotus)], city, as_of=date(2026, 1, 1))
    return Person.objects.get()


def test_one_row_is_written_after_it_was_chosen(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    with time_machine.travel(LATER, tick=False):
        told = row_adopt(batch=batch, sheet_no=0, row_no=2, actor=Actor.of(tao))
        assert (told.change, told.effects) == ("changed", [("学历", "本科", "大专")])
        counts = plan_summary(batch).counts
        assert (counts["conflict"], counts["changed"]) == (0, 1)
        batch = batch_apply(batch=batch)
    assert (batch.state, Person.objects.get().education) == (Batch.State.APPLIED, "大专")


def test_a_choice_can_be_taken_back(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    with time_machine.travel(LATER, tick=False):
        row_adopt(batch=batch, sheet_no=0, row_no=2, actor=Actor.of(tao))
        row_keep(batch=batch, sheet_no=0, row_no=2)
        assert plan_summary(batch).counts["conflict"] == 1
        batch_apply(batch=batch)
    assert Person.objects.get().education == "本科"


def test_what_is_entered_after_the_choice_is_asked_about_again(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    with time_machine.travel(LATER, tick=False):
        row_adopt(batch=batch, sheet_no=0, row_no=2, actor=Actor.of(tao))
    entered(lanhua, qiu, lotus, LATER, education="研究生")
    with time_machine.travel(LATER, tick=False):
        batch = batch_apply(batch=batch)
    assert batch.state == Batch.State.PLANNED
    assert batch.counts["moved"] == {"changed": [1, 0], "conflict": [0, 1]}
    assert Person.objects.get().education == "研究生"


def test_a_row_without_such_an_entry_is_not_chosen(lanhua, lotus, qiu, tao):
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    with pytest.raises(CannotEdit):
        row_adopt(batch=batch, sheet_no=0, row_no=2, actor=Actor.of(tao))
    assert not RowChoice.objects.exists()


def test_two_clerks_choose_one_after_the_other(lanhua, lotus, qiu, tao, lan):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    with time_machine.travel(LATER, tick=False):
        for who in (tao, lan):
            row_adopt(batch=batch, sheet_no=0, row_no=2, actor=Actor.of(who))
    assert RowChoice.objects.get().by == lan


def test_checking_again_keeps_the_choice(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    with time_machine.travel(LATER, tick=False):
        row_adopt(batch=batch, sheet_no=0, row_no=2, actor=Actor.of(tao))
        assert changes(batch_plan(batch=batch)) == ["changed"]


def test_the_page_names_the_entry_and_lets_one_row_be_chosen(lanhua, lotus, qiu, tao, as_user):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    client = as_user(tao)
    address = reverse("exchange:rows", args=[batch.uid]) + "?chip=conflict"
    page = client.get(address).content.decode()
    assert "邱月 7月2日 10:30 填的是“本科”，表中是“大专”" in page
    assert page.count("采用表中内容</button>") == 1
    choose = reverse("exchange:row_choice", args=[batch.uid, 0, 2])
    assert client.post(choose, {"choice": "adopt", "chip": "conflict"}).status_code == 302
    assert "保留本单位所填" in client.get(address.replace("conflict", "changed")).content.decode()
    client.post(choose, {"choice": "keep"})
    assert not RowChoice.objects.exists()
