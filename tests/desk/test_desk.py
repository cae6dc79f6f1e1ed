"""The administrator's correction desk: rules as in the registers, a log, exports."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from federation.access.models import Role
from federation.audit.models import Change, Event
from federation.audit.services import open_change
from federation.desk.registers import bound
from homes.models import Home, HomeKind
from homes.parts.giving import HOME
from homes.sheets import HomesSheet
from orgs.forms import TermForm
from orgs.models import Organisation, Term
from tests.cast import post

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(as_user, hua, tree):
    """The browser of the administrator."""
    return as_user(hua)


def change_url(record):
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.uid])


def term_of(place, **fields):
    return Term.objects.create(
        organisation=place, starts_on=date(2021, 3, 8), due_on=date(2026, 3, 8), **fields
    )


def entry(**fields):
    return {
        "number": "3",
        "starts_on": "2021-03-09",
        "due_on": "2026-03-09",
        "version": "1",
    } | fields


def test_a_correction_is_saved_logged_and_counted(desk, hua, lotus):
    term = term_of(lotus)
    answer = desk.post(change_url(term), entry())
    assert answer.status_code == 302, answer.content.decode()
    term.refresh_from_db()
    assert (term.number, term.starts_on, term.version) == (3, date(2021, 3, 9), 2)
    change = Change.objects.get(object_uid=term.uid)
    before, after = open_change(change)
    assert (change.actor, before["starts_on"], after["starts_on"]) == (
        hua, "2021-03-08", "2021-03-09",
    )  # fmt: skip


def test_the_rules_of_the_form_hold_and_the_entries_are_kept(desk, lotus):
    term = term_of(lotus)
    page = desk.post(change_url(term), entry(number="77", due_on="2020-01-01")).content.decode()
    assert "届满日期要晚于换届日期。" in page
    assert 'value="77"' in page
    term.refresh_from_db()
    assert term.version == 1


def test_who_saved_in_between_is_not_overwritten_unasked(desk, lotus):
    term = term_of(lotus, version=4)
    page = desk.post(change_url(term), entry(number="77")).content.decode()
    assert "刚才有人改过这条记录" in page
    assert 'value="77"' in page
    assert 'name="version" value="4"' in page


def test_an_organisation_keeps_what_the_desk_does_not_show(desk, lotus, north):
    Organisation.objects.filter(pk=lotus.pk).update(covered_by=north, status="30")
    entries = {"status": "00", "is_expected": "on", "version": "1"}
    answer = desk.post(change_url(lotus), entries)
    assert answer.status_code == 302, answer.content.decode()
    lotus.refresh_from_db()
    assert (lotus.status, lotus.covered_by) == ("00", north)


def test_no_address_of_the_desk_holds_a_key_of_the_database(desk, lotus):
    page = desk.get(change_url(term_of(lotus))).content.decode()
    assert "荷花村" in page
    assert f"/organisation/{lotus.pk}/" not in page


def test_a_home_is_corrected_without_its_manager_being_told(desk, lotus):
    home = Home.objects.create(
        organisation=lotus, kind=HomeKind.objects.first(), name="荷塘之家", manager_name="何小荷"
    )
    page = desk.get(change_url(home)).content.decode()
    assert "荷塘之家" in page
    assert "何小荷" not in page
    entries = {"kind": home.kind.pk, "name": "荷花之家", "version": "1"}
    assert desk.post(change_url(home), entries).status_code == 302
    home.refresh_from_db()
    assert (home.name, home.manager_name) == ("荷花之家", "何小荷")


@pytest.mark.parametrize("verb", ["add/", "{uid}/delete/", "{uid}/history/"])
def test_nothing_is_added_or_deleted(desk, lotus, verb):
    address = f"/admin/orgs/organisation/{verb.format(uid=lotus.uid)}"
    assert desk.get(address).status_code == 404
    assert desk.post(address).status_code == 404


@pytest.mark.parametrize("key", ["1", "x", "00000000-0000-7000-8000-000000000000"])
def test_an_unknown_record_is_not_found(desk, key):
    assert desk.get(f"/admin/orgs/term/{key}/change/").status_code == 404


def test_what_other_packages_bring_along_stays_shut(desk):
    page = desk.get("/admin/").content.decode()
    assert [name in page for name in ("/admin/orgs/term/", "/admin/homes/")] == [True, True]
    for other in ("auth/group/", "axes/accessattempt/", "login/", "logout/", "password_change/"):
        assert desk.get(f"/admin/{other}").status_code == 404


def rows_of(answer):
    return [
        list(row) for row in load_workbook(io.BytesIO(answer.content)).active.values
    ]  # fmt: skip


def test_the_export_is_what_the_list_shows_in_scope_and_is_logged(desk, hua, lotus, north):
    Home.objects.create(organisation=lotus, kind=HomeKind.objects.first(), name="=1+1")
    answer = desk.post(reverse("admin:homes_home_export"), {"format": "0"})
    heads, row = rows_of(answer)
    assert heads[0] == "记录编号"
    assert heads[1:5] == ["组织编号", "组织全称", "阵地类型", "阵地名称"]
    assert (row[1], row[4]) == (lotus.code, "'=1+1")
    event = Event.objects.get(deed="export")
    assert (event.actor, event.detail["rows"]) == (hua, 1)
    posting = hua.postings.get()
    posting.organisation = north.children.get()
    posting.save()
    Home.objects.update(organisation=north)
    answer = desk.post(reverse("admin:homes_home_export"), {"format": "0"})
    assert len(rows_of(answer)) == 1


@pytest.mark.parametrize("name", ["==1+1", "@SUM(1)", "+1+1", "-1+1", "\t=1+1", " =1+1"])
def test_no_cell_of_an_export_is_a_formula(desk, lotus, name):
    Home.objects.create(organisation=lotus, kind=HomeKind.objects.first(), name=name)
    url = reverse("admin:homes_home_export")
    [_heads, row] = load_workbook(io.BytesIO(desk.post(url, {"format": "0"}).content)).active
    assert (row[4].value, row[4].data_type) == (f"'{name}", "s")
    text = desk.post(url, {"format": "1"}).content.decode()
    [_heads, line] = csv.reader(io.StringIO(text))
    assert line[4] == f"'{name}"


def test_an_export_has_the_columns_of_the_table_without_those_about_people(desk, lotus):
    Home.objects.create(organisation=lotus, kind=HomeKind.objects.first(), name="荷花村妇女之家")
    [heads, _row] = rows_of(desk.post(reverse("admin:homes_home_export"), {"format": "0"}))
    told = [str(c.heading) for c in HomesSheet.columns if c.key in HOME.values()]
    people = {"负责人", "联系电话"}
    assert heads[3:] == [heading for heading in told if heading not in people]
    assert people < set(told)


def test_an_export_takes_no_keys_from_the_browser(desk, lotus, bamboo):
    entries = {"format": "0"}
    answer = desk.post("/admin/orgs/organisation/export/", entries | {"export_items": bamboo.pk})
    assert "text/html" in answer["Content-Type"]


def test_the_desk_is_a_room_of_those_who_keep_the_rules(desk, as_user, lan):
    assert 'href="/admin/"' in desk.get("/").content.decode()
    assert 'href="/admin/"' not in as_user(lan).get("/").content.decode()


def test_the_desk_wears_the_colours_of_the_portal_after_those_of_django(desk):
    page = desk.get("/admin/orgs/organisation/").content.decode()
    order = [page.index(f"css/{name}.css") for name in ("base", "responsive", "desk")]
    assert order == sorted(order) and "css/tokens.css" in page
    assert "dark_mode" not in page and "返回平台" in page


def test_the_import_button_leads_to_the_exchange_for_those_who_may_import(desk):
    page = desk.get("/admin/orgs/organisation/").content.decode()
    assert reverse("exchange:upload") not in page and "您的角色没有导入权限" in page
    Role.objects.filter(code="administrator").update(can_import=True, sees_people=True)
    page = desk.get("/admin/orgs/organisation/").content.decode()
    assert f'href="{reverse("exchange:upload")}"' in page and "没有导入权限" not in page


def test_a_number_is_not_searched_for(desk):
    answer = desk.get("/admin/orgs/organisation/?q=13900001234")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/orgs/organisation/")


def test_a_list_costs_the_same_queries_for_two_rows_and_for_twelve(
    desk, lotus, willow, django_assert_max_num_queries
):
    for place in (lotus, willow):
        for year in range(1960, 2020, 5):
            Term.objects.create(
                organisation=place, starts_on=date(year, 3, 8), due_on=date(year + 5, 3, 8)
            )
    desk.get("/admin/orgs/term/")
    with django_assert_max_num_queries(8):
        desk.get("/admin/orgs/term/")


@pytest.mark.parametrize(
    "query",
    [
        "manager_name__startswith=何",
        "manager_phone_masked__startswith=138",
        "manager_phone_digest=x",
        "organisation__name=x",
        "kind__name__startswith=x",
    ],
)
def test_a_list_and_its_export_are_narrowed_by_their_filters_only(desk, tree, query):
    for verb in ("changelist", "export"):
        url = reverse(f"admin:homes_home_{verb}")
        assert desk.get(f"{url}?{query}").status_code == 400
        assert desk.get(f"{url}?is_placeholder__exact=0").status_code == 200
    assert desk.post(f"{url}?{query}", {"format": "0"}).status_code == 400


def test_who_keeps_the_rules_of_a_district_corrects_nothing_elsewhere(
    as_user, wen, north, lotus, bamboo
):
    client = as_user(post(wen, "administrator", north))
    own, foreign = term_of(lotus), term_of(bamboo)
    assert client.get(change_url(own)).status_code == 200
    assert client.post(change_url(foreign), entry()).status_code == 404
    told = client.get("/admin/orgs/term/").content.decode()
    assert (str(own.uid) in told, str(foreign.uid) in told) == (True, False)
    form = bound(TermForm, wen, ("number",))(instance=own)
    assert form.scope.paths == (north.path,)
