"""The pages by which tables are given out: to whom, of whom, with what written down."""

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cadres.models import Person
from federation.audit.models import Event
from federation.audit.services import endings
from federation.exchange.models import Batch
from federation.exchange.services import batch_plan
from tests.cast import official
from tests.exchange.tables import changes, id_number, imported, member_row, village_row

pytestmark = pytest.mark.django_db
TEMPLATE, EXPORT = "/imports/template/", "/imports/export/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


@pytest.fixture
def roster(city, lotus, bamboo) -> None:
    """One woman in the north, one in the south."""
    imported("committee", [member_row(lotus, 1, "周兰", phone="14012345678")], city)
    imported("committee", [member_row(bamboo, 2, "吴竹", phone="14087654321")], city)


def names(answer) -> set[str]:
    """The names in the first sheet."""
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    place = rows[0].index("姓名")
    return {row[place] for row in rows[1:] if row[place]}


def everything(answer) -> str:
    """All members of the workbook as text."""
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as packed:
        return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


def test_a_template_holds_the_clerks_own_people_with_masks(as_user, qiu, roster):
    answer = as_user(qiu).get(f"{TEMPLATE}?sheet=committee")
    assert names(answer) == {"周兰"}
    event = Event.objects.get(deed="export")
    assert event.detail == {"sheet": "committee", "whole": False}
    assert endings([event]) == {event.uid: {"rows": 1, "whole": True}}


@pytest.mark.parametrize("who", ["lan", "tao", "qiu"])
def test_a_template_sent_back_as_it_is_changes_nothing(as_user, request, lotus, roster, who):
    user = request.getfixturevalue(who)
    imported("villages", [village_row(lotus, women_resident="812")], lotus)
    client = as_user(user)
    for key in ("committee", "villages"):
        data = client.get(f"{TEMPLATE}?sheet={key}").getvalue()
        place = user.postings.get().organisation
        assert sent_back(client, key, place, data) == ["unchanged"]


def sent_back(client, key, place, data: bytes) -> list[str]:
    """What becomes of the rows of a table sent back by the page."""
    file = SimpleUploadedFile("表.xlsx", data)
    told = {"sheet": key, "organisation": place.code, "as_of": "2025-06-30", "file": file}
    assert client.post("/imports/new/", told).status_code == 302
    batch_plan(batch=Batch.objects.latest("pk"))
    return changes(Batch.objects.latest("pk"))


def test_no_number_and_no_stranger_is_in_any_member(as_user, lan, roster):
    for address in (f"{TEMPLATE}?sheet=committee", f"{TEMPLATE}?sheet=villages"):
        text = everything(as_user(lan).get(address))
        assert not any(secret in text for secret in (id_number(1), "14012345678", "吴竹"))
    text = everything(as_user(lan).post(EXPORT, {"sheet": "committee", "organisation": "910101"}))
    assert "周兰" in text
    assert not any(secret in text for secret in (id_number(1), "14012345678", "吴竹"))


def test_a_blank_template_names_nobody(as_user, lan, roster):
    assert names(as_user(lan).get(f"{TEMPLATE}?sheet=committee&rows=none")) == set()


@pytest.mark.parametrize(
    "query", ["sheet=nonsense", "sheet=accounts", "sheet=committee&organisation=910102"]
)
def test_what_is_not_hers_is_not_found(as_user, lan, south, query):
    client = as_user(lan)
    if "accounts" in query and lan.holds("manages_accounts"):
        query = "sheet=nonsense"
    assert client.get(f"{TEMPLATE}?{query}").status_code == 404


def test_the_upload_page_offers_a_template_of_every_table(as_user, lan):
    page = as_user(lan).get("/imports/new/").content.decode()
    for key in ("villages", "committee", "homes", "budgets", "yearly"):
        assert f"{TEMPLATE}?sheet={key}" in page


def test_the_list_of_imports_leads_to_the_export(as_user, lan):
    assert f'href="{EXPORT}"' in as_user(lan).get("/imports/").content.decode()
    assert as_user(lan).get(EXPORT).status_code == 200


def test_whole_numbers_need_a_reason_and_are_written_down_with_it(as_user, lan, roster):
    asked = {"sheet": "committee", "organisation": "910101", "is_whole": "on"}
    client = as_user(lan)
    answer = client.post(EXPORT, asked)
    assert answer.status_code == 422 and "具体事由" in answer.content.decode()
    answer = client.post(EXPORT, asked | {"reason": "核对换届人员名单"})
    assert id_number(1) in everything(answer)
    event = Event.objects.get(deed="export")
    assert (event.reason, event.organisation.code) == ("核对换届人员名单", "910101")
    assert event.detail == {"sheet": "committee", "numbers": True, "whole": False}
    assert endings([event]) == {event.uid: {"rows": 1, "whole": True}}


WHOLE = {"organisation": "910101", "is_whole": "on", "reason": "核对换届人员名单"}


def test_each_woman_whose_whole_number_left_is_written_down_before_it_leaves(
    as_user, lan, lotus, willow, roster
):
    imported("committee", [member_row(willow, 3, "郑菊")], lotus.branch)
    answer = as_user(lan).post(EXPORT, {"sheet": "committee", **WHOLE})
    export = Event.objects.get(deed="export")
    found = Event.objects.filter(deed="number_given")
    assert {(e.object_model, e.object_uid, e.organisation) for e in found} == {
        ("cadres.Person", Person.objects.get(name="周兰").uid, lotus),
        ("cadres.Person", Person.objects.get(name="郑菊").uid, willow),
    }
    assert {(e.actor, e.reason, e.detail["export"]) for e in found} == {
        (lan, "核对换届人员名单", export.uid.hex)
    }
    text = everything(answer)
    assert id_number(1) in text and id_number(3) in text


