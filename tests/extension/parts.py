"""A row of the table of courses becomes a course."""

from collections.abc import Iterator
from typing import Any

from federation.exchange.declare import Bearing, Part, bearings, part
from federation.exchange.plans import NEW, UNCHANGED, Create, Rows, Verdict
from federation.identity import uuid7_batch
from orgs.models import Organisation
from tests.extension.models import Course

bearings.register(Bearing("extension.Course", rests=True))


@part("courses")
class CourseOfRow(Part):
    """A course known by organisation, name and day is not made twice."""

    reads = ("course_title", "held_on", "attended")

    def match(self, rows: Rows) -> Any:
        """The branches of the organisations, and the courses they held."""
        wanted = set(rows.organisation_ids)
        branches = dict(Organisation.objects.filter(pk__in=wanted).values_list("pk", "branch_id"))
        held = Course.objects.filter(organisation__in=wanted)
        return branches, set(held.values_list("organisation_id", "title", "held_on"))

    def tokens(self, rows: Rows, found: Any) -> list[Any]:
        """Whether the row's course stands."""
        return [self._key(rows, row) in found[1] for row in range(rows.count)]

    def plan(self, rows: Rows, found: Any) -> Iterator[Any]:
        """A course for every row that tells of a new one."""
        branches, known = found
        for row, uid in enumerate(uuid7_batch(rows.count)):
            key = self._key(rows, row)
            if key in known:
                yield Verdict(row, UNCHANGED)
                continue
            known = known | {key}
            owner, title, day = key
            values = {
                "uid": uid.hex,
                "organisation_id": owner,
                "branch_id": branches[owner],
                "title": title,
                "held_on": day.isoformat(),
                "attended": rows.column("attended")[row],
                "batch": rows.batch.hex,
            }
            yield Create("extension.Course", (row,), owner, branches[owner], values)
            yield Verdict(row, NEW)

    @staticmethod
    def _key(rows: Rows, row: int) -> tuple[Any, ...]:
        day = rows.column("held_on")[row].first_day
        return rows.organisation_ids[row], rows.column("course_title")[row], day
