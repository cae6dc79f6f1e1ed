"""Versions of the standard: a new list from a day on, and nothing that checks rest on rewritten."""

from datetime import date

import pytest
import time_machine

from federation.audit.models import Change
from federation.audit.services import open_change
from homes.models import HomeCheck, Standard
from tests.registers.records import filled, home

pytestmark = pytest.mark.django_db
LIST, NEW = "/homes/standards/", "/homes/standards/five_haves/new/"
TODAY = date(2026, 11, 21)
FIRST = ["place", "equipment", "system", "activity", "sign"]


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


def add(client, **entries):
    told = {"starts_on": "2027-01-01", "source": "妇发〔2026〕9号", **entries}
    return client.post(NEW, filled(client, NEW, **told))


def edit(client, standard, **entries):
    url = f"/homes/standards/{standard.uid}/edit/"
    return client.post(url, filled(client, url, **entries))


def items(standard) -> dict[str, str]:
    return dict(standard.items.values_list("code", "name"))


def looked(place, day) -> HomeCheck:
    standard = Standard.objects.in_force("five_haves", day)
    return HomeCheck.objects.create(
        home=place, standard=standard, checked_on=day, answers={"place": True}
    )


def test_a_new_version_keeps_the_codes_of_what_it_goes_on_asking_for(as_user, hua, lotus, city):
    client = as_user(hua)
    told = {"item-place": "固定活动场所", "item-sign": "", "more": "线上服务\n线上服务"}
    assert add(client, **told).status_code == 302
    made = Standard.objects.get(number=2)
    assert (made.name, made.starts_on) == ("五有", date(2027, 1, 1))
    assert list(items(made))[:4] == ["place", "equipment", "system", "activity"]
    assert list(items(made).values()) == [
        "固定活动场所", "必要设备", "管理制度", "丰富活动", "线上服务",
    ]  # fmt: skip
    assert list(items(Standard.objects.get(number=1))) == FIRST
    assert Standard.objects.in_force("five_haves", date(2026, 12, 31)).number == 1
    assert Standard.objects.in_force("five_haves", date(2027, 1, 1)) == made


def test_an_item_that_comes_back_has_its_former_code(as_user, hua):
    client = as_user(hua)
    add(client, starts_on="2026-12-01", **{"item-sign": ""})
    add(client, more="统一标识牌子")
    assert "sign" in items(Standard.objects.get(number=3))


def test_the_page_tells_which_version_holds(as_user, hua, lotus):
    looked(home("荷花村妇女之家", lotus), date(2026, 5, 1))
    client = as_user(hua)
    add(client)
    rows = client.get(LIST).context["tables"][0].rows
    assert [(row.cells[0], row.cells[1], row.cells[5]) for row in rows] == [
        ("第 2 版", "将施行", 0), ("第 1 版", "现行", 1),
    ]  # fmt: skip
    with time_machine.travel("2027-01-01T12:00:00+08:00"):
        rows = as_user(hua).get(LIST).context["tables"][0].rows
    assert [row.cells[1] for row in rows] == ["现行", "已被取代"]


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"starts_on": ""}, "施行日期还没有填写"),
        ({"starts_on": "2012-01-01"}, "施行日期要晚于上一版（2012-01-01）"),
        ({"starts_on": "2026-05-01"}, "最近一次是 2026-05-01；施行日期要晚于这一天"),
        ({"source": ""}, "依据还没有填写"),
        ({"more": "必要设备"}, "条目不能重复"),
        ({f"item-{code}": "" for code in FIRST}, "请至少写一个条目"),
    ],
)
def test_each_mistake_of_a_version_gets_its_sentence(as_user, hua, lotus, entries, sentence):
    looked(home("荷花村妇女之家", lotus), date(2026, 5, 1))
    answer = add(as_user(hua), **entries)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_version_nobody_used_can_be_put_right(as_user, hua, city):
    client = as_user(hua)
    add(client, more="线上服务")
    made = Standard.objects.get(number=2)
    told = {"starts_on": "2027-03-08", "item-sign": "", "item-place": "固定阵地"}
    assert edit(client, made, **told).status_code == 302
    made.refresh_from_db()
    assert made.starts_on == date(2027, 3, 8)
    assert list(items(made).values()) == [
        "固定阵地",
        "必要设备",
        "管理制度",
        "丰富活动",
        "线上服务",
    ]
    history = client.get(f"/homes/standards/{made.uid}/history/").content.decode()
    for words in ("妇发〔2026〕9号", "2027-03-08", "固定阵地", "统一标识牌子", "线上服务"):
        assert words in history
    answer = edit(client, Standard.objects.get(number=1), starts_on="2027-03-08")
    assert "施行日期要早于下一版（2027-03-08）" in answer.content.decode()


