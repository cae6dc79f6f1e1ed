"""The census of host units: known by code, else by name, and by whom they are covered."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.declare import Part, part
from federation.exchange.plans import (
    CHANGED,
    CONFLICT,
    DUPLICATE,
    NEW,
    UNCHANGED,
    Note,
    Rows,
    Verdict,
)
from federation.identity import uuid7_batch
from orgs.models import HostUnit
from orgs.parts.covering import Covering
from orgs.parts.records import (
    Record,
    branches_of,
    changed,
    created,
    day_told,
    differing,
    paths_of,
    records_of,
)

PLAIN = {
    "employees": "employees",
    "women": "women",
    "has_party": "has_party",
    "has_union": "has_union",
    "has_league": "has_league",
    "has_women_org": "has_women",
}
NAMES = ("name", "uscc", "sort", *PLAIN, "surveyed_on", "surveyed_precision", "covered_by_id")


class Standing(NamedTuple):
    """What ``match`` finds; ``holders``: by code the organisations that registered it."""

    branches: dict[int, int | None]
    units: dict[int, list[Record]]
    holders: dict[str, set[int]]
    covering: Covering
    paths: dict[int, str]


@part("units")
class HostUnitOfRow(Part):
    """A row is one unit of one organisation; no place of the tree is made of it."""

    reads = ("unit_name", "uscc", "sort", *PLAIN.values(), "surveyed_on", "covered_by")

    def match(self, rows: Rows) -> Standing:
        """The units of the organisations, who else has their codes, and who covers them."""
        return Standing(
            branches_of(rows), records_of(HostUnit, NAMES, rows), holders_of(rows), Covering(rows),
            paths_of(rows.organisation_ids),
        )  # fmt: skip

    def tokens(self, rows: Rows, found: Standing) -> list[Any]:
        """The place and units of each row's organisation, whether its code stands elsewhere …"""
        codes = rows.column("uscc")
        return [
            (
                found.paths[owner],
                found.branches[owner],
                [unit.token() for unit in found.units.get(owner, ())],
                bool(found.holders.get(codes[row], set()) - {owner}),
                found.covering.of(row),
            )
            for row, owner in enumerate(rows.organisation_ids)
        ]

    def plan(self, rows: Rows, found: Standing) -> Iterator[Any]:
        """The unit of every row."""
        seen = Seen(rows)
        for row, uid in enumerate(uuid7_batch(rows.count)):
            units = found.units.get(rows.organisation_ids[row], [])
            first = seen.before(row, units)
            if first is not None:
                yield from self._again(rows, row, first)
                continue
            standing = seen.find(row, units)
            if self._is_elsewhere(rows, row, found, seen, standing):
                words = _("这个信用代码已在其他单位登记，没有写入。请核对，或联系上级妇联。")
                yield Note(row, "unit_elsewhere", words)
                yield Verdict(row, DUPLICATE)
                continue
            seen.claimed.update([standing.pk] if standing else [])
            yield from self._one(rows, row, found, standing, uid.hex)

    @staticmethod
    def _is_elsewhere(
        rows: Rows, row: int, found: Standing, seen: "Seen", standing: Record | None
    ) -> bool:
        """Whether the row would bring a code here that another organisation has."""
        code, owner = rows.column("uscc")[row], rows.organisation_ids[row]
        if not code or (standing is not None and standing.values["uscc"] == code):
            return False
        return bool(found.holders.get(code, set()) - {owner}) or seen.owners[code] != owner

    @staticmethod
    def _one(
        rows: Rows, row: int, found: Standing, standing: Record | None, uid: str
    ) -> Iterator[Any]:
        branch = found.branches[rows.organisation_ids[row]]
        told = told_of(rows, row, found.covering.of(row), standing)
        after = differing(standing, told) if standing else told
        whole = {**(standing.values if standing else {}), **after}
        if None not in (whole["women"], whole["employees"]) and whole["women"] > whole["employees"]:
            yield Note(row, "women_differ", more_women_than_employees(rows, row, whole))
            yield Verdict(row, CONFLICT)
            return
        if standing is None:
            yield created(HostUnit, rows, row, branch, {"uid": uid, **told})
        elif after:
            yield changed(HostUnit, rows, row, branch, standing, after)
        yield Verdict(row, NEW if standing is None else CHANGED if after else UNCHANGED)
        if rows.column("covered_by")[row] and found.covering.of(row) is None:
            words = _("找不到覆盖它的妇联组织“{text}”，这一格没有采用，请在页面上补选。")
            yield Note(row, "cover_unknown", words.format(text=rows.column("covered_by")[row]))

    @staticmethod
    def _again(rows: Rows, row: int, first: int) -> Iterator[Any]:
        """A second row about the same unit."""
        if all(rows.column(key)[row] == rows.column(key)[first] for key in HostUnitOfRow.reads):
            yield Note(row, "unit_again", _("与表中前面一行完全相同，只写入一次。"))
            yield Verdict(row, DUPLICATE)
            return
        words = _("同一个单位在表中出现了两次，内容不同，这一行没有写入，请只留一行。")
        yield Note(row, "unit_differs", words)
        yield Verdict(row, CONFLICT)


