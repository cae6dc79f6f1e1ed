"""Checks, closing and changes of the standard at the same moment: the second is told, with 409."""

from datetime import date

import pytest
import time_machine

from federation.audit.services import Actor
from federation.exchange.services import batch_apply
from homes.forms import CheckForm, CloseForm
from homes.forms.rules import StandardForm
from homes.models import Home, HomeCheck, Standard
from homes.services import standard_items_set, standard_withdraw
from tests.exchange.tables import changes, planned
from tests.registers.records import filled, home

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
REPLACED = "核查条目刚才换了版本，这次没有保存。请按下面的条目再核对一遍。"


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


@pytest.fixture
def lotus_home(lotus) -> Home:
    return home("荷花村妇女之家", lotus)


@pytest.fixture
def second() -> Standard:
    """A version in force that nobody has used yet, with one item of its own."""
    made = Standard.objects.create(
        code="five_haves", name="五有", number=2, starts_on=date(2026, 7, 1), source="甲"
    )
    made.items.create(code="place", name="固定场所", order=10)
    made.items.create(code="online", name="线上服务", order=20)
    return made


def looked(place: Home, standard: Standard, day: date = TODAY) -> HomeCheck:
    return HomeCheck.objects.create(
        home=place, standard=standard, checked_on=day, answers={"place": True}
    )


@pytest.fixture
def meanwhile(monkeypatch):
    """``meanwhile(form, deed)``: ``deed`` happens once, when ``form`` was found good."""

    def arrange(form: type, deed) -> None:
        judged, waiting = form.is_valid, [deed]

        def judged_and_overtaken(self):
            found = judged(self)
            if waiting:
                waiting.pop()()
            return found

        monkeypatch.setattr(form, "is_valid", judged_and_overtaken)

    return arrange


def rewrite(standard: Standard) -> None:
    standard_items_set(
        standard=standard, wanted=[("place", "固定场所"), ("team", "志愿队伍")],
        actor=Actor.command(), home_id=None,
    )  # fmt: skip


def withdraw(standard: Standard) -> None:
    standard_withdraw(standard=standard, actor=Actor.command(), home_id=None)


@pytest.mark.parametrize(("deed", "asked"), [(rewrite, "志愿队伍"), (withdraw, "统一标识牌子")])
def test_a_check_does_not_rest_on_items_that_went_while_it_was_saved(
    as_user, qiu, lotus_home, second, meanwhile, deed, asked
):
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/check/"
    sent = filled(client, url, **{"item-place": "yes", "item-online": "yes"})
    meanwhile(CheckForm, lambda: deed(second))
    answer = client.post(url, sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert REPLACED in page
    assert asked in page
    assert "线上服务" not in page
    assert not lotus_home.checks.exists()


def test_a_source_put_right_meanwhile_disturbs_no_check(as_user, qiu, lotus_home, second):
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/check/"
    sent = filled(client, url, **{"item-place": "yes", "item-online": "yes"})
    sent["list"] = client.get(url).context["form"].shown_list
    Standard.objects.filter(pk=second.pk).update(source="乙", version=2)
    assert client.post(url, sent).status_code == 302


def test_a_version_is_not_rewritten_under_a_check_saved_meanwhile(
    as_user, hua, lotus_home, second, meanwhile
):
    client, url = as_user(hua), f"/homes/standards/{second.uid}/edit/"
    sent = filled(client, url, **{"item-online": ""})
    meanwhile(StandardForm, lambda: looked(lotus_home, second))
    answer = client.post(url, sent)
    assert answer.status_code == 409
    assert "刚才已有人按这一版登记了核查" in answer.content.decode()
    assert second.items.count() == 2


def test_a_new_version_does_not_start_before_a_check_saved_meanwhile(
    as_user, hua, lotus_home, second, meanwhile
):
    client, url = as_user(hua), "/homes/standards/five_haves/new/"
    sent = filled(client, url, starts_on="2026-11-21", source="乙")
    meanwhile(StandardForm, lambda: looked(lotus_home, second))
    answer = client.post(url, sent)
    assert answer.status_code == 409
    assert "最近一次是 2026-11-21；施行日期要晚于这一天" in answer.content.decode()
    assert Standard.objects.count() == 2


def test_a_version_withdrawn_meanwhile_is_not_edited(as_user, hua, second, meanwhile):
    client, url = as_user(hua), f"/homes/standards/{second.uid}/edit/"
    sent = filled(client, url, source="乙")
    meanwhile(StandardForm, lambda: withdraw(second))
    answer = client.post(url, sent)
    assert answer.status_code == 409
    assert "这一版刚才已被撤销，没有保存。" in answer.content.decode()


def test_a_check_and_the_closing_of_its_place_do_not_cross(as_user, qiu, lotus_home, meanwhile):
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/check/"
    sent = filled(client, url, **{"item-place": "yes"})
    closed = Home.objects.filter(pk=lotus_home.pk)
    meanwhile(CheckForm, lambda: closed.update(closed_on=TODAY))
    answer = client.post(url, sent)
    assert answer.status_code == 409
    assert "这一天阵地还没有建成，或者已经停用，请核对。" in answer.content.decode()
    closed.update(closed_on=None)
    url = f"/homes/{lotus_home.uid}/close/"
    sent = filled(client, url, closed_on="2026-11-20")
    meanwhile(CloseForm, lambda: looked(lotus_home, Standard.objects.get()))
    answer = client.post(url, sent)
    assert answer.status_code == 409
    assert "停用当天或以后（2026-11-21）还有核查记录，请核对。" in answer.content.decode()
    assert closed.get().closed_on is None


def test_an_import_planned_before_the_list_changed_writes_no_answers_to_the_old_one(
    lotus, city, second
):
    told = {"code": lotus.code, "home_name": "荷花村妇女之家", "has_place": "是"}
    batch = planned("homes", [told], city, as_of=TODAY)
    rewrite(second)
    assert batch_apply(batch=batch).counts["outdated"] == 1
    assert (batch.state, changes(batch)) == (batch.State.PLANNED, ["new"])
    assert not HomeCheck.objects.exists()
