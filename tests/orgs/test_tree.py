"""The tree page, its levels, and the search behind every pick list."""

import pytest
from django.urls import reverse

from orgs.models import Alias, Organisation, Term
from orgs.services.naming import pinyin
from tests.cast import plant

PICK = "/orgs/pick/"


def typed(organisation: Organisation) -> None:
    """Give a planted organisation the pinyin the loader would have given it."""
    whole, initials = pinyin(organisation.short_name)
    Organisation.objects.filter(pk=organisation.pk).update(pinyin=whole, initials=initials)


@pytest.fixture
def spelled(tree):
    for organisation in tree.values():
        typed(organisation)
    return tree


def picked(client, text, **more):
    answer = client.get(PICK, {"q": text, **more})
    assert answer.status_code == 200
    assert len(answer.content) < 50_000
    return [row["value"] for row in answer.json()["results"]]


@pytest.mark.parametrize("text", ["荷花", "荷花村", "hhc", "hehua", "910101101201"])
def test_a_village_is_found_by_name_pinyin_and_code(spelled, as_user, lan, text):
    assert picked(as_user(lan), text) == ["910101101201"]


def test_a_village_is_found_by_its_former_name(spelled, as_user, lan):
    Alias.objects.create(
        organisation=spelled["willow"], sort="former_name", text="黄泥村", initials="hnc"
    )
    for text in ("黄泥", "hnc"):
        assert picked(as_user(lan), text) == ["910101101202"]


def test_a_padded_code_finds_the_district(spelled, as_user, su):
    assert "910101" in picked(as_user(su), "910101000000")


def test_nothing_outside_the_scope_is_found(spelled, as_user, mei):
    assert picked(as_user(mei), "荷花") == []


def test_a_group_narrows_what_is_found(spelled, as_user, lan):
    assert picked(as_user(lan), "9101", group="town") == ["910101101"]


def test_the_number_of_queries_does_not_grow_with_what_is_found(
    spelled, as_user, lan, django_assert_max_num_queries
):
    for number in range(25):
        plant(f"9101011013{number:02d}", f"荷花{number}组村", "village", spelled["north_town"])
    client = as_user(lan)
    with django_assert_max_num_queries(10):
        assert len(picked(client, "荷花")) == 26


def test_the_tree_opens_with_the_viewers_own_district(tree, as_user, lan):
    page = as_user(lan).get(reverse("orgs:tree")).content.decode()
    assert "青石镇" in page
    assert "南山区" not in page
    assert "荷花村" not in page


def test_a_level_is_fetched_when_it_is_opened(tree, as_user, lan):
    rows = as_user(lan).get(reverse("orgs:tree_level", args=["910101101"])).content.decode()
    assert "荷花村" in rows
    assert "柳溪村" in rows


def test_a_long_level_comes_in_pages(north_town, as_user, lan):
    for number in range(45):
        plant(f"9101011014{number:02d}", f"第{number}村", "village", north_town)
    url = reverse("orgs:tree_level", args=["910101101"])
    assert "显示其余 5 个" in as_user(lan).get(url).content.decode()
    assert "第44村" in as_user(lan).get(url, {"from": "40"}).content.decode()


@pytest.mark.parametrize("code", ["910102", "999999"])
def test_a_foreign_level_and_an_unknown_one_are_the_same_404(tree, as_user, lan, code):
    assert as_user(lan).get(reverse("orgs:tree_level", args=[code])).status_code == 404


def test_a_search_on_the_page_lists_what_it_finds(spelled, as_user, lan):
    page = as_user(lan).get(reverse("orgs:tree"), {"q": "lxc"}).content.decode()
    assert "柳溪村" in page
    assert "荷花村" not in page


def test_an_overdue_village_is_marked(tree, as_user, lan):
    lotus = tree["lotus"]
    Organisation.objects.filter(pk=lotus.pk).update(status=Organisation.Status.ESTABLISHED)
    Term.objects.create(organisation=lotus, starts_on="2015-01-10", due_on="2020-01-10")
    rows = as_user(lan).get(reverse("orgs:tree_level", args=["910101101"])).content.decode()
    assert "逾期" in rows
    assert "未建" in rows
