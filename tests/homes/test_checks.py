"""Checks of a place, closing it, and who sees who manages it."""

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation.access.models import Role
from federation.coverage.services import rebuild
from homes.models import Home, HomeCheck, HomeKind, Standard
from tests.cast import official
from tests.registers.records import filled, home

pytestmark = pytest.mark.django_db
ITEMS = ("place", "equipment", "system", "activity", "sign")
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


@pytest.fixture
def lotus_home(lotus) -> Home:
    return home("荷花村妇女之家", lotus, opened_on=date(2019, 3, 1))


def looked(place: Home, day: date, **answers) -> HomeCheck:
    """A check of ``place``; without answers everything was there."""
    found = answers or dict.fromkeys(ITEMS, True)
    standard = Standard.objects.get()
    passed = len(found) == len(ITEMS) and all(found.values())
    return HomeCheck.objects.create(
        home=place, standard=standard, checked_on=day, answers=found, is_passed=passed
    )


def answered(client, url, day="2026-11-20", **answers) -> dict:
    told = {f"item-{code}": answers.pop(code, "yes") for code in ITEMS}
    return filled(client, url, checked_on=day, **told, **answers)


def test_a_clerk_tells_what_she_saw(as_user, qiu, lotus_home):
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/check/"
    sent = answered(client, url, sign="no", activity="", checker="周兰", evidence="实地查看")
    answer = client.post(url, sent)
    assert answer["Location"] == f"/homes/{lotus_home.uid}/"
    check = lotus_home.checks.get()
    assert check.answers == {"place": True, "equipment": True, "system": True, "sign": False}
    assert (check.is_passed, check.checked_on) == (False, date(2026, 11, 20))
    page = client.get(f"/homes/{lotus_home.uid}/").content.decode()
    for words in ("缺统一标识牌子", "丰富活动：未核", "固定场所", "实地查看", "周兰", "未达标"):
        assert words in page


def test_five_yes_are_a_pass_and_move_the_figure_at_once(as_user, qiu, lotus_home):
    rebuild(on=TODAY)
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/check/"
    client.post(url, answered(client, url))
    assert lotus_home.checks.get().is_passed
    page = client.get(f"/orgs/{lotus_home.organisation.code}/").content.decode()
    assert "妇女之家 1 个，五有达标 1 个" in page


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2019-02-28", "这一天阵地还没有建成，或者已经停用，请核对。"),
        ("2026-11-22", "核查日期不能晚于今天（2026年11月21日）。"),
        ("", "核查日期还没有填写。"),
    ],
)
def test_a_check_lies_in_the_time_of_the_place(as_user, qiu, lotus_home, day, words):
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/check/"
    answer = client.post(url, answered(client, url, day))
    assert answer.status_code == 422
    assert answer.context["form"].errors["checked_on"] == [words]


def test_a_check_that_says_nothing_is_refused(as_user, qiu, lotus_home):
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/check/"
    answer = client.post(url, answered(client, url, **dict.fromkeys(ITEMS, "")))
    assert answer.context["form"].non_field_errors() == ["请至少填写一条核查结果。"]


def test_a_second_check_of_one_day_is_told_and_the_first_can_be_corrected(as_user, qiu, lotus_home):
    check = looked(lotus_home, date(2026, 11, 20))
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/check/"
    answer = client.post(url, answered(client, url))
    assert "已有核查记录" in answer.context["form"].errors["checked_on"][0]
    url = f"/homes/checks/{check.uid}/edit/"
    assert client.post(url, filled(client, url, **{"item-sign": "no"})).status_code == 302
    check.refresh_from_db()
    assert (check.answers["sign"], check.is_passed) == (False, False)
    history = client.get(f"/homes/{lotus_home.uid}/history/").content.decode()
    assert "统一标识牌子 ✓" in history
    assert "统一标识牌子 ✗" in history


def test_a_new_version_of_the_standard_asks_for_its_own_items(as_user, qiu, lotus_home):
    looked(lotus_home, date(2026, 3, 1))
    new = Standard.objects.create(
        code="five_haves", name="五有", number=2, starts_on=date(2026, 7, 1)
    )
    new.items.create(code="place", name="固定场所")
    new.items.create(code="online", name="线上服务")
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/check/"
    page = client.get(url).content.decode()
    assert "线上服务" in page
    assert "管理制度" not in page
    sent = filled(client, url, checked_on="2026-06-30", **{"item-place": "yes"})
    assert "另一版标准" in client.post(url, sent).content.decode()
    client.post(url, {**sent, "checked_on": "2026-11-20", "item-online": "yes"})
    assert lotus_home.checks.first().is_passed
    assert lotus_home.checks.last().standard.number == 1


