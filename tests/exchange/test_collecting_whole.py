"""Thirty workbooks with 300 faults of twelve causes, finished with forty presses at the most."""

import re

import pytest
from django.db.models import F

from cadres.models import Appointment, Volunteer
from federation.exchange.collecting.desk import Desk
from federation.exchange.models import Collection
from orgs.models import HostUnit, Organisation
from tests.cast import plant
from tests.exchange.collected_books import ANSWERS, EACH, handed_in
from tests.exchange.test_collecting_pages import do_jobs, drop, send, shown

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NAMES = ["荷花", "柳溪", "松坡", "石桥", "金银", "双河", "白鹤", "茶园", "永丰", "高山"]


@pytest.fixture
def villages(north_town):
    made = [
        plant(f"9101011012{n:02}", f"{name}村", "village", north_town)
        for n, name in enumerate(NAMES, 1)
    ]
    Organisation.objects.update(name=F("short_name"))
    return made


def press_for(client, made, cause, answer):
    """What the clerk does about a cause; how many presses and fields it takes her."""
    if answer is None:
        send(client, "collection_mend", made, cause=cause.uid, do="likely")
        return 1
    if not answer:
        send(client, "collection_mend", made, cause=cause.uid, do="blank")
        return 1
    fields = {f"v-{value.uid}": answer for value in cause.values}
    send(client, "collection_mend", made, cause=cause.uid, do="given", **fields)
    return 1 + len(fields)


def test_thirty_workbooks_are_finished_with_forty_presses(
    villages, as_user, lan, settings, tmp_path
):
    settings.UPLOAD_FOLDER = tmp_path
    # Whoever renews the lease has a connection of her own and sees nothing of this transaction.
    settings.JOB_LEASE_SECONDS = 3600
    client, handed = as_user(lan), handed_in("青石镇", [f"{name}村" for name in NAMES])
    assert (len(handed.files), handed.faults) == (30, 300)
    drop(client, *handed.files)
    do_jobs()
    made, presses = Collection.objects.get(), 1
    assert {batch.state for batch in made.batches.all()} == {"planned"}
    causes = {cause.key: cause for cause in Desk(made).causes}
    assert {key: cause.count for key, cause in causes.items()} == dict.fromkeys(
        [*ANSWERS, "id_number"], EACH
    )
    for key, answer in ANSWERS.items():
        presses += press_for(client, made, causes[key], answer)
    do_jobs()
    assert [cause.key for cause in Desk(made).causes] == ["id_number"]
    told = re.search(r'name="shown" value="(\w+)"', shown(client, "collection", made.uid))
    send(client, "collection_apply", made, shown=told[1])
    do_jobs()
    made.refresh_from_db()
    assert (made.state, made.counts["files"], made.counts["left"]) == ("applied", 30, {})
    assert presses + 1 <= 40
    # Of ten rosters only the 25 numbers nobody but the village knows stay out.
    assert Appointment.objects.count() == handed.rows["committee"] - EACH
    assert Volunteer.objects.count() == handed.rows["volunteers"]
    assert HostUnit.objects.count() == handed.rows["units"]
    told = [
        shown(client, "collection_slip", made.uid, one.code).count("校验位") for one in villages
    ]
    assert sum(told) == EACH
    send(client, "collection_undo", made)
    do_jobs()
    left = Appointment.objects.count(), Volunteer.objects.count(), HostUnit.objects.count()
    assert left == (0, 0, 0)
