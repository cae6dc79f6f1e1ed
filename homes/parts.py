"""The 妇女之家 of a village: reported as there or not, a record made where none stands."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from federation.bulk.services import in_blocks
from federation.exchange.declare import Bearing, Part, bearings, part
from federation.exchange.plans import CONFLICT, NEW, Create, Note, Rows, Verdict
from federation.identity import uuid7_batch
from homes.models import Home, HomeKind
from orgs.models import Organisation, Precision
from orgs.parts.facts import Facts, told_yes

TELLING = {"has_home": told_yes}
WOMEN_HOME = "women_home"
bearings.register(Bearing("homes.Home", rests=True))


class StandingHome(NamedTuple):
    """A home that stands in the register."""

    pk: int
    version: int
    name: str


class Standing(NamedTuple):
    """What ``match`` finds."""

    told: Facts
    homes: dict[int, list[StandingHome]]
    names: dict[int, str]
    kind_id: int


@part("villages")
class HomeOfVillage(Part):
    """是 makes a home with a placeholder name where none stands; 否 beside one is a conflict."""

    reads = tuple(TELLING)

    def match(self, rows: Rows) -> Standing:
        """The homes open on the day of the report."""
        homes: dict[int, list[StandingHome]] = {}
        names: dict[int, str] = {}
        for block in in_blocks(sorted(set(rows.organisation_ids))):
            open_ones = Home.objects.open_on(rows.as_of).of_kind(WOMEN_HOME)
            found = open_ones.filter(organisation__in=block).order_by("pk")
            for owner, *values in found.values_list("organisation_id", *StandingHome._fields):
                homes.setdefault(owner, []).append(StandingHome(*values))
            names.update(Organisation.objects.filter(pk__in=block).values_list("pk", "short_name"))
        kind_id = HomeKind.objects.values_list("pk", flat=True).get(code=WOMEN_HOME)
        return Standing(Facts(rows, TELLING), homes, names, kind_id)

    def tokens(self, rows: Rows, found: Standing) -> list[Any]:
        """The homes and the fact of each row's village."""
        return [
            (tuple(home[:2] for home in found.homes.get(owner, ())), fact)
            for owner, fact in zip(rows.organisation_ids, found.told.tokens(), strict=True)
        ]

    def plan(self, rows: Rows, found: Standing) -> Iterator[Any]:
        """The fact and, where none stands, the home of every row."""
        yield from found.told.plan()
        uids = uuid7_batch(rows.count)
        for row, told in enumerate(rows.column("has_home")):
            owner = rows.organisation_ids[row]
            standing = found.homes.get(owner)
            if told and not standing:
                yield self._home(rows, row, found, uids[row])
                yield Verdict(row, NEW)
            elif told is False and standing:
                message = _(
                    "系统中有“{name}”，表中填的是“否”。没有改动，请核对；如已停用，请登记停用日期。"
                )
                yield Note(row, "home_differs", message.format(name=standing[0].name))
                yield Verdict(row, CONFLICT)

    def _home(self, rows: Rows, row: int, found: Standing, uid: UUID) -> Create:
        owner = rows.organisation_ids[row]
        branch = found.told.branches[owner]
        values = {
            "uid": uid.hex,
            "organisation_id": owner,
            "branch_id": branch,
            "kind_id": found.kind_id,
            "name": _("{village}妇女之家").format(village=found.names[owner])[:80],
            "is_placeholder": True,
            "opened_precision": Precision.UNKNOWN.value,
            "from_report": True,
            "batch": rows.batch.hex,
        }
        return Create("homes.Home", (row,), owner, branch, values)
