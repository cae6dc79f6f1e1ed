"""A collection as its pages and services see it: files, findings, typed cells, jobs."""

from hashlib import sha256
from typing import Any

from django.utils.functional import cached_property

from federation.exchange.collecting.causes import Cause, Cell, causes_of
from federation.exchange.collecting.findings import Findings, findings_of
from federation.exchange.collecting.records import Collection
from federation.exchange.deciding import marks_of_edits
from federation.exchange.declare import Sheet, sheet_on, sheets
from federation.exchange.models import Batch, RowEdit
from federation.jobs.models import Job
from federation.jobs.services import UNFINISHED

_NOTHING_TYPED = sha256(b"[]").hexdigest()[:16]


class Desk:
    """Everything is read once, in a number of questions that does not grow with the files."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection

    @cached_property
    def batches(self) -> list[Batch]:
        """All files in their order, those given up left out."""
        found = self.collection.batches.select_related("organisation", "actor")
        return list(found.exclude(state=Batch.State.DROPPED).order_by("ordinal"))

    @cached_property
    def planned(self) -> list[Batch]:
        """The files whose rows are known and not written."""
        return [batch for batch in self.batches if batch.state == Batch.State.PLANNED]

    @property
    def good(self) -> int:
        """Rows that can be written, or stand already."""
        return sum(map(good_rows, self.planned))

    @cached_property
    def known(self) -> list[Batch]:
        """The files whose rows are known."""
        gone = (Batch.State.UPLOADED, Batch.State.REFUSED)
        return [batch for batch in self.batches if batch.state not in gone]

    @cached_property
    def unread(self) -> list[Batch]:
        """The files of which nobody knows yet what came in with them."""
        return [batch for batch in self.batches if batch.state == Batch.State.UPLOADED]

    @property
    def is_reading(self) -> bool:
        """Whether some of them are being looked into."""
        return any(batch.uid in self.jobs for batch in self.unread)

    @property
    def knows_missing(self) -> bool:
        """Whether what did not come can be claimed: all files are read, or it is too late to."""
        return not self.unread or self.collection.state != Collection.State.OPEN

    @cached_property
    def found(self) -> dict[int, Findings]:
        """Key of a batch → what its plan says."""
        return findings_of(self.known)

    @cached_property
    def sheets(self) -> dict[str, type[Sheet]]:
        """The tables of the files, as they are filled in for the day of the collection."""
        wanted = {batch.sheet for batch in self.batches if batch.sheet}
        found = ((one.key, sheet_on(one.key, self.collection.as_of)) for one in sheets)
        return {key: sheet for key, sheet in found if key in wanted and sheet is not None}

    @cached_property
    def edits(self) -> dict[int, list[tuple[Any, ...]]]:
        """Key of a batch → its typed cells, as ``Cell`` needs them."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        told = RowEdit.objects.filter(batch__in=[batch.pk for batch in self.planned])
        columns = ("batch_id", "sheet_no", "row_no", "key")
        for owner, *rest in told.order_by("pk").values_list(*columns):
            found.setdefault(owner, []).append(tuple(rest))
        return found

    @cached_property
    def marks(self) -> dict[int, str]:
        """Key of a batch → the mark of what was typed and chosen in it."""
        return marks_of_edits(self.planned)

    @cached_property
    def mark(self) -> str:
        """The same as long as the page tells the same: by its plans, and by what was said since."""
        told = [
            (
                batch.ordinal,
                batch.sheet,
                sorted(batch.made_against.items()),
                sorted(batch.counts.items()),
                self.marks[batch.pk],
                is_answered_since(batch),
            )
            for batch in self.planned
        ]
        whole = (told, sorted(self.collection.chosen.items()))
        return sha256(repr(whole).encode()).hexdigest()[:32]

    @cached_property
    def behind(self) -> set[int]:
        """The files in which cells were typed, or rows chosen for, that their plans do not know."""
        return {batch.pk for batch in self.planned if self._is_behind(batch)}

    def _is_behind(self, batch: Batch) -> bool:
        return bool(batch.made_against.get("edits", _NOTHING_TYPED) != self.marks[batch.pk])

    @cached_property
    def typed(self) -> set[Cell]:
        """The typed cells that are not checked yet."""
        return {Cell(pk, *edit) for pk in self.behind for edit in self.edits.get(pk, [])}

    @cached_property
    def causes(self) -> list[Cause]:
        """What is wrong in the files that wait to be written."""
        return causes_of(self.planned, self.found, self.sheets, self.typed)

    @cached_property
    def jobs(self) -> dict[Any, Job]:
        """Subject → the last unfinished job: of the files and of the collection itself."""
        subjects = [self.collection.uid, *(batch.uid for batch in self.batches)]
        found = Job.objects.filter(subject__in=subjects, state__in=UNFINISHED).order_by("pk")
        return {job.subject: job for job in found}

    @cached_property
    def last_job(self) -> Job | None:
        """The last job about the collection as a whole."""
        return Job.objects.filter(subject=self.collection.uid).order_by("-pk").first()

    @cached_property
    def checking(self) -> list[Batch]:
        """The files that are being looked into, or are about to be."""
        return [batch for batch in self.batches if batch.uid in self.jobs]

    @property
    def is_writing(self) -> bool:
        """Whether the collection is being written or taken back."""
        return self.collection.uid in self.jobs

    @cached_property
    def asked(self) -> list[Batch]:
        """The files somebody has to say something about."""
        open_ones = [batch for batch in self.batches if batch.uid not in self.jobs]
        return [batch for batch in open_ones if asks_of(batch)]

    @cached_property
    def stopped(self) -> list[Batch]:
        """The files nobody is looking into though they are not checked, or not with all said."""
        open_ones = [batch for batch in self.batches if batch.uid not in self.jobs]
        return [
            batch
            for batch in open_ones
            if (batch.state == Batch.State.UPLOADED and not asks_of(batch))
            or batch.pk in self.behind
            or is_answered_since(batch)
        ]


def asks_of(batch: Batch) -> str:
    """What has to be answered about a file that could not be planned: "kind", "place" or ""."""
    if batch.state != Batch.State.UPLOADED:
        return ""
    return str(batch.recognised.get("asks", ""))


def is_answered_since(batch: Batch) -> bool:
    """Whether something was said about a file that its plan does not know."""
    return bool(batch.state == Batch.State.PLANNED and batch.recognised.get("again"))


def good_rows(batch: Batch) -> int:
    """The rows of a plan that nothing stands against."""
    return sum(batch.counts.get(change, 0) for change in ("new", "changed", "unchanged"))
