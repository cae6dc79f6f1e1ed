"""Tokens: what one opens, what ends it, and who may make and revoke it."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from federation.access.models import Posting
from federation.access.services import account_set_active
from federation.audit.models import Event
from federation.audit.services import Actor
from federation.registers.api.admission import Rate
from federation.tokens.models import Token
from federation.tokens.services import token_make, token_revoke
from tests.cast import official, role
from tests.registers.records import member

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def program():
    """A program without cookies that shows a token: ``program(code).get(...)``."""
    return lambda code: Client(headers={"authorization": f"Token {code}"})


def made(owner, organisation, *parts, days=30):
    """A token and its code."""
    return token_make(
        owner=owner,
        organisation=organisation,
        purpose="区平台取数",
        parts=list(parts) or ["records", "figures", "people"],
        expires_on=TODAY() + timedelta(days=days),
    )


def codes_of(client):
    found = client.get("/api/v1/organisations/?fields=code").json()["results"]
    return {one["code"] for one in found}


def test_a_token_opens_its_place_and_nothing_above(program, lan, tree):
    _token, code = made(lan, tree["north_town"])
    client = program(code)
    assert codes_of(client) == {tree[name].code for name in ("north_town", "lotus", "willow")}
    assert client.get("/api/v1/organisations/910101/").status_code == 404
    assert client.get("/api/v1/me/").json() == {
        "username": "lan",
        "postings": [{"role": "district_officer", "organisation_code": "910101101"}],
    }


def test_a_token_never_exceeds_what_its_owner_may_see_today(program, lan, tree):
    _token, code = made(lan, tree["north"])
    posting = lan.postings.get()
    posting.organisation = tree["lotus"]
    posting.save()
    assert codes_of(program(code)) == {tree["lotus"].code}
    posting.organisation = tree["south"]
    posting.save()
    assert program(code).get("/api/v1/organisations/").status_code == 401


def test_a_new_posting_widens_no_token(program, lan, tree):
    _token, code = made(lan, tree["lotus"])
    Posting.objects.create(
        user=lan, role=role("city_officer"), organisation=tree["city"], from_on=date(2020, 1, 1)
    )
    assert codes_of(program(code)) == {tree["lotus"].code}


def test_a_token_reads_only_its_parts(program, lan, lotus):
    member("何小荷", lotus)
    _token, figures = made(lan, lotus, "figures")
    answers = {
        path: program(figures).get(f"/api/v1/{path}/").status_code
        for path in ("figures", "indicators", "organisations", "terms", "people", "appointments")
    }
    assert answers == {
        "figures": 200, "indicators": 200, "organisations": 403, "terms": 403, "people": 403,
        "appointments": 403,
    }  # fmt: skip
    _token, people = made(lan, lotus, "people")
    assert program(people).get("/api/v1/people/").json()["results"][0]["name"] == "何小荷"
    assert program(people).get("/api/v1/homes/").status_code == 403


@pytest.mark.parametrize("end", ["revoked", "expired", "disabled", "no posting", "must change"])
def test_a_token_dies(program, su, lan, tree, end):
    token, code = made(lan, tree["north"])
    assert program(code).get("/api/v1/me/").status_code == 200
    if end == "revoked":
        token_revoke(token=token, actor=lan)
    elif end == "expired":
        Token.objects.update(expires_on=TODAY() - timedelta(days=1))
    elif end == "disabled":
        account_set_active(account=lan, is_active=False, actor=Actor.of(su))
    elif end == "no posting":
        lan.postings.update(until_on=TODAY())
    else:
        lan.must_change_password = True
        lan.save()
    answer = program(code).get("/api/v1/me/")
    assert answer.status_code == (403 if end == "must change" else 401)
    assert answer.json()["detail"].endswith("。")


def test_the_last_day_counts(program, lan, north):
    _token, code = made(lan, north, days=0)
    assert program(code).get("/api/v1/me/").status_code == 200


def test_an_invented_token_opens_nothing_and_says_how_to_come_in(program, db):
    answer = program("wfp_invented").get("/api/v1/organisations/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Token")


def test_a_token_opens_no_page_and_writes_nothing(program, lan, north):
    _token, code = made(lan, north)
    assert program(code).get("/orgs/").status_code == 302
    assert program(code).post("/api/v1/organisations/", {}).status_code == 405


def test_a_token_leaves_no_session(program, lan, north):
    _token, code = made(lan, north)
    assert not program(code).get("/api/v1/me/").cookies


def test_the_code_is_shown_once_and_kept_as_a_digest(as_user, lan, north, program):
    answer = as_user(lan).post("/tokens/add/", entry())
    page = answer.content.decode()
    [token] = Token.objects.all()
    code = next(word for word in page.replace("<", ">").split(">") if word.startswith("wfp_"))
    assert (token.owner, token.organisation, token.ending) == (lan, north, code[-4:])
    assert code.encode() not in bytes(token.code_digest)
    assert program(code).get("/api/v1/me/").status_code == 200
    assert code not in as_user(lan).get("/tokens/").content.decode()
    event = Event.objects.get(deed="token_made")
    assert (event.actor, event.organisation) == (lan, north)
    assert code not in str(event.detail)


def entry(**changes):
    """What the form of a token is sent with."""
    day = TODAY() + timedelta(days=30)
    return {
        "purpose": "区平台取数", "organisation": "910101", "parts": ["records"],
        "expires_on": day.isoformat(), **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("purpose", ""), ("organisation", "910102"), ("organisation", "91"), ("parts", []),
        ("parts", ["everything"]), ("expires_on", "soon"), ("expires_on", "2020-01-01"),
        ("expires_on", "2999-01-01"),
    ],
)  # fmt: skip
def test_the_form_refuses_what_is_wrong_and_keeps_the_rest(as_user, lan, tree, field, value):
    answer = as_user(lan).post("/tokens/add/", entry(**{field: value}))
    assert answer.status_code == 422
    assert not Token.objects.exists()
    if field != "purpose":
        assert "区平台取数" in answer.content.decode()


def test_people_are_not_offered_to_a_role_that_does_not_see_them(as_user, hua, north):
    assert "证件和电话" not in as_user(hua).get("/tokens/add/").content.decode()
    answer = as_user(hua).post("/tokens/add/", entry(parts=["people"]))
    assert answer.status_code == 422


def test_officers_see_and_revoke_tokens_below_them_and_no_others(as_user, lan, su, tao, tree):
    own, _code = made(lan, tree["north"])
    below, _code = made(tao, tree["north_town"])
    above, _code = made(su, tree["north"])
    client = as_user(lan)
    page = client.get("/tokens/").content.decode()
    assert [str(one.uid) in page for one in (own, below, above)] == [True, True, False]
    for token, status in ((own, 302), (below, 302), (above, 404)):
        assert client.post(f"/tokens/{token.uid}/revoke/").status_code == status
    assert {token.purpose for token in Token.objects.filter(revoked_at=None)} == {above.purpose}
    assert Token.objects.get(revoked_at=None) == above
    assert Event.objects.filter(deed="token_revoked").count() == 2


def test_two_officers_of_one_office_cannot_end_each_others_tokens(as_user, lan, north):
    twin = official("zhu", "朱颜", "district_officer", north)
    token, _code = made(twin, north)
    assert as_user(lan).post(f"/tokens/{token.uid}/revoke/").status_code == 403
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_list_costs_the_same_queries_for_one_token_and_for_ten(
    as_user, lan, tao, north_town, django_assert_max_num_queries
):
    for _number in range(10):
        made(tao, north_town)
    client = as_user(lan)
    with django_assert_max_num_queries(9):
        client.get("/tokens/")


def test_too_many_requests_are_told_when_to_come_again(program, lan, north, monkeypatch):
    monkeypatch.setattr(Rate, "THROTTLE_RATES", {"api": "3/min"})
    cache.clear()
    _token, code = made(lan, north)
    statuses = [program(code).get("/api/v1/me/").status_code for _number in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert "请求太频繁" in program(code).get("/api/v1/me/").json()["detail"]
    _token, other = made(lan, north)
    assert program(other).get("/api/v1/me/").status_code == 200
