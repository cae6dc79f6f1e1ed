"""A word settled for this cell alone, or from now on."""

import pytest
from django.db.models import F
from django.urls import reverse

from federation.exchange.models import Decision
from federation.exchange.services import plan_rows
from orgs.models import Organisation
from tests.exchange.rosters import do_jobs, member, shown, typed, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_names(tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    Organisation.objects.update(name=F("short_name"))


@pytest.fixture
def browser(as_user, lan):
    return as_user(lan)


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
