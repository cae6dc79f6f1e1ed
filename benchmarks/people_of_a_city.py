"""170,000 invented people in the organisations of the real tree, each with one post.

The same people as those of ``floors/admin/people.py``; numbers are masks without anything behind.
"""

import sys
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from cadres.models import Appointment, Person, Post
from cadres.parts.people import spelling
from federation.bulk.services import insert_rows, reserve_ids
from federation.identity import uuid7_batch
from orgs.models import Organisation
from orgs.services.loading import divisions_load

HERE = Path(__file__).resolve().parent
CHONGQING = HERE.parent / "orgs" / "data" / "50_chongqing.csv.gz"
PEOPLE = 170_000
# Further from each other than keys of one filling are.
APART = 10_000_000
ENGAGEMENTS = {"专职": "1", "挂职": "2", "兼职": "3"}
sys.path.insert(0, str(HERE / "floors" / "admin"))

from people import people  # noqa: E402

Rows = list[dict[str, Any]]


def fill() -> None:
    """Tree and people, unless they stand already."""
    if not Organisation.objects.exists():
        divisions_load(path=CHONGQING)
    if Person.objects.count() >= PEOPLE:
        return
    persons, appointments = rows()
    with transaction.atomic():
        for model, found in ((Person, persons), (Appointment, appointments)):
            names = list(found[0])
            insert_rows(model, names, [tuple(row.values()) for row in found])
    settle()


def settle() -> None:
    """As in a city that has stood for a while: sizes are known, and no vacuum is left to begin by
    itself in the middle of a round, taking a processor from one of the two sides.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def multiply(times: int) -> None:
    """The same people ``times`` over, in the same places; the copies preside over nothing."""
    member = Post.objects.get(name="执委").pk
    with transaction.atomic():
        for number in range(1, times):
            own: dict[str, Any] = {"id": number * APART}
            copy(Person, own)
            copy(Appointment, {**own, "person_id": own["id"]}, post_id=member, is_head="false")
    settle()


def copy(model: Any, shifts: dict[str, int], **values: Any) -> None:
    """The first rows of ``model`` once more: keys shifted, ``uid`` new, ``values`` as given."""
    is_postgresql = connection.vendor == "postgresql"
    fresh = {"uid": "gen_random_uuid()" if is_postgresql else "lower(hex(randomblob(16)))"}
    names = [field.column for field in model._meta.concrete_fields]
    moved = {name: f"{name} + {by}" for name, by in shifts.items()}
    read = [str({**moved, **fresh, **values}.get(name, name)) for name in names]
    table = model._meta.db_table
    into = f"INSERT INTO {table} ({', '.join(names)})"
    with connection.cursor() as cursor:
        cursor.execute(f"{into} SELECT {', '.join(read)} FROM {table} WHERE id < {APART}")


def rows() -> tuple[Rows, Rows]:
    """Values by column of everybody, and of her post."""
    columns = ("pk", "branch_id", "kind_group")
    places = list(Organisation.objects.order_by("path").values_list(*columns))
    branches = {pk: branch for pk, branch, _group in places}
    invented = people(PEOPLE, [(pk, None, group) for pk, _branch, group in places])
    posts = {post.name: post for post in Post.objects.all()}
    keys = zip(
        reserve_ids(Person, PEOPLE),
        uuid7_batch(PEOPLE),
        reserve_ids(Appointment, PEOPLE),
        uuid7_batch(PEOPLE),
        invented,
        strict=True,
    )
    persons, appointments, presided = [], [], set()
    for person_id, person_uid, post_id, post_uid, told in keys:
        persons.append(person(person_id, person_uid.hex, told))
        place = told[1]
        is_head = told[8] == "主席" and place not in presided
        presided |= {place} if is_head else set()
        name = "主席" if is_head else told[8].removeprefix("兼职")
        post = posts["执委" if name == "主席" and not is_head else name]
        held = {"person_id": person_id, "organisation_id": place, "branch_id": branches[place]}
        appointments.append({**appointment(post_id, post_uid.hex, post, told), **held})
    return persons, appointments


def person(key: int, uid: str, told: tuple) -> dict[str, Any]:
    """One human."""
    return {
        "id": key,
        "uid": uid,
        "version": 1,
        "name": told[2],
        **spelling(told[2]),
        "id_number_masked": f"{told[3][:6]}********{told[3][-4:]}",
        "phone_masked": f"140****{told[12][-4:]}",
        "birth_on": told[4].isoformat(),
        "birth_precision": "day",
        "sex": "2",
        "ethnic": told[5],
        "political": told[6],
        "education": told[7],
        "is_grid": told[14],
        "from_report": False,
    }


def appointment(key: int, uid: str, post: Post, told: tuple) -> dict[str, Any]:
    """Her post, still without person and place."""
    return {
        "id": key,
        "uid": uid,
        "version": 1,
        "post_id": post.pk,
        "is_head": post.is_head,
        "engagement": ENGAGEMENTS[told[9]],
        "sector": told[13],
        "from_on": told[10].isoformat(),
        "from_precision": "day",
        "remark": "",
        "from_report": False,
    }
