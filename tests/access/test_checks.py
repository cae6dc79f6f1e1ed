"""The checks that keep the doors shut, and what every answer carries."""

import pytest
from django.db import models
from django.test.utils import isolate_apps
from django.urls import path

from federation.access.checks import _end_of, routes_have_a_gate
from federation.access.gates import PUBLIC, Gate, gate_of, gated
from federation.access.routes import routes
from federation.access.scope import Grant, ScopedModel
from homes.models import Home
from orgs.models import Organisation


def unguarded(request):
    """A view somebody forgot to give a gate."""


@gated(Gate(Grant.VIEW))
def guarded(request):
    """A view with a gate."""


urlpatterns = [path("a/", unguarded, name="forgotten"), path("b/", guarded, name="kept")]


def test_a_route_without_a_gate_is_an_error_that_names_it(monkeypatch):
    found = routes("tests.access.test_checks")
    monkeypatch.setattr("federation.access.checks.routes", lambda: found)
    assert [(e.id, "forgotten" in e.msg) for e in routes_have_a_gate(None)] == [
        ("access.E002", True)
    ]


@isolate_apps("homes")
def test_a_scope_path_that_leads_nowhere_is_found():
    class Visit(ScopedModel):
        """A visit to a home."""

        home = models.ForeignKey(Home, models.PROTECT)
        scope_path = "home__organisation"

        class Meta:
            app_label = "homes"

    assert _end_of(Visit, "home__organisation") is Organisation
    assert _end_of(Visit, "home") is Home
    assert _end_of(Visit, "home__nothing") is None
    assert _end_of(Visit, "") is None


def test_a_view_without_a_gate_stays_shut_even_when_nobody_checks(as_user, lan, settings):
    settings.ROOT_URLCONF = "tests.access.test_checks"
    client = as_user(lan)
    client.raise_request_exception = False
    assert client.get("/a/").status_code == 403


def test_a_gate_asks_one_role_for_everything(tree, lan, qiu, wen, hua):
    people = Gate(Grant.EXPORT, people=True)
    assert people.admits(lan) and people.admits(qiu)
    # She may export and she may not see people: figures only.
    assert not people.admits(wen)
    assert Gate(flag="sees_audit").admits(hua)
    assert PUBLIC.admits(None)


def test_may_answers_for_menus(tree, lan, wen):
    assert lan.may("access:account_list") and not wen.may("access:account_list")
    assert not lan.may("nothing:there")


def test_may_answers_for_the_urls_in_force(tree, lan, settings):
    settings.ROOT_URLCONF = "tests.access.test_checks"
    assert not lan.may("access:account_list")
    settings.ROOT_URLCONF = "federation.urls"
    assert lan.may("access:account_list")


def test_gates_are_found_on_functions_and_classes():
    assert gate_of(guarded) == Gate(Grant.VIEW)
    assert gate_of(unguarded) is None


def test_every_answer_carries_the_headers_that_protect(client, as_user, lan):
    answers = [
        client.get("/accounts/login/"),
        client.get("/nothing-here/"),
        as_user(lan).get("/accounts/"),
    ]
    for answer in answers:
        assert "object-src 'none'" in answer["Content-Security-Policy"]
        assert "base-uri 'none'" in answer["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "url",
    [
        "/cadres/people/?organisation=%00",
        "/orgs/pick/?q=%00",
        "/orgs/%00/",
        "/dashboards/910101%00/",
        "/accounts/?q=%00",
        "/cadres/people/?q=%00",
        "/cadres/people/?political=%00",
    ],
)
def test_a_nul_in_an_address_is_a_sentence_and_no_fault(as_user, lan, url):
    answer = as_user(lan).get(url)
    assert answer.status_code in (400, 404)
    assert "回到首页" in answer.content.decode()


def test_a_nul_in_a_form_is_refused_before_anybody_is_looked_up(client, db):
    answer = client.post("/accounts/login/", {"username": "lan\0", "password": "x"})
    assert answer.status_code == 400 and "请返回上一页" in answer.content.decode()


def test_an_unknown_host_reads_a_chinese_page(client, db):
    answer = client.get("/accounts/login/", HTTP_HOST="example.org")
    assert answer.status_code == 400 and "页面出错了" in answer.content.decode()
