"""Cells typed anew on the page: the row is checked again at once."""

import json
import re

import pytest
from django.db.models import F

from cadres.models import Person
from federation.exchange import services
from federation.exchange.models import Decision, PlanChunk, RowEdit
from federation.exchange.services import CannotEdit, plan_rows
from federation.jobs.models import Job
from orgs.models import Organisation
from tests.exchange.rosters import apply, edit, member, shown, typed, upload
from tests.exchange.tables import id_number, imported, member_row, planned, village_row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_names(tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    Organisation.objects.update(name=F("short_name"))


@pytest.fixture
def browser(as_user, lan):
    return as_user(lan)


def test_a_mended_cell_gives_back_its_line_with_the_new_verdict_and_the_counts(browser):
    batch = upload(browser, member(1, "周兰"), member(2, "吴梅", on="2021-13-08"))
    answer = typed(browser, batch, 3, "elected_on", "2021-03-08", shown="elected_on")
    line = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="r-0-3"' in line
    assert "新增" in line
    assert "写入 2 行" in line
    assert 'class="e"' not in line


def test_a_cell_mended_wrongly_says_what_is_wrong_now(browser):
    batch = upload(browser, member(1, "周兰", on="2021-13-08"))
    line = typed(browser, batch, 2, "elected_on", "2099-01-01", shown="elected_on")
    assert "晚于填报日期" in line.content.decode()
    assert ("当选日期", "2099-01-01") in plan_rows(batch, "rejected").rows[0].cells


def test_the_other_faults_of_a_row_stay(browser):
    batch = upload(browser, member(1, "周兰", on="2021-13-08", position="村长"))
    row = edit(batch, 2, "elected_on", "2021-03")
    assert (row.change, [one["code"] for one in row.problems]) == ("rejected", ["unknown_option"])


def test_a_row_that_becomes_good_is_planned_among_the_records_that_stand(browser, lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰", phone="14012345678")], city)
    batch = upload(browser, member(1, "周兰", position="村长"))
    row = edit(batch, 2, "position", "副主席")
    assert row.change == "changed"
    assert [(old, new) for _name, old, new in row.effects] == [("执委", "副主席")]


def test_a_number_that_an_earlier_row_holds_is_told_at_once(browser):
    batch = upload(browser, member(1, "周兰"), member(2, "吴梅", id="50019919850312"))
    row = edit(batch, 3, "id_number", id_number(1))
    assert [one["code"] for one in row.problems] == ["duplicate_in_file"]
    assert "第 2 行" in row.problems[0]["message"]


def test_a_village_that_an_earlier_row_holds_is_told_at_once(lotus, willow, north):
    rows = [village_row(lotus, households="1"), {"code": "999999999999", "households": "2"}]
    batch = planned("villages", rows, north)
    row = edit(batch, 3, "code", lotus.code)
    assert [one["code"] for one in row.problems] == ["duplicate_in_file"]
    assert edit(batch, 3, "code", willow.code).change == "new"


def test_a_row_with_a_warning_is_mended_too(north, lotus):
    batch = planned("committee", [member_row(lotus, 1, "周兰", birth="1984-03")], north)
    assert plan_rows(batch, "warned").total == 1
    row = edit(batch, 2, "birth", "1985-03")
    assert (row.change, row.problems) == ("new", [])
    assert plan_rows(batch, "warned").total == 0


def test_the_units_of_a_sheet_hold_for_a_typed_cell(lotus, north):
    rows = [village_row(lotus, exec_count="许多", households="10")]
    batch = planned("villages", rows, north)
    assert edit(batch, 2, "exec_count", "9").change == "new"


def test_an_emptied_required_cell_is_told(browser):
    batch = upload(browser, member(1, "周兰", on="2021-13-08"))
    assert edit(batch, 2, "person_name", " ").problems[0]["code"] == "required"


def test_a_cell_that_is_not_kept_is_refused_in_words(browser):
    batch = upload(browser, member(1, "周兰"), member(2, "吴梅", on="2021-13-08"))
    for row, key in ((2, "elected_on"), (3, "remark"), (99, "elected_on"), (3, "nonsense")):
        with pytest.raises(CannotEdit, match="改好表格后再上传"):
            edit(batch, row, key, "2021-03-08")
    assert not RowEdit.objects.exists()


def test_a_written_import_is_typed_in_no_more(browser):
    batch = apply(browser, upload(browser, member(1, "周兰"), member(2, "吴梅", on="坏")))
    with pytest.raises(CannotEdit, match="已经处理完"):
        edit(batch, 3, "elected_on", "2021-03-08")
    assert typed(browser, batch, 3, "elected_on", "2021-03-08").status_code == 200
    assert not RowEdit.objects.exists()


def test_a_clerk_elsewhere_finds_no_such_row(browser, as_user, mei):
    batch = upload(browser, member(1, "周兰", on="坏"))
    assert typed(as_user(mei), batch, 2, "elected_on", "2021-03-08").status_code == 404
    assert not RowEdit.objects.exists()


# numbers of people


def test_a_typed_number_is_sealed_and_shown_masked(browser):
    batch = upload(browser, member(1, "周兰", id="50019919850312"))
    line = typed(browser, batch, 2, "id_number", id_number(7), shown="id_number").content.decode()
    assert id_number(7) not in line
    assert f"{id_number(7)[:6]}********{id_number(7)[-4:]}" in line
    page = shown(browser, batch, chip="edited")
    assert id_number(7) not in page
    stored = [bytes(one.value) for one in RowEdit.objects.all()]
    stored += [bytes(body) for body in PlanChunk.objects.values_list("body", flat=True)]
    assert not any(id_number(7).encode() in body for body in stored)


@pytest.mark.parametrize("key", ["id_number", "phone"])
def test_a_number_is_never_laid_into_its_field(browser, key):
    whole = {"id_number": "500199198503120099", "phone": "14012345678901"}[key]
    cells = {"id" if key == "id_number" else "phone": whole}
    batch = upload(browser, member(1, "周兰", **cells))
    page = shown(browser, batch, edit=f"0-2-{key}")
    assert whole not in page
    assert f'name="key" value="{key}"' in page


def test_a_typed_number_stands_in_no_address_and_no_job(browser):
    batch = upload(browser, member(1, "周兰", id="50019919850312"))
    answer = typed(browser, batch, 2, "id_number", id_number(7), part=False)
    apply(browser, batch)
    assert id_number(7) not in answer.url
    assert not any(id_number(7) in json.dumps([j.payload, j.result]) for j in Job.objects.all())
    assert Person.objects.get().reveal("id_number") == id_number(7)


# without scripts, and what comes back


def test_without_scripts_a_plain_form_leads_back_to_the_row(browser):
    batch = upload(browser, member(1, "周兰", on="坏"))
    answer = typed(browser, batch, 2, "elected_on", "2021-03-08", part=False)
    assert answer.status_code == 302
    assert answer.url.endswith("#r-0-2")
    assert "刚改过的" in shown(browser, batch)


def test_any_cell_of_a_row_to_be_mended_can_be_opened(browser):
    batch = upload(browser, member(1, "周兰", on="坏"))
    page = shown(browser, batch, edit="0-2-person_name")
    assert 'value="周兰"' in page


def test_what_cannot_be_taken_comes_back_with_what_was_typed(browser):
    batch = upload(browser, member(1, "周兰", place="荷华社区"))
    for part in (True, False):
        answer = typed(browser, batch, 2, "name", "何处村", part=part, reach="always", shown="name")
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "也认不出" in text
        assert 'value="何处村"' in text
    assert not Decision.objects.exists()


def suggestion(page: str) -> str:
    """What the button 按建议改 of a page sends; empty where there is none."""
    found = re.search(r'name="pick" value="([^"]*)">按建议改：\1</button>', page)
    return found[1] if found else ""


@pytest.mark.parametrize("is_part", [True, False])
def test_what_was_probably_meant_is_taken_with_one_press(browser, is_part):
    batch = upload(browser, member(1, "周兰", on="2021.3.8l"))
    likely = suggestion(shown(browser, batch))
    assert likely == "2021-03-08"
    # The field of the form is sent beside the button, as it stands.
    answer = typed(
        browser, batch, 2, "elected_on", "2021.3.8l", part=is_part, pick=likely, shown="elected_on"
    )
    assert answer.status_code == (200 if is_part else 302)
    assert services.plan_summary(batch).counts["new"] == 1
    assert suggestion(shown(browser, batch)) == ""


def test_a_place_is_suggested_once_and_among_the_others(browser):
    batch = upload(browser, member(1, "周兰", place="荷华村"))
    page = shown(browser, batch)
    assert suggestion(page) == "荷花村"
    assert page.count('value="荷花村"') == 1


def test_a_telephone_is_never_laid_into_a_button(browser):
    batch = upload(browser, member(1, "周兰", phone="1380013800O"))
    page = shown(browser, batch)
    assert "可能是“" in page
    assert suggestion(page) == ""
    assert "13800138000" not in page