def test_answers_to_another_list_than_the_one_shown_are_not_taken(as_user, qiu, lotus_home):
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/check/"
    shown = re.search(r'name="list" value="([^"]+)"', client.get(url).content.decode())[1]
    sent = {**answered(client, url), "list": shown}
    new = Standard.objects.create(code="five_haves", name="五有", number=2, starts_on=TODAY)
    new.items.create(code="place", name="固定场所")
    new.items.create(code="online", name="线上服务")
    answer = client.post(url, {**sent, "checked_on": TODAY.isoformat()})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "核查条目刚才换了版本" in page
    assert "线上服务" in page
    assert not lotus_home.checks.exists()
    shown = re.search(r'name="list" value="([^"]+)"', page)[1]
    again = {**sent, "checked_on": TODAY.isoformat(), "list": shown, "item-online": "yes"}
    assert client.post(url, again).status_code == 302


def test_closing_is_a_step_of_its_own_and_keeps_its_checks(as_user, qiu, lotus_home):
    looked(lotus_home, date(2026, 3, 1))
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/close/"
    answer = client.post(url, filled(client, url, closed_on="2026-02-01"))
    words = "停用当天或以后（2026-03-01）还有核查记录，请核对。"
    assert answer.context["form"].errors["closed_on"] == [words]
    told = filled(client, url, closed_on="2026-11-01", closed_reason="场所拆迁")
    assert client.post(url, told).status_code == 302
    page = client.get(f"/homes/{lotus_home.uid}/").content.decode()
    assert "已停用" in page
    assert "2026-11-01（场所拆迁）" in page
    assert "登记核查" not in page
    assert "2026-03-01" in page


def test_a_reason_without_a_day_closes_nothing(as_user, qiu, lotus_home):
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/edit/"
    answer = client.post(url, filled(client, url, closed_reason="场所拆迁"))
    assert answer.context["form"].errors["closed_on"] == [
        "写了停用原因，请填写停用日期；已恢复使用的，请清空停用原因。"
    ]


def test_a_place_cannot_open_after_it_was_looked_at(as_user, qiu, lotus_home):
    looked(lotus_home, date(2026, 3, 1))
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/edit/"
    answer = client.post(url, filled(client, url, opened_on="2026-04"))
    assert "晚于已有的核查记录（2026-03-01）" in answer.context["form"].errors["opened_on"][0]


def test_a_place_older_than_its_organisation_is_asked_about(as_user, qiu, lotus):
    lotus.status, lotus.status_since_on = "30", date(2016, 5, 1)
    lotus.save()
    client, url = as_user(qiu), f"/homes/new/?organisation={lotus.code}"
    assert "建成时间已核对" not in client.get(url).content.decode()
    sent = filled(client, url, name="荷花村妇女之家", opened_on="2015-08")
    sent.pop("is_confirmed")
    answer = client.post("/homes/new/", sent)
    assert answer.status_code == 422
    assert "建成时间已核对" in answer.content.decode()
    assert client.post("/homes/new/", {**sent, "is_confirmed": "on"}).status_code == 302


def test_a_telephone_is_sealed_and_masked(as_user, qiu, lotus_home):
    client, url = as_user(qiu), f"/homes/{lotus_home.uid}/edit/"
    sent = filled(client, url, manager_name="周兰", manager_phone="14012345678")
    client.post(url, sent)
    lotus_home.refresh_from_db()
    assert lotus_home.reveal("manager_phone") == "14012345678"
    page = client.get(f"/homes/{lotus_home.uid}/").content.decode()
    assert "140****5678" in page
    assert "14012345678" not in page + client.get(url).content.decode()


def test_who_manages_a_place_is_no_matter_for_leaders_and_administrators(
    as_user, lan, wen, hua, lotus_home
):
    client, url = as_user(lan), f"/homes/{lotus_home.uid}/edit/"
    client.post(url, filled(client, url, manager_name="周兰", manager_phone="14012345678"))
    address = f"/homes/{lotus_home.uid}/"
    for viewer, url, words in [(wen, address, "荷花村"), (hua, address, "荷花村"),
                               (hua, "/changes/", "兰晓梅")]:  # fmt: skip
        page = as_user(viewer).get(url).content.decode()
        assert words in page
        assert "周兰" not in page
        assert "140****5678" not in page
    assert "周兰" in client.get(f"/homes/{lotus_home.uid}/").content.decode()


def test_micro_homes_belong_to_a_cluster(as_user, lan, lotus):
    kinds = {kind.code: kind for kind in HomeKind.objects.all()}
    cluster = home("商圈微家集群", lotus)
    Home.objects.filter(pk=cluster.pk).update(kind=kinds["micro_cluster"])
    client, url = as_user(lan), f"/homes/new/?organisation={lotus.code}&kind=micro_home"
    sent = filled(client, url, name="一号微家", cluster=str(cluster.pk))
    assert client.post("/homes/new/", sent).status_code == 302
    made = Home.objects.get(name="一号微家")
    assert (made.kind.code, made.cluster) == ("micro_home", cluster)
    assert "一号微家" in client.get(f"/homes/{cluster.uid}/").content.decode()
    sent = filled(client, url, name="二号", cluster=str(cluster.pk), kind=kinds["micro_cluster"].pk)
    answer = client.post("/homes/new/", sent)
    assert answer.context["form"].errors["cluster"] == ["微家集群不能再归入另一个集群。"]


