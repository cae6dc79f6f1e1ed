"""Masked cells: the mask of the number that stands is that number, every other mask is a fault."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadres.models import Person, Volunteer
from federation.exchange.services import batch_report
from federation.sealing.masking import mask_id_number, mask_phone
from homes.models import Home
from orgs.models import ReportedFact
from tests.exchange.tables import (
    changes,
    id_number,
    imported,
    member_row,
    planned,
    village_row,
)

pytestmark = pytest.mark.django_db
PHONE = "14012345678"
MASK = mask_id_number(id_number(1))


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


def masked(place, **cells):
    """周兰 with her number and telephone masked."""
    told = {"id_number": MASK, "phone": mask_phone(PHONE), **cells}
    return {**member_row(place, 1, "周兰"), **told}


def codes(batch) -> list[str]:
    """What is wrong with the rejected rows."""
    rows = [row for sheet in batch_report(batch)["sheets"] for row in sheet["rejected"]]
    return [error["code"] for row in rows for error in row["errors"]]


def test_the_masks_of_what_stands_change_nothing(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE)], north)
    assert changes(planned("committee", [masked(lotus)], north)) == ["unchanged"]


def test_beside_masks_another_cell_is_changed(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE)], north)
    batch = imported("committee", [masked(lotus, education="大专")], north)
    person = Person.objects.get()
    assert batch.counts["changed"] == 1
    assert person.education == "大专"
    assert person.reveal("id_number") == id_number(1) and person.reveal("phone") == PHONE


def test_a_new_telephone_beside_a_masked_number_is_taken(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE)], north)
    imported("committee", [masked(lotus, phone="14087654321")], north)
    assert Person.objects.get().reveal("phone") == "14087654321"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"id_number": mask_id_number(id_number(2))}, "id_masked"),
        ({"phone": "139****0000"}, "phone_masked"),
        ({"person_name": "吴梅"}, "id_masked"),
    ],
)
def test_any_other_mask_is_a_fault(north, lotus, cells, code):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE)], north)
    assert code in codes(planned("committee", [masked(lotus, **cells)], north))


def test_a_mask_says_nothing_of_who_is_in_post_elsewhere(north, lotus, willow):
    imported("committee", [member_row(willow, 1, "周兰", phone=PHONE)], north)
    found = codes(planned("committee", [masked(lotus)], north))
    assert found == ["id_masked", "phone_masked"]


def test_a_masked_telephone_belongs_to_who_has_the_whole_number(north, lotus):
    rows = [member_row(lotus, 1, "周兰", phone=PHONE), member_row(lotus, 2, "周兰", phone=PHONE)]
    imported("committee", rows, north)
    own = {"id_number": id_number(2)}
    assert changes(planned("committee", [masked(lotus, **own)], north)) == ["unchanged"]
    other = planned("committee", [masked(lotus, id_number=id_number(3))], north)
    assert codes(other) == ["phone_masked"]


def namesakes() -> tuple[str, str]:
    """Two numbers with one mask: of another birth, alike in the first six and the last four."""
    by_mask: dict[str, str] = {}
    for day in range(10, 29):
        number = id_number(1, f"198503{day}")
        if mask_id_number(number) in by_mask:
            return by_mask[mask_id_number(number)], number
        by_mask[mask_id_number(number)] = number
    raise LookupError


def test_where_two_of_a_name_share_a_mask_nobody_is_meant(north, lotus):
    one, other = namesakes()
    rows = [{**member_row(lotus, 1, "周兰"), "id_number": number} for number in (one, other)]
    imported("committee", rows, north)
    both = masked(lotus, id_number=mask_id_number(one), phone=None)
    assert codes(planned("committee", [both], north)) == ["id_masked"]


def test_what_a_mask_stands_for_does_not_show_in_the_report(north, lotus):
    imported("committee", [member_row(lotus, 1, "周兰", phone=PHONE)], north)
    told = str(batch_report(planned("committee", [masked(lotus, ethnic="火星")], north)))
    assert id_number(1) not in told and PHONE not in told


def test_the_masked_telephone_of_a_chair_is_the_one_reported(north, lotus):
    row = village_row(lotus, chair_name="周兰", chair_phone=PHONE, election_date="2021-03")
    imported("villages", [row], north)
    again = {**row, "chair_phone": mask_phone(PHONE)}
    assert changes(planned("villages", [again], north)) == ["unchanged"]
    assert codes(planned("villages", [{**row, "chair_phone": "139****0000"}], north)) == [
        "phone_masked"
    ]
    ReportedFact.objects.all().delete()
    # Of who is in post herself the register knows it, too.
    assert codes(planned("villages", [again], north)) == []


def test_the_masked_numbers_of_a_volunteer_are_hers(north, lotus):
    row = {"code": lotus.code, "person_name": "黄菊", "id_number": id_number(1), "phone": PHONE,
           "team": "巾帼队"}  # fmt: skip
    imported("volunteers", [row], north)
    again = {**row, "id_number": MASK, "phone": mask_phone(PHONE)}
    assert changes(planned("volunteers", [again], north)) == ["unchanged"]
    assert Volunteer.objects.get().reveal("phone") == PHONE


def test_the_masked_telephone_of_a_place_is_that_of_its_manager(north, lotus):
    row = {"code": lotus.code, "home_name": "荷花妇女之家", "address": "荷花路 1 号",
           "contact": "周兰", "contact_phone": PHONE}  # fmt: skip
    imported("homes", [row], north)
    again = {**row, "contact_phone": mask_phone(PHONE)}
    assert changes(planned("homes", [again], north)) == ["unchanged"]
    assert codes(planned("homes", [{**again, "home_name": "别处", "contact": None}], north)) == [
        "phone_masked"
    ]
    assert Home.objects.get().reveal("manager_phone") == PHONE


def test_the_register_is_asked_once_for_all_masked_rows(north, lotus):
    names = ["周兰", "吴梅", "郑菊", "王竹"]
    rows = [member_row(lotus, n, name) for n, name in enumerate(names, 1)]
    imported("committee", rows, north)

    def asked(count: int) -> int:
        again = [{**row, "id_number": mask_id_number(row["id_number"])} for row in rows[:count]]
        with CaptureQueriesContext(connection) as queries:
            assert changes(planned("committee", again, north)) == ["unchanged"] * count
        return len(queries)

    # Whoever stands beside those of the file is looked up, too.
    assert asked(1) == asked(3)
