"""Cells typed anew on the page: the row is checked again at once, and a whole plan is written."""

import json
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from cadres.models import Appointment, Person
from federation.access.scope import Grant
from federation.audit.services import Actor
from federation.exchange import chunks, previews, row_store, services
from federation.exchange.gazetteer import places_near
from federation.exchange.models import Batch, Decision, Option, PlanChunk, RowEdit
from federation.exchange.promises import PROMISED, broken, promise_of
from federation.exchange.services import CannotEdit, plan_rows, row_edit
from federation.jobs.models import Job
from federation.jobs.services import run
from federation.sealing.boxes import unseal
from orgs.models import Organisation, ReportedFact
from tests.exchange.tables import id_number, imported, member_row, planned, village_row

pytestmark = pytest.mark.django_db
HEADINGS = ["乡镇（街道）", "村（社区）", "姓名", "身份证号", "妇联职务", "当选日期", "联系电话"]
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _plain_names(tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    Organisation.objects.update(name=F("short_name"))


def member(number, name, place="荷花村", **cells):
    row = {
        "place": place,
        "name": name,
        "id": id_number(number),
        "position": "执委",
        "on": "2021-03-08",
        "phone": "",
        **cells,
    }
    return ["青石镇", *row.values()]


def workbook(rows) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in (HEADINGS, *rows):
        sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def do_jobs():
    for job in Job.objects.filter(state=Job.State.QUEUED).order_by("pk"):
        run(job.uid)


def upload(client, *rows) -> Batch:
    """A roster as Lan uploads it, checked; its rows stand from line 2 on."""
    form = {
        "sheet": "committee",
        "organisation": "910101",
        "as_of": timezone.localdate().isoformat(),
        "file": SimpleUploadedFile("名册.xlsx", workbook(rows)),
    }
    client.post(reverse("exchange:upload"), form)
    do_jobs()
    return Batch.objects.latest("pk")


@pytest.fixture
def browser(as_user, lan):
    return as_user(lan)


def typed(client, batch, row, key, value, *, part=True, **more):
    """Somebody types in a cell of the first sheet."""
    address = reverse("exchange:row", args=[batch.uid, 0, row])
    data = {"key": key, "value": value, "chip": "rejected", "page": "1", **more}
    return client.post(address, data, headers=HTMX if part else {})


def shown(client, batch, **query) -> str:
    return client.get(reverse("exchange:rows", args=[batch.uid]), query).content.decode()


def apply(client, batch):
    client.post(reverse("exchange:apply", args=[batch.uid]))
    do_jobs()
    batch.refresh_from_db()
    return batch


def edit(batch, row, key, text):
    return row_edit(batch=batch, sheet_no=0, row_no=row, key=key, text=text, actor=Actor.command())


# one row


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


def test_the_page_asks_the_database_as_often_for_forty_rows_as_for_two(browser):
    def queries(rows):
        batch = upload(browser, *(member(n, "周兰", place="荷华社区") for n in range(1, rows + 1)))
        edit(batch, 2, "name", "荷花")
        with CaptureQueriesContext(connection) as asked:
            shown(browser, batch)
        return len(asked)

    # One of them asks whether the same file came in before.
    assert queries(40) == queries(2) <= 13


def test_one_cell_costs_as_many_statements_in_a_long_table_as_in_a_short_one(browser):
    def queries(rows):
        faulty = member(1, "周兰", on="坏")
        batch = upload(browser, faulty, *(member(n, "吴梅") for n in range(2, rows)))
        with CaptureQueriesContext(connection) as asked:
            typed(browser, batch, 2, "elected_on", "2021-03-08", shown="elected_on")
        return len(asked)

    assert queries(3) == queries(60)


def pages(batch, chip) -> list[int]:
    """The rows of all pages of a chip, one after the other."""
    first = plan_rows(batch, chip)
    rest = [plan_rows(batch, chip, number) for number in range(2, first.pages + 1)]
    return [row.number for page in (first, *rest) for row in page.rows]


def test_pages_hold_every_row_once_while_some_of_their_rows_are_typed_in(lotus, north, monkeypatch):
    monkeypatch.setattr(previews, "PER_PAGE", 4)
    monkeypatch.setattr(row_store, "SIZE", 3)
    # Every third row is wrong, every other third one to be looked at.
    odd = [{"elected_on": "坏"}, {"birth": "1984-03"}, {}]
    rows = [member_row(lotus, n, f"周{chr(0x4E00 + n)}", **odd[n % 3]) for n in range(36)]
    batch = planned("committee", rows, north)
    assert pages(batch, "rejected") == list(range(2, 38, 3))
    assert pages(batch, "warned") == list(range(3, 38, 3))
    for row in (2, 5, 14, 35):
        edit(batch, row, "elected_on", "2021-03-08")
    for row in (3, 9, 12, 36):
        edit(batch, row, "birth", "1985-03")
    edit(batch, 11, "elected_on", "仍坏")
    batch.refresh_from_db()
    found = {chip: pages(batch, chip) for chip in ("rejected", "warned", "new", "edited")}
    assert found["rejected"] == [11, 8, 17, 20, 23, 26, 29, 32]
    assert found["warned"] == [6, 15, 18, 21, 24, 27, 30, 33]
    assert sorted(found["new"]) == sorted(set(range(2, 38)) - set(found["rejected"]))
    assert sorted(found["edited"]) == [2, 3, 5, 9, 11, 12, 14, 35, 36]
    assert {chip: len(rows) for chip, rows in found.items()} == {
        chip: plan_rows(batch, chip).total for chip in found
    }


def test_a_row_of_a_second_sheet_is_typed_in_among_those_of_the_first(north):
    target, book = BytesIO(), Workbook()
    book.active.title = "一"
    for page, wrong in ((book.active, (1, 3)), (book.create_sheet("二"), (5, 6))):
        page.append(HEADINGS)
        for n in range(1, 4) if page.title == "一" else range(4, 7):
            page.append(member(n, f"周{chr(0x4E00 + n)}", on="坏" if n in wrong else "2021-03-08"))
    book.save(target)
    about = {"organisation": north, "as_of": timezone.localdate(), "actor": Actor.command()}
    told = {"sheet": "committee", "file_name": "册.xlsx", "data": target.getvalue()}
    batch = services.batch_plan(batch=services.batch_open(**about, **told))
    rows = [(row.sheet, row.number) for row in plan_rows(batch, "rejected").rows]
    assert rows == [("一", 2), ("一", 4), ("二", 3), ("二", 4)]
    cell = {"batch": batch, "key": "elected_on", "actor": Actor.command(), "sheet_no": 1}
    assert row_edit(row_no=3, text="2021-03-08", **cell).change == "new"
    assert "周\u4e06" in dict(services.plan_row(batch, 1, 4).cells).values()
    rows = [(row.sheet, row.number) for row in plan_rows(batch, "rejected").rows]
    assert rows == [("一", 2), ("一", 4), ("二", 4)]
    rows = [(row.sheet, row.number) for row in plan_rows(batch, "new").rows]
    assert rows == [("二", 3), ("一", 3), ("二", 2)]


@pytest.fixture
def blocks_opened(monkeypatch):
    """How many blocks of plans were opened since it was asked for the last time."""
    opened: list[str] = []

    def unsealed(place, body):
        opened.append(place)
        return unseal(place, body)

    monkeypatch.setattr(chunks, "unseal", unsealed)
    monkeypatch.setattr(row_store, "SIZE", 4)

    def count() -> int:
        found = len(opened)
        opened.clear()
        return found

    return count


@pytest.mark.parametrize(
    ("fault", "key", "value"),
    [({"on": "坏"}, "elected_on", "2021-03-08"), ({"id": "坏"}, "id_number", id_number(1))],
)
def test_one_cell_opens_as_many_blocks_of_a_long_plan_as_of_a_short_one(
    browser, blocks_opened, fault, key, value
):
    def opened(rows):
        here = [member(n, "吴梅") for n in range(2, 6)]
        there = [member(n, "郑桃", place="柳溪村") for n in range(6, rows)]
        batch = upload(browser, member(1, "周兰", **fault), *here, *there)
        blocks_opened()
        typed(browser, batch, 2, key, value)
        assert plan_rows(batch, "rejected").total == 0
        return blocks_opened()

    assert opened(10) == opened(60)


def test_a_page_opens_as_many_blocks_of_a_long_plan_as_of_a_short_one(
    browser, blocks_opened, monkeypatch
):
    monkeypatch.setattr(previews, "PER_PAGE", 4)

    def opened(rows):
        batch = upload(
            browser, member(1, "周兰", on="坏"), *(member(n, "吴梅") for n in range(2, rows))
        )
        edit(batch, 2, "elected_on", "2021-03-08")
        blocks_opened()
        shown(browser, batch, chip="new", page="2")
        return blocks_opened()

    assert opened(12) == opened(60)


def test_one_row_is_placed_in_the_part_of_its_import_alone(tree, lan, north):
    near = places_near(lan.scope(Grant.IMPORT), [tree["bamboo"].code])
    assert set(near.by_code) == {
        tree[name].code for name in ("city", "north", "north_town", "lotus", "willow", "bamboo")
    }
    assert not near.covers(near.by_code[tree["bamboo"].code])
    assert [village.code for village in near.villages] == [
        tree["lotus"].code, tree["willow"].code
    ]  # fmt: skip


@pytest.mark.parametrize("written", ["910102101201", "910102101000"])
def test_a_typed_code_of_another_district_is_told_from_one_that_nobody_has(
    north, lotus, lan, written
):
    row = {**village_row(lotus, households="1"), "code": "999999999999"}
    batch = planned("villages", [row], north, user=lan)
    assert [one["code"] for one in edit(batch, 2, "code", written).problems] == ["out_of_scope"]
    again = edit(batch, 2, "code", "999999999998")
    assert [one["code"] for one in again.problems] == ["unknown_code"]


# written


def test_what_was_typed_is_written_with_the_rest(browser):
    batch = upload(browser, member(1, "周兰"), member(2, "吴梅", on="2021-13-08"))
    typed(browser, batch, 3, "elected_on", "2021-04-09")
    batch = apply(browser, batch)
    assert batch.state == Batch.State.APPLIED
    assert sorted(Person.objects.values_list("name", flat=True)) == ["吴梅", "周兰"]
    assert (batch.counts["new"], batch.counts["rejected"]) == (2, 0)


def test_where_the_new_plan_is_not_what_was_promised_nothing_is_written(browser):
    """An earlier row gets the number of a later one, which so becomes the one too many."""
    batch = upload(browser, member(1, "周兰", on="坏"), member(2, "吴梅"))
    typed(browser, batch, 2, "elected_on", "2021-03-08")
    typed(browser, batch, 2, "id_number", id_number(2))
    batch = apply(browser, batch)
    assert batch.state == Batch.State.PLANNED
    assert not Person.objects.exists()
    assert set(batch.counts["moved"]) <= set(PROMISED)
    assert "按改过的内容重新检查后有变化" in shown(browser, batch)
    batch = apply(browser, batch)
    assert batch.state == Batch.State.APPLIED
    assert Person.objects.count() == 1


def test_a_typed_row_counts_where_it_stands_in_the_file(browser):
    batch = upload(
        browser,
        member(1, "周兰", position="主席", on="坏"),
        member(2, "吴梅", position="主席"),
    )
    typed(browser, batch, 2, "elected_on", "2021-03-08")
    [row] = plan_rows(batch, "edited").rows
    assert (row.number, row.change) == (2, "new")
    batch = apply(browser, batch)
    assert batch.counts["moved"] == {"new": [2, 1], "conflict": [0, 1]}
    batch = apply(browser, batch)
    assert batch.state == Batch.State.APPLIED
    [chair] = Appointment.objects.filter(is_head=True)
    assert chair.person.name == "周兰"


def test_a_typed_row_that_becomes_something_else_is_told_though_the_sums_agree(browser):
    batch = upload(browser, member(1, "周兰"), member(2, "吴梅", on="坏"))
    promised = promise_of(batch)
    assert broken(batch, promised, {(0, 2): "new", (0, 3): "rejected"}) == {}
    assert broken(batch, promised, {(0, 2): "conflict"}) == {"swapped": 1}
    assert broken(batch, promised, {(0, 2): "rejected", (0, 3): "new"}) == {"swapped": 2}
    Batch.objects.update(counts={**batch.counts, "swapped": 2})
    assert "改过的行里有 2 行的处理结果变了" in shown(browser, batch)


def test_a_button_pressed_on_an_old_page_writes_nothing(browser):
    batch = upload(browser, member(1, "周兰"), member(2, "吴梅", on="坏"))
    typed(browser, batch, 3, "elected_on", "2021-04-09")
    address = reverse("exchange:apply", args=[batch.uid])
    answer = browser.post(address, {"accepted": "1"}, follow=True)
    assert "请核对后再写入" in answer.content.decode()
    assert not Job.objects.filter(kind="apply_import").exists()


def test_checking_again_takes_over_what_was_typed(browser):
    batch = upload(browser, member(1, "周兰", on="坏"))
    typed(browser, batch, 2, "elected_on", "2021-03-08")
    browser.post(reverse("exchange:check", args=[batch.uid]))
    do_jobs()
    batch.refresh_from_db()
    assert (batch.counts["new"], batch.counts["rejected"]) == (1, 0)
    assert "已改" in shown(browser, batch, chip="new")


def test_the_plan_with_edits_is_that_of_a_file_with_the_cells_mended(browser):
    faulty = [member(1, "周兰", on="坏"), member(2, "吴梅", place="荷华社区")]
    batch = upload(browser, *faulty)
    typed(browser, batch, 2, "elected_on", "2021-03-08")
    typed(browser, batch, 3, "name", "荷花村")
    browser.post(reverse("exchange:check", args=[batch.uid]))
    do_jobs()
    batch.refresh_from_db()
    mended = upload(browser, member(1, "周兰", on="2021-03-08"), member(2, "吴梅"))
    sheets = [services.batch_report(one)["sheets"] for one in (batch, mended)]
    assert sheets[0] == sheets[1]


def test_what_was_typed_goes_with_the_plan_and_that_it_was_typed_stays(browser):
    batch = upload(browser, member(1, "周兰", on="坏"))
    typed(browser, batch, 2, "elected_on", "2021-03-08")
    Batch.objects.update(kept_until=timezone.now())
    services.expire()
    told = RowEdit.objects.get()
    assert (told.value, told.row_no, told.key) == (None, 2, "elected_on")


def test_a_dropped_import_forgets_what_was_typed(browser):
    batch = upload(browser, member(1, "周兰", on="坏"))
    typed(browser, batch, 2, "elected_on", "2021-03-08")
    browser.post(reverse("exchange:drop", args=[batch.uid]))
    assert not RowEdit.objects.exists()


# for this cell alone, or from now on


def test_an_unknown_village_is_offered_the_villages_of_the_scope_nearest_to_it(browser):
    batch = upload(browser, member(1, "周兰", place="荷华村"))
    page = shown(browser, batch)
    assert 'name="pick" value="荷花村"' in page
    assert "只改这一处" in page
    assert "以后都这样" in page
    assert "竹林村" not in page


def test_an_unknown_option_is_offered_its_list(browser):
    batch = upload(browser, member(1, "周兰", position="委员"))
    page = shown(browser, batch)
    assert "<option>副主席</option>" in page
    assert 'name="pick" value="执委"' in page


def test_a_faulty_number_is_never_offered_to_be_remembered(browser):
    batch = upload(browser, member(1, "周兰", id="50019919850312", phone="123"))
    assert "以后都这样" not in shown(browser, batch)
    answer = typed(browser, batch, 2, "phone", "14012345678", reach="always", shown="phone")
    assert answer.status_code == 422
    assert not Decision.objects.exists()


def test_taken_for_this_cell_alone_no_other_row_changes(browser):
    rows = [member(1, "周兰", place="荷华村"), member(2, "吴梅", place="荷华村")]
    batch = upload(browser, *rows)
    line = typed(browser, batch, 2, "name", "", pick="荷花村", reach="once", shown="name")
    assert "新增" in line.content.decode()
    assert plan_rows(batch, "rejected").total == 1
    assert not Decision.objects.exists()


def test_taken_from_now_on_all_rows_with_the_word_are_mended_and_later_files_too(browser, north):
    rows = [member(1, "周兰", place="荷华村"), member(2, "吴梅", place="荷华村")]
    batch = upload(browser, *rows)
    answer = typed(browser, batch, 2, "name", "", pick="荷花村", reach="always")
    assert answer["HX-Redirect"] == reverse("exchange:batch", args=[batch.uid])
    do_jobs()
    batch.refresh_from_db()
    assert batch.counts["rejected"] == 0
    assert "按认定记录：荷华村 → 荷花村" in shown(browser, batch, chip="warned")
    told = Decision.objects.get()
    assert (told.organisation, told.kind, told.list_key) == (north, "place", "name")
    later = upload(browser, member(3, "郑竹", place="荷华村"))
    assert later.counts["rejected"] == 0


def test_an_option_taken_from_now_on_is_a_decision_about_the_list(browser):
    batch = upload(browser, member(1, "周兰", position="委员"))
    typed(browser, batch, 2, "position", "执委", reach="always")
    do_jobs()
    told = Decision.objects.get()
    assert (told.kind, told.list_key, told.written, told.meant) == (
        "option", "position", "委员", "执委",
    )  # fmt: skip
    batch.refresh_from_db()
    assert batch.counts["rejected"] == 0


# plans of another moment


def test_a_plan_notes_what_it_was_made_with(browser):
    batch = upload(browser, member(1, "周兰"))
    facts = {"columns", "options", "rules", "moment", "edits", "answers", "file_made"}
    assert set(batch.made_against) == facts


def test_a_plan_made_with_other_options_is_checked_again_and_not_written(browser):
    batch = upload(browser, member(1, "周兰"))
    Option.objects.filter(list_key="sector", code="01").update(label="农林")
    page = shown(browser, batch, chip="new")
    assert "请重新检查后再写入" in page
    assert "写入 1 行" not in page
    batch = apply(browser, batch)
    assert (batch.state, batch.counts["outdated"]) == (Batch.State.PLANNED, 1)
    assert not Person.objects.exists()
    browser.post(reverse("exchange:check", args=[batch.uid]))
    do_jobs()
    assert apply(browser, batch).state == Batch.State.APPLIED


def test_facts_are_not_touched_by_typing_alone(browser):
    batch = upload(browser, member(1, "周兰", on="坏"))
    typed(browser, batch, 2, "elected_on", "2021-03-08")
    assert not Person.objects.exists()
    assert not ReportedFact.objects.exists()