def test_the_list_narrows_to_what_was_found(as_user, lan, lotus, lotus_home):
    looked(lotus_home, date(2026, 3, 1))
    looked(home("东院妇女之家", lotus, level="普通"), date(2026, 3, 1), sign=False)
    looked(home("西院妇女之家", lotus), date(2025, 3, 1))
    client = as_user(lan)
    for haves, names in {
        "passed": ["荷花村妇女之家"],
        "failed": ["东院妇女之家"],
        "unchecked": ["西院妇女之家"],
    }.items():
        page = client.get(f"/homes/?haves={haves}")
        assert [row.name for row in page.context["page"].object_list] == names
    assert client.get("/homes/?level=普通").context["count"] == 1


def test_tiles_tell_homes_and_passes_of_each_unit_below(as_user, lan, tree, lotus, lotus_home):
    looked(lotus_home, date(2026, 3, 1))
    home("东院妇女之家", lotus)
    rebuild(on=TODAY)
    page = as_user(lan).get("/homes/tiles/")
    (area,) = page.context["areas"]
    assert area.band == 2
    for words in ("低于 50%", "50—70%", "95% 以上"):
        assert words in page.content.decode()
    for unit in ("north", "north_town"):
        query = f"?organisation={tree[unit].code}"
        way = f'href="/homes/tiles/{query}"'
        assert way in as_user(lan).get(f"/homes/{query}").content.decode()
        assert (
            f'href="/homes/{query}"' in as_user(lan).get(f"/homes/tiles/{query}").content.decode()
        )
    assert (area.code, area.numerator, area.denominator) == (tree["north_town"].code, 1, 2)
    listed = as_user(lan).get(area.href)
    assert listed.context["count"] == 2
    assert as_user(lan).get(f"/homes/tiles/?organisation={tree['south'].code}").status_code == 404


def test_a_large_unit_shows_numbers_as_stored_and_a_small_one_what_it_reads(
    as_user, lan, tree, lotus, lotus_home, monkeypatch
):
    looked(lotus_home, date(2026, 3, 1))
    home("东院妇女之家", lotus)
    rebuild(on=TODAY)
    client, url = as_user(lan), f"/orgs/{tree['north'].code}/"
    words = "妇女之家 2 个，五有达标 1 个"
    assert words in client.get(url).content.decode()
    monkeypatch.setattr("homes.blocks.MOST_HOMES", 1)
    assert words in client.get(url).content.decode()


@pytest.mark.parametrize(
    "path", ["/homes/", "/homes/tiles/", "/homes/{uid}/", "/orgs/910101101201/"]
)
def test_pages_ask_as_many_questions_for_many_homes_as_for_one(
    as_user, lan, lotus, lotus_home, path
):
    client, url = as_user(lan), path.format(uid=lotus_home.uid)
    looked(lotus_home, date(2026, 3, 1))
    rebuild(on=TODAY)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for number in range(12):
        looked(home(f"{number}号妇女之家", lotus), date(2026, 3, 1))
        looked(lotus_home, date(2026, 4, 1 + number))
    assert few == asked() <= 12


@pytest.fixture
def typist(as_user, north):
    """Somebody who enters the records of the north and sees none of its people."""
    Role.objects.create(code="typist", name="录入员", can_capture=True)
    return as_user(official("dai", "戴录", "typist", north))


def test_who_sees_no_people_neither_reads_nor_writes_who_manages_a_place(typist, lotus_home):
    lotus_home.manager_name = "何小荷"
    lotus_home.write_sealed("manager_phone", "14012345678")
    lotus_home.save()
    url = f"/homes/{lotus_home.uid}/edit/"
    shown = typist.get(url).content.decode()
    assert "何小荷" not in shown and "140****5678" not in shown
    people = {"manager_name": "", "manager_phone": "14087654321"}
    sent = filled(typist, url, address="中心 2 楼", **people)
    assert typist.post(url, sent).status_code == 302
    lotus_home.refresh_from_db()
    assert (lotus_home.address, lotus_home.manager_name) == ("中心 2 楼", "何小荷")
    assert lotus_home.reveal("manager_phone") == "14012345678"


def test_who_sees_no_people_neither_reads_nor_writes_who_checked(typist, lotus_home):
    check = looked(lotus_home, date(2026, 3, 8))
    HomeCheck.objects.update(checker="朱查")
    url = f"/homes/checks/{check.uid}/edit/"
    assert "朱查" not in typist.get(url).content.decode()
    sent = answered(typist, url, day="2026-03-08", checker="吴竹", evidence="实地查看")
    assert typist.post(url, sent).status_code == 302
    check.refresh_from_db()
    assert (check.checker, check.evidence) == ("朱查", "实地查看")
