"""What an organisation entered itself after a file was made is named, and never overwritten."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from cadres.models import Person
from cadres.sheets import CommitteeSheet
from federation.access.models import Posting
from federation.audit.services import Actor
from federation.exchange import overruling
from federation.exchange.models import Batch
from federation.exchange.services import (
    batch_apply,
    batch_open,
    batch_plan,
    batch_undo,
    plan_rows,
)
from federation.exchange.stamps import STAMP_SHEET, Stamp, columns_hash, seal_stamp
from federation.identity import uuid7
from tests.cast import plant, post
from tests.exchange import tables
from tests.exchange.entries import AFTER, AS_OF, BEFORE, DAY, LATER, entered, planned_at, row
from tests.exchange.tables import changes, imported, member_row, opened, warnings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("creations_in_blocks")]


@pytest.fixture(autouse=True)
def _places(tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


@pytest.fixture
def lanhua(lotus, city):
    """何兰花 of 荷花, brought in long ago at the command line."""
    with time_machine.travel("2026-01-05T09:00+08:00", tick=False):
        imported("committee", [row(lotus)], city, as_of=date(2026, 1, 1))
    return Person.objects.get()


def test_a_value_entered_after_the_day_of_the_file_is_a_conflict(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    assert changes(batch) == ["conflict"]
    assert warnings(batch) == ["“学历”本单位 邱月 7月2日 10:30 填的是“本科”，表中是“大专”。"]
    batch_apply(batch=batch)
    assert Person.objects.get().education == "本科"


def test_what_was_entered_before_that_day_is_changed(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, BEFORE, education="本科")
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    assert (changes(batch), warnings(batch)) == (["changed"], [])


def test_what_was_entered_on_the_very_day_may_be_missing_from_the_file(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, DAY, education="本科")
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    assert changes(batch) == ["conflict"]


def test_the_same_value_is_no_conflict(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    batch = planned_at([row(lotus, education="本科")], lotus.parent, user=tao)
    assert (changes(batch), warnings(batch)) == (["unchanged"], [])


def test_another_field_than_the_entered_one_is_changed(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    rows = [row(lotus, education="本科", ethnic="苗族")]
    assert changes(planned_at(rows, lotus.parent, user=tao)) == ["changed"]


def test_a_number_is_told_by_its_masks_alone(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, phone="13900000002")
    batch = planned_at([row(lotus, phone="13700000003")], lotus.parent, user=tao)
    assert warnings(batch) == [
        "“联系电话”本单位 邱月 7月2日 10:30 填的是“139****0002”，表中是“137****0003”。"
    ]
    assert "13900000002" not in repr(plan_rows(batch, "conflict").rows)


def test_a_number_saved_again_with_the_same_digits_was_not_entered(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, phone="13800000001", education="本科")
    rows = [row(lotus, education="本科", phone="13700000003")]
    assert changes(planned_at(rows, lotus.parent, user=tao)) == ["changed"]


def test_the_organisation_is_not_held_back_by_itself(lanhua, lotus, qiu):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    assert changes(planned_at([row(lotus, education="大专")], lotus, user=qiu)) == ["changed"]


def test_whoever_works_there_too_is_not_above_it(lanhua, lotus, qiu, tao):
    post(tao, "village_clerk", lotus)
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    assert changes(planned_at([row(lotus, education="大专")], lotus.parent, user=tao)) == [
        "changed"
    ]


def test_the_command_line_is_above_everybody(lanhua, lotus, city, qiu):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    assert changes(planned_at([row(lotus, education="大专")], city)) == ["conflict"]


def test_what_an_officer_above_wrote_is_not_the_organisations_own(lanhua, lotus, tao, lan, north):
    entered(lanhua, tao, lotus, AFTER, education="本科")
    assert changes(planned_at([row(lotus, education="大专")], north, user=lan)) == ["changed"]


def test_the_last_word_counts_whoever_had_the_first(lanhua, lotus, qiu, tao, lan, north):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    entered(lanhua, tao, lotus, "2026-07-02T11:00+08:00", education="研究生")
    assert changes(planned_at([row(lotus, education="大专")], north, user=lan)) == ["changed"]


def test_an_import_of_the_organisation_itself_is_its_entry(lanhua, lotus, qiu, tao):
    with time_machine.travel(AFTER, tick=False):
        imported("committee", [row(lotus, education="本科")], lotus, user=qiu, as_of=AS_OF)
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    assert changes(batch) == ["conflict"]


def test_a_record_made_by_the_organisation_itself_is_its_entry(lotus, city, qiu, tao):
    with time_machine.travel(AFTER, tick=False):
        imported("committee", [row(lotus)], lotus, user=qiu, as_of=AS_OF)
    rows = [row(lotus, education="大专", ethnic="苗族")]
    batch = planned_at(rows, lotus.parent, user=tao)
    # 民族 was left blank: nobody entered anything there.
    assert [told[:5] for told in warnings(batch)] == ["“学历”本"]


def test_who_left_since_had_entered_it_for_the_organisation(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    Posting.objects.filter(user=qiu).update(until_on=date(2026, 7, 2))
    qiu.is_active = False
    qiu.save()
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    assert changes(batch) == ["conflict"]


def test_who_came_later_had_not_entered_it_for_the_organisation(
    lanhua, lotus, qiu, lan, north, tao
):
    entered(lanhua, tao, lotus, AFTER, education="本科")
    Posting.objects.filter(user=qiu).update(user=tao, from_on=date(2026, 7, 3))
    assert changes(planned_at([row(lotus, education="大专")], north, user=lan)) == ["changed"]


def test_only_the_row_concerned_is_held_back(lanhua, lotus, willow, city, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    rows = [row(lotus, education="大专"), row(willow, 2, "吴芳")]
    batch = planned_at(rows, lotus.parent, user=tao)
    assert changes(batch) == ["conflict", "new"]
    batch_apply(batch=batch)
    assert dict(Person.objects.values_list("name", "education")) == {
        "何兰花": "本科",
        "吴芳": "高中",
    }


def test_the_button_counts_what_is_written_and_nothing_in_dispute(
    as_user, lanhua, lotus, willow, qiu, tao
):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    rows = [row(lotus, education="大专"), row(willow, 2, "吴芳")]
    batch = planned_at(rows, lotus.parent, user=tao)
    with time_machine.travel(LATER, tick=False):
        page = as_user(tao).get(reverse("exchange:rows", args=[batch.uid])).content.decode()
    assert "写入 1 行" in page and "写入 2 行" not in page


def test_a_village_keeps_what_lies_below_it(lotus, city, qiu, tao):
    group = plant("910101101201A", "一组", "group", lotus)
    with time_machine.travel(AFTER, tick=False):
        imported("committee", [row(group)], lotus, user=qiu, as_of=AS_OF)
    batch = planned_at([row(group, education="大专")], lotus.parent, user=tao)
    assert changes(batch) == ["conflict"]


def test_what_is_entered_between_the_check_and_the_writing_is_not_overwritten(
    lanhua, lotus, qiu, tao
):
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    entered(lanhua, qiu, lotus, LATER, education="本科")
    with time_machine.travel(LATER, tick=False):
        batch = batch_apply(batch=batch)
    assert (batch.counts["stale"], Person.objects.get().education) == (1, "本科")


def test_an_import_taken_back_is_nobodys_entry(lanhua, lotus, qiu, tao):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    with time_machine.travel(LATER, tick=False):
        between = imported(
            "committee", [row(lotus, education="研究生")], lotus.parent, as_of=date(2026, 7, 3)
        )
        batch_undo(batch=between, actor=Actor.of(tao))
    assert Person.objects.get().education == "本科"
    batch = planned_at([row(lotus, education="大专")], lotus.parent, user=tao)
    assert changes(batch) == ["conflict"]


def test_nothing_is_asked_of_the_log_row_by_row(lotus, city):
    def asked(count):
        rows = [row(lotus, n, f"何{n}") for n in range(count)]
        imported("committee", rows, city, as_of=AS_OF)
        again = opened(
            "committee", [{**one, "education": "大专"} for one in rows], city, as_of=AS_OF
        )
        with CaptureQueriesContext(connection) as caught:
            batch_plan(batch=again)
        return len(caught)

    few = asked(2)
    assert asked(40) <= few + 1


def stamped(rows, place, made, user):
    """A batch of a table that the portal gave out at a moment."""
    stamp = Stamp("committee", columns_hash(CommitteeSheet), place.uid, made, user.uid)
    book = load_workbook(BytesIO(tables.book("committee", rows)))
    book.create_sheet(STAMP_SHEET).append([seal_stamp(stamp)])
    target = BytesIO()
    book.save(target)
    batch = batch_open(
        sheet="committee",
        organisation=place,
        as_of=AS_OF,
        actor=Actor.of(user),
        file_name="表.xlsx",
        data=target.getvalue(),
    )
    return batch_plan(batch=batch)


@pytest.mark.parametrize(
    "hours, change", [(1, "changed"), (-1, "conflict")], ids=["given out later", "earlier"]
)
def test_a_table_of_the_portal_knows_what_was_entered_until_it_was_given_out(
    lanhua, lotus, qiu, tao, hours, change
):
    entered(lanhua, qiu, lotus, AFTER, education="本科")
    made = datetime.fromisoformat(AFTER) + timedelta(hours=hours)
    with time_machine.travel(LATER, tick=False):
        batch = stamped([row(lotus, education="大专")], lotus.parent, made, tao)
    assert changes(batch) == [change]


def test_an_import_that_changes_nothing_asks_nothing_of_what_others_made(
    lotus, qiu, django_assert_num_queries
):
    imported("committee", [member_row(lotus, 1, "周兰")], lotus, user=qiu)
    batch = Batch(uid=uuid7(), organisation=lotus)
    with django_assert_num_queries(0):
        assert overruling.record(batch, Actor.command(), is_changing=False) == 0
