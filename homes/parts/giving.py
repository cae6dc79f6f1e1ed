"""The table of places given out: those in use, and what was seen there on the day itself."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from federation.access.scope import Scope
from federation.exchange.cleaners.choices import Choice
from federation.exchange.giving.givers import GivenRow, Giver, choice, giver, sealed_cell
from homes.models import Home, HomeCheck, Standard
from homes.models.checks import FIVE_HAVES
from homes.sheets import HAVES, item_key

CHUNK = 2000
SHARINGS = dict(Home.Sharing.choices)
COLUMNS = {item: key for key, item in HAVES.items()}
HOME = {
    "kind_id": "home_kind", "name": "home_name", "address": "address", "opened_on": "built_on",
    "area_m2": "area_sqm", "manager_name": "contact", "manager_phone": "contact_phone",
    "activities_a_year": "activities", "level": "level", "host": "host", "sharing": "sharing",
    "cluster_id": "cluster", "closed_on": "closed_on", "closed_reason": "closed_reason",
    "remark": "remark",
}  # fmt: skip


@giver("homes")
class Homes(Giver):
    """A check counts on its own day only: given on another it would be one that nobody made."""

    fields = {"homes.Home": HOME, "homes.HomeCheck": {"checker": "checker", "evidence": "evidence"}}

    def rows(self, scope: Scope, day: date, *, to_fill: bool) -> Iterator[GivenRow]:
        """The places open on ``day``, in the order of the tree."""
        checks = _checks(scope, day)
        homes = Home.objects.in_scope(scope).open_on(day).select_related("kind", "cluster")
        homes = homes.order_by("organisation__path", "pk").select_related("organisation")
        for home in homes.iterator(chunk_size=CHUNK):
            sees_people = scope.covers_people(home.organisation.path)
            yield _row(home, checks.get(home.pk), day, sees_people)


def _checks(scope: Scope, day: date) -> dict[int, HomeCheck]:
    """The checks of ``day`` by the standard in force, by place."""
    standard = Standard.objects.in_force(FIVE_HAVES, day)
    made = HomeCheck.objects.in_scope(scope).filter(checked_on=day, standard=standard)
    return {check.home_id: check for check in made}


def _row(home: Home, check: HomeCheck | None, day: date, sees_people: bool) -> GivenRow:
    values = _of_place(home, day)
    records = [(Home._meta.label, home.uid, home.version)]
    if sees_people:
        values["contact"] = home.manager_name or None
        box, mask = home.manager_phone, home.manager_phone_masked
        values["contact_phone"] = sealed_cell(Home, "manager_phone", home.uid, box, mask)
    if check is not None:
        values |= {COLUMNS.get(code) or item_key(code): met for code, met in check.answers.items()}
        values["evidence"] = check.evidence or None
        values["checker"] = (check.checker or None) if sees_people else None
        records.append((HomeCheck._meta.label, check.uid, check.version))
    return GivenRow(home.organisation_id, values, tuple(records))


def _of_place(home: Home, day: date) -> dict[str, Any]:
    counted = home.activities_as_of
    sharing = str(SHARINGS.get(home.sharing, ""))
    return {
        "home_kind": home.kind.name,
        # The name of a placeholder is nobody's: the table that names it adopts it.
        "home_name": None if home.is_placeholder else home.name,
        "address": home.address,
        "built_on": home.opened,
        "area_sqm": home.area_m2,
        # How many a year was said on a day: on a later one it has to be said again.
        "activities": home.activities_a_year if counted and counted >= day else None,
        "level": choice(home.level),
        "host": home.host,
        "sharing": Choice(home.sharing, sharing) if sharing else None,
        "cluster": home.cluster.name if home.cluster else None,
        "remark": home.remark,
    }
