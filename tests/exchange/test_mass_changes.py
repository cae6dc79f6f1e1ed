"""A plan that would change one field of very many rows says so, with the field and examples."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from cadres.models import Person
from cadres.sheets import CommitteeSheet
from federation.audit.services import Actor
from federation.exchange.plan_warnings import FieldChanges
from federation.exchange.plans import Update, Verdict
from federation.exchange.services import (
    NotLookedAt,
    batch_queue_apply,
    plan_summary,
    row_edit,
)
from federation.jobs.models import Job
from federation.jobs.services import run
from tests.exchange.tables import imported, member_row, planned


def warned(batch):
    return [w["message"] for w in plan_summary(batch).warnings if w["code"] == "mass_change"]


def roster(place, count, **cells):
    return [member_row(place, n, f"周{'兰芳梅菊竹荷莲桃杏柳枫'[n]}", **cells) for n in range(count)]


def test_a_field_that_ten_rows_change_is_named_with_examples(lotus, city):
    imported("committee", roster(lotus, 10, education="高中"), city)
    batch = planned("committee", roster(lotus, 10, education="大专"), city)
    assert warned(batch) == [
        "10 行（占 100%）会改变“学历”，例如 高中 → 大专。请确认这一列没有填错或错行。"
    ]


def test_nine_rows_are_not_many(lotus, city):
    imported("committee", roster(lotus, 9, education="高中"), city)
    assert warned(planned("committee", roster(lotus, 9, education="大专"), city)) == []


def test_new_and_unchanged_rows_change_nothing(lotus, city):
    assert warned(planned("committee", roster(lotus, 11, education="高中"), city)) == []
    imported("committee", roster(lotus, 11, education="高中"), city)
    assert warned(planned("committee", roster(lotus, 11, education="高中"), city)) == []


def changes(count, **columns):
    """So many updates of one model, each with the columns (before, after)."""
    for row in range(count):
        before = {name: pair[0] for name, pair in columns.items()}
        after = {name: pair[1] for name, pair in columns.items()}
        yield Update("cadres.Person", (row,), 1, None, row, uuid4(), before, after)


def counted(items, accepted):
    found = FieldChanges()
    passed = list(found.watched(items))
    return passed, [one.message for one in found.warnings(accepted, CommitteeSheet)]


def test_the_share_counts_rows_and_not_records():
    twice = [*changes(12, education=("高中", "大专")), *changes(12, education=("高中", "大专"))]
    assert counted(twice, 40)[1] == [
        "12 行（占 30%）会改变“学历”，例如 高中 → 大专。请确认这一列没有填错或错行。"
    ]
    assert counted(changes(12, education=("高中", "大专")), 41)[1] == []


def test_what_only_the_portal_keeps_is_not_told():
    own = {"batch": (None, "x"), "pinyin": ("a", "b"), "phone_digest": (b"1", b"2")}
    assert counted(changes(20, **own), 20)[1] == []


def test_everything_passes_on_its_way():
    items = [Verdict(0, 1), *changes(1, education=(None, "大专"))]
    assert counted(items, 1)[0] == items


def test_days_and_sealed_values_are_counted_without_examples():
    columns = {"birth_on": (date(1985, 3, 1), date(1986, 3, 1)), "phone": (b"1", b"2")}
    assert counted(changes(10, **columns), 10)[1] == [
        "10 行（占 100%）会改变“出生年月”。请确认这一列没有填错或错行。",
        "10 行（占 100%）会改变“联系电话”。请确认这一列没有填错或错行。",
    ]


# writing such a plan


@pytest.fixture
def mass_change(lotus, north, settings, tmp_path):
    """A plan that changes the schooling of all ten."""
    settings.UPLOAD_FOLDER = tmp_path
    imported("committee", roster(lotus, 10, education="高中"), north)
    return planned("committee", roster(lotus, 10, education="大专"), north)


def schoolings():
    return set(Person.objects.values_list("education", flat=True))


def press(client, batch, **ticks):
    answer = client.post(reverse("exchange:apply", args=[batch.uid]), ticks, follow=True)
    for job in Job.objects.filter(state=Job.State.QUEUED):
        run(job.uid)
    return answer.content.decode()


def test_a_mass_change_is_not_written_before_somebody_says_that_she_looked(
    mass_change, as_user, lan
):
    client, before = as_user(lan), schoolings()
    shown = client.get(reverse("exchange:rows", args=[mass_change.uid])).content.decode()
    assert '<input class="ck" type="checkbox" name="looked" value="yes" required>' in shown
    told = press(client, mass_change)
    assert "勾选“我已核对”再写入" in told
    assert not Job.objects.filter(kind="apply_import").exists()
    assert schoolings() == before
    press(client, mass_change, looked="yes")
    assert schoolings() != before


def test_a_plan_without_a_mass_change_asks_for_no_tick(
    lotus, north, as_user, lan, settings, tmp_path
):
    settings.UPLOAD_FOLDER = tmp_path
    batch = planned("committee", roster(lotus, 9, education="高中"), north)
    client = as_user(lan)
    shown = client.get(reverse("exchange:rows", args=[batch.uid])).content.decode()
    assert 'name="looked"' not in shown
    press(client, batch)
    assert Person.objects.count() == 9


def test_no_caller_gets_around_the_question(mass_change):
    with pytest.raises(NotLookedAt):
        batch_queue_apply(batch=mass_change, actor=Actor.command())


def test_a_cell_typed_that_makes_it_a_mass_change_asks_before_it_is_written(
    lotus, north, lan, settings, tmp_path
):
    settings.UPLOAD_FOLDER = tmp_path
    imported("committee", roster(lotus, 10, education="高中"), north)
    rows = roster(lotus, 10, education="大专")
    rows[0]["education"] = "不知道"
    batch = planned("committee", rows, north)
    assert warned(batch) == []
    row_edit(batch=batch, sheet_no=0, row_no=2, key="education", text="大专", actor=Actor.of(lan))
    batch_queue_apply(batch=batch, actor=Actor.of(lan))
    before = schoolings()
    for job in Job.objects.filter(state=Job.State.QUEUED):
        run(job.uid)
    batch.refresh_from_db()
    assert batch.counts["unseen"] == 1
    assert schoolings() == before
