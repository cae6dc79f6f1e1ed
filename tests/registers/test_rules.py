"""What an administrator keeps for the whole installation: options and kinds, with their log."""

import pytest

from federation.audit.models import Change
from federation.exchange.models import Option
from federation.signals import records_changed
from orgs.models import Kind
from tests.cast import official

pytestmark = pytest.mark.django_db


def option(label):
    return Option.objects.get(label=label)


def send(client, record, **data):
    room = "options" if isinstance(record, Option) else "orgs/kinds"
    return client.post(f"/{room}/{record.uid}/edit/", {"version": record.version, **data})


def kind_data(kind, **changes):
    told = {"name": kind.name, "suffix": kind.suffix, "committee_min": kind.committee_min or "",
            "committee_max": kind.committee_max or "", "term_years": kind.term_years,
            "head_rank": kind.head_rank, "order": kind.order}  # fmt: skip
    return told | changes


def test_every_list_stands_on_the_page_with_its_options(as_user, hua):
    page = as_user(hua).get("/options/").content.decode()
    for words in ("界别", "政治面貌", "民族", "中共党员", "新就业群体"):
        assert words in page


def test_a_new_way_of_writing_is_kept_and_logged(as_user, hua, city):
    before = option("农业")
    aliases = "\n".join([*before.aliases, "涉农", "涉农", ""])
    assert send(as_user(hua), before, aliases=aliases, order=0).status_code == 302
    assert option("农业").aliases == [*before.aliases, "涉农"]
    change = Change.objects.get(object_uid=before.uid)
    assert (change.operation, change.organisation) == ("update", city)
    assert "涉农" in as_user(hua).get(f"/options/{before.uid}/history/").content.decode()


def test_a_way_of_writing_that_is_anothers_is_refused(as_user, hua):
    answer = send(as_user(hua), option("农业"), aliases="教育界", order=0)
    assert answer.status_code == 422
    assert "“教育界”已是“教育”的写法" in answer.content.decode()


def test_an_open_list_takes_one_more_option_and_a_fixed_one_none(as_user, hua):
    client = as_user(hua)
    new = {"label": "文化体育", "code": "10", "aliases": "文体", "order": 9}
    assert client.post("/options/sector/new/", new).status_code == 302
    made = option("文化体育")
    assert (made.list_key, made.code, made.aliases) == ("sector", "10", ["文体"])
    assert client.post("/options/sector/new/", new | {"label": "科技"}).status_code == 422
    assert client.get("/options/position/new/").status_code == 404


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"label": ""}, "名称还没有填写"),
        ({"label": "农业界"}, "“农业界”已是“农业”的写法"),
        ({"code": "一"}, "代码只用数字和字母"),
        ({"order": "x"}, "顺序要填整数"),
    ],
)
def test_each_mistake_of_a_new_option_gets_its_sentence(as_user, hua, change, sentence):
    new = {"label": "文化体育", "code": "10", "aliases": "", "order": 9} | change
    answer = as_user(hua).post("/options/sector/new/", new)
    assert answer.status_code == 422 and sentence in answer.content.decode()


def test_only_the_administrator_of_the_root_keeps_rules(as_user, su, ying, north, hua):
    local = official("hong", "洪梅", "administrator", north)
    for user in (su, ying, local):
        for page in ("/options/", "/orgs/kinds/"):
            assert as_user(user).get(page).status_code == 403
    assert as_user(hua).get("/orgs/kinds/").status_code == 200


def test_a_kind_asking_for_more_members_is_counted_again(as_user, hua, lotus):
    from_page = Kind.objects.get(pk=lotus.kind_id)
    told = []

    def listen(sender, organisation_ids, inline, **kwargs):
        told.append((organisation_ids, inline))

    records_changed.connect(listen)
    try:
        answer = send(as_user(hua), from_page, **kind_data(from_page, committee_min=13))
    finally:
        records_changed.disconnect(listen)
    assert answer.status_code == 302
    from_page.refresh_from_db()
    assert (from_page.committee_min, from_page.version) == (13, 2)
    assert ({lotus.pk}, False) in told


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"committee_min": 20, "committee_max": 10}, "执委至多不能少于执委至少"),
        ({"term_years": 0}, "请填 1—10 的整数"),
        ({"committee_min": 501}, "请填 1—500 的整数"),
        ({"name": ""}, "名称还没有填写"),
    ],
)
def test_each_mistake_of_a_kind_gets_its_sentence(as_user, hua, lotus, change, sentence):
    kind = lotus.kind
    answer = send(as_user(hua), kind, **kind_data(kind, **change))
    assert answer.status_code == 422 and sentence in answer.content.decode()


def test_two_administrators_do_not_overwrite_each_other(as_user, hua, lotus):
    kind = Kind.objects.get(pk=lotus.kind_id)
    client = as_user(hua)
    assert send(client, kind, **kind_data(kind, term_years=3)).status_code == 302
    assert send(client, kind, **kind_data(kind, term_years=4)).status_code == 409
