"""Words settled once: followed where the rules find nothing, named in every row, never people."""

import pytest
from django.db.models import F
from django.urls import reverse

from cadres.sheets import CommitteeSheet
from federation.audit.models import Change
from federation.audit.services import Actor
from federation.exchange.declare import sheets
from federation.exchange.models import Decision
from federation.exchange.services import (
    CannotDecide,
    batch_apply,
    decision_make,
    decision_revoke,
    plan_rows,
)
from federation.exchange.settling import is_rememberable
from orgs.models import Organisation
from orgs.sheets import VillagesSheet
from tests.exchange.tables import accepted, member_row, planned, warnings

pytestmark = pytest.mark.django_db
NAME = VillagesSheet.column("name")
TOWN = VillagesSheet.column("town")
POSITION = CommitteeSheet.column("position")


@pytest.fixture(autouse=True)
def _plain_names(tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    Organisation.objects.update(name=F("short_name"))


def settle(place, written, meant, column=NAME, actor=None):
    """Somebody at ``place`` settles a word."""
    return decision_make(
        organisation=place,
        column=column,
        written=written,
        meant=meant,
        actor=actor or Actor.command(),
    )


def village(name, town="青石镇"):
    return {"town": town, "name": name, "households": "10"}


def places_found(batch):
    return [row["values"]["org_code"] for row in accepted(batch)]


def test_a_name_that_was_settled_is_placed_and_the_row_says_by_which_decision(north, lotus):
    settle(north, "荷华社区", lotus.code)
    batch = planned("villages", [village("荷华社区")], north)
    assert places_found(batch) == [lotus.code]
    assert warnings(batch) == ["按认定记录：荷华社区 → 荷花村。"]


def test_without_a_decision_the_same_row_is_refused(north, lotus):
    assert places_found(planned("villages", [village("荷华社区")], north)) == []


def test_a_town_that_was_settled_leads_to_its_villages(north, lotus):
    settle(north, "青时镇", "910101101", TOWN)
    batch = planned("villages", [village("荷花村", town="青时镇")], north)
    assert places_found(batch) == [lotus.code]
    assert warnings(batch) == ["按认定记录：青时镇 → 青石镇。"]


def test_an_option_that_was_settled_is_taken_and_named(north, lotus):
    settle(north, "委员", "04", POSITION)
    batch = planned("committee", [member_row(lotus, 1, "周兰", position="委员")], north)
    assert accepted(batch)[0]["values"]["position"] == "执委"
    assert warnings(batch) == ["按认定记录：委员 → 执委。"]


def test_a_name_that_exists_means_itself_whatever_was_settled(north, lotus, willow):
    settle(north, "荷花村", willow.code)
    batch = planned("villages", [village("荷花村")], north)
    assert places_found(batch) == [lotus.code]
    assert warnings(batch) == []


def test_a_decision_never_moves_a_row_out_of_the_town_it_names(north, lotus):
    plant_town = Organisation.objects.get(code="910101101")
    other = Organisation.objects.create(
        code="910101102",
        name="白沙镇",
        short_name="白沙镇",
        kind=plant_town.kind,
        kind_group="town",
        parent=north,
        path=north.path + "0009",
        depth=plant_town.depth,
        branch=north,
    )
    settle(north, "荷华社区", lotus.code)
    assert places_found(planned("villages", [village("荷华社区", other.name)], north)) == []


def test_the_nearest_organisation_above_the_batch_has_the_last_word(city, north, lotus, willow):
    settle(city, "荷华社区", willow.code)
    settle(north, "荷华社区", lotus.code)
    assert places_found(planned("villages", [village("荷华社区")], north)) == [lotus.code]


def test_a_decision_holds_below_its_organisation_and_not_beside_it(city, north, south, lotus):
    settle(north, "委员", "04", POSITION)
    rows = [member_row(lotus, 1, "周兰", position="委员")]
    assert len(accepted(planned("committee", rows, north))) == 1
    assert accepted(planned("committee", rows, city)) == []


def test_a_place_outside_the_batch_is_not_reached_by_a_decision_from_above(city, north, bamboo):
    settle(city, "荷华社区", bamboo.code)
    assert places_found(planned("villages", [village("荷华社区", town=None)], north)) == []


def test_a_revoked_decision_is_followed_no_more_and_what_it_wrote_stays(north, lotus):
    decision = settle(north, "荷华社区", lotus.code)
    decision_revoke(decision=decision, actor=Actor.command())
    assert places_found(planned("villages", [village("荷华社区")], north)) == []


def test_a_new_decision_about_a_word_takes_the_place_of_the_old_one(north, lotus, willow):
    older = settle(north, "荷华社区", willow.code)
    settle(north, "荷华 社区", lotus.code)
    older.refresh_from_db()
    assert older.revoked_at is not None
    assert places_found(planned("villages", [village("荷华社区")], north)) == [lotus.code]


def test_written_rows_are_counted_with_the_decision_they_followed(north, lotus, willow):
    decision = settle(north, "委员", "04", POSITION)
    rows = [
        member_row(lotus, 1, "周兰", position="委员"),
        member_row(willow, 2, "吴梅", position="委 员"),
        member_row(willow, 3, "郑竹"),
    ]
    batch = batch_apply(batch=planned("committee", rows, north))
    decision.refresh_from_db()
    assert decision.uses == 2
    batch_apply(batch=batch)
    decision.refresh_from_db()
    assert decision.uses == 2


@pytest.mark.parametrize(
    ("key", "written"),
    [("person_name", "周兰"), ("id_number", "500199198503120028"), ("phone", "14012345678")],
)
def test_nothing_that_says_who_somebody_is_is_ever_remembered(north, lotus, key, written):
    with pytest.raises(CannotDecide, match="不能记住"):
        settle(north, written, lotus.code, CommitteeSheet.column(key))
    assert not Decision.objects.exists()


@pytest.mark.parametrize("written", ["荷华村13912345678", "", "  ", "长" * 61, "㎏" * 40])
def test_a_word_with_a_number_a_blank_and_a_long_text_are_not_remembered(north, lotus, written):
    with pytest.raises(CannotDecide, match="只改这一处"):
        settle(north, written, lotus.code)


def test_a_word_can_only_mean_a_place_of_the_organisation_or_an_option(north, bamboo):
    for column, meant in ((NAME, bamboo.code), (NAME, "nowhere"), (POSITION, "99")):
        with pytest.raises(CannotDecide, match="从列表里选择"):
            settle(north, "荷华社区", meant, column)


def test_making_and_revoking_stand_in_the_change_log(north, lotus, lan):
    decision = settle(north, "荷华社区", lotus.code, actor=Actor.of(lan))
    decision_revoke(decision=decision, actor=Actor.of(lan))
    told = Change.objects.filter(object_uid=decision.uid).order_by("pk")
    assert [(one.operation, one.actor, one.organisation_id) for one in told] == [
        ("create", lan, north.pk),
        ("update", lan, north.pk),
    ]


def test_a_decision_whose_option_is_gone_settles_nothing(north, lotus):
    settle(north, "委员", "04", POSITION)
    Decision.objects.update(meant_code="77")
    batch = planned("committee", [member_row(lotus, 1, "周兰", position="委员")], north)
    assert plan_rows(batch, "rejected").rows[0].problems[0]["code"] == "unknown_option"


# the page


def listed(client):
    return client.get(reverse("exchange:decision_list"))


def test_the_page_shows_the_decisions_of_the_scope_and_no_others(as_user, lan, mei, north, lotus):
    settle(north, "荷华社区", lotus.code, actor=Actor.of(lan))
    shown = listed(as_user(lan)).content.decode()
    assert "荷华社区" in shown
    assert "荷花村" in shown
    assert "兰晓梅" in shown
    assert "荷华社区" not in listed(as_user(mei)).content.decode()


def test_a_decision_is_revoked_from_the_page_by_whoever_imports_there(
    as_user, lan, mei, north, lotus
):
    decision = settle(north, "荷华社区", lotus.code)
    address = reverse("exchange:decision_revoke", args=[decision.uid])
    assert as_user(mei).post(address).status_code == 404
    client = as_user(lan)
    assert client.post(address, follow=True).status_code == 200
    decision.refresh_from_db()
    assert decision.revoked_by == lan
    assert "已撤销" in listed(client).content.decode()


def test_the_page_asks_the_database_as_often_for_fifty_as_for_one(
    as_user, lan, north, lotus, django_assert_max_num_queries
):
    for number in range(50):
        settle(north, f"荷华{number}社区", lotus.code)
    client = as_user(lan)
    with django_assert_max_num_queries(12):
        listed(client)


PLACE = {"town", "name"}
#: the columns of every table in which a word may be settled, which then stands in clear
SETTLED = {
    "villages": PLACE,
    "renewals": PLACE,
    "units": {*PLACE, "sort"},
    "statistics": PLACE,
    "homes": {*PLACE, "level"},
    "committee": {
        *PLACE, "ethnic", "political", "education", "position", "employment", "rank", "sector",
    },
    "volunteers": PLACE,
    "profiles": set(),
    "budgets": {*PLACE, "source"},
    "yearly": PLACE,
    "accounts": {*PLACE, "role"},
}  # fmt: skip


def test_only_places_and_answers_from_lists_are_remembered_in_every_table(north):
    """Decisions stand in clear: no column may be among them that says who somebody is."""
    found = {s.key: {c.key for c in s.columns if is_rememberable(c)} for s in sheets}
    assert found == SETTLED
    others = [c for s in sheets for c in s.columns if c.key not in SETTLED[s.key]]
    assert {"person_name", "id_number", "phone", "remark", "username", "resume"} <= {
        column.key for column in others
    }
    for column in others:
        with pytest.raises(CannotDecide):
            settle(north, "周兰", "04", column)
    assert not Decision.objects.exists()


def test_what_is_settled_is_a_place_by_reference_or_an_answer_that_is_not_personal():
    for sheet in sheets:
        for column in (c for c in sheet.columns if is_rememberable(c)):
            assert not column.is_personal and column.clean.kind in ("reference", "option")
            assert column.reference == (column.clean.kind == "reference")
