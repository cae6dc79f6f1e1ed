"""Checks of homes as other systems read them."""

from datetime import date

import pytest

from homes.models import HomeCheck, Standard
from tests.registers.records import home

pytestmark = pytest.mark.django_db
ROOM = "/api/v1/home-checks/"


def looked(where, day, **answers) -> HomeCheck:
    return HomeCheck.objects.create(
        home=where, standard=Standard.objects.get(), checked_on=day, answers=answers,
        is_passed=len(answers) == 5 and all(answers.values()), checker="周兰", evidence="实地查看",
    )  # fmt: skip


@pytest.fixture
def lotus_home(lotus):
    return home("荷花村妇女之家", lotus)


def found(client, query="") -> list[dict]:
    answer = client.get(f"{ROOM}?{query}")
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["results"]


def test_a_check_tells_what_was_found_and_not_by_whom(as_user, lan, lotus, lotus_home):
    check = looked(lotus_home, date(2026, 5, 1), place=True, sign=False)
    [told] = found(as_user(lan))
    assert told == {
        "uid": str(check.uid),
        "organisation_code": lotus.code,
        "home": str(lotus_home.uid),
        "standard": "five_haves",
        "standard_number": 1,
        "checked_on": "2026-05-01",
        "is_passed": False,
        "answers": {"place": True, "sign": False},
        "evidence": "实地查看",
        "is_imported": False,
    }
    one = as_user(lan).get(f"{ROOM}{check.uid}/?fields=checked_on,answers").json()
    assert one == {"checked_on": "2026-05-01", "answers": {"place": True, "sign": False}}


def test_checks_of_others_are_unknown(as_user, lan, bamboo):
    check = looked(home("竹林村妇女之家", bamboo), date(2026, 5, 1), place=True)
    assert found(as_user(lan)) == []
    assert as_user(lan).get(f"{ROOM}{check.uid}/").status_code == 404


def test_checks_narrow_to_a_home_a_verdict_and_a_time(as_user, lan, lotus, lotus_home):
    five = dict.fromkeys(("place", "equipment", "system", "activity", "sign"), True)
    old = looked(lotus_home, date(2025, 5, 1), **five)
    new = looked(lotus_home, date(2026, 5, 1), place=True)
    looked(home("东院妇女之家", lotus), date(2026, 6, 1), place=True)
    client = as_user(lan)
    for query, checks in {
        f"home={lotus_home.uid}": [old, new],
        "passed=true": [old],
        f"home={lotus_home.uid}&checked_from=2026-01-01": [new],
        "checked_to=2025-12-31": [old],
        "q=荷花村妇女": [old, new],
    }.items():
        assert [one["uid"] for one in found(client, query)] == [str(one.uid) for one in checks]
    for wrong in ("home=1", "checked_from=2026", "checker=周兰"):
        assert client.get(f"{ROOM}?{wrong}").status_code == 400


def test_a_list_costs_the_same_queries_for_one_check_and_for_twelve(
    as_user, lan, lotus_home, django_assert_max_num_queries
):
    def count():
        client = as_user(lan)
        client.get(ROOM)
        with django_assert_max_num_queries(4) as asked:
            client.get(ROOM)
        return len(asked)

    looked(lotus_home, date(2026, 1, 1), place=True)
    few = count()
    for month in range(2, 13):
        looked(lotus_home, date(2025, month, 1), place=True)
    assert count() == few
