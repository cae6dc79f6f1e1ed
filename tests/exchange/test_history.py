"""The history of imports: narrowed to one's own, a unit, a table, a state; and on unit pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from federation.access.models import Role
from federation.exchange.models import Batch
from orgs.models import Organisation
from tests.cast import post

pytestmark = pytest.mark.django_db


def batch(place: Organisation, name: str, user=None, **more) -> Batch:
    told = {"sheet": "villages", "state": Batch.State.APPLIED, **more}
    return Batch.objects.create(
        organisation=place, as_of=timezone.localdate(), actor=user,
        actor_label=user.name if user else "—", file_name=f"{name}.xlsx", **told,
    )  # fmt: skip


@pytest.fixture
def history(tree, lan, tao) -> None:
    """Four imports of the northern district and one of the south."""
    batch(tree["north"], "全区", lan)
    batch(tree["north_town"], "全镇", tao, sheet="committee")
    batch(tree["lotus"], "荷花", tao, state=Batch.State.PLANNED)
    batch(tree["willow"], "柳溪", lan, sheet="homes", state=Batch.State.REFUSED)
    batch(tree["pine"], "松坡")


def shown(client, **asked) -> list[str]:
    """Which of the imports the list names, and its words."""
    answer = client.get(reverse("exchange:batch_list"), asked)
    assert answer.status_code == 200
    text = answer.content.decode()
    return [n for n in ("全区", "全镇", "荷花", "柳溪", "松坡") if f"{n}.xlsx" in text]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["全区", "全镇", "荷花", "柳溪"]),
        ({"mine": "on"}, ["全区", "柳溪"]),
        ({"organisation": "910101101"}, ["全镇", "荷花", "柳溪"]),
        ({"organisation": "910101101201"}, ["荷花"]),
        ({"sheet": "villages"}, ["全区", "荷花"]),
        ({"state": "planned"}, ["荷花"]),
        ({"mine": "on", "organisation": "910101101", "state": "refused"}, ["柳溪"]),
        ({"mine": "on", "state": "planned"}, []),
    ],
)
def test_the_list_is_narrowed_as_asked(history, as_user, lan, asked, expected):
    assert shown(as_user(lan), **asked) == expected


@pytest.mark.parametrize("code", ["910102", "910102101202", "999"])
def test_a_foreign_unit_is_not_found_and_shows_nothing(history, as_user, lan, code):
    client = as_user(lan)
    assert shown(client, organisation=code) == []
    text = client.get(reverse("exchange:batch_list"), {"organisation": code}).content.decode()
    assert "没有找到这个单位" in text
    assert "松坡" not in text


def test_pages_keep_what_was_asked(tree, as_user, lan):
    for number in range(31):
        batch(tree["lotus"], str(number), lan)
    text = as_user(lan).get(reverse("exchange:batch_list"), {"mine": "on"}).content.decode()
    assert "?mine=on&amp;page=2" in text


def test_the_list_costs_the_same_however_long_it_is(
    history, tree, as_user, lan, django_assert_max_num_queries
):
    for number in range(20):
        batch(tree["lotus"], str(number), lan)
    client = as_user(lan)
    with django_assert_max_num_queries(12):
        shown(client, organisation="910101101", mine="on")


def test_the_page_of_a_unit_shows_the_latest_imports_for_it_and_below(history, as_user, lan):
    address = reverse("orgs:organisation_detail", args=["910101101"])
    text = as_user(lan).get(address).content.decode()
    block = text.partition('id="imports"')[2].partition("</section>")[0]
    assert block.count("<li") == 3
    assert "陶然" in block
    assert f"{reverse('exchange:batch_list')}?organisation=910101101" in block


def test_the_page_of_a_unit_costs_the_same_with_many_imports(tree, as_user, lan):
    client, address = as_user(lan), reverse("orgs:organisation_detail", args=["910101101"])

    def questions() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert 'id="imports"' in client.get(address).content.decode()
        return len(captured)

    batch(tree["lotus"], "一", lan)
    questions()
    before = questions()
    for number in range(9):
        batch(tree["willow"], str(number), lan)
    assert questions() == before


def test_a_clerk_sees_those_of_her_village_on_its_page_and_none_on_others(
    history, as_user, qiu, wen
):
    def has_block(user, code: str) -> bool:
        page = as_user(user).get(reverse("orgs:organisation_detail", args=[code]))
        return 'id="imports"' in page.content.decode()

    assert has_block(qiu, "910101101201")
    assert not has_block(wen, "910101101201")


def test_a_unit_without_imports_has_no_block(tree, as_user, lan):
    page = as_user(lan).get(reverse("orgs:organisation_detail", args=["910101101"]))
    assert 'id="imports"' not in page.content.decode()


@pytest.fixture
def lan_types_in_the_south(lan, south):
    """Lan keeps the north, and may import for the south without seeing its people."""
    Role.objects.create(code="typist", name="录入员", can_import=True, can_export=True)
    return post(lan, "typist", south)


def test_who_sees_no_people_at_a_place_meets_no_import_of_it(
    history, as_user, lan_types_in_the_south, south
):
    client = as_user(lan_types_in_the_south)
    assert shown(client) == ["全区", "全镇", "荷花", "柳溪"]
    answer = client.get(reverse("exchange:batch_list"), {"organisation": south.code})
    assert "没有找到这个单位" in answer.content.decode()
    pine = Batch.objects.get(file_name="松坡.xlsx")
    for route in ("batch", "progress", "columns", "rows", "marked"):
        assert client.get(reverse(f"exchange:{route}", args=[pine.uid])).status_code == 404
    page = client.get(reverse("orgs:organisation_detail", args=[south.code])).content.decode()
    assert "松坡.xlsx" not in page + client.get("/").content.decode()


def test_who_sees_no_people_at_a_place_brings_in_and_takes_no_table_of_it(
    as_user, lan_types_in_the_south, north, south
):
    client = as_user(lan_types_in_the_south)
    told = {"sheet": "villages", "as_of": timezone.localdate().isoformat(), "pasted": "村\t户数"}
    address = reverse("exchange:upload")
    answer = client.post(address, {**told, "organisation": south.code})
    assert answer.status_code == 422 and "您不能导入到这个单位" in answer.content.decode()
    assert client.post(address, {**told, "organisation": north.code}).status_code == 302
    template = reverse("exchange:template")
    assert client.get(template, {"organisation": south.code}).status_code == 404
    assert client.get(template, {"organisation": north.code}).status_code == 200
