"""The pages of one import after its upload."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.audit.services import Actor
from federation.exchange import services
from federation.exchange.forms import ColumnsForm
from federation.exchange.grids import CHIPS, column_lines, grid_of
from federation.exchange.models import Batch
from federation.exchange.planning import KEPT
from federation.exchange.understanding.templates import FORM
from federation.exchange.views.steps import WRITTEN, ImportPage
from federation.jobs.models import Job
from federation.jobs.services import progress_of

DOING: dict[str, str | Promise] = {
    "plan_import": gettext_lazy("正在检查"),
    "apply_import": gettext_lazy("正在写入"),
    "undo_import": gettext_lazy("正在撤销"),
}
WORDS: dict[str, str | Promise] = {
    "": gettext_lazy("排队中，马上开始"),
    "reading": gettext_lazy("读取文件，核对每一格"),
    "comparing": gettext_lazy("与已有记录比对"),
    "writing": gettext_lazy("写入记录"),
}


class BatchPage(ImportPage):
    """Where an import stands: being worked on, refused, to be checked, or done."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.is_running or self.batch.state == Batch.State.APPLYING:
            return render(request, "exchange/progress.html", self._progress())
        if self.batch.state == Batch.State.PLANNED and not self._failed():
            return redirect("exchange:columns" if self._is_first_look() else "exchange:rows", uid)
        return render(request, "exchange/result.html", self._result())

    def _is_first_look(self) -> bool:
        return not self.batch.mapping

    def _failed(self) -> bool:
        return self.job is not None and self.job.state == Job.State.FAILED

    def _progress(self) -> dict[str, Any]:
        step = 4 if self.job and self.job.kind != "plan_import" else 3
        return self.context(step, **progress_context(self))

    def _result(self) -> dict[str, Any]:
        batch = self.batch
        problem = self.job.problem if self.job and self._failed() else ""
        until = batch.applied_at + KEPT if batch.applied_at else None
        counts = batch.counts
        return self.context(
            5 if batch.state in WRITTEN else 3,
            problem=problem or batch.refusal,
            counts=counts,
            written=counts.get("new", 0) + counts.get("changed", 0) - counts.get("stale", 0),
            left_out=counts.get("rejected", 0) + counts.get("stale", 0),
            undo_until=until,
            can_undo=batch.state == Batch.State.APPLIED and until and timezone.now() < until,
            took=_seconds(self.job),
            next_url=self._next_url(),
            next_label=self.sheet.next_label,
        )

    def _next_url(self) -> str:
        """The page that goes on from a written import, where its sheet names one."""
        route = self.sheet.next_route
        if self.batch.state != Batch.State.APPLIED or not route:
            return ""
        return reverse(route, args=[self.batch.uid])


class BatchProgress(ImportPage):
    """The moving part of the progress page, asked for every second."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.is_running:
            return render(request, "exchange/progress_bar.html", progress_context(self))
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = reverse("exchange:batch", args=[uid])
        return answer


def progress_context(page: ImportPage) -> dict[str, Any]:
    """How far the job of a batch is, in words."""
    if page.job is None:
        return {
            "percent": 0,
            "doing": DOING["plan_import"],
            "words": WORDS[""],
            "batch": page.batch,
        }
    progress = progress_of(page.job)
    return {
        "percent": progress.percent,
        "doing": DOING.get(page.job.kind, DOING["plan_import"]),
        "words": WORDS.get(progress.message, progress.message),
        "batch": page.batch,
    }


class Columns(ImportPage):
    """Which column is which: the guess with its reason, to be changed and remembered."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        form = self._form()
        return redirect("exchange:rows", uid) if form is None else self._page(form)

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        form = self._form(request.POST)
        if form is None or self.batch.state != Batch.State.PLANNED or self.is_running:
            return redirect("exchange:batch", uid)
        if not form.is_valid():
            return self._page(form, status=422)
        if form.is_as_guessed():
            return redirect("exchange:rows", uid)
        services.batch_queue_plan(
            batch=self.batch, actor=Actor.of(request.user), mapping=form.mapping()
        )
        return redirect("exchange:batch", uid)

    def _form(self, data: Any = None) -> ColumnsForm | None:
        parts = services.plan_summary(self.batch).sheets
        part = next((one for one in parts if has_columns(one)), None)
        if part is None:
            return None
        guesses = [guess for guess in part["guesses"] if guess[1] or guess[2]]
        return ColumnsForm(data, sheet=self.sheet, guesses=guesses)

    def _page(self, form: ColumnsForm, status: int = 200) -> HttpResponse:
        lines = column_lines(form)
        context = self.context(
            2,
            form=form,
            lines=lines,
            unsure=sum(not line.is_sure for line in lines),
            mapped=sum(line.field.value() not in ("-", None) for line in lines),
        )
        return render(self.request, "exchange/columns.html", context, status=status)


class Rows(ImportPage):
    """The checked rows by chip: first those to be put right; nothing is written yet."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.is_running or self.batch.state == Batch.State.REFUSED:
            return redirect("exchange:batch", uid)
        summary = services.plan_summary(self.batch)
        chips = [(key, CHIPS[key], count) for key, count in summary.chips if count]
        chip = request.GET.get("chip", "")
        if chip not in CHIPS:
            chip = chips[0][0] if chips else "rejected"
        page = services.plan_rows(self.batch, chip, _number(request.GET.get("page")))
        is_open = self.batch.state == Batch.State.PLANNED
        context = self.context(
            3 if is_open else 5,
            summary=summary,
            counts=self.batch.counts,
            chips=chips,
            chip=chip,
            page=page,
            grid=grid_of(page.rows, self.sheet),
            several_sheets=len(summary.sheets) > 1,
            has_columns=any(map(has_columns, summary.sheets)),
            can_apply=is_open and bool(self.batch.counts.get("accepted")),
            is_open=is_open,
        )
        return render(request, "exchange/rows.html", context)


class Towns(ImportPage):
    """The clerk's answer: rows without a village are about the town itself."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.batch.state == Batch.State.PLANNED and not self.is_running:
            services.batch_answer_towns(batch=self.batch, actor=Actor.of(request.user))
        return redirect("exchange:batch", uid)


class Apply(ImportPage):
    """Have the plan written; asked twice, it is written once."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.batch.state == Batch.State.PLANNED and not self.is_running:
            services.batch_queue_apply(
                batch=self.batch,
                actor=Actor.of(request.user),
                all_or_nothing=request.POST.get("rows") == "all",
            )
        return redirect("exchange:batch", uid)


class Undo(ImportPage):
    """Have a written import taken back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.batch.state == Batch.State.APPLIED and not self.is_running:
            services.batch_queue_undo(batch=self.batch, actor=Actor.of(request.user))
        return redirect("exchange:batch", uid)


class Drop(ImportPage):
    """Give up an import that was not written."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if not self.is_running:
            services.batch_drop(batch=self.batch)
            messages.success(request, _("已放弃这次导入，没有写入任何数据。"))
        return redirect("exchange:batch_list")


def has_columns(part: dict[str, Any]) -> bool:
    """Whether a worksheet was read column by column: pages filled in by label have no columns."""
    return part["use"] == "imported" and part.get("layout") != FORM


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1


def _seconds(job: Job | None) -> int | None:
    if job is None or job.started_at is None or job.finished_at is None:
        return None
    return max(1, round((job.finished_at - job.started_at) / timedelta(seconds=1)))