@pytest.mark.parametrize(
    ("key", "label"), [("homes", "homes.Home"), ("villages", "orgs.ReportedFact")]
)
def test_telephones_of_other_tables_are_written_down_with_their_records(
    as_user, lan, lotus, key, label
):
    cells = {
        "homes": {"home_name": "荷花村妇女之家", "contact": "周兰", "contact_phone": "14012345678"},
        "villages": {"chair_name": "周兰", "chair_phone": "14012345678", "households": "300"},
    }
    imported(key, [village_row(lotus, **cells[key])], lotus.branch)
    assert "14012345678" in everything(as_user(lan).post(EXPORT, {"sheet": key, **WHOLE}))
    [event] = Event.objects.filter(deed="number_given")
    assert (event.object_model, event.organisation) == (label, lotus)


def test_who_comes_in_while_the_table_is_asked_for_is_not_in_it(as_user, lan, lotus, roster):
    answer = as_user(lan).post(EXPORT, {"sheet": "committee", **WHOLE})
    imported("committee", [member_row(lotus, 3, "郑菊")], lotus.branch)
    assert names(answer) == {"周兰"}
    assert Event.objects.filter(deed="number_given").count() == 1


def test_masked_tables_give_no_number_away(as_user, lan, roster):
    client = as_user(lan)
    client.post(EXPORT, {"sheet": "committee", "organisation": "910101"}).getvalue()
    client.get(f"{TEMPLATE}?sheet=committee").getvalue()
    assert not Event.objects.filter(deed="number_given").exists()


def test_an_auditor_reads_who_has_the_number_of_a_woman(as_user, lan, su, ying, roster):
    as_user(lan).post(EXPORT, {"sheet": "committee", **WHOLE}).getvalue()
    hers, other = Person.objects.get(name="周兰"), Person.objects.get(name="吴竹")
    page = as_user(ying).get(f"/cadres/people/{hers.uid}/history/").content.decode()
    assert "谁看过完整号码" in page and "兰晓梅</b> 导出完整号码" in page
    assert "执委花名册" in page and "核对换届人员名单" in page
    for user, who in ((ying, other), (su, hers), (lan, hers)):
        shown = as_user(user).get(f"/cadres/people/{who.uid}/history/").content.decode()
        assert "谁看过完整号码" not in shown
    assert "导出完整号码" not in as_user(ying).get("/events/").content.decode()


def test_an_auditor_reads_nothing_of_a_post_outside_her_scope(
    as_user, city, lan, su, ying, lotus, bamboo
):
    for place in (lotus, bamboo):
        imported("committee", [member_row(place, 1, "周兰")], city)
    boss = official("nan", "南主任", lan.postings.get().role.code, bamboo.branch)
    asked = {"sheet": "committee", "organisation": "910102", "is_whole": "on"}
    as_user(boss).post(EXPORT, asked | {"reason": "核对换届人员名单"}).getvalue()
    page = f"/cadres/people/{Person.objects.get(name='周兰').uid}/history/"
    here = official("bei", "北审计", ying.postings.get().role.code, lotus.branch)
    assert "南主任" not in as_user(here).get(page).content.decode()
    above = official("quan", "全审计", ying.postings.get().role.code, city)
    assert "南主任</b> 导出完整号码" in as_user(above).get(page).content.decode()


def test_a_reason_holds_no_number(as_user, lan, roster):
    asked = {"sheet": "committee", "organisation": "910101", "is_whole": "on"}
    answer = as_user(lan).post(EXPORT, asked | {"reason": "核对 14012345678 的信息"})
    assert answer.status_code == 422


def test_who_may_not_read_numbers_is_not_asked_and_gets_masks(as_user, qiu, lotus, roster):
    client = as_user(qiu)
    assert "is_whole" not in client.get(EXPORT).content.decode()
    asked = {
        "sheet": "committee",
        "organisation": lotus.code,
        "is_whole": "on",
        "reason": "核对名单一二三",
    }
    assert id_number(1) not in everything(client.post(EXPORT, asked))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"sheet": "", "organisation": "910101"}, "请选择导出哪一种表"),
        ({"sheet": "committee", "organisation": "910102"}, "您不能导出这个单位的数据"),
        ({"sheet": "committee", "organisation": "910101", "as_of": "2099-01-01"}, "不能晚于今天"),
        (
            {"sheet": "committee", "organisation": "910101", "as_of": "0020-01-01"},
            "不能早于 1949年",
        ),
        ({"sheet": "committee", "organisation": "910101", "as_of": "昨天"}, "日期应写成"),
    ],
)
def test_a_wrong_question_is_answered_in_words(as_user, lan, south, told, words):
    answer = as_user(lan).post(EXPORT, told)
    assert answer.status_code == 422 and words in answer.content.decode()


def test_the_page_of_deeds_tells_the_table_and_what_was_open(as_user, lan, ying, roster):
    asked = {"sheet": "committee", "organisation": "910101", "is_whole": "on"}
    as_user(lan).post(EXPORT, asked | {"reason": "核对换届人员名单"}).getvalue()
    page = as_user(ying).get("/events/").content.decode()
    assert "执委花名册，完整号码，1 行" in page
