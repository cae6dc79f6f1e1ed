"""Every value that an import wrote knows its cell, for as long as the value lives."""

import io
from datetime import timedelta

import pytest
import xlsxwriter
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_date

from cadres.models import Appointment, Person
from federation.audit.services import Actor
from federation.exchange.declare import parts_of, sheets
from federation.exchange.lineage.finding import origins_of
from federation.exchange.lineage.links import links_of
from federation.exchange.models import Batch, PlanChunk
from federation.exchange.services import (
    batch_apply,
    batch_open,
    batch_plan,
    batch_undo,
    expire,
)
from federation.exchange.services.edits import row_edit
from federation.registers.services import record_save
from orgs.models import Organisation, ReportedFact, Term
from orgs.services.structure import organisation_move
from tests.exchange.tables import AS_OF, id_number, imported, member_row, planned, village_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("creations_in_blocks")]


@pytest.fixture
def plain_names(tree):
    """Places as tables call them."""
    Organisation.objects.update(name=F("short_name"))


def name(number):
    """The name of woman ``number``: 周 and two more."""
    return "周" + "兰芳梅雪月"[number // 10] + "一二三四五六七八九十"[number % 10]


def cell(record, name):
    """The addresses that told a field, and of which batch; None where no cell told it."""
    origin = origins_of([record])[record.uid].get(name)
    return origin and origin.cells and " ".join(origin.cells.addresses.values())


def written(place, lines, name="名册", **page):
    """A workbook given cell by cell, taken through the whole engine; ``page`` may add to it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(name)
        for row, line in enumerate(lines):
            for column, text in enumerate(line):
                if text is not None:
                    sheet.write(row, column, text)
        for top, left, bottom, right, text in page.get("merged", ()):
            sheet.merge_range(top, left, bottom, right, text)
    batch = batch_open(
        sheet=page.get("key", "committee"), organisation=place, as_of=AS_OF,
        actor=Actor.command(), file_name="花名册.xlsx", data=buffer.getvalue(),
    )  # fmt: skip
    return batch_plan(batch=batch)


HEAD = ("村（社区）", "姓名", "身份证号码", "职务", "当选时间", "学历")
LAN, FANG = id_number(1), id_number(2)


def test_each_value_of_a_new_person_names_its_cell(lotus, willow, city):
    rows = [
        member_row(lotus, 1, "周兰", education="大专", phone="13800138001"),
        member_row(willow, 2, "吴芳", education="本科"),
    ]
    batch = imported("committee", rows, city)
    fang = Person.objects.get(name="吴芳")
    origin = origins_of([fang])[fang.uid]["education"]
    assert (origin.batch, origin.change.actor_label) == (batch, "命令行")
    assert origin.cells.worksheet == "表一"
    assert {name: cell(fang, name) for name in ("name", "id_number", "education", "phone")} == {
        "name": "B3",
        "id_number": "C3",
        "education": "D3",
        "phone": None,
    }


def test_a_value_that_follows_from_another_cell_names_that_one(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰")], city)
    lan, post, term = Person.objects.get(), Appointment.objects.get(), Term.objects.get()
    assert (cell(lan, "birth_on"), cell(lan, "sex")) == ("C2", "C2")
    assert (cell(post, "post_id"), cell(post, "from_on"), cell(term, "starts_on")) == (
        "D2",
        "E2",
        "E2",
    )


def test_what_the_system_added_itself_names_no_cell(lotus, city):
    row = {**member_row(lotus, 1, "周兰"), "elected_on": None}
    imported("committee", [row], city)
    post = Appointment.objects.get()
    assert (str(post.from_on), cell(post, "from_on")) == ("2025-06-30", None)


def test_the_term_names_the_row_whose_date_it_has(lotus, city):
    rows = [
        member_row(lotus, 1, "周兰", elected_on="2022-05-01"),
        member_row(lotus, 2, "吴芳", elected_on="2021-03-08", position="主席"),
    ]
    imported("committee", rows, city)
    assert cell(Term.objects.get(), "starts_on") == "E3"
    lotus.refresh_from_db()
    assert (str(lotus.status_since_on), cell(lotus, "status_since_on")) == ("2021-03-08", "E3")


def test_a_reported_number_names_the_column_it_is_called_by(lotus, willow, city):
    rows = [village_row(lotus, women_resident="812"), village_row(willow, women_resident="640")]
    imported("villages", rows, city)
    told = {fact.text: cell(fact, "text") for fact in ReportedFact.objects.all()}
    assert told == {"812": "B2", "640": "B3"}


def test_a_changed_record_names_only_the_cells_that_changed_it(lotus, city):
    first = imported("committee", [member_row(lotus, 1, "周兰", education="大专")], city)
    row = member_row(lotus, 1, "周兰", education="本科")
    second = imported("committee", [member_row(lotus, 2, "吴芳"), row], city)
    lan = Person.objects.get(name="周兰")
    origins = origins_of([lan])[lan.uid]
    assert (origins["education"].batch, cell(lan, "education")) == (second, "D3")
    assert (origins["name"].batch, cell(lan, "name")) == (first, "B2")


def test_a_merged_cell_and_ditto_name_the_cell_that_holds_the_value(plain_names, north_town):
    lines = [
        HEAD,
        (None, "周兰", LAN, None, "2021-03-08", "大专"),
        (None, "吴芳", FANG, None, "同上", "〃"),
    ]
    merged = [(1, 0, 2, 0, "荷花村"), (1, 3, 2, 3, "执委")]
    batch_apply(batch=written(north_town, lines, merged=merged))
    fang = Appointment.objects.get(person__name="吴芳")
    assert (cell(fang, "post_id"), cell(fang, "from_on")) == ("D2", "E2")
    assert cell(fang.person, "education") == "F2"
    assert cell(fang.person, "name") == "B3"
    assert cell(fang, "organisation_id") == "A2"


def test_whose_a_row_is_may_be_said_by_the_name_of_the_sheet_or_its_title(plain_names, north_town):
    head = ("姓名", "身份证号码", "职务", "当选时间")
    batch_apply(
        batch=written(north_town, [head, ("周兰", LAN, "执委", "2021-03-08")], name="荷花村")
    )
    post = Appointment.objects.get()
    cells = origins_of([post])[post.uid]["organisation_id"].cells
    assert (cells.worksheet, cells.said, dict(cells.addresses)) == ("荷花村", "name", {})
    title = ("青石镇荷花村妇联执委名册",)
    batch_apply(batch=written(north_town, [title, head, ("吴芳", FANG, "执委", "2021-03-08")]))
    post = Appointment.objects.get(person__name="吴芳")
    assert origins_of([post])[post.uid]["organisation_id"].cells.said == "title"
    assert cell(post, "from_on") == "D3"


def test_a_cell_typed_on_the_page_says_so(lotus, city):
    row = {**member_row(lotus, 1, "周兰"), "id_number": "50019919850312"}
    batch = planned("committee", [row], city)
    cell_at = {"sheet_no": 0, "row_no": 2, "key": "id_number"}
    row_edit(batch=batch, **cell_at, text=LAN, actor=Actor.command())
    batch_apply(batch=batch)
    lan = Person.objects.get()
    origins = origins_of([lan])[lan.uid]
    assert [origins[name].cells.is_typed for name in ("id_number", "name")] == [True, False]


def test_a_value_changed_by_hand_comes_from_no_cell_any_more(lotus, city, lan):
    imported("committee", [member_row(lotus, 1, "周兰", education="大专")], city)
    person = Person.objects.get()
    person.education = "本科"
    record_save(instance=person, actor=Actor.of(lan), home_id=lotus.pk)
    origin = origins_of([person])[person.uid]["education"]
    assert (origin.batch, origin.cells, origin.change.actor_label) == (None, None, "兰晓梅")
    assert cell(person, "name") == "B2"


def test_undoing_brings_the_earlier_cell_back(lotus, city):
    first = imported("committee", [member_row(lotus, 1, "周兰", education="大专")], city)
    rows = [member_row(lotus, 2, "吴芳"), member_row(lotus, 1, "周兰", education="本科")]
    second = imported("committee", rows, city)
    batch_undo(batch=second, actor=Actor.command())
    lan = Person.objects.get()
    origin = origins_of([lan])[lan.uid]["education"]
    assert (lan.education, origin.batch, cell(lan, "education")) == ("大专", first, "D2")


def test_what_undoing_had_to_keep_still_names_its_cells(lotus, city, lan):
    batch = imported("committee", [member_row(lotus, 1, "周兰", education="大专")], city)
    person = Person.objects.get()
    person.political = "群众"
    record_save(instance=person, actor=Actor.of(lan), home_id=lotus.pk)
    batch_undo(batch=batch, actor=Actor.command())
    person.refresh_from_db()
    assert (cell(person, "name"), cell(person, "political")) == ("B2", None)


@pytest.mark.usefixtures("files_gone_at_once")
def test_the_cell_is_known_when_file_and_plan_are_gone(settings, tmp_path, lotus, city):
    settings.UPLOAD_FOLDER = tmp_path
    batch = imported("committee", [member_row(lotus, 1, "周兰", education="大专")], city)
    Batch.objects.update(kept_until=timezone.now() - timedelta(days=1))
    assert (expire(), list(tmp_path.iterdir()), PlanChunk.objects.count()) == (1, [], 0)
    lan = Person.objects.get()
    origin = origins_of([lan])[lan.uid]["education"]
    assert (cell(lan, "education"), origin.batch.file_sha256) == ("D2", batch.file_sha256)
    assert (origin.batch.file_name, len(batch.file_sha256)) == ("表.xlsx", 64)
    assert origin.change.actor_label == "命令行"


def test_it_moves_with_the_unit(lotus, north, south_town, city):
    batch = imported("committee", [member_row(lotus, 1, "周兰", education="大专")], city)
    organisation_move(
        organisation=lotus, parent=south_town, on=parse_date("2025-07-01"), actor=Actor.command()
    )
    post = Appointment.objects.get()
    assert (cell(post.person, "education"), cell(post, "from_on")) == ("D2", "F2")
    assert origins_of([post])[post.uid]["from_on"].batch == batch


def test_of_a_batch_written_before_cells_were_noted_the_import_is_known(lotus, city):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], city)
    batch.origin_blocks.all().delete()
    lan = Person.objects.get()
    origin = origins_of([lan])[lan.uid]["name"]
    assert (origin.batch, origin.cells) == (batch, None)


def test_as_many_questions_for_many_records_as_for_one(
    lotus, city, django_assert_num_queries, django_assert_max_num_queries
):
    rows = [member_row(lotus, number, name(number)) for number in range(20)]
    imported("committee", rows, city)
    imported("committee", [{**row, "education": "大专"} for row in rows], city)
    people = list(Person.objects.all())
    with django_assert_max_num_queries(4) as few:
        origins_of(people[:1])
    with django_assert_num_queries(len(few)):
        origins_of(people)


def test_the_statements_of_writing_do_not_grow_with_the_rows(lotus, willow, city):
    def statements(place, numbers):
        rows = [member_row(place, number, name(number)) for number in numbers]
        batch = planned("committee", rows, city)
        with CaptureQueriesContext(connection) as asked:
            batch = batch_apply(batch=batch)
        blocks = batch.origin_blocks.filter(model="cadres.Person")
        return blocks.count(), sum("originblock" in one["sql"] for one in asked)

    assert statements(lotus, range(2)) == statements(willow, range(2, 42)) == (1, 1)


def test_no_name_of_a_worksheet_lies_open(lotus, city):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], city)
    (block, *_rest) = batch.origin_blocks.filter(model="cadres.Person")
    assert "表一".encode() not in bytes(block.body)
    assert (block.first_id, block.last_id) == (Person.objects.get().pk,) * 2


# By these columns a row finds the record it is about; nothing of them is written.
KNOWN_BY = {"profiles": {"person_name", "id_number"}, "accounts": {"id_number"}}


@pytest.mark.parametrize("key", [sheet.key for sheet in sheets])
def test_every_column_that_a_part_reads_leads_to_a_field(key):
    follows = [one for fields in links_of(key).values() for one in fields.values()]
    told = {name for one in follows for name in (*one.keys, *one.named.values())}
    if any(one.told_by and not one.named for one in follows):
        # A reported fact is called by its column, whichever it is.
        told |= {column.key for column in sheets.get(key).columns}
    reads = {name for part in parts_of(key) for name in part.reads}
    assert reads - told == KNOWN_BY.get(key, set())
