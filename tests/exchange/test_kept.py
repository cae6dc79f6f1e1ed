"""What undoing left as it was is listed with its reason, for whoever may see it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from cadres.models import Person
from federation.audit.services import Actor
from federation.exchange import chunks, kept
from federation.exchange.services import batch_undo
from federation.exchange.undo_result import KeptRecord
from federation.registers.services import record_save
from federation.sealing.boxes import unseal
from tests.exchange.tables import imported, member_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def undone(lotus, willow, north, lan, su):
    """Two women were imported, one was edited since, all was taken back."""
    rows = [member_row(lotus, 1, "周兰"), member_row(willow, 2, "吴芳")]
    batch = imported("committee", rows, north, user=lan)
    person = Person.objects.get(name="周兰")
    person.education = "本科"
    record_save(instance=person, actor=Actor.of(su))
    batch_undo(batch=batch, actor=Actor.of(lan))
    batch.refresh_from_db()
    return batch


def test_the_result_page_names_what_was_kept_with_its_unit_and_the_reason(undone, as_user, lan):
    text = as_user(lan).get(reverse("exchange:batch", args=[undone.uid])).content.decode()
    table = text.partition("保留的记录</h3>")[2].partition("</table>")[0]
    assert "周兰" in table
    assert "之后又被修改" in table
    assert reverse("orgs:organisation_detail", args=["910101101201"]) in table
    assert "吴芳" not in table


def test_names_and_units_beyond_the_viewers_part_stay_unsaid(undone, mei):
    (line,) = kept.page(undone, mei, 1).lines
    assert (line.kind, line.name, line.organisation, line.url) == ("人员", "", "", "")
    assert line.reason == "之后又被修改"


def test_the_list_lies_sealed(undone):
    body = bytes(undone.chunks.get(part=kept.PART).body)
    assert "之后又被修改".encode() not in body


def test_a_post_is_named_by_who_held_it(lotus, north, lan):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    held = Person.objects.get().appointments.get()
    kept.keep(batch, [KeptRecord("cadres.Appointment", "职务", held.uid, lotus.pk, "原因")])
    assert kept.page(batch, lan, 1).lines[0].name == "周兰 执委"


def test_a_long_list_is_paged_and_costs_the_same(lotus, north, lan, django_assert_num_queries):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    uid = Person.objects.get().uid
    told = [KeptRecord("cadres.Person", "人员", uid, lotus.pk, str(n)) for n in range(120)]
    kept.keep(batch, told)
    lan.scope("view")
    with django_assert_num_queries(5):
        page = kept.page(batch, lan, 3)
    assert (page.number, page.pages, page.total, len(page.lines)) == (3, 3, 120, 20)
    assert kept.page(batch, lan, 9).number == 3


def test_a_page_of_a_long_list_opens_its_own_blocks(lotus, north, lan, monkeypatch):
    monkeypatch.setattr(chunks, "SIZE", 10)
    monkeypatch.setattr(kept, "PER_PAGE", 10)
    batch = imported("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    told = [KeptRecord("cadres.Person", "人员", uuid4(), lotus.pk, str(n)) for n in range(55)]
    kept.keep(batch, told)
    opened = []
    monkeypatch.setattr(chunks, "unseal", lambda *box: opened.append(box) or unseal(*box))
    page = kept.page(batch, lan, 2)
    assert [line.reason for line in page.lines] == [str(n) for n in range(10, 20)]
    assert (page.total, page.pages, len(opened)) == (55, 6, 2)


def test_a_later_undoing_replaces_the_list(lotus, willow, north, lan):
    first = imported("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    second = imported("committee", [member_row(willow, 1, "周兰")], north, user=lan)
    batch_undo(batch=first, actor=Actor.of(lan))
    assert [line.kind for line in kept.page(first, lan, 1).lines] == ["人员"]
    batch_undo(batch=second, actor=Actor.of(lan))
    assert kept.page(first, lan, 1).lines == []
