"""What all pages of one import share: finding the batch, its job, and the step it is at."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from federation.access.gates import Gate
from federation.access.models import User
from federation.access.scope import Grant
from federation.exchange.declare import Sheet, sheet_on, sheets
from federation.exchange.history import sent_before
from federation.exchange.models import Batch, Collection
from federation.jobs.models import Job

RUNNING = (Job.State.QUEUED, Job.State.RUNNING)
WRITTEN = (Batch.State.APPLIED, Batch.State.UNDONE)
STEPS = (
    gettext_lazy("上传文件"),
    gettext_lazy("对应列名"),
    gettext_lazy("检查数据"),
    gettext_lazy("写入"),
    gettext_lazy("完成"),
)


@dataclass(frozen=True)
class Step:
    """One of the five steps as the page shows it."""

    name: str | Promise
    note: str
    state: str


def steps_at(current: int, notes: dict[int, str] | None = None) -> list[Step]:
    """The five steps with number ``current`` (1 …) under way; ``notes`` by number."""
    return [
        Step(
            name,
            (notes or {}).get(number, ""),
            "done" if number < current else "now" if number == current else "",
        )
        for number, name in enumerate(STEPS, start=1)
    ]


class ImportPage(View):
    """Base of pages about one batch of the viewer's import scope."""

    gate = Gate(Grant.IMPORT, people=True)

    @property
    def user(self) -> User:
        """Who looks."""
        user: Any = self.request.user
        return user

    @cached_property
    def batch(self) -> Batch:
        """The batch. Raises Http404 for an unknown one and for a foreign one alike."""
        user = self.user
        found = Batch.objects.in_scope(user.scope(Grant.IMPORT)).select_related(
            "organisation", "collection"
        )
        batch = found.filter(uid=self.kwargs["uid"]).first()
        sheet = sheets.get(batch.sheet) if batch else None
        if batch is None or (sheet is not None and not sheet.is_for(user)):
            raise Http404
        return batch

    @cached_property
    def sheet(self) -> type[Sheet]:
        """The declaration the batch was made for. Raises Http404 when it is gone."""
        found = sheet_on(self.batch.sheet, self.batch.as_of)
        if found is None:
            raise Http404
        return found

    @property
    def is_collected(self) -> bool:
        """Whether the file waits with others, which are written together."""
        collection = self.batch.collection
        return collection is not None and collection.state == Collection.State.OPEN

    @cached_property
    def job(self) -> Job | None:
        """The last job about this batch."""
        return Job.objects.filter(subject=self.batch.uid).order_by("-pk").first()

    @property
    def is_running(self) -> bool:
        """Whether a worker still has to do something for this batch."""
        return self.job is not None and self.job.state in RUNNING

    @cached_property
    def sent_before(self) -> Batch | None:
        """Where the same file came in before, while it is still to be decided about this one."""
        is_open = self.batch.state == Batch.State.PLANNED
        return sent_before(self.batch, self.user) if is_open else None

    def context(self, current: int, **more: Any) -> dict[str, Any]:
        """What every page of an import shows above its own part."""
        counts = more.get("counts", self.batch.counts)
        notes = {1: self.batch.file_name}
        if "rejected" in counts:
            wrong = counts["rejected"]
            notes[3] = _("{count} 行要改").format(count=wrong) if wrong else _("没有要改的行")
        return {
            "batch": self.batch,
            "title": _("导入{sheet}").format(sheet=self.sheet.title),
            "steps": steps_at(current, notes),
            "sent_before": self.sent_before,
            **more,
        }
