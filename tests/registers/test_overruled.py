"""An import from above that changes what an organisation had entered: told, answered, put back."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadres.models import Person
from cadres.tables import PersonTable
from federation.access.models import Posting, User
from federation.audit.models import Change
from federation.audit.services import Actor, open_change
from federation.exchange.models import Overruled
from federation.exchange.services import batch_undo
from federation.registers.services import record_save
from tests.cast import official
from tests.exchange.tables import imported, member_row

pytestmark = pytest.mark.django_db
BEFORE, NOW = "2026-06-01T09:00+08:00", "2026-07-03T08:00+08:00"
AS_OF = date(2026, 6, 30)
NAMES = "兰芳梅菊竹荷莲桃杏柳枫松柏榆桂棠梨枣桐槐樱芝芸茵茜茹荣蓉薇蕊蕾蓝芹芬芷苗若英茗萍"


@pytest.fixture(autouse=True)
def _clock(tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def row(place, number=1, name="何兰花", **cells):
    return member_row(place, number, name, **{"education": "高中", "phone": "13800000001", **cells})


def written(rows, place, **rest):
    return imported("committee", rows, place, **{"as_of": AS_OF, **rest})


def entered(user, place, **fields):
    person = Person.objects.get()
    for name, value in fields.items():
        if name == "phone":
            person.write_sealed("phone", value)
        else:
            setattr(person, name, value)
    record_save(instance=person, actor=Actor.of(user), home_id=place.pk)


@pytest.fixture
def overruled(lotus, north_town, city, qiu, tao) -> Overruled:
    """邱月 entered 本科 and 陶然 imported 大专."""
    with time_machine.travel(BEFORE, tick=False):
        written([row(lotus)], city, as_of=date(2026, 1, 1))
        entered(qiu, lotus, education="本科")
    written([row(lotus, education="大专")], north_town, user=tao)
    return Overruled.objects.get()


def answer(client, one, word, **more):
    address = reverse("registers:overruled_answer", args=[one.uid])
    told = client.post(address, {"answer": word, **more}, follow=True)
    one.refresh_from_db()
    return [str(message) for message in told.context["messages"]]


def settle(client, one, word):
    address = reverse("registers:objection_answer", args=[one.uid])
    told = client.post(address, {"answer": word}, follow=True)
    one.refresh_from_db()
    return [str(message) for message in told.context["messages"]]


def test_what_an_import_from_above_changes_is_written_down(overruled, lotus, north_town, qiu, tao):
    assert (overruled.organisation, overruled.shown, overruled.state) == (
        lotus,
        "education",
        "open",
    )
    assert (overruled.entered_by, overruled.changed_by) == (qiu, tao)
    assert (overruled.entered_label, overruled.changed_label) == ("邱月", "陶然")
    assert overruled.changed_from == north_town


def test_what_the_organisation_never_entered_is_not(lotus, north_town, city, tao, qiu):
    written([row(lotus)], city, as_of=date(2026, 1, 1))
    written([row(lotus, education="大专")], north_town, user=tao)
    assert not Overruled.objects.exists()


def test_what_the_organisation_imports_itself_is_not(lotus, city, qiu):
    with time_machine.travel(BEFORE, tick=False):
        written([row(lotus)], lotus, user=qiu, as_of=date(2026, 1, 1))
    written([row(lotus, education="大专")], lotus, user=qiu)
    assert not Overruled.objects.exists()


def test_what_somebody_above_had_changed_since_is_not(
    lotus, north_town, city, qiu, tao, lan, north
):
    with time_machine.travel(BEFORE, tick=False):
        written([row(lotus)], city, as_of=date(2026, 1, 1))
        entered(qiu, lotus, education="本科")
        entered(lan, lotus, education="研究生")
    written([row(lotus, education="大专")], north_town, user=tao)
    assert not Overruled.objects.exists()


def test_each_value_is_one_and_the_rest_is_none(lotus, north_town, city, qiu, tao):
    with time_machine.travel(BEFORE, tick=False):
        written([row(lotus)], city, as_of=date(2026, 1, 1))
        entered(qiu, lotus, education="本科", phone="13900000002")
    rows = [row(lotus, education="大专", phone="13700000003", ethnic="苗族")]
    written(rows, north_town, user=tao)
    found = set(Overruled.objects.values_list("shown", flat=True))
    assert found == {"education", "phone_masked"}


def test_the_start_page_of_the_village_tells_old_new_by_whom_and_asks(overruled, qiu, as_user):
    page = as_user(qiu).get("/").content.decode()
    assert "上级导入改了您填的 1 处" in page
    for words in (
        "何兰花",
        "学历",
        "<del>本科</del>",
        "<ins>大专</ins>",
        "陶然 2026-07-03 08:00 导入",
    ):
        assert words in page, words
    assert page.count("没问题") == page.count('value="wrong"') == 1


def test_numbers_stand_there_by_their_masks(lotus, north_town, city, qiu, tao, as_user):
    with time_machine.travel(BEFORE, tick=False):
        written([row(lotus)], city, as_of=date(2026, 1, 1))
        entered(qiu, lotus, phone="13900000002")
    written([row(lotus, phone="13900010002")], north_town, user=tao)
    page = as_user(qiu).get("/").content.decode()
    assert "139****0002" in page or "遮盖后相同" in page
    assert "13900000002" not in page and "13900010002" not in page


def test_the_importer_and_others_are_not_asked(overruled, tao, lan, su, as_user):
    for who in (tao, lan, su):
        assert "上级导入改了您填的" not in as_user(who).get("/").content.decode()
        assert "没有要核对的内容" in as_user(who).get("/overruled/").content.decode()


def test_one_tap_says_that_it_is_right(overruled, qiu, as_user):
    client = as_user(qiu)
    assert answer(client, overruled, "fine", **{"from": "home"}) == ["已确认，按导入的值保留。"]
    assert (overruled.state, overruled.answered_by) == ("fine", qiu)
    assert "上级导入改了您填的" not in client.get("/").content.decode()
    assert Person.objects.get().education == "大专"


def test_one_tap_says_that_it_is_wrong_and_the_importer_finds_it(overruled, qiu, tao, as_user):
    assert answer(as_user(qiu), overruled, "wrong") == ["已告知陶然，请她核对。"]
    page = as_user(tao).get("/").content.decode()
    assert "您导入的内容有 1 处被指出有误" in page
    person = reverse("cadres:person_detail", args=[Person.objects.get().uid])
    for words in ("<del>本科</del>", "<ins>大专</ins>", "荷花村 邱月", person, "恢复原值"):
        assert words in page, words


def test_the_answer_is_in_the_change_log(overruled, qiu, as_user):
    answer(as_user(qiu), overruled, "wrong")
    change = Change.objects.get(object_uid=overruled.uid)
    assert open_change(change)[1]["state"] == "wrong"
    assert change.actor == qiu


def test_the_importer_brings_back_what_stood(overruled, lotus, qiu, tao, as_user):
    answer(as_user(qiu), overruled, "wrong")
    assert settle(as_user(tao), overruled, "restore") == ["已恢复荷花村所填的值。"]
    assert (overruled.state, overruled.settled_by) == ("restored", tao)
    person = Person.objects.get()
    assert person.education == "本科"
    change = Change.objects.filter(object_uid=person.uid).latest("pk")
    assert (change.actor, change.batch, change.organisation) == (tao, None, lotus)
    assert open_change(change)[1]["education"] == "本科"


def test_a_number_comes_back_with_its_digest_and_mask(lotus, north_town, city, qiu, tao, as_user):
    with time_machine.travel(BEFORE, tick=False):
        written([row(lotus)], city, as_of=date(2026, 1, 1))
        entered(qiu, lotus, phone="13900000002")
    before = bytes(Person.objects.get().phone_digest)
    written([row(lotus, phone="13700000003")], north_town, user=tao)
    one = Overruled.objects.get()
    answer(as_user(qiu), one, "wrong")
    settle(as_user(tao), one, "restore")
    person = Person.objects.get()
    assert (person.reveal("phone"), person.phone_masked) == ("13900000002", "139****0002")
    assert bytes(person.phone_digest) == before


def test_the_importer_may_keep_what_she_imported(overruled, qiu, tao, as_user):
    answer(as_user(qiu), overruled, "wrong")
    assert settle(as_user(tao), overruled, "keep") == ["已保持导入的值。"]
    assert (overruled.state, Person.objects.get().education) == ("kept", "大专")
    page = as_user(qiu).get("/overruled/").content.decode()
    assert "保持导入的值 · 陶然" in page


def test_what_was_changed_since_is_not_brought_back(overruled, lotus, qiu, tao, lan, as_user):
    answer(as_user(qiu), overruled, "wrong")
    entered(lan, lotus, education="研究生")
    told = settle(as_user(tao), overruled, "restore")
    assert told == ["导入之后这一项又改过，没有恢复。请打开记录核对。"]
    assert (overruled.state, Person.objects.get().education) == ("wrong", "研究生")


def test_of_two_clerks_the_first_answer_counts(overruled, lotus, qiu, as_user):
    second = official("he", "何平", "village_clerk", lotus)
    answer(as_user(qiu), overruled, "wrong")
    assert answer(as_user(second), overruled, "fine") == ["邱月 已经答复过：有误。"]
    assert overruled.state == "wrong"


def test_the_importer_answers_nothing_for_the_village(overruled, tao, as_user):
    assert answer(as_user(tao), overruled, "fine") == ["这一处由北岸区青石镇荷花村自己答复。"] or (
        overruled.state == "open"
    )
    assert overruled.state == "open"


def test_the_village_settles_nothing_for_the_importer(overruled, qiu, as_user):
    answer(as_user(qiu), overruled, "wrong")
    assert settle(as_user(qiu), overruled, "restore") == ["这一处由陶然处理。"]
    assert (overruled.state, Person.objects.get().education) == ("wrong", "大专")


def test_a_foreign_village_finds_nothing(overruled, bamboo, mei, as_user):
    clerk = official("zhu", "朱虹", "village_clerk", bamboo)
    for who in (clerk, mei):
        address = reverse("registers:overruled_answer", args=[overruled.uid])
        assert as_user(who).post(address, {"answer": "fine"}).status_code == 404
    overruled.refresh_from_db()
    assert overruled.state == "open"


def test_nothing_else_than_the_two_answers_is_taken(overruled, qiu, tao, as_user):
    assert answer(as_user(qiu), overruled, "other") == ["请选“没问题”或“有误”。"]
    answer(as_user(qiu), overruled, "wrong")
    assert settle(as_user(tao), overruled, "") == ["请选“恢复原值”或“保持”。"]
    assert overruled.state == "wrong"


def handlers(*people):
    """Whose start page has the objection."""
    now = [User.objects.get(pk=who.pk) for who in people]
    return [who.username for who in now if Overruled.objects.settled_by(who).exists()]


def test_with_the_importer_there_it_is_hers_alone(overruled, north_town, qiu, tao, lan, as_user):
    colleague = official("fang", "方圆", "town_officer", north_town)
    answer(as_user(qiu), overruled, "wrong")
    assert handlers(tao, colleague, lan) == ["tao"]


def test_a_closed_account_leaves_it_to_her_colleagues(
    overruled, north_town, qiu, tao, lan, as_user
):
    colleague = official("fang", "方圆", "town_officer", north_town)
    answer(as_user(qiu), overruled, "wrong")
    tao.is_active = False
    tao.save()
    assert handlers(colleague, lan) == ["fang"]
    assert settle(as_user(colleague), overruled, "restore") == ["已恢复荷花村所填的值。"]
    assert Person.objects.get().education == "本科"


def test_an_importer_who_moved_on_leaves_it_to_her_colleagues(
    overruled, north_town, qiu, tao, lan, as_user
):
    colleague = official("fang", "方圆", "town_officer", north_town)
    Posting.objects.filter(user=tao).update(until_on=date(2026, 7, 1))
    answer(as_user(qiu), overruled, "wrong")
    assert handlers(tao, colleague, lan) == ["fang"]


def test_where_nobody_imports_any_more_it_goes_to_those_above(
    overruled, qiu, tao, lan, mei, as_user
):
    answer(as_user(qiu), overruled, "wrong")
    tao.is_active = False
    tao.save()
    assert handlers(lan, mei) == ["lan"]


def test_an_import_of_the_command_line_is_settled_where_it_was_for(
    lotus, city, qiu, su, lan, as_user
):
    with time_machine.travel(BEFORE, tick=False):
        written([row(lotus)], city, as_of=date(2026, 1, 1))
        entered(qiu, lotus, education="本科")
    written([row(lotus, education="大专")], city)
    one = Overruled.objects.get()
    answer(as_user(qiu), one, "wrong")
    assert handlers(su, lan) == ["su"]


def test_taking_the_import_back_takes_the_question_away(overruled, qiu, tao, as_user):
    batch_undo(batch=overruled.batch, actor=Actor.of(tao))
    assert not Overruled.objects.exists()
    assert Person.objects.get().education == "本科"


def test_taking_the_import_back_settles_what_is_said_to_be_wrong(overruled, qiu, tao, as_user):
    answer(as_user(qiu), overruled, "wrong")
    batch_undo(batch=overruled.batch, actor=Actor.of(tao))
    overruled.refresh_from_db()
    assert (overruled.state, overruled.settled_by) == ("restored", tao)


def test_what_undoing_keeps_stays_wrong(overruled, lotus, qiu, tao, lan, as_user):
    answer(as_user(qiu), overruled, "wrong")
    entered(lan, lotus, ethnic="苗族")
    batch_undo(batch=overruled.batch, actor=Actor.of(tao))
    overruled.refresh_from_db()
    assert (overruled.state, Person.objects.get().education) == ("wrong", "大专")
    assert settle(as_user(tao), overruled, "restore") == ["已恢复荷花村所填的值。"]


def test_what_undoing_keeps_is_still_asked_about_until_it_goes_too(overruled, lotus, lan, tao):
    person = Person.objects.get()
    later = imported(
        "committee", [row(lotus, education="大专", ethnic="苗族")], lotus.parent.parent, as_of=AS_OF
    )
    batch_undo(batch=overruled.batch, actor=Actor.of(tao))
    person.refresh_from_db()
    overruled.refresh_from_db()
    assert (person.education, overruled.state) == ("大专", "open")
    batch_undo(batch=later, actor=Actor.of(lan))
    person.refresh_from_db()
    assert (person.education, Overruled.objects.exists()) == ("本科", False)


def test_an_answer_after_the_import_was_taken_back_says_so(overruled, qiu, tao, as_user):
    page = as_user(qiu)
    batch_undo(batch=overruled.batch, actor=Actor.of(tao))
    address = reverse("registers:overruled_answer", args=[overruled.uid])
    assert page.post(address, {"answer": "fine"}).status_code == 404


def test_the_pages_cost_the_same_however_much_waits(lotus, north_town, city, qiu, tao, as_user):
    def asked(count, who, address):
        as_user(who).get(address)
        with CaptureQueriesContext(connection) as caught:
            assert as_user(who).get(address).status_code == 200
        return len(caught)

    def change(numbers):
        with time_machine.travel(BEFORE, tick=False):
            written([row(lotus, n, f"何{NAMES[n]}") for n in numbers], lotus, user=qiu,
                    as_of=date(2026, 1, 1))  # fmt: skip
        rows = [row(lotus, n, f"何{NAMES[n]}", education="大专") for n in numbers]
        written(rows, north_town, user=tao)

    change([1, 2])
    Overruled.objects.filter(pk=Overruled.objects.first().pk).update(state="wrong")
    pages = [(qiu, "/"), (qiu, "/overruled/"), (tao, "/"), (tao, "/objections/")]
    few = [asked(2, *page) for page in pages]
    change(range(10, 39))
    half = Overruled.objects.order_by("pk").values("pk")[:10]
    Overruled.objects.filter(pk__in=list(half.values_list("pk", flat=True))).update(state="wrong")
    assert [asked(2, *page) for page in pages] == few


def test_of_a_birth_only_the_month_is_told(lotus, north_town, city, qiu, tao, as_user):
    """The day would complete the number whose mask stands on the same pages."""
    with time_machine.travel(BEFORE, tick=False):
        written([row(lotus, birth="1985-03-12")], city, as_of=date(2026, 1, 1))
        entered(qiu, lotus, birth_on=date(1985, 4, 27))
    written([row(lotus, birth="1985-03-12")], north_town, user=tao)
    person, hers = Person.objects.get(), as_user(qiu)
    for path in (
        "/",
        "/overruled/",
        f"/cadres/people/{person.uid}/",
        f"/cadres/people/{person.uid}/history/",
    ):
        page = hers.get(path).content.decode()
        assert "1985-03" in page, path
        assert "1985-03-12" not in page and "1985-04-27" not in page, path
    listed = PersonTable([person])
    assert listed.rows[0].get_cell("birth_on") == listed.rows[0].get_cell_value("birth_on")
    assert listed.rows[0].get_cell_value("birth_on") == "1985-03"
