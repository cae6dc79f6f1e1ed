"""What was typed is written with a whole plan, made again, and only if it is what was promised."""

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from cadres.models import Appointment, Person
from federation.exchange import services
from federation.exchange.models import Batch, Option, RowEdit
from federation.exchange.promises import PROMISED, broken, promise_of
from federation.exchange.services import plan_rows
from federation.jobs.models import Job
from orgs.models import Organisation, ReportedFact
from tests.exchange.rosters import apply, do_jobs, member, shown, typed, upload
from tests.exchange.tables import id_number

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_names(tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    Organisation.objects.update(name=F("short_name"))


@pytest.fixture
def browser(as_user, lan):
    return as_user(lan)


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
