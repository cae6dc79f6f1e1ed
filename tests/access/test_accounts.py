"""Accounts below an officer."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from federation.access import services
from federation.access.authority import grantable_roles, may_close, may_grant, may_print_slip
from federation.access.models import Posting, Role, User
from federation.access.scope import Grant
from federation.access.services import account_create, slip_make
from federation.audit.models import Event
from federation.audit.services import Actor
from tests.cast import official, post, role

ADD = "/accounts/add/"


def new_account(organisation, role_code="village_clerk", **changes):
    return {
        "username": "liu",
        "name": "柳眉",
        "phone": "",
        "role": role_code,
        "organisation": organisation.code,
    } | changes


def test_lan_makes_a_clerk_below_her_and_prints_her_slip(as_user, lan, willow):
    client = as_user(lan)
    answer = client.post(ADD, new_account(willow, phone="139 0000 1234"))
    clerk = User.objects.get(username="liu")
    assert answer["Location"] == f"/accounts/{clerk.uid}/"
    assert clerk.phone_masked == "139****1234" and not clerk.has_usable_password()
    page = client.post(f"/accounts/{clerk.uid}/slip/").content.decode()
    assert "<svg" in page and "前有效，只能用一次" in page
    assert Event.objects.filter(deed="slip_printed", actor=lan, object_uid=clerk.uid).exists()


@pytest.mark.parametrize(
    "place, role_code",
    [
        ("bamboo", "village_clerk"),  # the south is not hers
        ("city", "town_officer"),  # above her
        ("north", "district_officer"),  # a colleague of her own rank
        ("lotus", "auditor"),  # sees the change log, which she does not
    ],
)
def test_lan_gives_nothing_beyond_her_part_or_her_rights(as_user, lan, tree, place, role_code):
    answer = as_user(lan).post(ADD, new_account(tree[place], role_code))
    assert answer.status_code == 422
    assert not User.objects.filter(username="liu").exists()


def test_a_foreign_place_and_one_that_is_not_there_get_the_same_sentence(as_user, lan, bamboo):
    client = as_user(lan)
    foreign = client.post(ADD, new_account(bamboo)).context["form"].errors["organisation"]
    unknown = client.post(ADD, new_account(bamboo) | {"organisation": "999"})
    unknown = unknown.context["form"].errors
    assert foreign[0].replace(bamboo.code, "…") == unknown["organisation"][0].replace("999", "…")


def test_the_service_refuses_as_the_form_does(lan, bamboo):
    with pytest.raises(PermissionDenied):
        account_create(
            username="liu",
            name="柳眉",
            role=role("village_clerk"),
            organisation=bamboo,
            actor=Actor.of(lan),
        )


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"username": "1x"}, "用户名要以字母开头"),
        ({"username": "qiu"}, "已经有人使用"),
        ({"phone": "1390000"}, "手机号应为 11 位"),
        ({"name": ""}, "请填写姓名"),
        ({"role": "queen"}, "您不能授予这个角色"),
    ],
)
def test_each_mistake_gets_its_sentence(as_user, lan, qiu, willow, change, sentence):
    page = as_user(lan).post(ADD, new_account(willow, **change)).content.decode()
    assert sentence in page


def quicker(monkeypatch, method, do):
    """Have somebody else ``do`` the same between the last look and the writing."""
    write = method.__get__

    def overtaken(user, *args, **kwargs):
        monkeypatch.setattr(User, method.__name__, method)
        do(user)
        return write(user)(*args, **kwargs)

    monkeypatch.setattr(User, method.__name__, overtaken)


@pytest.mark.parametrize(
    "taken, sentence",
    [
        (lambda user: User(username="liu", name="刘丽"), "用户名“liu”已经有人使用"),
        (
            lambda user: User(username="other", phone_digest=user.phone_digest),
            "这个手机号已经用于另一个账号",
        ),
    ],
)
def test_who_is_overtaken_is_told_and_keeps_what_she_typed(
    as_user, lan, willow, monkeypatch, taken, sentence
):
    quicker(monkeypatch, User.set_password, lambda user: User.objects.bulk_create([taken(user)]))
    answer = as_user(lan).post(ADD, new_account(willow, phone="13900001234"))
    page = answer.content.decode()
    assert answer.status_code == 409 and sentence in page
    assert 'value="柳眉"' in page and 'value="13900001234"' in page
    assert User.objects.filter(name="柳眉").count() == 0
    assert not Event.objects.filter(deed="account_created").exists()


def test_a_role_given_by_somebody_quicker_is_told(as_user, lan, qiu, willow, monkeypatch):
    exists, looks = QuerySet.exists, []

    def not_yet(found):
        """The first look comes before the other has saved."""
        looks.append(found.model)
        return looks.count(Posting) > 1 and exists(found)

    post(qiu, "village_clerk", willow)
    monkeypatch.setattr(QuerySet, "exists", not_yet)
    entries = {"role": "village_clerk", "organisation": willow.code}
    answer = as_user(lan).post(f"/accounts/{qiu.uid}/postings/add/", entries)
    page = answer.content.decode()
    assert answer.status_code == 409 and "已经有这个角色" in page and willow.code in page
    assert qiu.postings.filter(organisation=willow).count() == 1


def test_lan_lists_the_north_only(as_user, lan, mei, qiu, tao):
    page = as_user(lan).get("/accounts/").content.decode()
    assert "邱月" in page and "陶然" in page and "梅雪" not in page


def test_accounts_of_the_south_are_not_there_for_lan(as_user, lan, mei):
    client = as_user(lan)
    posting = mei.postings.get()
    assert client.get(f"/accounts/{mei.uid}/").status_code == 404
    assert client.post(f"/accounts/{mei.uid}/switch/", {"is_active": "0"}).status_code == 404
    assert client.post(f"/accounts/{mei.uid}/slip/").status_code == 404
    assert client.get(f"/accounts/{mei.uid}/postings/add/").status_code == 404
    assert client.post(f"/accounts/postings/{posting.uid}/end/").status_code == 404
    mei.refresh_from_db()
    assert mei.is_active and Posting.objects.get(pk=posting.pk).until_on is None


def test_closing_an_account_ends_its_sessions_at_once(as_user, lan, qiu):
    hers = as_user(qiu)
    assert hers.get("/accounts/password/").status_code == 200
    as_user(lan).post(f"/accounts/{qiu.uid}/switch/", {"is_active": "0"})
    assert hers.get("/accounts/password/").status_code == 302


def test_nobody_closes_herself_or_a_colleague_of_her_rank(as_user, lan, north):
    peer = account_create(
        username="zhou",
        name="周敏",
        role=role("district_officer"),
        organisation=north,
        actor=Actor.command(),
    )
    client = as_user(lan)
    for account in (lan, peer):
        answer = client.post(f"/accounts/{account.uid}/switch/", {"is_active": "0"})
        assert answer.status_code == 403
        assert client.post(f"/accounts/{account.uid}/slip/").status_code == 403
    assert User.objects.filter(is_active=True).count() == 2


def test_a_slip_is_printed_only_for_whom_she_could_have_posted(lan, hua, qiu):
    with pytest.raises(PermissionDenied):
        slip_make(account=qiu, actor=Actor.of(hua))
    assert slip_make(account=qiu, actor=Actor.of(lan))


def test_an_account_with_work_elsewhere_is_not_hers_to_close(as_user, lan, qiu, bamboo):
    Posting.objects.create(
        user=qiu, role=role("village_clerk"), organisation=bamboo, from_on="2020-01-01"
    )
    client = as_user(lan)
    assert client.post(f"/accounts/{qiu.uid}/switch/", {"is_active": "0"}).status_code == 403
    assert "竹林村" not in client.get(f"/accounts/{qiu.uid}/").content.decode()


def test_a_role_to_come_counts_when_a_slip_is_printed_or_an_account_closed(
    as_user, lan, tao, north
):
    later = timezone.localdate() + timedelta(days=30)
    posts = {"role": role("district_officer"), "organisation": north, "from_on": later}
    client, address = as_user(lan), f"/accounts/{tao.uid}"
    rising = Posting.objects.create(user=tao, **posts)
    assert client.post(f"{address}/slip/").status_code == 403
    assert client.post(f"{address}/switch/", {"is_active": "0"}).status_code == 403
    rising.delete()
    assert client.post(f"{address}/slip/").status_code == 200
    assert client.post(f"{address}/switch/", {"is_active": "0"}).status_code == 302


def test_an_account_with_nothing_but_a_role_to_come_is_closed_from_above_alone(lan, su, south):
    later = timezone.localdate() + timedelta(days=30)
    account = official("liu", "柳眉", "district_officer", south)
    account.postings.update(from_on=later)
    assert not may_close(lan, account) and may_close(su, account)
    assert not may_print_slip(su, account)


def test_ending_a_posting_closes_the_part_it_opened(as_user, lan, qiu):
    posting = qiu.postings.get()
    as_user(lan).post(f"/accounts/postings/{posting.uid}/end/")
    assert not User.objects.get(pk=qiu.pk).current_postings()
    assert Posting.objects.get(pk=posting.pk).until_on is not None


def end_twice(client, posting, monkeypatch, meanwhile):
    """Somebody does ``meanwhile`` after the page has found the posting."""
    locked = services.posting_locked

    def overtaken(found):
        meanwhile(Posting.objects.filter(pk=found.pk))
        return locked(found)

    monkeypatch.setattr(services, "posting_locked", overtaken)
    return client.post(f"/accounts/postings/{posting.uid}/end/", follow=True)


@pytest.mark.parametrize("how", ["taken back", "ended"])
def test_a_role_somebody_quicker_has_ended_is_told(as_user, lan, qiu, willow, monkeypatch, how):
    post(qiu, "village_clerk", willow)
    posting = qiu.postings.get(organisation=willow)
    yesterday = timezone.localdate() - timedelta(days=1)
    meanwhile = {
        "taken back": lambda found: found.delete(),
        "ended": lambda found: found.update(until_on=yesterday),
    }
    answer = end_twice(as_user(lan), posting, monkeypatch, meanwhile[how])
    assert answer.status_code == 200 and "这个角色刚才已经结束" in answer.content.decode()
    assert not Event.objects.filter(deed="posting_ended").exists()


def test_a_role_that_ended_long_ago_does_not_end_today(as_user, lan, qiu, willow):
    post(qiu, "village_clerk", willow)
    past = timezone.localdate() - timedelta(days=30)
    qiu.postings.filter(organisation=willow).update(until_on=past)
    posting = qiu.postings.get(organisation=willow)
    as_user(lan).post(f"/accounts/postings/{posting.uid}/end/")
    posting.refresh_from_db()
    assert posting.until_on == past


def test_clerks_and_leaders_manage_no_accounts(as_user, qiu, wen, ying):
    for user in (qiu, wen, ying):
        assert as_user(user).get("/accounts/").status_code == 403
    assert Event.objects.filter(deed="refused").count() == 3


def test_what_each_role_may_give_away(lan, hua, su, qiu):
    def codes(user):
        return {found.code for found in grantable_roles(user)}

    officers = {"town_officer", "district_officer", "city_officer"}
    assert codes(su) == codes(lan) == officers | {"village_clerk", "leader"}
    assert codes(hua) == {found.code for found in Role.objects.all()}
    assert codes(qiu) == set()


def test_the_city_officer_posts_a_district_officer(su, north):
    assert may_grant(su, role("district_officer"), north.path)


def test_the_administrator_posts_anybody_below_the_root_and_nobody_of_rank_at_it(hua, city, north):
    assert may_grant(hua, role("district_officer"), north.path)
    assert may_grant(hua, role("leader"), city.path)
    assert not may_grant(hua, role("city_officer"), city.path)
    assert not may_grant(hua, role("administrator"), city.path)


def test_the_administrator_of_the_north_posts_nobody_in_the_south(north, south, city):
    local = official("hong", "洪梅", "administrator", north)
    assert not may_grant(local, role("village_clerk"), south.path)
    assert not may_grant(local, role("village_clerk"), city.path)


def test_the_administrator_gives_herself_nothing(as_user, hua, lotus):
    page = f"/accounts/{hua.uid}/postings/add/"
    assert (
        as_user(hua).post(page, {"role": "village_clerk", "organisation": lotus.code}).status_code
        == 403
    )
    assert not hua.scope(Grant.CAPTURE)


def test_her_slip_opens_only_accounts_whose_owner_has_not_come_in(as_user, hua, lotus):
    client = as_user(hua)
    client.post(ADD, new_account(lotus, "town_officer"))
    account = User.objects.get(username="liu")
    assert client.post(f"/accounts/{account.uid}/slip/").status_code == 200
    account.set_password("lotus-pond-at-dawn")
    account.save()
    assert client.post(f"/accounts/{account.uid}/slip/").status_code == 403
    deeds = Event.objects.filter(actor=hua).values_list("deed", flat=True)
    assert {"account_created", "posting_given", "slip_printed"} <= set(deeds)


def names(client, query):
    return {account.username for account in client.get(f"/accounts/?{query}").context["accounts"]}


def test_accounts_are_found_by_name_role_place_last_login_and_state(as_user, lan, qiu, tao, lotus):
    client = as_user(lan)
    User.objects.filter(pk=qiu.pk).update(last_login=None)
    User.objects.filter(pk=tao.pk).update(last_login=timezone.now() - timedelta(days=91))
    assert names(client, "q=邱") == {"qiu"}
    assert names(client, "role=town_officer") == {"tao"}
    assert names(client, f"organisation={lotus.code}") == {"qiu"}
    assert names(client, "login=never") == {"qiu"}
    assert names(client, "login=long") == {"tao"}
    assert names(client, "login=recent") == {"lan"}
    assert names(client, "state=closed") == set()
    assert names(client, "role=town_officer&login=never") == set()


def test_a_role_held_elsewhere_does_not_show_an_account_here(as_user, lan, qiu, bamboo):
    Posting.objects.create(
        user=qiu, role=role("town_officer"), organisation=bamboo, from_on="2020-01-01"
    )
    assert names(as_user(lan), "role=town_officer") == set()


@pytest.mark.parametrize("query", ["role=queen", "organisation=999", "login=x", "state=x"])
def test_a_condition_nobody_knows_gets_its_sentence_and_narrows_nothing(as_user, lan, qiu, query):
    answer = as_user(lan).get(f"/accounts/?{query}")
    assert answer.status_code == 200 and answer.context["search"].errors
    assert len(answer.context["accounts"]) == 2


def test_the_list_costs_the_same_however_many_accounts(
    as_user, lan, lotus, django_assert_max_num_queries
):
    for number in range(30):
        official(f"clerk{number}", f"柳{number}", "village_clerk", lotus)
    client = as_user(lan)
    client.get("/accounts/")
    with django_assert_max_num_queries(12):
        client.get("/accounts/")
