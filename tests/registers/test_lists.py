"""Lists: what they show, where they stop, how many questions they ask the database."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.functional import Promise

from federation.access.routes import routes
from tests.cast import plant
from tests.coverage.records import established
from tests.registers.records import appoint, forget_lists, home, member

pytestmark = pytest.mark.django_db
LISTS = ["/orgs/", "/orgs/terms/", "/cadres/people/", "/cadres/appointments/", "/homes/"]


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize("url", ["/cadres/people/", "/cadres/appointments/", "/homes/"])
def test_fifty_rows_cost_as_many_queries_as_five(as_user, lan, lotus, url):
    client = as_user(lan)
    for number in range(5):
        member(f"甲{'一二三四五'[number]}", lotus)
        home(f"之家{number}", lotus)
    client.get(url)
    few = queries(client, url)
    forget_lists()
    for number in range(45):
        member("乙" + "一二三四五六七八九"[number % 9], lotus)
        home(f"分之家{number}", lotus)
    assert client.get(url).content.decode().count("<tr>") > 50
    assert queries(client, url) == few <= 12


@pytest.mark.parametrize("url", LISTS)
def test_a_foreign_organisation_in_the_address_is_not_found(as_user, lan, south, url):
    assert as_user(lan).get(url, {"organisation": south.code}).status_code == 404


@pytest.mark.parametrize("url", LISTS)
def test_the_organisation_above_is_not_found_either(as_user, tao, north, url):
    assert as_user(tao).get(url, {"organisation": north.code}).status_code == 404


@pytest.mark.parametrize("url", ["/cadres/people/", "/cadres/appointments/"])
def test_a_leader_gets_no_list_of_people(as_user, wen, url):
    assert as_user(wen).get(url).status_code == 403


def test_a_clerk_sees_her_village_and_no_other(as_user, qiu, lotus, willow):
    member("何小荷", lotus)
    member("柳小溪", willow)
    page = as_user(qiu).get("/cadres/people/").content.decode()
    assert "何小荷" in page
    assert "柳小溪" not in page


def test_a_post_elsewhere_is_not_told(as_user, lan, lotus, bamboo):
    from_both = member("何双喜", lotus)
    appoint(from_both, bamboo)
    page = as_user(lan).get("/cadres/people/").content.decode()
    assert "何双喜" in page
    assert "竹林村" not in page


def test_filters_in_the_address_narrow_and_show_as_chips(as_user, lan, lotus):
    member("何主席", lotus, "主席")
    member("何执委", lotus)
    page = as_user(lan).get("/cadres/people/", {"post": "01"})
    assert page.context["count"] == 1
    [chip] = page.context["chips"]
    assert (chip.label, chip.text) == ("职务", "主席")
    assert "post" not in chip.url


def test_initials_find_a_person_entered_on_a_page(as_user, lan, lotus):
    who = member("何小荷", lotus)
    who.initials = "hxh"
    who.save()
    member("李兰", lotus)
    assert as_user(lan).get("/cadres/people/", {"q": "HXH"}).context["count"] == 1


def test_own_reach_leaves_out_what_lies_below(as_user, lan, north_town, lotus):
    member("镇里人", north_town)
    member("村里人", lotus)
    client = as_user(lan)
    both = client.get("/cadres/people/", {"organisation": north_town.code})
    own = client.get("/cadres/people/", {"organisation": north_town.code, "reach": "own"})
    assert (both.context["count"], own.context["count"]) == (2, 1)


def test_nonsense_in_the_address_is_no_fault_of_the_server(as_user, lan, lotus):
    member("何小荷", lotus)
    client = as_user(lan)
    for query in (
        "page=0", "page=-1", "page=999999999", "page=x", "sort=;drop", "sort=-password",
        "columns=nonsense", "post=99", "state=never", "q=%F0%9F%8C%B8",
    ):  # fmt: skip
        assert client.get(f"/cadres/people/?{query}").status_code == 200, query


def test_chosen_columns_are_kept_for_the_next_visit(as_user, lan, lotus):
    member("何小荷", lotus)
    client = as_user(lan)
    client.get("/cadres/people/?columns=name&columns=education")
    page = client.get("/cadres/people/")
    assert [column.name for column in page.context["table"].columns] == ["name", "education"]


def test_hostile_names_come_out_as_text(as_user, lan, lotus):
    home("<script>alert(1)</script>", lotus, address='"><img src=x onerror=alert(2)>')
    client = as_user(lan)
    for url in ("/homes/", f"/orgs/{lotus.code}/", '/homes/?q="><script>alert(3)</script>'):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_every_title_of_a_register_has_its_glyphs_in_the_title_face():
    glyphs = (settings.BASE_DIR / "scripts/frontend/song.txt").read_text("utf-8")
    pages = [getattr(route.callback, "view_class", None) for route in routes()]
    titles = {str(page.title) for page in pages if isinstance(getattr(page, "title", ""), Promise)}
    assert "人员名册" in titles
    assert {title for title in titles if set(title) - set(glyphs)} == set()


def test_the_start_page_counts_what_the_lists_show(as_user, lan, lotus, bamboo):
    established(lotus, date(2021, 3, 8))
    established(bamboo, date(2021, 3, 8))
    client = as_user(lan)
    listed = [gap for gap in client.get("/").context["gaps"] if not gap.todo.indicator]
    assert {gap.todo.key: gap.count for gap in listed}["no_chair"] == 1
    for gap in listed:
        assert client.get(gap.url).context["count"] == gap.count, gap.todo.key


def test_a_long_list_of_units_is_searched_on_the_server(as_user, su, tree):
    for number in range(20):
        plant(f"9101011012{number + 10}", f"新{number}村", "village", tree["north_town"])
    page = as_user(su).get("/orgs/terms/new/?organisation=910101101201").content.decode()
    assert 'data-url="/orgs/pick/"' in page
    assert '<option value="910101101201" selected>荷花村</option>' in page
    assert "新3村" not in page
