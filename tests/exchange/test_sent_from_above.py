"""A file that an officer above sent for a village may hold rows of others: it is not the village's.

Tao of the town picks Qiu's village and sends the roster of the whole town.
"""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cadres.models import Person
from federation.access.models import Posting, Role
from federation.audit.services import Actor
from federation.exchange.history import batches_of
from federation.exchange.models import Batch, Collection
from federation.exchange.services import CannotCollect, batch_apply, collection_add
from federation.exchange.views.collecting import collections_of
from federation.registers.origins import sources_of
from tests.cast import post
from tests.exchange.tables import book, member_row, planned
from tests.exchange.test_collecting import collected

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


@pytest.fixture
def of_both(lotus, willow):
    return [member_row(lotus, 1, "周兰"), member_row(willow, 2, "何静")]


def seen_by(*users):
    """Who of them finds the one import in her list, and opens its rows."""
    return [user.username for user in users if batches_of(user).exists()]


def test_rows_of_others_in_it_are_not_shown_in_the_village(of_both, lotus, tao, qiu, lan, as_user):
    batch = planned("committee", of_both, lotus, user=tao)
    assert (batch.counts["new"], batch.counts["rejected"]) == (1, 1)
    address = reverse("exchange:rows", args=[batch.uid]) + "?chip=rejected"
    assert "何静" in as_user(tao).get(address).content.decode()
    assert as_user(qiu).get(address).status_code == 404
    assert seen_by(qiu, tao, lan) == ["tao", "lan"]


def test_what_the_village_sends_itself_is_seen_there_and_above(lotus, tao, qiu, lan):
    planned("committee", [member_row(lotus, 1, "周兰")], lotus, user=qiu)
    assert seen_by(qiu, tao, lan) == ["qiu", "tao", "lan"]


def test_whoever_works_there_too_sends_it_from_there(lotus, tao, qiu):
    post(tao, "village_clerk", lotus)
    batch = planned("committee", [member_row(lotus, 1, "周兰")], lotus, user=tao)
    assert (batch.sent_from, seen_by(qiu, tao)) == (lotus, ["qiu", "tao"])


def test_what_the_command_line_sent_is_seen_where_it_was_for(lotus, tao, qiu):
    planned("committee", [member_row(lotus, 1, "周兰")], lotus)
    assert seen_by(qiu, tao) == ["qiu", "tao"]


def test_many_files_sent_from_above_are_not_the_villages_either(of_both, lotus, tao, qiu, as_user):
    made = collected(lotus, tao, ("册.xlsx", book("committee", of_both)))
    address = reverse("exchange:collection", args=[made.uid])
    assert [as_user(user).get(address).status_code for user in (tao, qiu)] == [200, 404]
    assert seen_by(tao, qiu) == ["tao"]
    slip = reverse("exchange:collection_slip", args=[made.uid, lotus.code])
    assert "何静" not in as_user(qiu).get(slip).content.decode()


def test_nobody_above_adds_files_to_what_the_village_collects(of_both, lotus, tao, qiu, as_user):
    made = collected(lotus, qiu, ("册.xlsx", book("committee", [member_row(lotus, 1, "周兰")])))
    roster = [("全镇.xlsx", book("committee", of_both))]
    with pytest.raises(CannotCollect, match="另开一次收表"):
        collection_add(collection=made, actor=Actor.of(tao), files=roster)
    assert made.batches.count() == 1
    file = SimpleUploadedFile("全镇.xlsx", roster[0][1])
    address = reverse("exchange:collection_more", args=[made.uid])
    page = as_user(tao).post(address, {"books": [file]}, follow=True).content.decode()
    assert (f"这次收表是“{lotus}”收的" in page, made.batches.count()) == (True, 1)


def test_whoever_collects_and_works_there_too_adds_files(of_both, lotus, tao, qiu):
    made = collected(lotus, qiu)
    post(tao, "village_clerk", lotus)
    roster = [("全镇.xlsx", book("committee", of_both))]
    assert len(collection_add(collection=made, actor=Actor.of(tao), files=roster)) == 1


def test_the_village_is_told_that_the_town_sent_it_and_neither_file_nor_who(
    of_both, lotus, tao, qiu
):
    batch_apply(batch=planned("committee", of_both, lotus, user=tao))
    told = {one.told for one in sources_of(qiu, Person.objects.get(), sees_people=True)}
    assert {(str(one.level), one.file_name, one.who, one.url) for one in told} == {
        ("镇街", "", "", "")
    }
    hers = {one.told for one in sources_of(tao, Person.objects.get(), sees_people=True)}
    assert {(one.level, one.file_name) for one in hers} == {("", "表.xlsx")}


def find_senders():
    for model in (Batch, Collection):
        model.objects.update(sent_from=None)
    import_module("federation.exchange.migrations.0012_find_senders").find_senders(apps, None)


def test_who_sent_earlier_uploads_is_found_by_where_she_was_posted_then(of_both, lotus, tao, qiu):
    planned("committee", of_both, lotus, user=tao)
    collected(lotus, tao, ("册.xlsx", book("committee", of_both)))
    planned("committee", of_both, lotus)
    find_senders()
    town = lotus.parent
    assert [one.sent_from for one in Batch.objects.order_by("pk")] == [town, town, None]
    assert Collection.objects.get().sent_from == town


def test_an_earlier_collection_is_whose_highest_file_it_is(of_both, lotus, tao, qiu, lan):
    own = collected(lotus, qiu, ("册.xlsx", book("committee", [member_row(lotus, 1, "周兰")])))
    made = collected(lotus, qiu, ("全镇.xlsx", book("committee", of_both)))
    made.batches.update(actor=tao)
    find_senders()
    assert [[one.uid for one in collections_of(user)] for user in (qiu, tao, lan)] == [
        [own.uid], [made.uid, own.uid], [made.uid, own.uid],
    ]  # fmt: skip


def test_where_she_only_looked_earlier_is_not_where_she_sent_from(of_both, lotus, tao):
    planned("committee", of_both, lotus, user=tao)
    post(tao, "leader", lotus)
    find_senders()
    assert Batch.objects.get().sent_from == lotus.parent


def test_whoever_may_import_nowhere_any_more_sent_it_from_where_she_was(of_both, lotus, tao):
    planned("committee", of_both, lotus, user=tao)
    Posting.objects.filter(user=tao).update(role=Role.objects.get(code="leader"))
    find_senders()
    assert Batch.objects.get().sent_from == lotus.parent
