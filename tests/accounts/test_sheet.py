"""The list of accounts: who is given one, who has one, and what taking the list back leaves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.services import slips
from cadres.models import Appointment, Person, Post
from federation.access.models import Posting, Slip, User
from federation.access.services import slip_use
from federation.audit.models import Change, Event
from federation.audit.services import Actor
from federation.exchange.services import batch_apply, batch_undo
from tests.cast import SINCE, official, role
from tests.exchange.tables import changes, id_number, imported, planned, warnings

pytestmark = pytest.mark.django_db
NUMBERS = {"id_number", "phone"}


def chair(place, number=1, name="周兰", post="01"):
    """Woman ``number`` in office at ``place``."""
    person = Person(name=name)
    person.write_sealed("id_number", id_number(number))
    person.save()
    Appointment.objects.create(
        person=person, organisation=place, post=Post.objects.get(code=post), from_on=SINCE
    )
    return person


def row(place, name="周兰", role_name="填报员", **cells):
    return {"code": place.code, "person_name": name, "role": role_name, **cells}


def test_a_row_makes_an_account_a_posting_and_the_link_to_the_person(lan, lotus):
    zhou = chair(lotus)
    batch = imported("accounts", [row(lotus, phone="13900001234")], lan.postings.get().organisation,
                     user=lan)  # fmt: skip
    assert changes(batch) == ["new"]
    account = User.objects.get(username="zhoulan")
    posting = account.postings.get()
    assert (posting.role.code, posting.organisation, posting.granted_by) == (
        "village_clerk", lotus, lan,
    )  # fmt: skip
    assert account.person == zhou and account.created_by == lan
    assert account.phone_masked == "139****1234" and account.reveal("phone") == "13900001234"
    assert not account.has_usable_password()
    logged = set(Change.objects.filter(batch=batch.uid).values_list("model", "operation"))
    assert logged == {
        ("access.User", "create"), ("access.Posting", "create"), ("cadres.Person", "update"),
    }  # fmt: skip


def test_planning_makes_no_account(lan, lotus, north):
    planned("accounts", [row(lotus)], north, user=lan)
    assert not User.objects.filter(name="周兰").exists()


def test_the_same_list_again_changes_nothing(lan, lotus, north):
    chair(lotus)
    imported("accounts", [row(lotus)], north, user=lan)
    again = imported("accounts", [row(lotus)], north, user=lan)
    assert changes(again) == ["unchanged"]
    assert User.objects.filter(name="周兰").count() == 1


def test_namesakes_get_numbered_names_and_a_name_asked_for_is_kept(lan, lotus, willow, north):
    rows = [row(lotus), row(willow), row(willow, "何莲", username="helian.liuxi")]
    imported("accounts", rows, north, user=lan)
    made = set(Posting.objects.filter(granted_by=lan).values_list("user__username", flat=True))
    assert made == {"zhoulan", "zhoulan2", "helian.liuxi"}


def test_a_town_officer_is_named_by_her_town_alone(lan, north_town, north):
    rows = [{"town": "青石镇", "person_name": "石岩", "role": "镇街干部"}]
    assert changes(imported("accounts", rows, north, user=lan)) == ["new"]
    assert User.objects.get(name="石岩").postings.get().organisation == north_town


@pytest.mark.parametrize("role_name", ["区县干部", "审计员", "系统管理员"])
def test_lan_gives_no_role_beyond_hers(lan, lotus, north, role_name):
    place = north if role_name == "区县干部" else lotus
    batch = imported("accounts", [row(place, role_name=role_name)], north, user=lan)
    assert changes(batch) == ["conflict"]
    assert "您不能在" in warnings(batch)[0]
    assert not User.objects.filter(name="周兰").exists()


def test_a_village_outside_is_rejected_before_anything_is_asked(lan, bamboo, north):
    batch = planned("accounts", [row(bamboo)], north, user=lan)
    assert batch.counts["rejected"] == 1 and batch.counts["accepted"] == 0


def test_a_role_that_is_none_is_rejected_with_its_cell(lan, lotus, north):
    batch = planned("accounts", [row(lotus, role_name="总管")], north, user=lan)
    assert batch.counts["rejected"] == 1


def test_somebody_named_twice_gets_one_account(lan, lotus, north):
    phone = {"phone": "13900001234"}
    batch = imported(
        "accounts", [row(lotus, **phone), row(lotus, "周岚", **phone)], north, user=lan
    )
    assert changes(batch) == ["new", "duplicate"]


@pytest.mark.parametrize("username", ["1x", "周兰", "a"])
def test_a_user_name_that_is_none_is_a_conflict(lan, lotus, north, username):
    batch = imported("accounts", [row(lotus, username=username)], north, user=lan)
    assert changes(batch) == ["conflict"] and "登录名要以字母开头" in warnings(batch)[0]


def test_a_telephone_of_a_foreign_account_says_nothing_of_whose_it_is(lan, mei, lotus, north):
    mei.write_sealed("phone", "13900001234")
    mei.save()
    batch = imported("accounts", [row(lotus, phone="13900001234")], north, user=lan)
    assert changes(batch) == ["conflict"]
    assert "梅雪" not in warnings(batch)[0] and "已用于另一个账号" in warnings(batch)[0]


def test_who_has_an_account_gets_no_second_one(lan, qiu, lotus, north):
    person = chair(lotus, name="邱月")
    person.user = qiu
    person.save()
    rows = [row(lotus, "邱月"), row(lotus, "邱月", "领导")]
    assert changes(imported("accounts", rows[:1], north, user=lan)) == ["unchanged"]
    other = imported("accounts", rows[1:], north, user=lan)
    assert changes(other) == ["conflict"] and "已有账号“qiu”" in warnings(other)[0]


def test_a_number_of_another_name_is_a_conflict_and_an_unknown_one_only_noted(lan, lotus, north):
    chair(lotus, 1, "周兰")
    other = imported("accounts", [row(lotus, "何莲", id_number=id_number(1))], north, user=lan)
    assert changes(other) == ["conflict"]
    unknown = imported("accounts", [row(lotus, "何莲", id_number=id_number(2))], north, user=lan)
    assert changes(unknown) == ["new"] and "没有这个身份证号" in warnings(unknown)[0]


def test_a_person_of_the_south_is_not_found_by_her_number(lan, lotus, bamboo, north):
    chair(bamboo, 1, "周兰")
    batch = imported("accounts", [row(lotus, id_number=id_number(1))], north, user=lan)
    assert "没有这个身份证号" in warnings(batch)[0]
    assert Person.objects.get().user is None


def test_taking_the_list_back_removes_accounts_nobody_used(lan, lotus, north):
    person = chair(lotus)
    batch = imported("accounts", [row(lotus)], north, user=lan)
    batch_undo(batch=batch, actor=Actor.of(lan))
    person.refresh_from_db()
    assert person.user is None and not User.objects.filter(name="周兰").exists()


def test_taking_the_list_back_closes_accounts_that_were_handed_out(as_user, lan, lotus, north, rf):
    batch = imported("accounts", [row(lotus)], north, user=lan)
    page = as_user(lan).post(f"/accounts/batches/{batch.uid}/slips/").content.decode()
    account = User.objects.get(username="zhoulan")
    code = page.split("<code>")[1].split("</code>")[0]
    hers = as_user(slip_use(code=code, request=rf.post("/")))
    assert hers.get("/accounts/password/").status_code == 200
    batch_undo(batch=batch, actor=Actor.of(lan))
    account.refresh_from_db()
    assert not account.is_active and not account.postings.exists()
    assert hers.get("/accounts/password/").status_code == 302
    assert slip_use(code=code, request=rf.post("/")) is None


def test_slips_are_printed_once_by_whoever_brought_the_list(
    as_user, lan, tao, lotus, willow, north
):
    rows = [row(lotus), row(willow, "何莲")]
    batch = imported("accounts", rows, north, user=lan)
    address = f"/accounts/batches/{batch.uid}/slips/"
    client = as_user(lan)
    assert "还有 2 个账号" in client.get(address).content.decode()
    page = client.post(address).content.decode()
    assert page.count("<code>") == 2 and "zhoulan" in page and "helian" in page
    assert client.post(address).status_code == 302
    assert Slip.objects.count() == 2
    assert Event.objects.filter(deed="slip_printed", actor=lan).count() == 2
    assert Event.objects.get(deed="slips_printed").detail == {"count": 2}
    colleague = official("zhou", "周敏", "district_officer", north)
    for other in (colleague, tao):
        assert as_user(other).get(address).status_code == 404


def slips_of(batch):
    return f"/accounts/batches/{batch.uid}/slips/"


def test_an_account_with_two_units_gets_one_slip(as_user, lan, lotus, willow, north):
    batch = imported("accounts", [row(lotus)], north, user=lan)
    account = User.objects.get(name="周兰")
    account.postings.create(role=role("village_clerk"), organisation=willow, from_on=SINCE)
    client = as_user(lan)
    assert "还有 1 个账号" in client.get(slips_of(batch)).content.decode()
    assert client.post(slips_of(batch)).content.decode().count("<code>") == 1
    assert account.slips.count() == 1


def test_an_account_whose_role_has_ended_waits_for_no_slip(as_user, lan, lotus, north):
    batch = imported("accounts", [row(lotus)], north, user=lan)
    today = timezone.localdate()
    Posting.objects.filter(user__name="周兰").update(from_on=SINCE, until_on=today)
    assert "没有要打印的登录条" in as_user(lan).get(slips_of(batch)).content.decode()


def test_an_account_risen_above_the_officer_keeps_no_other_from_its_slip(
    as_user, lan, lotus, willow, north, monkeypatch
):
    monkeypatch.setattr(slips, "SLIPS_AT_ONCE", 1)
    batch = imported("accounts", [row(lotus), row(willow, "何莲")], north, user=lan)
    risen = User.objects.get(name="周兰")
    risen.postings.create(
        role=role("district_officer"),
        organisation=north,
        from_on=timezone.localdate() + timedelta(days=30),
    )
    client = as_user(lan)
    page = client.post(slips_of(batch)).content.decode()
    assert page.count("<code>") == 1 and "helian" in page
    again = client.post(slips_of(batch), follow=True).content.decode()
    assert "请由上级打印登录条" in again and not risen.slips.exists()


def test_a_list_of_slips_costs_the_same_however_long(
    as_user, lan, lotus, willow, north, django_assert_max_num_queries
):
    names = ["周兰", "何莲", "石岩", "柳眉", "林音", "许诺", "唐果", "韩雪"]
    rows = [row((lotus, willow)[n % 2], name) for n, name in enumerate(names)]
    batch = imported("accounts", rows, north, user=lan)
    client = as_user(lan)
    with django_assert_max_num_queries(24):
        assert client.post(f"/accounts/batches/{batch.uid}/slips/").status_code == 200


def test_clerks_neither_see_nor_take_back_a_list_of_accounts(as_user, lan, qiu, lotus):
    batch = imported("accounts", [row(lotus)], lotus, user=lan)
    client = as_user(qiu)
    assert client.get(f"/imports/{batch.uid}/").status_code == 404
    assert client.post(f"/imports/{batch.uid}/undo/").status_code == 404
    assert "账号发放名单" not in client.get("/imports/").content.decode()
    assert "账号发放名单" not in client.get("/imports/new/").content.decode()


def test_the_result_of_an_import_leads_to_its_slips(as_user, lan, lotus, north):
    batch = imported("accounts", [row(lotus)], north, user=lan)
    page = as_user(lan).get(f"/imports/{batch.uid}/").content.decode()
    assert f"/accounts/batches/{batch.uid}/slips/" in page


def test_no_personal_number_stands_open_in_log_or_names(lan, lotus, north):
    imported("accounts", [row(lotus, phone="13900001234")], north, user=lan)
    account = User.objects.get(name="周兰")
    told = repr(list(Event.objects.values())) + repr(list(Change.objects.values()))
    assert "13900001234" not in told and "1234" not in account.username


def test_an_officer_who_lost_her_office_writes_nothing(lan, lotus, north):
    batch = planned("accounts", [row(lotus)], north, user=lan)
    Posting.objects.filter(user=lan).update(role=role("village_clerk"))
    assert batch_apply(batch=batch).counts["stale"] == 1
    assert not User.objects.filter(name="周兰").exists()
