"""The table of places: every row is one place, kept as a record, and what was seen there."""

import json
from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from federation.exchange.cleaners.text import squash
from federation.exchange.declare import Follows, Part, part
from federation.exchange.plans import (
    CHANGED,
    CONFLICT,
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
from homes.parts.clusters import Clusters, NoCluster, Reference, marks_of
from homes.parts.deciding import Deciding, Line, name_of
from homes.parts.differences import changed, told_values
from homes.parts.standing import Register, StandingCheck, register_of
from homes.sheets import HAVES


@part("homes")
class HomesTable(Part):
    """Matches a place by organisation, kind and name; the first named one adopts a placeholder."""

    reads = (
        "home_kind", "home_name", "address", "built_on", "area_sqm", *HAVES, "contact",
        "contact_phone", "activities", "level", "host", "sharing", "cluster", "closed_on",
        "closed_reason", "checker", "evidence", "remark",
    )  # fmt: skip
    derives: ClassVar = {"homes.HomeCheck": {"answers": Follows(tuple(HAVES), together=True)}}

    def match(self, rows: Rows) -> Register:
        """The organisations with their places, kinds and the standard of the day."""
        return register_of(rows)

    def tokens(self, rows: Rows, found: Register) -> list[Any]:
        """The places and checks of each row's organisation, and of that of its cluster."""
        covers = rows.ceiling.covers
        tokens = {pk: (owner.token(), covers(owner.path)) for pk, owner in found.owners.items()}
        marks = marks_of(rows, found, tokens)
        rules = (found.standard.pk, found.standard.version, *(k.version for k in found.kinds))
        return [
            (tokens[owner], rules, name and marks[squash(name)])
            for owner, name in zip(rows.organisation_ids, rows.column("cluster"), strict=True)
        ]

    def plan(self, rows: Rows, found: Register) -> Iterator[Any]:
        """Every row decided in the order of the file, then written: clusters before others."""
        deciding = Deciding(rows, found)
        uids = uuid7_batch(2 * rows.count)
        lines = []
        for row in range(rows.count):
            line = deciding.line(row, uids[2 * row])
            notes, refused = deciding.judge(line)
            yield from notes
            if refused:
                yield Verdict(row, refused)
            else:
                lines.append(line)
        clusters, named = Clusters(found, lines), rows.column("cluster")
        for line in sorted(lines, key=lambda line: not line.kind.is_cluster):
            try:
                cluster = clusters.named(line, named[line.row])
            except NoCluster as problem:
                yield Note(line.row, "no_cluster", str(problem))
                yield Verdict(line.row, CONFLICT)
                continue
            yield from Writing(rows, found, line, cluster, uids[2 * line.row + 1]).plan()
        yield from clusters.doubts


class Writing:
    """What a good row writes: the place, and a check dated as of the import."""

    def __init__(
        self, rows: Rows, found: Register, line: Line, cluster: Reference | None, check: UUID
    ) -> None:
        self.rows, self.found, self.line = rows, found, line
        self.cluster, self.check_uid = cluster, check

    def plan(self) -> Iterator[Any]:
        """The place made or changed, the check made or changed, the verdict."""
        made = [*self._place(), *self._check()]
        bits = UNCHANGED
        for item in made:
            if isinstance(item, Note):
                yield item
                continue
            bits |= NEW if isinstance(item, Create) else CHANGED
            yield item
        # A new check beside a place that stands changes what is known of it.
        yield Verdict(self.line.row, bits if self.line.place else NEW)

    def _is_news(self, change: Update) -> bool:
        """Not where a row says no more than the report did: the place stays the report's."""
        says_more = self.line.name is not None or bool(self.line.answers)
        return says_more or set(change.after) != {"from_report", "batch"}

    def _place(self) -> Iterator[Create | Update]:
        line, rows, owner = self.line, self.rows, self.line.owner
        if line.place is not None:
            change = changed(rows, line.row, line.place, line.name, owner, self.cluster)
            if change is not None and self._is_news(change):
                yield change
            return
        values = {
            "uid": line.uid.hex,
            "organisation_id": owner.pk,
            "branch_id": owner.branch_id,
            "kind_id": line.kind.pk,
            "name": name_of(line)[:80],
            "is_placeholder": line.name is None,
            "cluster_id": self.cluster,
            **told_values(rows, line.row, line.uid),
            "batch": rows.batch.hex,
        }
        yield Create("homes.Home", (line.row,), owner.pk, owner.branch_id, values)

    def _check(self) -> Iterator[Create | Update | Note]:
        line = self.line
        told = {key: self.rows.column(key)[line.row] for key in ("checker", "evidence")}
        words = {key: text for key, text in told.items() if text is not None}
        standing = line.owner.checks.get(line.place.pk) if line.place else None
        if standing is not None:
            yield from self._corrected(standing, words)
        elif line.answers:
            yield self._new_check(words)
        elif words:
            message = _("没有填“五有”情况，核查人和核查依据没有写入。请补填“五有”各列。")
            yield Note(line.row, "check_without_answers", message)

    def _corrected(self, standing: StandingCheck, words: dict[str, str]) -> Iterator[Update]:
        """A check of the same day and standard, with what the row tells otherwise."""
        line = self.line
        answers = {**standing.answers, **line.answers}
        before = {**standing._asdict(), "answers": json.dumps(standing.answers)}
        after = {
            "answers": before["answers"] if answers == standing.answers else json.dumps(answers),
            "is_passed": passes(answers, self.found.items),
            **words,
        }
        differing = {key: value for key, value in after.items() if before[key] != value}
        if not differing:
            return
        before["batch"] = standing.batch and standing.batch.hex
        differing["batch"] = self.rows.batch.hex
        yield Update(
            "homes.HomeCheck", (line.row,), line.owner.pk, line.owner.branch_id,
            standing.pk, standing.uid, {key: before[key] for key in differing}, differing,
        )  # fmt: skip

    def _new_check(self, words: dict[str, str]) -> Create:
        line, owner = self.line, self.line.owner
        values = {
            "uid": self.check_uid.hex,
            "organisation_id": owner.pk,
            "branch_id": owner.branch_id,
            "home_id": line.place.pk if line.place else line.uid.hex,
            "standard_id": self.found.standard.pk,
            "checked_on": self.rows.as_of.isoformat(),
            "answers": json.dumps(line.answers),
            "is_passed": passes(line.answers, self.found.items),
            "batch": self.rows.batch.hex,
            **words,
        }
        return Create("homes.HomeCheck", (line.row,), owner.pk, owner.branch_id, values)
