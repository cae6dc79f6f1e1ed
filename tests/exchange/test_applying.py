"""Writing a plan: exactly what was shown, nothing that changed in between, all or nothing."""

from datetime import date

import pytest

from cadres.models import Appointment, Person, Post
from cadres.parts.roster import Roster
from federation.audit.models import Change
from federation.audit.services import open_change
from federation.exchange import applying, chunks, comparing, contents, creating, pieces
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_plan, plan_rows
from federation.sealing.boxes import digest
from federation.signals import records_changed
from homes.models import Home
from orgs.models import Organisation, ReportedFact, Term
from tests.exchange.tables import (
    id_number,
    imported,
    member_row,
    opened,
    planned,
    village_row,
)

pytestmark = pytest.mark.django_db


def test_planning_writes_no_record(lotus, city):
    planned("committee", [member_row(lotus, 1, "周兰")], city)
    planned("villages", [village_row(lotus, chair_name="周兰", has_home="是")], city)
    assert not any(
        model.objects.exists() for model in (Person, Appointment, Home, Term, ReportedFact, Change)
    )


def test_everything_written_is_in_the_change_log_with_its_batch(lotus, city):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], city)
    logged = {(c.model, c.operation) for c in Change.objects.filter(batch=batch.uid)}
    assert logged == {
        ("cadres.Person", "create"),
        ("cadres.Appointment", "create"),
        ("orgs.Term", "create"),
        ("orgs.Organisation", "update"),
    }
    assert {c.actor_label for c in Change.objects.all()} == {"命令行"}


def test_the_before_image_holds_what_stood(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰")], city)
    before, after = open_change(Change.objects.get(model="orgs.Organisation"))
    assert (before["status"], after["status"]) == ("00", "30")


def test_touched_organisations_are_told_once(lotus, willow, city):
    told = []

    def listen(organisation_ids, inline, **_rest):
        told.append((set(organisation_ids), inline))

    records_changed.connect(listen)
    try:
        imported("committee", [member_row(lotus, 1, "周兰"), member_row(willow, 2, "吴芳")], city)
    finally:
        records_changed.disconnect(listen)
    assert told == [({lotus.pk, willow.pk}, False)]


def test_writing_twice_is_harmless(lotus, city):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], city)
    again = batch_apply(batch=batch)
    assert (again.state, Person.objects.count()) == (Batch.State.APPLIED, 1)


def test_planning_twice_replaces_the_plan(lotus, city):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], city)
    batch_apply(batch=batch_plan(batch=batch))
    assert Person.objects.count() == 1


def test_a_row_whose_record_changed_since_is_left_out_and_named(lotus, willow, city):
    imported("committee", [member_row(lotus, 1, "周兰"), member_row(willow, 2, "吴芳")], city)
    rows = [
        member_row(lotus, 1, "周兰", education="大专"),
        member_row(willow, 2, "吴芳", education="大专"),
    ]
    batch = planned("committee", rows, city)
    Person.objects.filter(name="周兰").update(education="本科", version=2)
    batch = batch_apply(batch=batch)
    assert dict(Person.objects.values_list("name", "education")) == {"周兰": "本科", "吴芳": "大专"}
    assert batch.counts["stale"] == 1
    assert [row.number for row in plan_rows(batch, "stale").rows] == [2]


def test_a_record_that_appeared_since_makes_the_row_stale(lotus, city):
    batch = planned("villages", [village_row(lotus, chair_name="周兰", exec_count="9")], city)
    Appointment.objects.create(
        person=Person.objects.create(name="吴芳"),
        organisation=lotus,
        post=Post.objects.get(code="01"),
        from_on=date(2025, 1, 1),
    )
    batch = batch_apply(batch=batch)
    assert (batch.counts["stale"], Appointment.objects.count()) == (1, 1)
    assert not ReportedFact.objects.exists()


def test_the_same_file_planned_twice_is_written_once(lotus, city):
    rows = [member_row(lotus, 1, "周兰", position="主席")]
    first, second = (planned("committee", rows, city) for _ in range(2))
    batch_apply(batch=first)
    assert batch_apply(batch=second).counts["stale"] == 1
    assert (Person.objects.count(), Appointment.objects.count()) == (1, 1)


def test_all_or_nothing_writes_nothing_beside_a_rejected_row(lotus, city):
    rows = [member_row(lotus, 1, "周兰"), {**member_row(lotus, 2, "吴芳"), "id_number": "123"}]
    batch = batch_plan(batch=opened("committee", rows, city, all_or_nothing=True))
    batch = batch_apply(batch=batch)
    assert (batch.state, batch.counts["held_back"]) == (Batch.State.PLANNED, 1)
    assert not Person.objects.exists()


def test_valid_rows_alone_are_written_by_default(lotus, city):
    rows = [member_row(lotus, 1, "周兰"), {**member_row(lotus, 2, "吴芳"), "id_number": "123"}]
    batch = imported("committee", rows, city)
    assert (batch.counts["rejected"], Person.objects.get().name) == (1, "周兰")


def test_rows_outside_the_scope_of_their_sender_are_rejected(lotus, bamboo, north, lan, qiu):
    rows = [member_row(lotus, 1, "周兰"), member_row(bamboo, 2, "吴芳")]
    batch = imported("committee", rows, north, user=lan)
    assert (batch.counts["rejected"], Person.objects.get().name) == (1, "周兰")


def test_a_batch_is_narrowed_to_what_its_sender_may_import(lotus, willow, north, qiu):
    rows = [member_row(lotus, 1, "周兰"), member_row(willow, 2, "吴芳")]
    imported("committee", rows, north, user=qiu)
    assert Person.objects.get().name == "周兰"


