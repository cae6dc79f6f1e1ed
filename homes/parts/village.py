"""The 妇女之家 of a village: reported as there or not, a record made where none stands."""

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.declare import Part, part
from federation.exchange.plans import CONFLICT, NEW, Create, Note, Rows, Verdict
from federation.identity import uuid7_batch
from homes.models import Home, HomeKind
from homes.models.homes import WOMEN_HOME
from orgs.models import Organisation, Precision
from orgs.parts.facts import FACT, OF_KEY, Facts, told_yes

TELLING = {"has_home": told_yes}


class StandingHome(NamedTuple):
    """A home that stands in the register, perhaps closed by now."""

    pk: int
    version: int
    name: str
    opened_on: date | None
    closed_on: date | None

    def is_open_on(self, day: date) -> bool:
        """As ``HomeQuerySet.open_on``: the opening day counts, the closing day does not."""
        begun = self.opened_on is None or self.opened_on <= day
        return begun and (self.closed_on is None or day < self.closed_on)


class Standing(NamedTuple):
    """What ``match`` finds."""

    told: Facts
    homes: dict[int, list[StandingHome]]
    names: dict[int, str]
    kind_id: int


@part("villages")
class HomeOfVillage(Part):
    """是 makes a home with a placeholder name where none stands; what differs is a conflict.

    Where all homes were closed before that day, or opened after it, 是 differs too: whether one
    was opened again is for people to say.
    """

    reads = tuple(TELLING)
    derives: ClassVar = {FACT: OF_KEY}

    def match(self, rows: Rows) -> Standing:
        """The homes of each village, those open on the day of the report first."""
        homes: dict[int, list[StandingHome]] = {}
        names: dict[int, str] = {}
        for block in in_blocks(sorted(set(rows.organisation_ids))):
            kept = keyed(Home.objects.of_kind(WOMEN_HOME), "organisation", block)
            found = kept.order_by("pk")
            for owner, *values in found.values_list("organisation_id", *StandingHome._fields):
                homes.setdefault(owner, []).append(StandingHome(*values))
            places = keyed(Organisation.objects.all(), "id", block)
            names.update(places.values_list("pk", "short_name"))
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
            homes = found.homes.get(owner, [])
            standing = [home for home in homes if home.is_open_on(rows.as_of)]
            if told and not homes:
                yield self._home(rows, row, found, uids[row])
                yield Verdict(row, NEW)
            elif told is not None and told != bool(standing):
                home = (standing or homes or [None])[0]
                if home:
                    yield Note(row, "home_differs", _difference(home, told, rows.as_of))
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


def _difference(home: StandingHome, told: bool, day: date) -> str:
    """What the register says of ``home``, beside what the row says of the day."""
    if not told:
        message = _(
            "系统中有“{name}”，表中填的是“否”。没有改动，请核对；如已停用，请登记停用日期。"
        )
    elif home.closed_on is not None and home.closed_on <= day:
        message = _(
            "系统中“{name}”已于 {closed} 停用，表中填的是“是”。没有改动，请核对；"
            "如已重新启用，请在阵地页面更正停用日期。"
        )
    else:
        message = _(
            "系统中“{name}”从 {opened} 起启用，表中按更早的日期填了“是”。没有改动，请核对。"
        )
    return message.format(name=home.name, closed=home.closed_on, opened=home.opened_on)
