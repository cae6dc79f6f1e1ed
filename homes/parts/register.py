"""The table of places: every row is one place, kept as a record, and what was seen there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from federation.exchange.cleaners.text import squash
from federation.exchange.declare import Part, part
from federation.exchange.plans import (
    CHANGED,
    CONFLICT,
    DUPLICATE,
    NEW,
    UNCHANGED,
    Create,
    Note,
    Rows,
    Update,
    Verdict,
)
from federation.identity import uuid7_batch
from homes.models.checks import passes
from homes.models.homes import WOMEN_HOME
from homes.models.rules import opened_before
from homes.parts.differences import changed, told_values
from homes.parts.standing import Owner, Place, Register, register_of

HAVES = {
    "has_place": "place",
    "has_equipment": "equipment",
    "has_system": "system",
    "has_activity": "activity",
    "has_sign": "sign",
}


@dataclass
class Line:
    """One row while it is being decided."""

    row: int
    owner: Owner
    kind: Any
    name: str | None
    place: Place | None = None


def name_of(line: Line) -> str:
    """The name told, else that of the organisation with the kind: 荷花村妇女之家."""
    return line.name or _("{place}{kind}").format(place=line.owner.short_name, kind=line.kind)


@part("homes")
class HomesTable(Part):
    """Matches a place by organisation, kind and name; the first named one adopts a placeholder."""

    reads = (
        "home_kind", "home_name", "address", "built_on", "area_sqm", *HAVES, "contact",
        "contact_phone", "activities", "level", "remark",
    )  # fmt: skip

    def match(self, rows: Rows) -> Register:
        """The organisations with their places, kinds and the standard of the day."""
        return register_of(rows)

    def tokens(self, rows: Rows, found: Register) -> list[Any]:
        """The places and checks of each row's organisation."""
        tokens = {pk: owner.token() for pk, owner in found.owners.items()}
        rules = (found.standard.pk, found.standard.version, *(k.version for k in found.kinds))
        return [(tokens[owner], rules) for owner in rows.organisation_ids]

    def plan(self, rows: Rows, found: Register) -> Iterator[Any]:
        """One place after the other, in the order in which the file names them."""
        deciding = Deciding(rows, found)
        uids = uuid7_batch(2 * rows.count)
        for row in range(rows.count):
            line = deciding.line(row)
            notes, refused = deciding.judge(line)
            yield from notes
            if refused:
                yield Verdict(row, refused)
                continue
            yield from Writing(rows, found, line, uids[2 * row], uids[2 * row + 1]).plan()


class Deciding:
    """Which place each row means, or why it cannot be taken."""

    def __init__(self, rows: Rows, found: Register) -> None:
        self.rows, self.found = rows, found
        self.names, self.kinds = rows.column("home_name"), rows.column("home_kind")
        self.built = rows.column("built_on")
        self.seen: set[tuple[int, int, str]] = set()
        self.adopted: set[int] = set()
        self.named = {self._key(row) for row in range(rows.count)}

    def _kind(self, row: int) -> Any:
        told, name = self.kinds[row], self.names[row]
        places = self.found.owners[self.rows.organisation_ids[row]].places
        same = [place.kind_id for place in places if squash(place.name) == squash(name or "")]
        if same and not told:
            # A place that stands under its name keeps the kind people gave it.
            return next(kind for kind in self.found.kinds if kind.pk == same[0])
        return self.found.kind_of(told, name)

    def _key(self, row: int) -> tuple[int, int, str]:
        kind = self._kind(row)
        name = squash(self.names[row] or "")
        return (self.rows.organisation_ids[row], kind.pk if kind else 0, name)

    def line(self, row: int) -> Line:
        """The row with the place it means, if one stands."""
        owner = self.found.owners[self.rows.organisation_ids[row]]
        line = Line(row, owner, self._kind(row), self.names[row])
        if line.kind is not None:
            line.place = self._standing(line)
        return line

    def _standing(self, line: Line) -> Place | None:
        places = [place for place in line.owner.places if place.kind_id == line.kind.pk]
        running = [place for place in places if place.closed_on is None]
        if line.name is None and running:
            return running[0] if len(running) == 1 else None
        same = [place for place in places if squash(place.name) == squash(name_of(line))]
        if same or line.name is None:
            return next(iter(same), None)
        return self._placeholder(line, places)

    def _placeholder(self, line: Line, places: list[Place]) -> Place | None:
        """The place known from a report only, unless a row of the file names it as it stands."""
        for place in places:
            key = (line.owner.pk, place.kind_id, squash(place.name))
            is_free = place.is_placeholder and place.closed_on is None and key not in self.named
            if is_free and place.pk not in self.adopted:
                return place
        return None

    def judge(self, line: Line) -> tuple[list[Note], int]:
        """What is to be said about the row, and the verdict that keeps it out (0: none)."""
        refusal = self._refusal(line)
        if refusal is not None:
            code, message, bits = refusal
            return [Note(line.row, code, message)], bits
        key = self._key(line.row)
        if key in self.seen:
            message = _("表中同一个单位有两行是同一个阵地，只取前一行，请核对名称。")
            return [Note(line.row, "home_twice", message)], DUPLICATE
        self.seen.add(key)
        if line.place is not None:
            self.adopted.add(line.place.pk)
        return list(self._doubts(line)), 0

    def _refusal(self, line: Line) -> tuple[str, str, int] | None:
        if line.kind is None:
            message = _("系统中没有阵地类型“{kind}”，这一行没有写入。请核对，或请管理员增加类型。")
            return "unknown_kind", message.format(kind=self.kinds[line.row]), CONFLICT
        if line.place is None and not line.kind.is_offered_on(self.rows.as_of):
            message = _("阵地类型“{kind}”自 {day} 起停用，没有写入，请核对类型。")
            told = message.format(kind=line.kind, day=line.kind.ended_on)
            return "kind_ended", told, CONFLICT
        if line.name is None and line.place is None and self._running(line) > 1:
            message = _("本单位有几个{kind}，请写明阵地名称。这一行没有写入。")
            return "which_home", message.format(kind=line.kind), CONFLICT
        if line.place is None:
            return None
        return self._against_record(line, line.place)

    def _against_record(self, line: Line, place: Place) -> tuple[str, str, int] | None:
        if place.closed_on is not None and place.closed_on <= self.rows.as_of:
            message = _(
                "系统中“{name}”已于 {day} 停用，没有写入。"
                "如已重新启用，请先在阵地页面更正停用日期。"
            )
            return "home_closed", message.format(name=place.name, day=place.closed_on), CONFLICT
        opened = self.built[line.row] or place.opened
        first = line.owner.first_checks.get(place.pk)
        if opened is not None and first is not None and opened.first_day > first:
            message = _("建成时间 {opened} 晚于系统中的核查记录（{day}），没有写入，请核对。")
            told = message.format(opened=opened.iso(), day=first.isoformat())
            return "opened_after_check", told, CONFLICT
        if opened is not None and opened.first_day > self.rows.as_of:
            message = _("系统中“{name}”从 {day} 起启用，晚于填报日期，没有写入，请核对。")
            return "home_not_open", message.format(name=place.name, day=opened.iso()), CONFLICT
        return None

    def _running(self, line: Line) -> int:
        return sum(p.kind_id == line.kind.pk and p.closed_on is None for p in line.owner.places)

    def _doubts(self, line: Line) -> Iterator[Note]:
        built, owner = self.built[line.row], line.owner
        if opened_before(built, owner.status_since_on, owner.status_since_precision):
            message = _("建成时间 {opened} 早于本单位的成立时间 {since}，请核对。")
            told = message.format(opened=built.iso(), since=owner.status_since_on)
            yield Note(line.row, "opened_before_organisation", told)
        if line.place is None and line.kind.code == WOMEN_HOME and self._running(line):
            others = [p.name for p in owner.places if p.kind_id == line.kind.pk and not p.closed_on]
            message = _("本单位已有“{name}”，将另外新增一个，请核对是不是同一个。")
            yield Note(line.row, "home_beside", message.format(name="、".join(others[:3])))


