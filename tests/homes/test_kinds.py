"""Kinds of places as the administrator keeps them: added, called otherwise, ended."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation.audit.models import Change
from homes.models import Home, HomeKind
from tests.cast import official
from tests.exchange.tables import AS_OF, changes, imported, warnings
from tests.registers.records import filled, home

pytestmark = pytest.mark.django_db
LIST, NEW = "/homes/kinds/", "/homes/kinds/new/"
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


def kind(code) -> HomeKind:
    return HomeKind.objects.get(code=code)


def edit(client, code, **entries):
    url = f"/homes/kinds/{kind(code).uid}/edit/"
    return client.post(url, filled(client, url, **entries))


def add(client, **entries):
    told = {"name": "巾帼书屋", "code": "reading_room", "aliases": "妇女书屋", **entries}
    return client.post(NEW, filled(client, NEW, **told))


def test_every_kind_stands_on_the_page_with_its_open_places(as_user, hua, lotus):
    home("荷花村妇女之家", lotus)
    home("荷塘妇女之家", lotus, closed_on=date(2026, 1, 1))
    page = as_user(hua).get(LIST)
    told = {row.cells[0]: row.cells[3] for row in page.context["tables"][0].rows}
    assert (told["妇女之家"], told["妇女微家"]) == (1, 0)
    assert len(told) == HomeKind.objects.count()


def test_a_new_kind_is_offered_imported_and_logged(as_user, hua, qiu, lotus, city):
    assert add(as_user(hua)).status_code == 302
    made = kind("reading_room")
    assert (made.name, made.aliases, made.is_cluster) == ("巾帼书屋", ["妇女书屋"], False)
    change = Change.objects.get(object_uid=made.uid)
    assert (change.operation, change.organisation) == ("create", city)
    assert "妇女书屋" in as_user(hua).get(f"/homes/kinds/{made.uid}/history/").content.decode()
    assert "巾帼书屋" in as_user(qiu).get("/homes/new/").content.decode()
    imported("homes", [{"code": lotus.code, "home_name": "荷花村妇女书屋"}], city)
    assert Home.objects.get().kind == made


def test_a_renamed_kind_is_still_known_by_its_former_name(as_user, hua, lotus, city):
    assert edit(as_user(hua), "micro_home", name="巾帼微家", aliases="微家").status_code == 302
    renamed = kind("micro_home")
    assert (renamed.name, renamed.aliases) == ("巾帼微家", ["妇女微家", "微家"])
    row = {"code": lotus.code, "home_name": "一号", "home_kind": "妇女微家"}
    imported("homes", [row], city)
    assert Home.objects.get().kind == renamed


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"name": ""}, "名称还没有填写"),
        ({"name": "妇女之家"}, "“妇女之家”已是“妇女之家”的叫法"),
        ({"aliases": "微 家"}, "“微 家”已是“妇女微家”的叫法"),
        ({"aliases": "家" * 31}, "每个不超过 30 个字"),
        ({"code": "阅览室"}, "代码用小写字母开头"),
        ({"code": "women_home"}, "已有这个代码"),
        ({"order": "x"}, "顺序要填 0—999 的整数"),
    ],
)
def test_each_mistake_of_a_new_kind_gets_its_sentence(as_user, hua, entries, sentence):
    answer = add(as_user(hua), **entries)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_kind_in_use_does_not_end(as_user, hua, lotus):
    place = home("一号微家", lotus, kind=kind("micro_home"))
    client = as_user(hua)
    answer = edit(client, "micro_home", ended_on="2026-11-01")
    assert answer.status_code == 422
    assert "这一天还有 1 处在用的阵地属于这一类" in answer.content.decode()
    # Opened only after that day it could never be edited again.
    Home.objects.filter(pk=place.pk).update(opened_on=date(2026, 11, 5))
    assert edit(client, "micro_home", ended_on="2026-11-01").status_code == 422
    Home.objects.filter(pk=place.pk).update(opened_on=None, closed_on=date(2026, 10, 31))
    assert edit(client, "micro_home", ended_on="2026-11-01").status_code == 302
    assert "微家" in client.get(f"/homes/{place.uid}/").content.decode()


def test_an_invisible_word_is_no_word_of_a_kind(as_user, hua):
    edit(as_user(hua), "micro_home", aliases="微家\n\u200b\n \ufeff ")
    assert kind("micro_home").aliases == ["微家"]


def test_the_kind_that_figures_count_does_not_end(as_user, hua):
    answer = edit(as_user(hua), "women_home", ended_on="2026-11-01")
    assert "指标按这一类统计，不能停用" in answer.content.decode()


def test_whether_a_kind_is_a_cluster_is_fixed_once_it_has_places(as_user, hua, lotus):
    home("一号微家", lotus, kind=kind("micro_home"))
    answer = edit(as_user(hua), "micro_home", is_cluster="on")
    assert "已有阵地属于这一类，不能再改" in answer.content.decode()


def test_an_ended_kind_is_offered_no_more_but_stays_where_it_stands(as_user, hua, qiu, lotus):
    closed = home("一号微家", lotus, kind=kind("micro_home"), closed_on=date(2026, 10, 31))
    edit(as_user(hua), "micro_home", ended_on="2026-11-01")
    client, told = as_user(qiu), f'<option value="{kind("micro_home").pk}"'
    assert told not in client.get("/homes/new/").content.decode()
    url = f"/homes/{closed.uid}/edit/"
    assert told in client.get(url).content.decode()
    assert client.post(url, filled(client, url, host="商圈")).status_code == 302
    answer = client.post(url, filled(client, url, closed_on=""))
    words = "“妇女微家”自 2026-11-01 起停用，请改选别的类型，或填写停用日期。"
    assert answer.context["form"].errors["kind"] == [words]


def test_a_table_may_name_an_ended_kind_only_for_the_time_before(as_user, hua, lotus, city):
    edit(as_user(hua), "micro_home", ended_on=AS_OF.isoformat())
    row = {"code": lotus.code, "home_name": "一号微家"}
    batch = imported("homes", [row], city)
    assert changes(batch) == ["conflict"]
    assert warnings(batch) == [f"阵地类型“妇女微家”自 {AS_OF} 起停用，没有写入，请核对类型。"]
    edit(as_user(hua), "micro_home", ended_on="2026-11-01")
    assert changes(imported("homes", [row], city)) == ["new"]


def test_two_administrators_do_not_overwrite_each_other(as_user, hua):
    client, url = as_user(hua), f"/homes/kinds/{kind('micro_home').uid}/edit/"
    sent = filled(client, url)
    assert client.post(url, {**sent, "order": 7}).status_code == 302
    assert client.post(url, {**sent, "order": 8, "form_token": ""}).status_code == 409


def test_only_the_administrator_of_the_root_keeps_kinds(as_user, su, ying, north):
    local = official("hong", "洪梅", "administrator", north)
    for user in (su, ying, local):
        assert as_user(user).get(LIST).status_code == 403


def test_the_page_asks_as_many_questions_for_many_kinds_as_for_few(as_user, hua):
    client = as_user(hua)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for number in range(12):
        HomeKind.objects.create(code=f"kind_{number}", name=f"{number}号类型")
    assert few == asked() <= 12
