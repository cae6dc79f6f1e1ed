"""Forms of people and posts: good ones write once, bad ones say what to do, in scope always."""

from datetime import date

import pytest
from django.urls import reverse
from freezegun import freeze_time

from cadres.models import Appointment, Person, Post
from federation.audit.models import Change
from federation.audit.services import open_change
from federation.sealing.boxes import digest
from tests.registers.records import appoint, filled, id_number, member, term

pytestmark = pytest.mark.django_db
NEW = "/cadres/people/new/"


def good(client, organisation, **entries) -> dict:
    """A person with a post, as a clerk would enter her."""
    url = f"{NEW}?organisation={organisation.code}"
    post = str(Post.objects.get(name="执委").pk)
    return filled(client, url, name="何小荷", post=post, from_on="2024-03", **entries)


def errors(answer) -> dict[str, list[str]]:
    form = answer.context["form"]
    found = dict(form.errors)
    if hasattr(form, "post_form"):
        found |= form.post_form.errors
    return {name: list(words) for name, words in found.items()}


def test_a_new_person_comes_with_her_first_post(as_user, qiu, lotus):
    client = as_user(qiu)
    number = id_number(7)
    answer = client.post(NEW, good(client, lotus, id_number=number, phone="139 0000 0001"))
    who = Person.objects.get()
    assert answer["Location"] == reverse("cadres:person_detail", args=[who.uid])
    held = who.appointments.get()
    assert (held.organisation, held.from_on, held.from_precision) == (
        lotus, date(2024, 3, 1), "month",
    )  # fmt: skip
    assert who.reveal("id_number") == number
    assert (who.phone_masked, who.sex, who.initials) == ("139****0001", "2", "hxh")
    assert who.birth_on.strftime("%Y%m%d") == number[6:14]


def test_the_page_never_shows_the_numbers_again(as_user, qiu, lotus):
    client = as_user(qiu)
    number = id_number(8)
    place = client.post(NEW, good(client, lotus, id_number=number, phone="13900000001"))["Location"]
    for url in (place, f"{place}edit/", f"{place}history/", "/cadres/people/"):
        page = client.get(url).content.decode()
        assert number not in page
        assert "13900000001" not in page


def test_a_form_sent_twice_makes_one_person(as_user, qiu, lotus):
    client = as_user(qiu)
    sent = good(client, lotus)
    first, second = client.post(NEW, sent), client.post(NEW, sent)
    assert first["Location"] == second["Location"]
    assert Person.objects.count() == Appointment.objects.count() == 1


def test_creating_writes_the_change_log_for_person_and_post(as_user, qiu, lotus):
    client = as_user(qiu)
    client.post(NEW, good(client, lotus))
    written = Change.objects.order_by("pk").values_list("model", "operation", "organisation__code")
    assert list(written) == [
        ("cadres.Person", "create", lotus.code),
        ("cadres.Appointment", "create", lotus.code),
    ]


@pytest.mark.parametrize(
    ("entries", "field", "words"),
    [
        ({"name": ""}, "name", "姓名还没有填写。"),
        ({"name": "何1"}, "name", "姓名“何1”含有数字或不允许的字符，请只填姓名。"),
        ({"id_number": "12345"}, "id_number", "身份证号应为 18 位，现在是 5 位，请核对。"),
        (
            {"id_number": "990101198503120043"},
            "id_number",
            "身份证号的校验位不对，请对照证件核对。",
        ),
        ({"phone": "1390000447"}, "phone", "手机号应为 11 位，现在是 10 位，请核对。"),
        (
            {"from_on": "去年"},
            "from_on",
            "日期“去年”不存在或看不懂，请写成 2021-03-08 或 2021-03。",
        ),
        ({"from_on": "2027-01-01"}, "from_on", "任职日期不能晚于今天（2026年11月21日）。"),
        ({"until_on": "2024-01-01"}, "until_on", "离任日期要晚于任职日期。"),
        ({"until_on": "2026-12-01"}, "until_on", "离任日期不能晚于今天（2026年11月21日）。"),
        ({"post": ""}, "post", "职务还没有填写。"),
    ],
)  # fmt: skip
@freeze_time("2026-11-21 02:00:00")
def test_a_bad_entry_is_told_at_its_field(as_user, qiu, lotus, entries, field, words):
    client = as_user(qiu)
    answer = client.post(NEW, {**good(client, lotus), **entries})
    assert answer.status_code == 422
    assert errors(answer).get(field) == [words], errors(answer)
    assert words in answer.content.decode().replace("&quot;", '"')
    assert not Person.objects.exists()


