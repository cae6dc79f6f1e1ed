"""A list of volunteers: known by ID number, else by name and telephone; never guessed further."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from cadres.models import Person, Volunteer
from cadres.parts.acquaintance import Known, Who
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
from federation.sealing.boxes import digest
from federation.sealing.fields import place_of, seal_text
from orgs.parts.matching import iso
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

SEALED = ("id_number", "phone")
NAMES = (
    "name", "id_number", "id_number_digest", "id_number_masked", "phone", "phone_digest",
    "phone_masked", "team", "since_on", "since_precision", "hours", "skills", "until_on",
    "person_id",
)  # fmt: skip


class Standing(NamedTuple):
    """What ``match`` finds; ``people``: whom the importer may see, by the digest of the number."""

    branches: dict[int, int | None]
    volunteers: dict[int, list[Record]]
    people: dict[bytes, int]
    whos: list[Who]
    paths: dict[int, str]


@part("volunteers")
class VolunteerOfRow(Part):
    """A row is one volunteer of one organisation; no person is made of it."""

    reads = (
        "person_name", "id_number", "phone", "team", "since_on", "hours", "skills", "until_on",
    )  # fmt: skip

    def match(self, rows: Rows) -> Standing:
        """The volunteers of the organisations, and the people with the same numbers."""
        columns = (rows.column(key) for key in ("person_name", "id_number", "phone"))
        whos = [
            Who(name, number and digest("id_number", number), phone and digest("phone", phone))
            for name, number, phone in zip(*columns, strict=True)
        ]
        return Standing(
            branches_of(rows), records_of(Volunteer, NAMES, rows), people_of(rows, whos), whos,
            paths_of(rows.organisation_ids),
        )  # fmt: skip

    def tokens(self, rows: Rows, found: Standing) -> list[Any]:
        """Where the row's place stands, the volunteers and the person of its name or number."""
        by_owner: dict[int, Known[Record]] = {}
        tokens = []
        for row, owner in enumerate(rows.organisation_ids):
            if owner not in by_owner:
                by_owner[owner] = known_of(found.volunteers.get(owner, []))
            who = found.whos[row]
            looked_at = by_owner[owner].near(who)
            person = found.people.get(who.number) if who.number else None
            known = [record.token() for record in looked_at]
            tokens.append((found.paths[owner], found.branches[owner], known, person))
        return tokens

    def plan(self, rows: Rows, found: Standing) -> Iterator[Any]:
        """One organisation's rows are compared with its volunteers and with each other."""
        desks: dict[int, Desk] = {}
        names: dict[int, set[str]] = {}
        for owner, who in zip(rows.organisation_ids, found.whos, strict=True):
            names.setdefault(owner, set()).add(who.name)
        for row, uid in enumerate(uuid7_batch(rows.count)):
            owner = rows.organisation_ids[row]
            if owner not in desks:
                desks[owner] = Desk(rows, found, owner, names[owner])
            yield from desks[owner].row(row, uid)


