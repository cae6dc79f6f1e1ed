"""What surrounds the rows of a list: kept for a viewer and an address, and for nothing longer."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from federation.access.models import Role
from federation.audit.services import Actor
from federation.registers.frames import BODY, CSRF, HERE, PAGER
from federation.registers.services import record_save
from orgs.models import Organisation
from tests.cast import post
from tests.registers.records import member

pytestmark = pytest.mark.django_db
PEOPLE = "/cadres/people/"


def text(client, url: str = PEOPLE, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def is_kept(client, url: str = PEOPLE, **query: str) -> bool:
    """Whether the page needed no template around its rows."""
    used = [template.name for template in client.get(url, query).templates]
    return "registers/list.html" not in used


def test_the_second_page_is_put_into_the_same_frame_with_rows_of_its_own(as_user, lan, lotus):
    for number in range(60):
        member(f"何{chr(0x4E00 + number)}", lotus)
    client = as_user(lan)
    first, second = text(client), text(client, page="2")
    assert is_kept(client, page="2")
    assert "第 1—50 条，共 60 条" in first
    assert "第 51—60 条，共 60 条" in second
    rows = [set(re.findall(r"/cadres/people/[0-9a-f-]{36}/", page)) for page in (first, second)]
    assert [len(found) for found in rows] == [50, 10]
    assert not rows[0] & rows[1]


def test_no_page_shows_where_its_parts_were_put_in(as_user, lan, lotus):
    member("何小荷", lotus)
    client = as_user(lan)
    for _time in range(2):
        page = text(client, q="何<b>")
        assert not [mark for mark in (BODY, PAGER, HERE, CSRF) if mark in page]


def test_a_row_is_read_anew_though_its_frame_is_kept(as_user, lan, lotus):
    person = member("何小荷", lotus)
    client = as_user(lan)
    assert "何小荷" in text(client)
    # Past the change log on purpose: nothing tells the frame.
    type(person).objects.filter(pk=person.pk).update(name="何大荷")
    assert is_kept(client)
    assert "何大荷" in text(client)


def test_the_frame_of_an_empty_list_is_not_kept(as_user, lan, lotus):
    client = as_user(lan)
    assert "还没有记录" in text(client)
    # As if the import were written under a number of the log that was seen already.
    member("何小荷", lotus)
    assert "何小荷" in text(client)


def test_two_viewers_never_share_a_frame(as_user, lan, mei, lotus, bamboo):
    member("何小荷", lotus)
    member("竹小青", bamboo)
    north, south = text(as_user(lan)), text(as_user(mei))
    assert str(lan) in north
    assert str(lan) not in south
    assert "北岸区" not in south


def test_a_right_given_or_taken_changes_the_very_next_page(as_user, lan, lotus):
    member("何小荷", lotus)
    client = as_user(lan)
    assert "/cadres/people/export/" in text(client)
    Role.objects.filter(code="district_officer").update(can_export=False)
    assert "/cadres/people/export/" not in text(client)


def test_another_posting_changes_the_very_next_page(as_user, tao, south_town, lotus):
    member("何小荷", lotus)
    client = as_user(tao)
    assert str(south_town) not in text(client)
    post(tao, "town_officer", south_town)
    assert str(south_town) in text(client)


def test_a_place_renamed_in_the_portal_is_renamed_in_the_bar_at_once(as_user, su, tree, lotus):
    client = as_user(su)
    assert "北岸区" in text(client, "/orgs/")
    place = Organisation.objects.get(short_name="北岸区")
    place.short_name = "北滨区"
    record_save(instance=place, actor=Actor.of(su))
    bar = text(client, "/orgs/").split('class="scope"')[1].split("</ol>")[0]
    assert "北滨区" in bar
    assert "北岸区" not in bar


def test_a_message_is_shown_once_and_kept_in_no_frame(as_user, lan, lotus):
    member("何小荷", lotus)
    client = as_user(lan)
    text(client)
    told = client.get(PEOPLE, {"q": "13812345678"}, follow=True)
    assert "查找框不能填身份证号和手机号" in told.content.decode()
    assert "查找框不能填身份证号和手机号" not in text(client)


def test_the_token_of_a_kept_frame_is_the_viewers_own(lan, lotus):
    member("何小荷", lotus)
    clients = [Client(enforce_csrf_checks=True) for _number in range(2)]
    for client in clients:
        client.force_login(lan, backend="federation.access.backends.NameOrPhoneBackend")
        text(client)
    for client in clients:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text(client))[1]
        sent = {"csrfmiddlewaretoken": token, "text_size": "large", "next": "/"}
        assert client.post("/accounts/text-size/", sent).status_code in {204, 302}


def test_the_address_to_come_back_to_is_that_of_the_page(as_user, lan, lotus):
    member("何小荷", lotus)
    client = as_user(lan)
    text(client)
    assert 'name="next" value="/cadres/people/?page=1"' in text(client, page="1")


def test_columns_chosen_once_stay_in_the_next_frame(as_user, lan, lotus):
    member("何小荷", lotus)
    client = as_user(lan)
    assert "民族" not in text(client).split("<thead>")[1].split("</thead>")[0]
    chosen = client.get(PEOPLE, {"columns": ["name", "ethnic"]}).content.decode()
    later = text(client)
    for page in (chosen, later):
        head = page.split("<thead>")[1].split("</thead>")[0]
        assert "民族" in head
        assert "联系电话" not in head


@pytest.mark.parametrize("url", ["/orgs/", PEOPLE, "/cadres/appointments/"])
def test_a_page_without_a_frame_costs_few_questions_too(as_user, lan, lotus, url):
    member("何小荷", lotus)
    client = as_user(lan)
    client.get(url)
    for cache in caches.all():
        cache.clear()
    with CaptureQueriesContext(connection) as cold:
        client.get(url)
    with CaptureQueriesContext(connection) as warm:
        client.get(url)
    assert len(warm) < len(cold) <= 12