def test_a_version_that_checks_rest_on_keeps_its_items(as_user, hua, lotus):
    looked(home("荷花村妇女之家", lotus), date(2026, 5, 1))
    first, client = Standard.objects.get(), as_user(hua)
    # Filled in before anybody had used the version: not a word of it is dropped in silence.
    sent = {"source": "妇发〔2012〕1号", "starts_on": "2013-01-01", "item-place": "场所"}
    answer = edit(client, first, **sent)
    assert answer.status_code == 422
    assert "刚才已有人按这一版登记了核查" in answer.content.decode()
    first.refresh_from_db()
    assert first.source != "妇发〔2012〕1号"
    assert edit(client, first, source="妇发〔2012〕1号").status_code == 302
    first.refresh_from_db()
    assert (first.source, first.starts_on) == ("妇发〔2012〕1号", date(2012, 1, 1))
    assert items(first)["place"] == "固定场所"


def test_two_administrators_do_not_overwrite_each_others_items(as_user, hua):
    client, url = as_user(hua), f"/homes/standards/{Standard.objects.get().uid}/edit/"
    sent = filled(client, url)
    assert client.post(url, {**sent, "item-place": "场所"}).status_code == 302
    answer = client.post(url, {**sent, "item-place": "阵地", "form_token": ""})
    assert answer.status_code == 409
    assert items(Standard.objects.get())["place"] == "场所"


def withdraw(client, standard):
    url = f"/homes/standards/{standard.uid}/withdraw/"
    return client.post(url, filled(client, url))


def test_a_version_nobody_used_can_be_withdrawn_and_stands_in_the_log(as_user, hua):
    client = as_user(hua)
    add(client, more="线上服务")
    made = Standard.objects.get(number=2)
    url = f"/homes/standards/{made.uid}/withdraw/"
    assert f'href="{url}"' in client.get(LIST).content.decode()
    page = client.get(url).content.decode()
    for words in ("将撤销这一版", "2027-01-01", "妇发〔2026〕9号", "线上服务", "确认撤销"):
        assert words in page
    answer = withdraw(client, made)
    assert answer["Location"] == LIST
    assert [one.number for one in Standard.objects.all()] == [1]
    assert "已撤销“五有”第 2 版。" in client.get(LIST).content.decode()
    assert client.get(url).status_code == 404
    log = Change.objects.filter(object_uid=made.uid, operation="delete")
    gone = {change.model: open_change(change)[0] for change in log}
    assert log.count() == 7
    assert gone["homes.Standard"]["source"] == "妇发〔2026〕9号"
    assert add(client, starts_on="2027-05-01").status_code == 302


def test_a_version_in_use_says_why_it_stays(as_user, hua, lotus):
    client, first = as_user(hua), Standard.objects.get()
    url = f"/homes/standards/{first.uid}/withdraw/"
    page = client.get(url).content.decode()
    assert "这一标准只有这一版，不能撤销。请直接修改。" in page
    assert "确认撤销" not in page
    add(client)
    token = filled(client, url)
    looked(home("荷花村妇女之家", lotus), date(2026, 5, 1))
    words = "已有按这一版登记的核查，不能撤销。要求有变，请另增一版。"
    answer = client.post(url, token)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    page = client.get(url).content.decode()
    assert words in page
    assert "确认撤销" not in page
    assert f'href="{url}"' not in client.get(LIST).content.decode()
    assert Standard.objects.count() == 2


def test_a_version_changed_since_it_was_shown_is_not_withdrawn(as_user, hua):
    client = as_user(hua)
    add(client)
    made = Standard.objects.get(number=2)
    url = f"/homes/standards/{made.uid}/withdraw/"
    sent = filled(client, url)
    edit(client, made, more="线上服务")
    answer = client.post(url, sent)
    assert answer.status_code == 409
    assert "这一版刚才被人改过，没有撤销。" in answer.content.decode()
    assert Standard.objects.count() == 2


def test_an_unknown_standard_has_no_page(as_user, hua):
    assert as_user(hua).get("/homes/standards/six_haves/new/").status_code == 404


def test_only_the_administrator_of_the_root_keeps_standards(as_user, su, ying, qiu):
    for user in (su, ying, qiu):
        assert as_user(user).get(LIST).status_code == 403
