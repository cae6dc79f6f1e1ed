"""Renewals, host units and volunteers given out and taken back: the same again on every row."""

from datetime import date

import pytest

from cadres.models import Volunteer
from federation.access.scope import Grant, Scope
from federation.exchange.giving.tables import NOBODY
from orgs.models import HostUnit, Organisation, Renewal
from tests.exchange.tables import changes, id_number, imported
from tests.exchange.test_giving import cells, given, rejected, scope_of, taken

pytestmark = pytest.mark.django_db
PHONE = "14012345678"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


def rows_of(lotus: Organisation, willow: Organisation) -> dict[str, list[dict]]:
    """Rows of the three tables, with something in every column."""
    return {
        "renewals": [
            {
                "code": lotus.code, "due_on": "2025-11-20", "requested_on": "2025-03-01",
                "approved_on": "2025-03-15", "held_on": "2025-04-18", "member_count": "15",
                "chair_name": "何小荷", "filing_no": "荷妇〔2025〕3号",
            },
            {"code": willow.code, "due_on": "2026-11"},
        ],
        "units": [
            {
                "code": lotus.code, "unit_name": "荷塘食品厂", "uscc": "91350100M000100Y43",
                "sort": "非公有制企业", "employees": "40", "women": "25", "has_party": "是",
                "has_union": "否", "has_league": "否", "has_women": "是",
                "surveyed_on": "2025-03", "covered_by": lotus.code,
            },
            {"code": willow.code, "unit_name": "竹编合作社"},
        ],
        "volunteers": [
            {
                "code": lotus.code, "person_name": "何小荷", "id_number": id_number(1),
                "phone": PHONE, "team": "荷风队", "since_on": "2023-05", "hours": "120.5",
                "skills": "剪纸、急救",
            },
            {"code": willow.code, "person_name": "柳青", "team": "青荷队"},
        ],
    }  # fmt: skip


@pytest.mark.parametrize("key", ["renewals", "units", "volunteers"])
@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("whose", ["north", "north_town", "lotus"])
def test_what_is_given_out_and_taken_back_changes_nothing(tree, key, is_open, whose):
    place = tree[whose]
    rows = rows_of(tree["lotus"], tree["willow"])[key]
    imported(key, rows, tree["north"])
    data = given(key, place, sensitive=scope_of(place) if is_open else NOBODY)
    batch = taken(key, data, place)
    hers = [row for row in rows if row["code"].startswith(place.code)]
    assert rejected(batch) == []
    assert changes(batch) == ["unchanged"] * len(hers)
    assert hers


def test_a_table_as_of_an_earlier_day_tells_nothing_later_and_is_taken_back(north, lotus, willow):
    day = date(2024, 12, 31)
    held = {"held_on": date(2025, 4, 18), "members": 15, "chair_name": "何小荷"}
    Renewal.objects.create(
        organisation=lotus, due_on=date(2025, 11, 20), due_precision="day",
        requested_on=date(2024, 3, 1), **held,
    )  # fmt: skip
    HostUnit.objects.create(
        organisation=lotus, name="酒厂", employees=4, surveyed_on=date(2025, 3, 1),
        surveyed_precision="month",
    )  # fmt: skip
    for name, since, until in (
        ("早", date(2024, 5, 1), date(2025, 6, 1)),
        ("晚", date(2025, 1, 1), None),
        ("无", None, None),
    ):
        Volunteer.objects.create(
            organisation=willow, name=f"张{name}", team="甲队", since_on=since, until_on=until,
            since_precision="day" if since else "unknown",
        )  # fmt: skip
    for key, count in (("renewals", 1), ("units", 1), ("volunteers", 2)):
        data = given(key, north, day=day)
        assert not any(later in str(cells(data)[:-1]) for later in ("2025-0", "何小荷", "张晚"))
        batch = taken(key, data, north, day=day)
        assert rejected(batch) == []
        assert len(changes(batch)) == count
        assert "changed" not in changes(batch)
        assert "new" not in changes(batch)


def test_namesakes_given_out_and_taken_back_change_nothing(north, lotus):
    for code in ("", "91350100M000100Y43"):
        HostUnit.objects.create(organisation=lotus, name="酒厂", uscc=code, employees=len(code))
    HostUnit.objects.create(organisation=lotus, name="米厂", uscc="91350100M000200Y4T")
    HostUnit.objects.create(organisation=lotus, name="米厂")
    for team in ("甲队", "乙队"):
        Volunteer.objects.create(organisation=lotus, name="张三", team=team)
    for key, count in (("units", 4), ("volunteers", 2)):
        batch = taken(key, given(key, north), north)
        assert rejected(batch) == []
        assert changes(batch) == ["unchanged"] * count


def test_namesakes_in_another_order_keep_what_is_theirs(north, lotus):
    for team in ("甲队", "乙队"):
        Volunteer.objects.create(organisation=lotus, name="张三", team=team)
    rows = [
        {"code": lotus.code, "person_name": "张三", "team": team}
        for team in ("乙队", "甲队", "丙队")
    ]
    assert changes(imported("volunteers", rows, north)) == ["unchanged", "unchanged", "conflict"]


def test_numbers_of_volunteers_are_masked_unless_asked_for(north, lotus, willow):
    imported("volunteers", rows_of(lotus, willow)["volunteers"], north)
    hidden, told = given("volunteers", north), given("volunteers", north, sensitive=scope_of(north))
    for number in (id_number(1), PHONE):
        assert number not in str(cells(hidden))
        assert number in str(cells(told))


def test_nothing_outside_the_scope_is_given(north, lotus, willow, north_town):
    for key, rows in rows_of(lotus, willow).items():
        imported(key, rows, north)
        told = str(cells(given(key, willow)))
        assert lotus.code not in told
        assert willow.code in told


def test_who_was_elected_is_not_given_to_whom_people_are_hidden(north, lotus, willow, monkeypatch):
    imported("renewals", rows_of(lotus, willow)["renewals"], north)
    assert "何小荷" in str(cells(given("renewals", north)))
    blind = Scope(Grant.EXPORT, (north.path,), ())
    monkeypatch.setattr("tests.exchange.test_giving.scope_of", lambda place: blind)
    told = str(cells(given("renewals", north)))
    assert "何小荷" not in told
    assert "荷妇〔2025〕3号" in told