def test_all_mistakes_are_told_at_once_and_nothing_entered_is_lost(as_user, qiu, lotus):
    client = as_user(qiu)
    answer = client.post(NEW, good(client, lotus, phone="1390000447") | {"from_on": "x"})
    assert set(errors(answer)) == {"phone", "from_on"}
    assert len(answer.context["form"].problems) == 2
    assert 'value="何小荷"' in answer.content.decode()


def test_a_foreign_organisation_cannot_be_written_to(as_user, qiu, lotus, bamboo):
    client = as_user(qiu)
    answer = client.post(NEW, {**good(client, lotus), "organisation": bamboo.code})
    assert "不在您的填报范围" in errors(answer)["organisation"][0]
    assert not Appointment.objects.exists()


def test_somebody_known_here_is_offered_instead(as_user, lan, lotus, willow):
    known = member("柳小溪", willow)
    client = as_user(lan)
    answer = client.post(NEW, good(client, lotus, id_number=known.reveal("id_number")))
    assert answer.context["form"].existing == known
    assert f"/cadres/people/{known.uid}/appoint/" in answer.content.decode()


def test_somebody_known_elsewhere_is_not_named(as_user, lan, lotus, bamboo):
    stranger = member("竹小林", bamboo)
    client = as_user(lan)
    answer = client.post(NEW, good(client, lotus, id_number=stranger.reveal("id_number")))
    assert errors(answer)["id_number"] == ["此人已在其他单位登记，请联系上级妇联。"]
    assert "竹小林" not in answer.content.decode()


def test_a_second_chair_is_refused_by_name(as_user, qiu, lotus):
    member("何主席", lotus, "主席")
    client = as_user(qiu)
    chair = str(Post.objects.get(name="主席").pk)
    answer = client.post(NEW, {**good(client, lotus), "post": chair})
    assert errors(answer)["post"] == ["荷花村的主席现在是何主席，请先填写她的离任日期。"]


def test_a_chair_may_follow_once_the_sitting_one_has_left(as_user, qiu, lotus):
    old = member("何主席", lotus, "主席").appointments.get()
    client = as_user(qiu)
    url = f"/cadres/appointments/{old.uid}/edit/"
    assert client.post(url, filled(client, url, until_on="2026-01-05")).status_code == 302
    chair = str(Post.objects.get(name="主席").pk)
    assert client.post(NEW, {**good(client, lotus), "post": chair}).status_code == 302
    assert lotus.appointments.heads().filter(until_on=None).count() == 1


def test_the_term_is_the_one_that_runs_at_the_start(as_user, qiu, lotus):
    running = term(lotus, date(2023, 8, 1), date(2028, 8, 1))
    term(lotus, date(2018, 8, 1), date(2023, 8, 1))
    client = as_user(qiu)
    client.post(NEW, good(client, lotus))
    assert Appointment.objects.get().term == running


def test_a_by_election_outside_any_term_is_allowed(as_user, qiu, lotus):
    client = as_user(qiu)
    assert client.post(NEW, good(client, lotus)).status_code == 302
    assert Appointment.objects.get().term is None


def test_an_edit_confirms_what_was_only_reported(as_user, qiu, lotus):
    chair = member("何主席", lotus, "主席", from_report=True, from_precision="unknown")
    held = chair.appointments.get()
    client = as_user(qiu)
    url = f"/cadres/appointments/{held.uid}/edit/"
    assert client.post(url, filled(client, url, from_on="2023-08")).status_code == 302
    held.refresh_from_db()
    assert (held.from_report, held.from_precision, held.version) == (False, "month", 2)


