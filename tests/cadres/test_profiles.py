"""Information forms: imported by ID number, shown and corrected on the person's page, in scope."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadres.models import Appointment, Profile
from federation.audit.models import Change
from federation.audit.services import Actor
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_open, batch_plan, batch_undo
from federation.sealing.masking import mask_id_number
from tests.exchange.forms import pages
from tests.exchange.tables import AS_OF, changes, warnings
from tests.registers.records import appoint, filled, id_number, member

pytestmark = pytest.mark.django_db
ADDRESS = "渝光市北岸区荷花路12号"
RESUME = "2004—2008 上学\n2008—今 村委会工作"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


def numbered(who, seed: int):
    """``who`` with the ID number of ``seed``."""
    who.write_sealed("id_number", id_number(seed))
    who.save()
    return who


@pytest.fixture
def zhou(lotus):
    """A member of the lotus village."""
    return numbered(member("周兰", lotus), 501)


def page(name: str = "周兰", seed: int = 501, **told) -> dict:
    return {"name": name, "number": id_number(seed), "native_place": "渝光市", **told}


def planned(place, *people, user=None) -> Batch:
    batch = batch_open(
        sheet="profiles", organisation=place, as_of=AS_OF, file_name="表.xlsx",
        actor=Actor.of(user) if user else Actor.command(), data=pages(*people, beneath=True),
    )  # fmt: skip
    return batch_plan(batch=batch)


def imported(place, *people, user=None) -> Batch:
    return batch_apply(batch=planned(place, *people, user=user))


def test_a_page_becomes_the_profile_of_the_person_with_its_number(zhou, north):
    batch = imported(
        north, page(party_on="2010.06", work_on=2008, address=ADDRESS, resume=RESUME, title="教师")
    )
    told = Profile.objects.get()
    assert (told.person, told.native_place, told.title) == (zhou, "渝光市", "教师")
    assert (told.party_on, told.party_precision) == (date(2010, 6, 1), "month")
    assert (told.work_on, told.work_precision) == (date(2008, 1, 1), "year")
    assert (told.reveal("address"), told.reveal("resume")) == (ADDRESS, RESUME)
    assert (told.address_masked, told.resume_masked) == ("渝光市北岸区****", "已填，25 字")
    assert told.batch == batch.uid


def test_the_same_page_again_changes_nothing_and_a_blank_cell_empties_nothing(zhou, north):
    told = page(party_on="2010.06", address=ADDRESS, resume=RESUME)
    imported(north, told)
    again = planned(north, told)
    assert changes(again) == ["unchanged"]
    less = planned(north, page(native_place=None))
    assert changes(less) == ["unchanged"]


def test_a_changed_value_is_written_over_the_old_and_undo_brings_it_back(zhou, north):
    imported(north, page(title="教师", address=ADDRESS))
    batch = imported(north, page(title="会计", address="别处"))
    told = Profile.objects.get()
    assert (told.title, told.reveal("address"), told.version) == ("会计", "别处", 2)
    batch_undo(batch=batch, actor=Actor.command())
    told = Profile.objects.get()
    assert (told.title, told.reveal("address")) == ("教师", ADDRESS)


def test_undo_takes_a_new_profile_away(zhou, north):
    batch = imported(north, page())
    batch_undo(batch=batch, actor=Actor.command())
    assert not Profile.objects.exists()


def test_a_date_is_only_replaced_by_another_or_a_finer_one(zhou, north):
    imported(north, page(party_on="2010-06-25"))
    assert changes(planned(north, page(party_on="2010.06"))) == ["unchanged"]
    assert changes(planned(north, page(party_on="2011"))) == ["changed"]


def test_a_number_nobody_has_is_refused_even_where_the_name_is_known(zhou, north):
    batch = planned(north, page(seed=777))
    assert changes(batch) == ["conflict"]
    assert "在册人员中没有这个身份证号" in warnings(batch)[0]
    assert batch_apply(batch=batch).counts["written"] == {}


def test_another_name_beside_a_known_number_is_never_merged(zhou, north):
    batch = imported(north, page(name="周梅"))
    assert changes(batch) == ["conflict"]
    assert "在册的姓名是“周兰”" in warnings(batch)[0]
    assert not Profile.objects.exists()


def test_somebody_of_another_district_is_as_unknown_as_nobody(bamboo, north, lan):
    numbered(member("竹青", bamboo), 502)
    stranger = planned(north, page("竹青", 502), user=lan)
    nobody = planned(north, page("竹青", 778), user=lan)
    assert warnings(stranger) == warnings(nobody)
    assert "竹青" not in "".join(warnings(stranger))


def test_who_also_holds_a_post_elsewhere_is_left_to_those_above(zhou, bamboo, north, lan, city, su):
    appoint(zhou, bamboo)
    batch = planned(north, page(), user=lan)
    assert changes(batch) == ["conflict"]
    assert "还在其他单位任职" in warnings(batch)[0]
    assert changes(planned(city, page(), user=su)) == ["new"]


def test_a_form_filled_in_meanwhile_makes_the_row_stale(zhou, north):
    batch = planned(north, page(title="教师"))
    Profile.objects.create(person=zhou, title="会计")
    assert batch_apply(batch=batch).counts["stale"] == 1
    assert Profile.objects.get().title == "会计"


def test_as_many_questions_for_six_people_as_for_two(lotus, north, django_assert_num_queries):
    people = [page(f"周{name}", 510 + seed) for seed, name in enumerate("兰梅荷菊竹松")]
    for seed, told in enumerate(people):
        numbered(member(told["name"], lotus), 510 + seed)
    # Both plans have a form that stands and one to be written: whose lanes are asked for, too.
    imported(north, people[0])
    with CaptureQueriesContext(connection) as few:
        planned(north, *people[:2])
    with django_assert_num_queries(len(few)):
        planned(north, *people)


# pages


def test_the_page_shows_what_she_told_and_withholds_address_and_resume(as_user, lan, zhou, north):
    imported(north, page(title="教师", party_on="2010.06", address=ADDRESS, resume=RESUME))
    text = as_user(lan).get(f"/cadres/people/{zhou.uid}/").content.decode()
    for words in ("教师", "2010-06", "渝光市北岸区****", "已填，25 字"):
        assert words in text
    assert ADDRESS not in text and "村委会工作" not in text
    told = Profile.objects.get()
    for column in ("address", "resume"):
        assert f"/accounts/reveal/cadres.Profile/{told.uid}/{column}/" in text


def test_the_address_is_shown_for_a_reason_and_never_to_another_district(
    as_user, lan, mei, zhou, north
):
    imported(north, page(address=ADDRESS))
    url = f"/accounts/reveal/cadres.Profile/{Profile.objects.get().uid}/address/"
    why = {"about": "visit", "reason": "上门走访慰问用"}
    assert ADDRESS in as_user(lan).post(url, why).content.decode()
    assert as_user(mei).post(url, why).status_code == 404


def test_the_form_makes_and_corrects_a_profile(as_user, qiu, zhou):
    client, url = as_user(qiu), f"/cadres/people/{zhou.uid}/profile/"
    sent = filled(client, url, native_place="渝光市", party_on="2010-06", address=ADDRESS)
    assert client.post(url, sent)["Location"] == f"/cadres/people/{zhou.uid}/"
    told = Profile.objects.get()
    assert (told.party_precision, told.reveal("address")) == ("month", ADDRESS)
    page_now = client.get(url).content.decode()
    assert ADDRESS not in page_now and "现为 渝光市北岸区****" in page_now
    client.post(url, filled(client, url, title="教师", address=""))
    told.refresh_from_db()
    assert (told.title, told.version, told.reveal("address")) == ("教师", 2, ADDRESS)
    client.post(url, filled(client, url, address="无"))
    told.refresh_from_db()
    assert (told.reveal("address"), told.address_masked) == ("", "")


def test_form_and_sheet_refuse_the_same(as_user, qiu, zhou, north):
    client, url = as_user(qiu), f"/cadres/people/{zhou.uid}/profile/"
    answer = client.post(url, filled(client, url, wishes=f"联系 {'139'}00001234"))
    assert answer.status_code == 422
    assert "不要填身份证号和手机号" in answer.content.decode()
    batch = planned(north, page(wishes=f"联系 {'139'}00001234"))
    assert batch.counts["rejected"] == 1


def test_a_form_without_any_entry_makes_no_profile(as_user, qiu, zhou):
    client, url = as_user(qiu), f"/cadres/people/{zhou.uid}/profile/"
    answer = client.post(url, filled(client, url))
    assert answer.status_code == 422 and "请至少填写一项" in answer.content.decode()
    assert not Profile.objects.exists()


def test_a_form_somebody_else_saved_meanwhile_is_not_overwritten(as_user, qiu, zhou):
    client, url = as_user(qiu), f"/cadres/people/{zhou.uid}/profile/"
    client.post(url, filled(client, url, title="教师"))
    old = filled(client, url, title="会计")
    client.post(url, filled(client, url, title="医生"))
    answer = client.post(url, old)
    assert answer.status_code == 409 and "刚才有人先改了" in answer.content.decode()
    assert Profile.objects.get().title == "医生"


def test_a_form_opened_before_somebody_else_made_the_profile_overwrites_nothing(as_user, qiu, zhou):
    client, url = as_user(qiu), f"/cadres/people/{zhou.uid}/profile/"
    old = filled(client, url, title="会计")
    client.post(url, filled(client, url, title="医生", degree="本科"))
    answer = client.post(url, old)
    assert answer.status_code == 409 and "刚才有人先改了" in answer.content.decode()
    told = Profile.objects.get()
    assert (told.title, told.version) == ("医生", 1)


def test_who_may_not_change_the_person_may_not_change_what_she_told(as_user, qiu, zhou, bamboo):
    appoint(zhou, bamboo)
    client, url = as_user(qiu), f"/cadres/people/{zhou.uid}/profile/"
    assert client.get(url).status_code == 403
    assert client.post(url, {"title": "教师"}).status_code == 403
    assert not Profile.objects.exists()


def test_a_change_stands_in_the_history_with_the_withheld_values_masked(as_user, lan, zhou, north):
    imported(north, page(title="教师", address=ADDRESS))
    text = as_user(lan).get(f"/cadres/people/{zhou.uid}/history/").content.decode()
    assert "教师" in text and "渝光市北岸区****" in text and ADDRESS not in text
    assert Change.objects.filter(model="cadres.Profile").get().organisation.code == "910101101201"


def test_the_page_of_the_plan_shows_no_address(as_user, lan, zhou, north):
    batch = planned(north, page(address=ADDRESS, resume=RESUME), user=lan)
    text = as_user(lan).get(f"/imports/{batch.uid}/rows/?chip=new").content.decode()
    assert "周兰" in text
    assert ADDRESS not in text and "村委会工作" not in text


def test_the_api_tells_profiles_of_the_own_part_without_resume(as_user, lan, mei, zhou, north):
    imported(north, page(party_on="2010.06", address=ADDRESS, resume=RESUME))
    (one,) = as_user(lan).get("/api/v1/profiles/?q=周").json()["results"]
    assert (one["person_name"], one["party_on"]) == ("周兰", "2010-06")
    assert one["address_masked"] == "渝光市北岸区****" and "resume" not in one
    assert as_user(mei).get("/api/v1/profiles/").json()["results"] == []


def test_the_persons_page_costs_the_same_with_and_without_a_profile(
    as_user, lan, zhou, north, django_assert_max_num_queries
):
    client, url = as_user(lan), f"/cadres/people/{zhou.uid}/"
    client.get(url)
    with django_assert_max_num_queries(12) as bare:
        client.get(url)
    imported(north, page(address=ADDRESS))
    # One more asks from which cells the import wrote it.
    with django_assert_max_num_queries(len(bare) + 1):
        client.get(url)


def test_who_left_long_ago_is_not_written_about_any_more(zhou, lotus, north, lan):
    Appointment.objects.update(until_on=date(2024, 5, 1))
    batch = planned(north, page(), user=lan)
    assert changes(batch) == ["conflict"]
    assert "在册人员中没有这个身份证号" in warnings(batch)[0]


def test_the_mask_of_her_number_means_her_below_the_importing_organisation(zhou, north):
    batch = imported(north, page(title="教师") | {"number": mask_id_number(id_number(501))})
    assert changes(batch) == ["new"]
    assert Profile.objects.get().person == zhou
    other = planned(north, page(name="吴梅") | {"number": mask_id_number(id_number(501))})
    assert (other.counts["accepted"], other.counts["rejected"]) == (0, 1)
