"""Who may open an imported file: a clerk below sees of a larger drop no more than her own slip."""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from cadres.models import Person
from federation.exchange.collecting import unpacking
from federation.exchange.declare import sheets as declared
from federation.exchange.models import Batch, Collection
from tests.cast import plant
from tests.exchange.tables import book, member_row
from tests.exchange.test_collecting_pages import do_jobs, drop

pytestmark = pytest.mark.django_db

KEYS = ("code", "person_name", "position", "id_number", "education", "elected_on")


def roster(*sheets):
    """A workbook of rosters: (name of the worksheet, rows)."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    headings = [str(declared.get("committee").column(key).heading) for key in KEYS]
    for name, rows in sheets:
        page = workbook.create_sheet(name)
        for row in [headings, *([row[key] for key in KEYS] for row in rows)]:
            page.append(row)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def member(place, number, name, education="大专"):
    return member_row(place, number, name, education=education)


@pytest.fixture
def lans(tree, as_user, lan, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    return as_user(lan)


@pytest.fixture
def narrowed(lans, north, north_town, lotus, willow):
    """A file of the whole district that was found to be about one town, by most of its rows."""
    sand = plant("910101102201", "沙湾村", "village", plant("910101102", "白沙镇", "town", north))
    rows = [member(willow, 1, "秦月"), member(lotus, 2, "周兰"), member(sand, 3, "白露", "大砖")]
    drop(lans, ("白沙镇赵某某来信.xlsx", roster(("花名册", rows))))
    do_jobs()
    batch = Batch.objects.get()
    assert (batch.counts["accepted"], batch.counts["rejected"]) == (2, 1)
    Batch.objects.update(organisation=north_town)
    batch.refresh_from_db()
    return batch


ROUTES = ("batch", "rows", "columns", "progress", "marked")
STEPS = ("cancel", "check", "towns", "apply", "undo", "drop")


def test_a_collected_file_is_not_opened_from_the_town_it_was_found_to_be_about(
    narrowed, tao, as_user
):
    client = as_user(tao)
    addresses = [reverse(f"exchange:{name}", args=[narrowed.uid]) for name in ROUTES]
    assert [client.get(one).status_code for one in addresses] == [404] * len(ROUTES)


def test_nor_is_anything_done_to_it_from_there(narrowed, tao, as_user):
    client = as_user(tao)
    addresses = [reverse(f"exchange:{name}", args=[narrowed.uid]) for name in STEPS]
    assert [client.post(one).status_code for one in addresses] == [404] * len(STEPS)
    narrowed.refresh_from_db()
    assert narrowed.state == Batch.State.PLANNED


def test_a_cell_of_it_is_neither_read_nor_typed_from_there(narrowed, tao, as_user):
    client = as_user(tao)
    address = reverse("exchange:row", args=[narrowed.uid, 0, 4])
    assert client.post(address, {"key": "education", "value": "大专"}).status_code == 404
    address = reverse("exchange:row_choice", args=[narrowed.uid, 0, 4])
    assert client.post(address, {"choice": "adopt"}).status_code == 404
    assert not narrowed.edits.exists()


def test_no_list_there_names_it(narrowed, tao, as_user):
    client = as_user(tao)
    for path in ("/", "/imports/", "/imports/new/", "/orgs/910101101/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "赵某某" not in answer.content.decode(), path


def test_whoever_collected_opens_it_and_finds_it_in_her_lists(narrowed, lans):
    assert lans.get(reverse("exchange:rows", args=[narrowed.uid])).status_code == 200
    assert "赵某某" in lans.get("/imports/").content.decode()


def test_a_value_it_wrote_tells_the_town_level_day_and_cell_alone(narrowed, lans, tao, as_user):
    made = Collection.objects.get()
    lans.post(reverse("exchange:collection_apply", args=[made.uid]))
    do_jobs()
    page = as_user(tao).get(f"/cadres/people/{Person.objects.get(name='秦月').uid}/")
    told = page.content.decode()
    assert "由区县于" in told or "由区于" in told
    assert "赵某某" not in told and "兰晓梅 导入" not in told
    page = lans.get(f"/cadres/people/{Person.objects.get(name='秦月').uid}/").content.decode()
    assert "来自 白沙镇赵某某来信.xlsx" in page


@pytest.fixture
def twofold(lans, lotus, willow):
    """The same number under two names, in two villages on two worksheets; the second is wrong."""
    sheets = ("柳溪村秦月家", [member(willow, 1, "秦月")]), ("荷花村", [member(lotus, 1, "周兰")])
    drop(lans, ("一.xlsx", roster(*sheets)))
    do_jobs()
    return Collection.objects.get()


def test_a_slip_names_no_worksheet_to_who_may_not_see_the_collection(
    twofold, lotus, qiu, lans, as_user
):
    address = reverse("exchange:collection_slip", args=[twofold.uid, lotus.code])
    hers = as_user(qiu).get(address).content.decode()
    assert "第 2 张工作表" in hers and "与同一份文件里的另一行重复" in hers
    assert "秦月" not in hers and "柳溪" not in hers
    whole = lans.get(address).content.decode()
    assert "工作表“荷花村”" in whole and "柳溪村秦月家" in whole


def test_the_slip_as_a_workbook_names_none_either(twofold, lotus, qiu, as_user):
    address = reverse("exchange:collection_slip_book", args=[twofold.uid, lotus.code])
    pages = load_workbook(io.BytesIO(as_user(qiu).get(address).content)).worksheets
    told = " ".join(str(c) for page in pages for row in page.values for c in row)
    assert "第 2 张工作表" in told
    assert "秦月" not in told and "柳溪" not in told


def test_the_start_page_names_no_list_of_accounts_to_who_gives_none_out(
    tree, lotus, qiu, lan, as_user, settings, tmp_path
):
    settings.UPLOAD_FOLDER = tmp_path
    Batch.objects.create(
        sheet="accounts", organisation=lotus, as_of=timezone.localdate(), actor=lan,
        actor_label="兰晓梅", file_name="账号名单.xlsx", state=Batch.State.PLANNED,
    )  # fmt: skip
    assert "账号名单" not in as_user(qiu).get("/").content.decode()


def test_a_file_of_her_own_town_is_opened_as_ever(lans, north_town, lotus, tao, as_user):
    data = book("committee", [member_row(lotus, 1, "周兰", education="大砖")])
    drop(as_user(tao), ("一.xlsx", data), organisation=north_town.code)
    do_jobs()
    batch = Batch.objects.get()
    for client in (as_user(tao), lans):
        assert client.get(reverse("exchange:rows", args=[batch.uid])).status_code == 200


def test_packages_that_unpack_to_more_than_a_disk_should_take_are_refused(monkeypatch):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for number in range(3):
            package.writestr(f"{number}.csv", b"0" * 1000)
    package = ("一.zip", target.getvalue())
    assert [piece.refusal for piece in unpacking.pieces_of([package])] == [""] * 3
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", 5000)
    told = [(len(piece.data), bool(piece.refusal)) for piece in unpacking.pieces_of([package] * 2)]
    assert told == [(1000, False)] * 3 + [(0, True)]