class Seen:
    """What earlier rows of the file were about; ``owners``: who named a code first."""

    def __init__(self, rows: Rows) -> None:
        self.names, self.codes = rows.column("unit_name"), rows.column("uscc")
        self.ids = rows.organisation_ids
        self.owners: dict[str, int] = {}
        self.coded = set(zip(self.ids, self.codes, strict=True))
        self.by_code: dict[tuple[int, str], int] = {}
        self.by_name: dict[tuple[int, str], list[int]] = {}
        self.claimed: set[int] = set()

    def before(self, row: int, units: list[Record]) -> int | None:
        """The earlier row about the same unit: the same code, or the name where one has none.

        A namesake that stands beside the one of the earlier row is a unit of its own.
        """
        owner, code = self.ids[row], self.codes[row]
        namesakes = self.by_name.setdefault((owner, self.names[row]), [])
        first = self.by_code.get((owner, code)) if code else None
        if first is None and not self._is_another(row, units):
            first = next((one for one in namesakes if not code or not self.codes[one]), None)
        if first is None:
            namesakes.append(row)
            if code:
                self.by_code[owner, code] = row
                self.owners.setdefault(code, owner)
        return first

    def _is_another(self, row: int, units: list[Record]) -> bool:
        """Whether a unit that no row has taken stands with just this name and code, or none."""
        wanted = self.names[row], self.codes[row] or ""
        return any(
            (unit.values["name"], unit.values["uscc"]) == wanted
            for unit in units
            if unit.pk not in self.claimed
        )

    def find(self, row: int, units: list[Record]) -> Record | None:
        """The standing unit that ``row`` means and no earlier row has taken.

        A unit whose code another row names is left to that row, whatever its name.
        """
        owner, code = self.ids[row], self.codes[row]
        free = [unit for unit in units if unit.pk not in self.claimed]
        if not code:
            free = [
                u
                for u in free
                if not u.values["uscc"] or (owner, u.values["uscc"]) not in self.coded
            ]
        return standing_unit(free, self.names[row], code)


def standing_unit(units: list[Record], name: str, code: str | None) -> Record | None:
    """The unit of a code; else the one of the name that has none, or is the only one of it."""
    namesakes = [unit for unit in units if unit.values["name"] == name]
    uncoded = next((unit for unit in namesakes if not unit.values["uscc"]), None)
    if code:
        return next((unit for unit in units if unit.values["uscc"] == code), uncoded)
    return uncoded or (namesakes[0] if len(namesakes) == 1 else None)


def more_women_than_employees(rows: Rows, row: int, whole: dict[str, Any]) -> str:
    """Both numbers, and where each stands: in the table or on record."""
    ours, theirs = _("系统中"), _("表中")
    places = [ours if rows.column(key)[row] is None else theirs for key in ("women", "employees")]
    words = _("{first}的女性 {women} 人，多于{second}的从业人员 {employees} 人，没有写入，请核对。")
    told = {"women": whole["women"], "employees": whole["employees"]}
    return words.format(first=places[0], second=places[1], **told)


def holders_of(rows: Rows) -> dict[str, set[int]]:
    """By code the organisations that registered it, anywhere; of nobody else more is told."""
    found: dict[str, set[int]] = {}
    codes = {code for code in rows.column("uscc") if code}
    for block in in_blocks(sorted(codes)):
        # Said aloud so that the index of the units with a code can be used.
        held = keyed(HostUnit.objects.filter(~Q(uscc="")), "uscc", block)
        for code, owner in held.values_list("uscc", "organisation_id"):
            found.setdefault(code, set()).add(owner)
    return found


def told_of(
    rows: Rows, row: int, covered_by: int | None, standing: Record | None
) -> dict[str, Any]:
    """The columns of a unit that a row fills."""
    day, sort = rows.column("surveyed_on")[row], rows.column("sort")[row]
    return {
        "name": rows.column("unit_name")[row],
        "uscc": rows.column("uscc")[row] or "",
        "sort": sort.label if sort else "",
        **{name: rows.column(key)[row] for name, key in PLAIN.items()},
        **day_told("surveyed", day, standing),
        "covered_by_id": covered_by,
    }
