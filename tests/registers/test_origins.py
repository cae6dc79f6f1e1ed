"""The page tells beside a value from which cell it came, to whoever may know."""

import pytest
from django.utils import timezone

from cadres.models import Person
from federation.exchange.models import Batch
from homes.models import Home
from tests.cast import official
from tests.exchange.tables import imported, member_row

pytestmark = pytest.mark.django_db


def marks(page):
    """The marks of a page: what each is called, and its words."""
    found = {}
    for part in page.content.decode().split('<details class="menu src')[1:]:
        label = part.partition('aria-label="')[2].partition('"')[0]
        found[label] = " ".join(_text(part.partition("</details>")[0]).split())
    return found


def _text(markup):
    text, is_tag = "", False
    for character in markup[markup.index("</summary>") :]:
        is_tag = character == "<" or (is_tag and character != ">")
        text += "" if is_tag or character == ">" else character
    return text


@pytest.fixture
def batch(lotus, north_town, tao):
    rows = [member_row(lotus, 1, "周兰", education="大专", phone="13800138001")]
    return imported("committee", rows, north_town, user=tao)


@pytest.fixture
def zhou(batch):
    return Person.objects.get()


def page_of(client, person):
    return client.get(f"/cadres/people/{person.uid}/")


def test_beside_each_imported_value_stands_its_cell(as_user, tao, zhou, batch):
    page = page_of(as_user(tao), zhou)
    told = marks(page)
    assert {label: told[label].partition("表.xlsx · 表一 · ")[2][:2] for label in told} == {
        "姓名的来源": "B2",
        "身份证号的来源": "C2",
        "出生年月的来源": "C2",
        "性别的来源": "C2",
        "学历的来源": "D2",
        "联系电话的来源": "G2",
        "职务的来源": "E2",
        "任职起止的来源": "F2",
        "组织的来源": "A2",
    }
    day = timezone.localdate(batch.applied_at).isoformat()
    assert f"{day} · 陶然 导入" in told["学历的来源"]
    assert batch.file_sha256 in told["学历的来源"]
    assert f'href="/imports/{batch.uid}/"' in page.content.decode()


def test_who_looks_from_below_is_told_level_day_and_cell_alone(as_user, qiu, zhou):
    told = marks(page_of(as_user(qiu), zhou))["学历的来源"]
    assert told.startswith("由镇街于") and told.endswith("导入 · D2")
    assert not any(word in told for word in ("表.xlsx", "表一", "陶然"))


def test_a_stranger_is_told_nothing(as_user, mei, zhou, pine):
    assert page_of(as_user(mei), zhou).status_code == 404
    # She sees the person by a post in the south, but not the import of a northern town.
    post = zhou.appointments.get()
    post.pk = post.uid = None
    zhou.appointments.create(organisation=pine, post=post.post, from_on=post.from_on)
    page = page_of(as_user(mei), zhou)
    assert (page.status_code, marks(page)) == (200, {})


def test_who_audits_is_told_all_but_led_nowhere(as_user, zhou, north_town, batch):
    page = page_of(as_user(official("yan", "严敏", "auditor", north_town)), zhou)
    assert "来自 表.xlsx · 表一 · D2" in marks(page)["学历的来源"]
    assert f"/imports/{batch.uid}/" not in page.content.decode()


def test_a_page_asks_the_same_for_one_import_as_for_many(
    as_user, tao, lotus, north_town, zhou, django_assert_num_queries, django_assert_max_num_queries
):
    client = as_user(tao)
    page_of(client, zhou)
    with django_assert_max_num_queries(12) as few:
        page_of(client, zhou)
    for education in ("本科", "硕士", "大专"):
        row = member_row(lotus, 1, "周兰", education=education)
        imported("committee", [row], north_town, user=tao)
    assert Batch.objects.count() == 4
    with django_assert_num_queries(len(few)):
        page_of(client, zhou)


def test_a_place_tells_its_cells_too(as_user, tao, lotus, north_town):
    row = {"code": lotus.code, "home_kind": "妇女之家", "home_name": "荷花妇女之家"}
    row |= {"address": "荷花路1号", "has_place": "是", "has_sign": "否", "evidence": "照片"}
    imported("homes", [row], north_town, user=tao)
    told = marks(as_user(tao).get(f"/homes/{Home.objects.get().uid}/"))
    assert {
        label: words.partition("表一 · ")[2].partition(" ")[0] for label, words in told.items()
    } == {
        "名称的来源": "C2",
        "类型的来源": "B2",
        "详细地址的来源": "D2",
        "五有核查的来源": "E2、F2",
        "核查依据的来源": "G2",
    }


def test_the_history_of_a_record_tells_the_cell_of_every_field(as_user, tao, zhou, batch):
    page = as_user(tao).get(f"/cadres/people/{zhou.uid}/history/")
    told = {one.label: (one.words, one.told.cells) for one in page.context["sources"]}
    assert told["姓名"] == ("周兰", ("B2",))
    assert told["学历"] == ("大专", ("D2",))
    assert told["身份证号"] == (zhou.id_number_masked, ("C2",))
    assert told["联系电话"] == ("138****8001", ("G2",))
    assert "数据来自哪里" in page.content.decode()
    post = zhou.appointments.get()
    page = as_user(tao).get(f"/cadres/appointments/{post.uid}/history/")
    told = {one.label: (one.words, one.told.cells) for one in page.context["sources"]}
    assert (told["职务"], told["组织"][1]) == (("执委", ("E2",)), ("A2",))


def test_where_nothing_was_imported_the_history_says_nothing_of_it(as_user, lan, lotus):
    page = as_user(lan).get(f"/orgs/{lotus.code}/history/")
    assert (page.status_code, page.context["sources"]) == (200, [])
