"""The pages and the form of homes."""

from datetime import date

import pytest
from freezegun import freeze_time

from homes.models import Home
from tests.registers.records import filled, home

pytestmark = pytest.mark.django_db
NEW = "/homes/new/"


def entries(client, organisation, **more) -> dict:
    return filled(client, f"{NEW}?organisation={organisation.code}", name="荷花村妇女之家", **more)


def test_a_clerk_enters_the_home_of_her_village(as_user, qiu, lotus):
    client = as_user(qiu)
    answer = client.post(NEW, entries(client, lotus, opened_on="2019-03", area_m2="80.5"))
    made = Home.objects.get()
    assert answer["Location"] == f"/homes/{made.uid}/"
    assert (made.opened_on, made.opened_precision, str(made.area_m2)) == (
        date(2019, 3, 1), "month", "80.5",
    )  # fmt: skip
    assert "2019-03" in client.get(f"/homes/{made.uid}/").content.decode()


def test_the_first_named_home_takes_the_place_of_the_reported_one(as_user, qiu, lotus):
    reported = home(
        "荷花村妇女之家", lotus, is_placeholder=True, from_report=True, opened_on=date(2026, 6, 1)
    )
    client = as_user(qiu)
    assert client.post(NEW, entries(client, lotus, address="党群服务中心")).status_code == 302
    made = Home.objects.get()
    assert (made.pk, made.is_placeholder, made.from_report) == (reported.pk, False, False)
    assert (made.address, made.opened_on) == ("党群服务中心", date(2026, 6, 1))


@pytest.mark.parametrize(
    ("entry", "field", "words"),
    [
        ({"area_m2": "很大"}, "area_m2", "面积（平方米）应为数字，现在是“很大”。"),
        ({"area_m2": "-3"}, "area_m2", "面积（平方米）不能为负数，现在是“-3”。"),
        ({"opened_on": "2027-01-01"}, "opened_on", "建成时间不能晚于今天（2026年11月21日）。"),
        ({"opened_on": "2020-05-01", "closed_on": "2020-05-01"}, "closed_on",
         "停用日期要晚于建成时间。"),
        ({"name": ""}, "name", "名称还没有填写。"),
        ({"name": "家" * 81}, "name", "名称有 81 个字，最多 80 个字，请精简。"),
    ],
)  # fmt: skip
@freeze_time("2026-11-21 02:00:00")
def test_a_bad_entry_is_told_at_its_field(as_user, qiu, lotus, entry, field, words):
    client = as_user(qiu)
    answer = client.post(NEW, {**entries(client, lotus), **entry})
    assert answer.status_code == 422
    assert answer.context["form"].errors.get(field) == [words]


def test_two_homes_of_one_name_are_refused(as_user, qiu, lotus):
    home("荷花村妇女之家", lotus)
    client = as_user(qiu)
    answer = client.post(NEW, entries(client, lotus))
    assert answer.context["form"].errors["name"] == ["这个单位已有同名的阵地，请核对。"]


def test_closing_is_a_day_and_no_deletion(as_user, qiu, lotus):
    made = home("荷花村妇女之家", lotus, opened_on=date(2019, 3, 1))
    client = as_user(qiu)
    url = f"/homes/{made.uid}/edit/"
    client.post(url, filled(client, url, closed_on="2025-01-01"))
    made.refresh_from_db()
    assert made.closed_on == date(2025, 1, 1)
    assert "已停用" in client.get(f"/homes/{made.uid}/").content.decode()


def test_a_foreign_home_is_unknown(as_user, lan, bamboo):
    made = home("竹林村妇女之家", bamboo)
    client = as_user(lan)
    for tail in ("", "edit/", "history/"):
        assert client.get(f"/homes/{made.uid}/{tail}").status_code == 404


def test_a_leader_reads_homes_and_writes_none(as_user, wen, lotus):
    made = home("荷花村妇女之家", lotus)
    client = as_user(wen)
    assert client.get(f"/homes/{made.uid}/").status_code == 200
    assert client.get(f"/homes/{made.uid}/edit/").status_code == 403
    assert client.get(NEW).status_code == 403