def test_an_edit_logs_only_what_differs(as_user, qiu, lotus):
    who = member("何小荷", lotus)
    client = as_user(qiu)
    url = f"/cadres/people/{who.uid}/edit/"
    client.post(url, filled(client, url, education="本科"))
    before, after = open_change(Change.objects.get())
    assert (before["education"], after["education"]) == ("", "本科")
    assert "name" not in after


def test_an_edit_of_nothing_writes_nothing(as_user, qiu, lotus):
    who = member("何小荷", lotus)
    client = as_user(qiu)
    url = f"/cadres/people/{who.uid}/edit/"
    client.post(url, filled(client, url))
    client.post(url, filled(client, url))
    who.refresh_from_db()
    assert Change.objects.count() <= 1


def test_a_blank_number_keeps_the_stored_one(as_user, qiu, lotus):
    who = member("何小荷", lotus)
    number = who.reveal("id_number")
    client = as_user(qiu)
    url = f"/cadres/people/{who.uid}/edit/"
    client.post(url, filled(client, url, education="本科"))
    who = Person.objects.get()
    assert who.reveal("id_number") == number
    assert bytes(who.id_number_digest) == digest("id_number", number)


def test_who_came_second_is_told_and_keeps_her_entries(as_user, qiu, tao, lotus):
    who = member("何小荷", lotus)
    url = f"/cadres/people/{who.uid}/edit/"
    first, second = as_user(qiu), as_user(tao)
    stale = filled(second, url, education="大专")
    first.post(url, filled(first, url, education="本科"))
    answer = second.post(url, stale)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "邱月" in page
    [line] = [one for one in answer.context["conflict"]["fields"] if one["label"] == "学历"]
    assert (line["theirs"], line["yours"]) == ("本科", "大专")
    who.refresh_from_db()
    assert who.education == "本科"
    form = answer.context["form"]
    again = {**stale, "version": form.data["version"], "form_token": answer.context["form_token"]}
    assert second.post(url, again).status_code == 302
    who.refresh_from_db()
    assert who.education == "大专"


def test_identity_is_locked_while_she_holds_a_post_elsewhere(as_user, qiu, tao, lotus, willow):
    who = member("何双喜", lotus)
    appoint(who, willow)
    url = f"/cadres/people/{who.uid}/edit/"
    refused = as_user(qiu).get(url)
    assert refused.status_code == 403
    assert "告诉上级妇联" in refused.content.decode()
    assert as_user(tao).get(url).status_code == 200


def test_a_stranger_is_as_unknown_as_nobody(as_user, lan, bamboo):
    stranger = member("竹小林", bamboo)
    held = stranger.appointments.get()
    client = as_user(lan)
    for url in (
        f"/cadres/people/{stranger.uid}/", f"/cadres/people/{stranger.uid}/edit/",
        f"/cadres/people/{stranger.uid}/history/", f"/cadres/people/{stranger.uid}/appoint/",
        f"/cadres/appointments/{held.uid}/edit/", f"/cadres/appointments/{held.uid}/history/",
        "/cadres/people/00000000-0000-7000-8000-000000000000/",
    ):  # fmt: skip
        assert client.get(url).status_code == 404, url
        assert client.post(url, {}).status_code in (404, 405), url


def test_the_history_tells_old_and_new_and_masks_numbers(as_user, qiu, lotus):
    who = member("何小荷", lotus)
    client = as_user(qiu)
    url = f"/cadres/people/{who.uid}/edit/"
    client.post(url, filled(client, url, education="本科", phone="13811112222"))
    page = client.get(f"/cadres/people/{who.uid}/history/")
    [line] = page.context["lines"]
    told = {item.label: (item.before, item.after) for item in line.differences}
    assert told["学历"] == ("—", "本科")
    assert told["联系电话"][1] == "138****2222"
    assert "13811112222" not in page.content.decode()