def test_a_posting_that_ended_before_writing_writes_nothing(lotus, north, lan):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    lan.postings.update(until_on=date(2021, 1, 1))
    batch = batch_apply(batch=Batch.objects.get(pk=batch.pk))
    assert (batch.counts["stale"], Person.objects.exists()) == (1, False)


def test_what_moves_at_this_very_moment_is_still_the_senders(lotus, north, lan, monkeypatch):
    """Whoever moves a unit has locked it; the plan waits and must not go by its old place."""
    batch = planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    locked = comparing._locked_paths

    def wait(kept):
        for place in Organisation.objects.filter(path__startswith=north.path):
            place.path = north.path[:-1] + "Z" + place.path[len(north.path) :]
            place.save(update_fields=["path"])
        return locked(kept)

    monkeypatch.setattr(comparing, "_locked_paths", wait)
    batch_apply(batch=batch)
    ((*_place, why),) = chunks.records(batch, "stale")
    assert "管理范围" not in why


def test_a_batch_whose_account_is_gone_writes_nothing(lotus, north, lan):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    Batch.objects.update(actor=None)
    assert batch_apply(batch=batch).counts["stale"] == 1
    assert not Person.objects.exists()


def test_the_number_of_statements_does_not_grow_with_the_rows(
    lotus, city, django_assert_max_num_queries
):
    few = planned("committee", [member_row(lotus, n, "周兰") for n in range(2)], city)
    with django_assert_max_num_queries(40):
        batch_apply(batch=few)
    many = planned("committee", [member_row(lotus, n, "周兰") for n in range(10, 160)], city)
    with django_assert_max_num_queries(40):
        batch_apply(batch=many)
    assert Person.objects.count() == 152


def test_a_clash_while_rows_go_in_has_the_plan_compared_anew(lotus, city, monkeypatch):
    rows = [member_row(lotus, number, "周兰") for number in range(3)]
    batch = planned("committee", rows, city)
    real, tries = applying.stale_rows, []

    def stale_rows(*told):
        stale = real(*told)
        if not tries:
            # Somebody was quicker, as far as this transaction can see.
            Person.objects.create(name="周兰", id_number_digest=digest("id_number", id_number(2)))
        tries.append(len(stale))
        return stale

    monkeypatch.setattr(applying, "stale_rows", stale_rows)
    monkeypatch.setattr(creating, "WINDOW", 1)
    monkeypatch.setattr(chunks, "SIZE", 1)
    batch = batch_apply(batch=batch)
    assert (tries, batch.counts["stale"], Person.objects.count()) == ([0, 0], 0, 3)


def test_small_parts_of_a_plan_are_read_together_and_large_ones_alone(
    lotus, city, monkeypatch, django_assert_num_queries
):
    batch = planned("committee", [member_row(lotus, number, "周兰") for number in range(3)], city)
    planned_sizes = contents.sizes_planned(batch, contents.kept_head(batch))
    # People 3, appointments 3, a term 1, an organisation 1.
    sizes = dict(sorted(planned_sizes.items(), key=lambda one: -one[1]))
    assert list(sizes.values()) == [3, 3, 1, 1]
    found = {}
    for most, statements in ((8, 1), (3, 3)):
        monkeypatch.setattr(chunks, "MOST_READ", most)
        reader = chunks.PartReader(batch, sizes)
        with django_assert_num_queries(statements):
            found[most] = {}
            for part in sizes:
                reader.hold(part)
                found[most][part] = list(reader.records(part))
    assert found[8] == found[3] and all(found[3].values())


@pytest.mark.parametrize("gone", [False, True], ids=["never announced", "not there"])
def test_a_part_of_a_plan_that_cannot_be_read_is_told_and_not_passed_over(lotus, city, gone):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], city)
    sizes = dict(contents.sizes_planned(batch, contents.kept_head(batch)))
    part = "create:cadres.Person"
    if gone:
        batch.chunks.filter(part=part).delete()
    else:
        del sizes[part]
    reader = chunks.PartReader(batch, sizes)
    reader.hold(part)
    with pytest.raises(LookupError, match="no part 'create:cadres.Person'"):
        list(reader.records(part))


def test_a_part_that_looks_at_a_column_it_does_not_name_is_told_and_nothing_is_written(
    lotus, city, monkeypatch
):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], city)
    monkeypatch.setattr(Roster, "compares", ("id_number",))
    with pytest.raises(LookupError, match="does not say it compares"):
        batch_apply(batch=batch)
    assert not Person.objects.exists()


def test_branch_and_status_follow_the_tree(lotus, city):
    imported("committee", [member_row(lotus, 1, "周兰", position="主席")], city)
    post = Appointment.objects.select_related("term").get()
    assert (post.branch_id, post.term.branch_id) == (lotus.branch_id, lotus.branch_id)
    assert Organisation.objects.get(pk=lotus.pk).version == lotus.version + 1


def test_the_size_of_a_table_is_told_before_anything_refers_to_it(lotus, city, monkeypatch):
    told = []

    def tell(model, written):
        told.append((model.__name__, written, Appointment.objects.count()))

    monkeypatch.setattr(pieces, "tell_size", tell)
    imported("committee", [member_row(lotus, 1, "周兰"), member_row(lotus, 2, "吴芳")], city)
    assert sorted(told) == [
        ("Appointment", 2, 2),
        ("Change", 1, 2),
        ("Organisation", 1, 2),
        ("Person", 2, 0),
        ("Term", 1, 0),
    ]