class Desk:
    """The rows of one organisation while they are decided."""

    def __init__(self, rows: Rows, found: Standing, owner: int, names: set[str]) -> None:
        self.rows, self.found, self.branch = rows, found, found.branches[owner]
        standing = found.volunteers.get(owner, [])
        self.current = known_of(one for one in standing if one.values["until_on"] is None)
        self.former = known_of(one for one in standing if one.values["until_on"] is not None)
        self.earlier: Known[int] = Known()
        self.claimed: set[int] = set()
        self.names = names

    def row(self, row: int, uid: UUID) -> Iterator[Any]:
        """What becomes of one row."""
        who = self.found.whos[row]
        first = self.earlier.find(who)
        standing = self.current.all(who)
        record, is_unclear = self._free(row, first, standing)
        if record is None and not is_unclear and (first is not None or standing):
            yield from self._again(row, first)
        elif is_unclear or self._is_doubted(who, record):
            words = _("本单位有同名的志愿者，分不清是不是同一人，没有写入。请补填身份证号或电话。")
            yield Note(row, "suspected_duplicate", words)
            yield Verdict(row, DUPLICATE)
        else:
            self.earlier.add(who, row)
            yield from self._write(row, uid, record)

    def _is_doubted(self, who: Who, record: Record | None) -> bool:
        return record is None and bool(self.current.doubts(who) or self.earlier.doubts(who))

    def _free(
        self, row: int, first: int | None, standing: list[Record]
    ) -> tuple[Record | None, bool]:
        """The record that no earlier row has taken, and whether it is unclear which of several.

        A row that only repeats an earlier one takes no second record but one that says the same.
        """
        free = [record for record in standing if record.pk not in self.claimed]
        same = next(
            (one for one in free if not differing(one, self._told(row, one.uid, one))), None
        )
        if same is not None or not free:
            return same, False
        if first is not None and self._repeats(row, first):
            return None, False
        return (free[0], False) if len(free) == 1 else (None, True)

    def _repeats(self, row: int, first: int) -> bool:
        columns = map(self.rows.column, VolunteerOfRow.reads)
        return all(column[row] == column[first] for column in columns)

    def _write(self, row: int, uid: UUID, record: Record | None) -> Iterator[Any]:
        if record is None:
            left = self._left(row)
            if left is not None:
                yield from self._gone(row, left)
                return
            told = self._told(row, uid, None)
            yield created(Volunteer, self.rows, row, self.branch, {"uid": uid.hex, **told})
            yield Verdict(row, NEW)
            return
        self.claimed.add(record.pk)
        if record.values["name"] != self.found.whos[row].name:
            note, is_shifted = self._renamed(row, record.values["name"])
            yield note
            if is_shifted:
                yield Verdict(row, CONFLICT)
                return
        after = differing(record, self._told(row, record.uid, record))
        whole = {**record.values, **after}
        if whole["until_on"] and whole["since_on"] and whole["until_on"] < whole["since_on"]:
            words = _("退出日期早于系统中登记的加入日期，没有写入，请核对。")
            yield Note(row, "dates_differ", words)
            yield Verdict(row, CONFLICT)
            return
        if after:
            yield changed(Volunteer, self.rows, row, self.branch, record, after)
        yield Verdict(row, CHANGED if after else UNCHANGED)

    def _renamed(self, row: int, ours: str) -> tuple[Note, bool]:
        """A number of another name, and whether a row here bears that name: a shifted column."""
        is_shifted = ours in self.names
        if is_shifted:
            words = _(
                "系统中此身份证号的姓名是“{ours}”，表中另有一行是“{ours}”，像是错了行。"
                "没有写入，请核对。"
            )
        else:
            words = _("系统中此身份证号的姓名是“{ours}”，写入后改为“{theirs}”，请核对。")
        said = words.format(ours=ours, theirs=self.found.whos[row].name)
        return Note(row, "name_changes", said), is_shifted

    def _left(self, row: int) -> Record | None:
        """Her earlier time that has ended, unless the row tells of a later one."""
        record = self.former.find(self.found.whos[row])
        since = self.rows.column("since_on")[row]
        if record is None or (since and iso(since.last_day) > record.values["until_on"]):
            return None
        return record

    def _gone(self, row: int, record: Record) -> Iterator[Any]:
        told = self._told(row, record.uid, record)
        # Whom the register knows by now is nothing that the row says otherwise.
        after = differing(record, told | {"person_id": None})
        if self.rows.column("until_on")[row] is None:
            words = _("系统中她已在 {day} 退出。没有改动；如又加入，请填新的加入日期。")
        else:
            words = _("系统中她已在 {day} 退出，登记的内容与表中不同。没有改动，请在页面上更正。")
        if after or self.rows.column("until_on")[row] is None:
            yield Note(row, "has_left", words.format(day=record.values["until_on"]))
        yield Verdict(row, CONFLICT if after else UNCHANGED)

    def _again(self, row: int, first: int | None) -> Iterator[Any]:
        if first is not None and self._repeats(row, first):
            yield Note(row, "unit_again", _("与表中前面一行完全相同，只写入一次。"))
            yield Verdict(row, DUPLICATE)
            return
        words = _("同一名志愿者在表中出现了两次，内容不同，这一行没有写入，请只留一行。")
        yield Note(row, "volunteer_differs", words)
        yield Verdict(row, CONFLICT)

    def _told(self, row: int, uid: UUID, record: Record | None) -> dict[str, Any]:
        """The columns of a volunteer that a row fills."""
        column, who = self.rows.column, self.found.whos[row]
        until, hours = column("until_on")[row], column("hours")[row]
        return {
            "name": column("person_name")[row],
            **self._numbers(row, uid, record),
            "person_id": self.found.people.get(who.number) if who.number else None,
            "team": column("team")[row] or "",
            **day_told("since", column("since_on")[row], record),
            "hours": None if hours is None else f"{hours:.1f}",
            "skills": column("skills")[row] or "",
            "until_on": iso(until.first_day) if until else None,
        }

    def _numbers(self, row: int, uid: UUID, record: Record | None) -> dict[str, Any]:
        """Sealed value, digest and mask of each number that the record has not yet."""
        told: dict[str, Any] = {}
        for name, known in zip(SEALED, self.found.whos[row][1:], strict=True):
            if known is None or (record and record.values[f"{name}_digest"] == known):
                continue
            text = self.rows.column(name)[row]
            _kind, mask = Volunteer.sealed_columns[name]
            told[name] = seal_text(place_of(Volunteer, name, uid.hex), text)
            told[f"{name}_digest"], told[f"{name}_masked"] = known, mask(text)
        return told


def known_of(records: Any) -> Known[Record]:
    """Standing volunteers, to be found by number, or by name and telephone."""
    known: Known[Record] = Known()
    for record in records:
        told = record.values
        known.add(Who(told["name"], told["id_number_digest"], told["phone_digest"]), record)
    return known


def people_of(rows: Rows, whos: list[Who]) -> dict[bytes, int]:
    """The people of these numbers whom the importer may see, by digest."""
    found: dict[bytes, int] = {}
    for block in in_blocks({who.number for who in whos if who.number}):
        seen = keyed(Person.objects.in_scope(rows.ceiling), "id_number_digest", block)
        found |= {bytes(known): pk for pk, known in seen.values_list("pk", "id_number_digest")}
    return found