class Writing:
    """What a good row writes: the place, and a check dated as of the import."""

    def __init__(self, rows: Rows, found: Register, line: Line, uid: UUID, check: UUID) -> None:
        self.rows, self.found, self.line = rows, found, line
        self.uid, self.check_uid = uid, check

    def plan(self) -> Iterator[Any]:
        """The place made or changed, the check made or changed, the verdict."""
        made = [*self._place(), *self._check()]
        bits = UNCHANGED
        for item in made:
            bits |= NEW if isinstance(item, Create) else CHANGED
            yield item
        # A new check beside a place that stands changes what is known of it.
        yield Verdict(self.line.row, bits if self.line.place else NEW)

    def _place(self) -> Iterator[Create | Update]:
        line, rows = self.line, self.rows
        if line.place is not None:
            change = changed(rows, line.row, line.place, line.name, line.owner)
            if change is not None:
                yield change
            return
        owner = line.owner
        values = {
            "uid": self.uid.hex,
            "organisation_id": owner.pk,
            "branch_id": owner.branch_id,
            "kind_id": line.kind.pk,
            "name": name_of(line)[:80],
            "is_placeholder": line.name is None,
            **told_values(rows, line.row, self.uid),
            "batch": rows.batch.hex,
        }
        yield Create("homes.Home", (line.row,), owner.pk, owner.branch_id, values)

    def _answers(self) -> dict[str, bool]:
        told = {code: self.rows.column(key)[self.line.row] for key, code in HAVES.items()}
        known = {code: told.get(code) for code in self.found.items}
        return {code: met for code, met in known.items() if met is not None}

    def _check(self) -> Iterator[Create | Update]:
        answers, line = self._answers(), self.line
        if not answers:
            return
        standing = line.owner.checks.get(line.place.pk) if line.place else None
        if standing is not None:
            answers = {**standing.answers, **answers}
            if answers == standing.answers:
                return
        owner = line.owner
        told = {
            "answers": json.dumps(answers),
            "is_passed": passes(answers, self.found.items),
            "batch": self.rows.batch.hex,
        }
        if standing is not None:
            before = {
                "answers": json.dumps(standing.answers),
                "is_passed": standing.is_passed,
                "batch": standing.batch and standing.batch.hex,
            }
            yield Update(
                "homes.HomeCheck", (line.row,), owner.pk, owner.branch_id,
                standing.pk, standing.uid, before, told,
            )  # fmt: skip
            return
        values = {
            "uid": self.check_uid.hex,
            "organisation_id": owner.pk,
            "branch_id": owner.branch_id,
            "home_id": line.place.pk if line.place else self.uid.hex,
            "standard_id": self.found.standard.pk,
            "checked_on": self.rows.as_of.isoformat(),
            "evidence": _("阵地台账导入"),
            **told,
        }
        yield Create("homes.HomeCheck", (line.row,), owner.pk, owner.branch_id, values)
