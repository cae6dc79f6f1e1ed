"""The frame around every page: whose it is, where she may go, how large she reads."""

from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from federation.registers.context import entries, in_order, posting_label, shell


def page(user, path="/nowhere/"):
    request = RequestFactory().get(path)
    request.user = user
    return render_to_string("404.html", {}, request=request)


def exists(route):
    try:
        return bool(reverse(route))
    except NoReverseMatch:
        return False


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["wen", "lan", "qiu", "ying", "hua"])
def test_a_room_is_shown_exactly_to_those_who_may_enter_it(who, request):
    user = request.getfixturevalue(who)
    asked = RequestFactory().get("/")
    asked.user = user
    shown = {entry.url for entry in entries(asked)}
    meant = [r for r in in_order() if r.is_for(user)]
    allowed = {reverse(r.route) for r in meant if exists(r.route) and user.may(r.route)}
    assert shown == allowed
    assert len(entries(asked)) == len(shown)


def test_rooms_stand_in_their_order_wherever_they_are_declared(lan):
    asked = RequestFactory().get("/")
    asked.user = lan
    labels = [str(entry.label) for entry in entries(asked)]
    assert labels[:5] == ["首页", "总览", "组织树", "组织", "届次"]
    assert labels.index("妇女之家") < labels.index("数据导入") < labels.index("账号")


def test_the_room_being_visited_is_marked_and_only_that(lan):
    asked = RequestFactory().get("/")
    asked.user = lan
    current = [entry.url for entry in entries(asked) if entry.is_current]
    assert current == ["/"]


def test_a_stranger_sees_the_frame_without_rooms_or_name():
    text = page(AnonymousUser())
    assert 'aria-label="主导航"' not in text
    assert "退出登录" not in text
    assert "找不到这个页面" in text


def test_the_corner_says_who_and_as_what(lan, north):
    text = page(lan)
    assert str(lan) in text
    assert posting_label(lan) == f"{north} · {lan.current_postings()[0].role.name}"
    assert posting_label(lan) in text


@pytest.mark.parametrize(("chosen", "attribute"), [("normal", ""), ("large", "l"), ("huge", "xl")])
def test_the_size_of_type_goes_with_the_account(lan, chosen, attribute):
    lan.text_size = chosen
    asked = RequestFactory().get("/")
    asked.user = lan
    assert shell(asked)["type_size"] == attribute
    assert (f'data-size="{attribute}"' in page(lan).split("<body", 1)[0]) == bool(attribute)


def test_the_frame_costs_one_query(lan, django_assert_max_num_queries):
    fresh = type(lan).objects.get(pk=lan.pk)
    with django_assert_max_num_queries(1):
        page(fresh)


class Landmarks(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_a_page_has_language_one_heading_landmarks_and_a_way_past_the_header(lan):
    tags = Landmarks(page(lan)).tags
    names = [tag for tag, _attrs in tags]
    assert dict(tags)["html"]["lang"] == "zh-Hans"
    assert names.count("h1") == names.count("main") == names.count("header") == 1
    first_link = next(attrs for tag, attrs in tags if tag == "a")
    assert first_link["href"] == "#main"


def test_a_page_loads_three_files_and_runs_nothing_inline(lan):
    tags = Landmarks(page(lan)).tags
    scripts = [attrs for tag, attrs in tags if tag == "script"]
    sheets = [a for tag, a in tags if tag == "link" and a["rel"] == "stylesheet"]
    assert len(sheets) == 1
    assert [("src" in attrs) for attrs in scripts] == [True, True]
    assert not [attrs for _tag, attrs in tags if "style" in attrs]


def test_the_page_for_our_own_faults_needs_nothing_and_reads_out_its_code():
    text = render_to_string("500.html", {"code": "304211"})
    assert "304211" in text
