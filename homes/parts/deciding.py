"""Which place each row of the table means, and why a row cannot be taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from federation.exchange.cleaners.text import squash
from federation.exchange.plans import CONFLICT, DUPLICATE, Note, Rows
from homes.models.homes import WOMEN_HOME
from homes.models.rules import opened_before
from homes.parts.refusals import Told, dates_refused
from homes.parts.standing import Owner, Place, Register
from homes.sheets import HAVES, item_key


@dataclass
class Line:
    """One row while it is being decided."""

    row: int
    owner: Owner
    kind: Any
    name: str | None
    uid: UUID
    answers: dict[str, bool]
    #: the day from which the row tells the place is no longer used
    closes: date | None
    place: Place | None = None
    #: whether the row may mean several places, or closes one without saying which
    is_vague: bool = False

    @property
    def meant(self) -> int | tuple[int, int, str]:
        """The place, else what makes a new one unique: no two rows may mean the same."""
        return self.place.pk if self.place else (self.owner.pk, self.kind.pk, squash(name_of(self)))


def name_of(line: Line) -> str:
    """The name told, else that of the organisation with the kind: 荷花村妇女之家."""
    return line.name or _("{place}{kind}").format(place=line.owner.short_name, kind=line.kind)


class Deciding:
    """Which place each row means, or why it cannot be taken."""

    def __init__(self, rows: Rows, found: Register) -> None:
        self.rows, self.found = rows, found
        self.names, self.kinds = rows.column("home_name"), rows.column("home_kind")
        self.built = rows.column("built_on")
        self.seen: set[int | tuple[int, int, str]] = set()
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

    def line(self, row: int, uid: UUID) -> Line:
        """The row with the place it means, if one stands; a new one would get ``uid``."""
        owner = self.found.owners[self.rows.organisation_ids[row]]
        closes = self.rows.column("closed_on")[row]
        line = Line(
            row, owner, self._kind(row), self.names[row], uid, self._answers(row),
            closes and closes.first_day,
        )  # fmt: skip
        if line.kind is not None:
            self._match(line)
        return line

    def _answers(self, row: int) -> dict[str, bool]:
        """What the row says of each item of the standard, those it leaves blank left out."""
        keys = {code: key for key, code in HAVES.items()}
        columns = self.rows.columns
        told = {
            code: columns[key][row]
            for code in self.found.items
            if (key := keys.get(code) or item_key(code)) in columns
        }
        return {code: met for code, met in told.items() if met is not None}

    def _match(self, line: Line) -> None:
        places = [place for place in line.owner.places if place.kind_id == line.kind.pk]
        same = [place for place in places if squash(place.name) == squash(name_of(line))]
        if line.name is not None:
            line.place = same[0] if same else self._placeholder(line, places)
            return
        # A closing is that of the place closed on that day, never one of a place in use: which
        # of them is meant the row does not say.
        wanted = [place for place in places if place.closed_on == line.closes]
        is_open_left = not wanted and self._running(line) > 0
        line.is_vague = len(wanted) > 1 or is_open_left
        if not line.is_vague:
            line.place = next(iter(wanted or same), None)

    def _placeholder(self, line: Line, places: list[Place]) -> Place | None:
        """The place known from a report only, unless a row of the file names it as it stands."""
        for place in places:
            key = (line.owner.pk, place.kind_id, squash(place.name))
            is_free = place.is_placeholder and place.closed_on is None and key not in self.named
            # A place told as closed is not the one that was reported as there.
            is_free = is_free and line.closes is None
            if is_free and place.pk not in self.adopted:
                return place
        return None

    def judge(self, line: Line) -> tuple[list[Note], int]:
        """What is to be said about the row, and the verdict that keeps it out (0: none)."""
        refusal = self._refusal(line)
        if refusal is not None:
            code, message, bits = refusal
            return [Note(line.row, code, message)], bits
        if line.meant in self.seen:
            message = _("表中同一个单位有两行是同一个阵地，只取前一行，请核对名称。")
            return [Note(line.row, "home_twice", message)], DUPLICATE
        self.seen.add(line.meant)
        if line.place is not None:
            self.adopted.add(line.place.pk)
        return list(self._doubts(line)), 0

    def _refusal(self, line: Line) -> tuple[str, str, int] | None:
        if line.kind is None:
            message = _("系统中没有阵地类型“{kind}”，这一行没有写入。请核对，或请管理员增加类型。")
            return "unknown_kind", message.format(kind=self.kinds[line.row]), CONFLICT
        is_new = line.place is None and line.closes is None
        if is_new and not line.kind.is_offered_on(self.rows.as_of):
            message = _("阵地类型“{kind}”自 {day} 起停用，没有写入，请核对类型。")
            told = message.format(kind=line.kind, day=line.kind.ended_on)
            return "kind_ended", told, CONFLICT
        if line.is_vague:
            return "which_home", _which(line), CONFLICT
        if line.kind.is_cluster and self.rows.column("cluster")[line.row]:
            return (
                "cluster_in_cluster",
                _("微家集群不能再归入另一个集群，没有写入，请核对。"),
                CONFLICT,
            )
        key, owner = line.place.pk if line.place else 0, line.owner
        checks = (owner.first_checks.get(key), owner.last_checks.get(key))
        wrong = dates_refused(self._told(line), line.place, checks)
        return (*wrong, CONFLICT) if wrong else None

    def _told(self, line: Line) -> Told:
        """What the row says of when the place was in use."""
        row, column = line.row, self.rows.column
        return Told(
            name=line.place.name if line.place else name_of(line),
            opened=self.built[row],
            closed=line.closes,
            reason=column("closed_reason")[row],
            is_checked=bool(line.answers),
            as_of=self.rows.as_of,
        )

    def _running(self, line: Line) -> int:
        return sum(p.kind_id == line.kind.pk and p.closed_on is None for p in line.owner.places)

    def _doubts(self, line: Line) -> Iterator[Note]:
        built, owner = self.built[line.row], line.owner
        if opened_before(built, owner.status_since_on, owner.status_since_precision):
            message = _("建成时间 {opened} 早于本单位的成立时间 {since}，请核对。")
            told = message.format(opened=built.iso(), since=owner.status_since_on)
            yield Note(line.row, "opened_before_organisation", told)
        is_new = line.place is None and line.closes is None
        if is_new and line.kind.code == WOMEN_HOME and self._running(line):
            others = [p.name for p in owner.places if p.kind_id == line.kind.pk and not p.closed_on]
            message = _("本单位已有“{name}”，将另外新增一个，请核对是不是同一个。")
            yield Note(line.row, "home_beside", message.format(name="、".join(others[:3])))


def _which(line: Line) -> str:
    """Asks for the name of the place a row means."""
    if line.closes is None:
        message = _("本单位有几个{kind}，请写明阵地名称。这一行没有写入。")
    else:
        message = _("这一行填了停用日期，没有写停用的是哪个{kind}，请写明阵地名称。没有写入。")
    return message.format(kind=line.kind)
