"""Uploaded files and plans: sealed while they are kept, gone when refused, dropped or old."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from cadres.models import Appointment
from federation.audit.services import Actor
from federation.exchange import chunks, previews, row_store
from federation.exchange.chunks import records
from federation.exchange.models import Batch, HeadingMemory, PlanChunk
from federation.exchange.reading import Reader
from federation.exchange.services import (
    batch_answer_towns,
    batch_apply,
    batch_drop,
    batch_open,
    batch_plan,
    batch_queue_plan,
    expire,
    plan_rows,
    plan_summary,
)
from federation.sealing.boxes import CannotOpen
from orgs.models import Organisation
from tests.exchange.tables import (
    AS_OF,
    id_number,
    imported,
    member_row,
    opened,
    planned,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_gone_at_once")]


def kept_files() -> list[Path]:
    folder = Path(settings.UPLOAD_FOLDER)
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


def test_neither_the_file_nor_the_plan_shows_a_number(lotus, city):
    planned("committee", [member_row(lotus, 1, "周兰", phone="14012345678")], city)
    stored = [path.read_bytes() for path in kept_files()]
    stored += [bytes(body) for body in PlanChunk.objects.values_list("body", flat=True)]
    assert len(stored) > 3
    assert not any(
        word.encode() in body for body in stored for word in (id_number(1), "周兰", "14012345678")
    )


def test_a_plan_moved_to_another_batch_does_not_open(lotus, city):
    mine, other = (planned("committee", [member_row(lotus, 1, "周兰")], city) for _ in range(2))
    other.chunks.all().delete()
    mine.chunks.update(batch=other)
    with pytest.raises(CannotOpen):
        list(records(other, "rows:new"))


def test_nothing_of_a_refused_file_stays_on_disk(city):
    batch = batch_open(
        sheet="committee",
        organisation=city,
        as_of=AS_OF,
        actor=Actor.command(),
        file_name="照片.xlsx",
        data=b"\xff\xd8\xff\xe0 no workbook",
    )
    batch = batch_plan(batch=batch)
    assert (batch.state, kept_files()) == (Batch.State.REFUSED, [])
    assert batch.refusal.endswith("。")


def test_a_dropped_batch_leaves_neither_file_nor_plan(lotus, city):
    batch = batch_drop(batch=planned("committee", [member_row(lotus, 1, "周兰")], city))
    assert (batch.state, kept_files(), PlanChunk.objects.exists()) == ("dropped", [], False)


def test_after_thirty_days_only_the_counts_remain(lotus, city):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], city)
    assert expire() == 0
    Batch.objects.update(kept_until=timezone.now() - timedelta(days=1))
    assert (expire(), expire()) == (1, 0)
    batch.refresh_from_db()
    assert (kept_files(), batch.chunks.exists(), batch.counts["new"]) == ([], False, 1)
    assert plan_summary(batch).counts["new"] == 1


def test_a_day_still_to_come_is_refused(lotus, city):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValueError, match=tomorrow.isoformat()):
        opened("committee", [member_row(lotus, 1, "周兰")], city, as_of=tomorrow)


def test_an_unknown_sheet_is_refused(city):
    with pytest.raises(KeyError):
        batch_open(
            sheet="wages",
            organisation=city,
            as_of=AS_OF,
            actor=Actor.command(),
            file_name="表.xlsx",
            data=b"",
        )


def test_the_check_page_shows_rows_by_chip_with_numbers_masked(lotus, city):
    rows = [
        member_row(lotus, 1, "周兰", phone="14012345678"),
        {**member_row(lotus, 2, "吴芳"), "id_number": "123"},
    ]
    batch = planned("committee", rows, city)
    fresh, bad = plan_rows(batch, "new"), plan_rows(batch, "rejected")
    assert (fresh.total, bad.total) == (1, 1)
    assert fresh.rows[0].organisation == "荷花村"
    shown = dict(fresh.rows[0].cells)
    assert (shown["身份证号"], shown["联系电话"]) == (
        f"500199********{id_number(1)[-4:]}",
        "140****5678",
    )
    assert bad.rows[0].problems[0]["code"] == "id_length"


def test_the_check_page_shows_what_changes_from_what_to_what(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰", education="高中")], city)
    batch = planned("committee", [member_row(lotus, 1, "周兰", education="大专")], city)
    assert plan_rows(batch, "changed").rows[0].effects == [("学历", "高中", "大专")]


def test_a_mapping_somebody_chose_is_remembered_for_the_same_headings(lotus, city):
    batch = planned("committee", [member_row(lotus, 1, "周兰", remark="大专")], city)
    letters = {g[0]: g[2] for g in plan_summary(batch).sheets[0]["guesses"]}
    chosen = {letter: "education" if key == "remark" else key for letter, key in letters.items()}
    batch_queue_plan(batch=batch, actor=Actor.command(), mapping=chosen)
    assert HeadingMemory.objects.get().mapping == chosen
    batch.refresh_from_db()
    batch_plan(batch=batch)
    again = planned("committee", [member_row(lotus, 1, "周兰", remark="大专")], city)
    assert [dict(plan_rows(b, "new").rows[0].cells)["学历"] for b in (batch, again)] == ["大专"] * 2


def remember(batch, **chosen):
    """Have the clerk of ``batch`` confirm other keys for the columns of these."""
    guessed = {g[0]: g[2] for g in plan_summary(batch).sheets[0]["guesses"]}
    mapping = {letter: chosen.get(key, key) for letter, key in guessed.items()}
    batch_queue_plan(batch=batch, actor=Actor.command(), mapping=mapping)


def key_of(batch, letter):
    """What a column of a plan was taken for."""
    return next(g[2] for g in plan_summary(batch).sheets[0]["guesses"] if g[0] == letter)


def test_what_one_district_remembers_does_not_steer_another(lotus, bamboo, north, south):
    remember(
        planned("committee", [member_row(lotus, 1, "周兰", remark="大专")], north), remark=None
    )
    mine = planned("committee", [member_row(lotus, 2, "吴芳", remark="大专")], north)
    theirs = planned("committee", [member_row(bamboo, 3, "郑桃", remark="大专")], south)
    letter = plan_summary(theirs).sheets[0]["columns"]["remark"]
    assert (key_of(mine, letter), key_of(theirs, letter)) == (None, "remark")


def test_the_nearest_organisation_above_that_remembers_decides(lotus, north_town, north, city):
    rows = [member_row(lotus, 1, "周兰", remark="大专")]
    remember(planned("committee", rows, city), remark="education")
    batch = planned("committee", rows, north)
    letter = plan_summary(batch).sheets[0]["columns"]["education"]
    remember(batch, education=None)
    taken = [key_of(planned("committee", rows, p), letter) for p in (city, north, north_town)]
    assert taken == ["education", None, None]


def test_a_remembered_mapping_does_not_have_the_file_read_twice(lotus, city, monkeypatch):
    rows = [member_row(lotus, 1, "周兰", remark="大专")]
    remember(planned("committee", rows, city), remark="education")
    started = []
    start = Reader._start
    monkeypatch.setattr(Reader, "_start", lambda *args: started.append(1) or start(*args))
    batch = planned("committee", rows, city)
    assert (dict(plan_rows(batch, "new").rows[0].cells)["学历"], len(started)) == ("大专", 1)


def asked(place, numbers, city):
    """How many statements it takes to plan and write new members of these numbers."""
    batch = opened("committee", [member_row(place, number, "周兰") for number in numbers], city)
    seen = []

    def note(execute, sql, *rest):
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        batch_apply(batch=batch_plan(batch=batch))
    return len(seen)


def test_more_rows_are_not_more_statements(lotus, willow, city):
    # From fifty records on their images lie together; both imports have as many.
    assert asked(lotus, range(60), city) == asked(willow, range(100, 260), city) <= 60


def test_a_page_of_the_check_opens_the_block_its_rows_are_in(lotus, city, monkeypatch):
    for module in (chunks, row_store):
        monkeypatch.setattr(module, "SIZE", 4)
    monkeypatch.setattr(previews, "PER_PAGE", 4)
    rows = [member_row(lotus, number, f"周{'一二三四五六七八九'[number]}") for number in range(9)]
    imported("committee", rows[::2], city)
    changed = [{**row, "education": "大专"} for row in rows]
    batch = planned("committee", changed, city)
    parts = []
    place = chunks.place_of
    monkeypatch.setattr(chunks, "place_of", lambda *of: parts.append(of[1:]) or place(*of))
    page = plan_rows(batch, "changed", 2)
    assert ([row.number for row in page.rows], page.total, page.pages) == ([10], 5, 2)
    assert page.rows[0].effects == [("学历", "—", "大专")]
    assert parts == [("head", 0), ("rows:changed", 1), ("update:cadres.Person", 1)]
    assert [row.number for row in plan_rows(batch, "new").rows] == [3, 5, 7, 9]


def test_a_batch_belongs_to_the_scope_of_its_organisation(lotus, north, south, lan, mei):
    planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    grants = [user.scope("import") for user in (lan, mei)]
    assert [Batch.objects.in_scope(scope).count() for scope in grants] == [1, 0]


def test_the_day_of_the_batch_dates_what_is_future(lotus, city):
    batch = planned("committee", [member_row(lotus, 1, "周兰", elected_on="2025-07-01")], city)
    assert plan_rows(batch, "rejected").rows[0].problems[0]["code"] == "future_date"
    later = planned(
        "committee",
        [member_row(lotus, 1, "周兰", elected_on="2025-07-01")],
        city,
        as_of=date(2025, 7, 2),
    )
    assert later.counts["new"] == 1


def test_a_committee_of_a_town_and_of_a_district_is_kept_as_that_of_a_village_is(
    lotus, north, north_town, city
):
    places = ((lotus, "周兰"), (north_town, "田芳"), (north, "沈洁"))
    rows = [
        row
        for number, (place, name) in enumerate(places, 1)
        for row in (
            member_row(place, number, name, position="主席"),
            member_row(place, number + 10, name + "英"),
        )
    ]
    batch = imported("committee", rows, city)
    assert batch.counts["new"] == 6
    for place, name in places:
        place.refresh_from_db()
        assert place.status == Organisation.Status.ESTABLISHED
        term = place.terms.get()
        years = place.kind.term_years
        assert (term.starts_on, term.due_on) == (date(2021, 3, 8), date(2021 + years, 3, 8))
        held = Appointment.objects.filter(organisation=place)
        assert [post.person.name for post in held.order_by("-is_head")] == [name, name + "英"]
        assert {post.batch for post in held} == {batch.uid}


def test_a_row_without_a_village_is_asked_about(north_town, city):
    row = member_row(north_town, 1, "田芳") | {"code": "", "town": north_town.short_name}
    batch = planned("committee", [row], city)
    told = plan_rows(batch, "rejected").rows[0].problems[0]["message"]
    assert told == (
        "村（社区）不能为空，请补填。如是乡镇（街道）本级的执委，请填单位代码，"
        "或把工作表命名为“镇街执委”。"
    )


def test_the_clerk_answers_that_rows_without_a_village_are_about_the_town(north_town, city, su):
    row = member_row(north_town, 1, "田芳") | {"code": "", "town": north_town.short_name}
    batch = planned("committee", [row], city, user=su)
    assert (batch.counts["rejected"], batch.counts["town_questions"]) == (1, 1)
    batch_answer_towns(batch=batch, actor=Actor.of(su))
    batch = batch_plan(batch=batch)
    assert (batch.counts["accepted"], batch.counts["rejected"]) == (1, 0)
    assert "town_questions" not in batch.counts
    batch_apply(batch=batch)
    assert Appointment.objects.get().organisation == north_town


def test_a_row_with_another_fault_is_no_question_about_towns(north_town, city):
    rows = [
        {"town": north_town.short_name, "person_name": "田芳", "id_number": "123"},
        {"person_name": "沈洁", "id_number": id_number(2)},
    ]
    batch = planned("committee", rows, city)
    assert (batch.counts["rejected"], batch.counts["town_questions"]) == (2, 0)
