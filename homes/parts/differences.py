"""A row of the table beside the place it means: what it tells, and what that changes.

A blank cell never empties a record; a date is only replaced by another or by a finer one.
"""

from typing import Any
from uuid import UUID

from federation.exchange.plans import Rows, Update
from federation.sealing.boxes import digest
from federation.sealing.fields import place_of, seal_text
from federation.sealing.masking import mask_phone
from homes.models import Home
from homes.parts.standing import Owner, Place
from orgs.parts.matching import agree, hexed, iso


def phone_values(uid: UUID, phone: str | None) -> dict[str, Any]:
    """The three columns of the manager's telephone; nothing when there is none."""
    if phone is None:
        return {}
    return {
        "manager_phone": seal_text(place_of(Home, "manager_phone", uid.hex), phone),
        "manager_phone_digest": digest("phone", phone),
        "manager_phone_masked": mask_phone(phone),
    }


def told_plainly(rows: Rows, row: int) -> dict[str, Any]:
    """The columns a row fills, without telephone and opening."""
    area, level = rows.column("area_sqm")[row], rows.column("level")[row]
    count, shared = rows.column("activities")[row], rows.column("sharing")[row]
    closed = rows.column("closed_on")[row]
    told = {
        "address": rows.column("address")[row],
        "host": rows.column("host")[row],
        "sharing": shared and shared.code,
        "closed_on": closed and closed.first_day.isoformat(),
        "closed_reason": rows.column("closed_reason")[row],
        "area_m2": None if area is None else str(area),
        "manager_name": rows.column("contact")[row],
        "level": level and level.label,
        "activities_a_year": count,
        "activities_as_of": None if count is None else rows.as_of.isoformat(),
        "remark": rows.column("remark")[row],
    }
    return {name: value for name, value in told.items() if value is not None}


def told_values(rows: Rows, row: int, uid: UUID) -> dict[str, Any]:
    """Everything a row tells of a new place."""
    built = rows.column("built_on")[row]
    opening = {} if built is None else _opening(built)
    return {
        **told_plainly(rows, row),
        **opening,
        **phone_values(uid, rows.column("contact_phone")[row]),
    }


def _opening(built: Any) -> dict[str, Any]:
    return {"opened_on": built.first_day.isoformat(), "opened_precision": built.precision}


def is_told_anew(place: Place, built: Any) -> bool:
    """Whether the row's date is another than the one known, or a finer one."""
    if built is None:
        return False
    known = place.opened
    return known is None or not agree(known, built) or len(built.iso()) > len(known.iso())


def changed(
    rows: Rows, row: int, place: Place, name: str | None, owner: Owner, cluster: int | str | None
) -> Update | None:
    """What the row changes of a place that stands; None when it agrees in every cell.

    ``cluster``: its key, or its uid where the same table brings it in.
    """
    after = {**told_plainly(rows, row), "from_report": False}
    if cluster is not None:
        after["cluster_id"] = cluster
    if name is not None:
        after |= {"name": name, "is_placeholder": False}
    if place.activities_as_of is not None and place.activities_as_of > rows.as_of:
        after.pop("activities_a_year", None)
        after.pop("activities_as_of", None)
    built, phone = rows.column("built_on")[row], rows.column("contact_phone")[row]
    if is_told_anew(place, built):
        after |= _opening(built)
    if phone is not None and digest("phone", phone) != place.manager_phone_digest:
        after |= phone_values(place.uid, phone)
    before = _plain(place)
    differing = {column: value for column, value in after.items() if before[column] != value}
    if not differing:
        return None
    differing["batch"] = rows.batch.hex
    return Update(
        "homes.Home", (row,), owner.pk, owner.branch_id, place.pk, place.uid,
        {column: before[column] for column in differing}, differing,
    )  # fmt: skip


def _plain(place: Place) -> dict[str, Any]:
    """The columns of a place as plain values."""
    return {
        **place._asdict(),
        "area_m2": None if place.area_m2 is None else str(place.area_m2),
        "opened_on": iso(place.opened_on),
        "closed_on": iso(place.closed_on),
        "activities_as_of": iso(place.activities_as_of),
        "batch": hexed(place.batch),
    }
