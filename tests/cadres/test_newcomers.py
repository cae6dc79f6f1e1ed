"""People and posts that a roster brings: made at one go as they would be one by one."""

from datetime import date

import pytest
from django.db import transaction

from cadres.models import Appointment, Person
from cadres.parts import roster
from cadres.parts.committee import Committee
from federation.exchange import chunks
from orgs.services.naming import pinyin, pinyin_each
from tests.exchange.tables import id_number, imported, member_row, planned

pytestmark = pytest.mark.django_db
PEOPLE = (
    "name", "pinyin", "initials", "name_backwards", "id_number_digest", "id_number_masked",
    "phone_digest", "phone_masked", "birth_on", "birth_precision", "sex", "ethnic", "political",
    "education", "is_grid", "from_report",
)  # fmt: skip
POSTS = (
    "person__name", "organisation__code", "branch__code", "term__starts_on", "post__code",
    "is_head", "from_on", "from_precision", "engagement", "rank", "sector", "remark",
    "is_on_two_committees", "from_report",
)  # fmt: skip


def plain(records, *columns):
    """The columns of all records, bytes as bytes."""
    rows = records.objects.order_by("pk").values_list(*columns)
    return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]


def everything():
    """What stands of people and posts, and their opened numbers."""
    numbers = [(who.reveal("id_number"), who.reveal("phone")) for who in Person.objects.all()]
    return plain(Person, *PEOPLE), plain(Appointment, *POSTS), sorted(numbers)


def standing_after(rows, city):
    """What stands once the rows are imported, which is taken back."""
    with transaction.atomic():
        imported("committee", rows, city)
        found = everything()
        transaction.set_rollback(True)
    return found


def rows_of(lotus, willow, bamboo):
    """Full and bare rows, of one chair and of many, with and without days."""
    full = {
        "birth": "1985.03", "ethnic": "汉族", "political": "群众", "education": "大专",
        "employment": "兼职", "sector": "教育", "is_grid": "是", "phone": "13800138000",
        "remark": "新当选",
    }  # fmt: skip
    return [
        member_row(lotus, 1, "王秀英", position="主席", elected_on="2021-03-10", **full),
        member_row(lotus, 2, "李丽"),
        member_row(willow, 3, "张敏", elected_on=None, phone="023-58123456"),
        member_row(lotus, 4, "刘静", position=None, elected_on="2021", is_grid="否"),
        member_row(bamboo, 5, "陈芳", elected_on="2022-07", birth="1985-03-12"),
    ]


def test_a_new_person_is_what_her_row_says(lotus, city):
    imported(
        "committee",
        [
            member_row(lotus, 1, "王秀英", position="主席", phone="13800138000", ethnic="汉族"),
            member_row(lotus, 2, "李丽", birth="1985", elected_on=None),
        ],
        city,
    )
    wang, li = Person.objects.order_by("pk")
    assert (wang.pinyin, wang.initials, wang.name_backwards) == ("wangxiuying", "wxy", "英秀王")
    assert (wang.reveal("id_number"), wang.reveal("phone")) == (id_number(1), "13800138000")
    assert (wang.birth_on, wang.birth_precision) == (date(1985, 3, 12), "day")
    assert (wang.phone_masked, wang.sex, wang.ethnic) == ("138****8000", Person.Sex.FEMALE, "汉族")
    assert (li.birth_on, li.birth_precision) == (date(1985, 1, 1), "year")
    assert (li.phone, li.phone_digest, li.phone_masked, li.ethnic) == (None, None, "", "")
    first, second = Appointment.objects.order_by("pk")
    assert (first.is_head, first.from_on, first.from_precision) == (True, date(2021, 3, 8), "day")
    assert (second.from_on, second.from_precision) == (date(2025, 6, 30), "unknown")
    assert (first.term.starts_on, second.term) == (date(2021, 3, 8), None)


def test_what_is_made_at_one_go_is_what_deciding_row_by_row_makes(
    lotus, willow, bamboo, city, monkeypatch
):
    rows = rows_of(lotus, willow, bamboo)
    with monkeypatch.context() as decided:
        decided.setattr(Committee, "_all_new", lambda self, *_told: self._decided())
        expected = standing_after(rows, city)
    imported("committee", rows, city)
    assert everything() == expected


def test_blocks_of_a_file_are_one_file(lotus, willow, bamboo, city, monkeypatch):
    rows = [*rows_of(lotus, willow, bamboo), member_row(bamboo, 1, "王秀英")]
    expected = standing_after(rows, city)
    monkeypatch.setattr(roster, "KEYS", 1)
    batch = imported("committee", rows, city)
    assert everything() == expected
    # Her number stands in two villages: she is one person with two posts.
    assert Appointment.objects.filter(person__name="王秀英").count() == 2
    again = planned("committee", rows, city)
    assert again.counts["unchanged"] == batch.counts["new"] == 6


def test_a_plan_too_large_for_the_memory_waits_in_a_file(lotus, city, monkeypatch):
    monkeypatch.setattr(chunks, "MOST_HELD", 1)
    batch = imported("committee", [member_row(lotus, 1, "王秀英")], city)
    assert (batch.counts["written"]["cadres.Person"], Person.objects.count()) == (1, 1)


def test_many_names_are_spelled_as_each_of_them():
    names = ["王秀英", "古丽·买买提", "Anna Li", "王", ""]
    assert list(pinyin_each(names)) == [pinyin(name) for name in names]
