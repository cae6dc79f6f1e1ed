"""The pages of one import after its upload."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from federation.audit.services import Actor
from federation.exchange import kept, services
from federation.exchange.aftermath import changed_by
from federation.exchange.forms import ColumnsForm
from federation.exchange.grids import column_lines, labelled, names_village
from federation.exchange.models import Batch
from federation.exchange.planning import KEPT
from federation.exchange.previews import PlanSummary
from federation.exchange.returning.marking import offer_of
from federation.exchange.views.progress import STOP, progress_context
from federation.exchange.views.steps import WRITTEN, ImportPage
from federation.jobs.models import Job


class BatchPage(ImportPage):
    """Where an import stands: being worked on, refused, to be checked, or done."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.is_running or self.batch.state == Batch.State.APPLYING:
            return render(request, "exchange/progress.html", self._progress())
        if self.batch.state == Batch.State.PLANNED and not self._failed():
            return redirect("exchange:columns" if self._is_first_look() else "exchange:rows", uid)
        return render(request, "exchange/result.html", self._result())

    def _is_first_look(self) -> bool:
        """Whether somebody has still to look at the columns."""
        if self.batch.mapping or self.is_collected:
            return False
        return not services.are_columns_known(self.batch)

    def _failed(self) -> bool:
        return self.job is not None and self.job.state == Job.State.FAILED

    def _progress(self) -> dict[str, Any]:
        kind = self.job.kind if self.job else "plan_import"
        step = 3 if kind == "plan_import" else 4
        return self.context(step, stop=STOP.get(kind), **progress_context(self))

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
            offer=offer_of(batch, self.user),
            undo_until=until,
            kept=self._kept(),
            is_stopped=self.job is not None and self.job.state == Job.State.CANCELLED,
            can_undo=self._can_undo(until),
            took=_seconds(self.job),
            next_url=self._next_url(),
            next_label=self.sheet.next_label,
            **self._aftermath(),
        )

    def _aftermath(self) -> dict[str, Any]:
        """What was changed, and where it can be seen, as far as she may open that."""
        if self.batch.state != Batch.State.APPLIED:
            return {}
        place, register = self.batch.organisation, self.sheet.register_route
        may_see = bool(register) and self.user.may(register)
        return {
            "changed": changed_by(self.batch),
            "register_url": f"{reverse(register)}?organisation={place.code}" if may_see else "",
        }

    def _can_undo(self, until: Any) -> bool:
        """A collected file is taken back with the others."""
        is_written = self.batch.state == Batch.State.APPLIED and self.batch.collection is None
        return bool(is_written and until and timezone.now() < until)

    def _kept(self) -> kept.Page | None:
        """What undoing left as it was."""
        if self.batch.state != Batch.State.UNDONE:
            return None
        return kept.page(self.batch, self.request.user, _number(self.request.GET.get("page")))

    def _next_url(self) -> str:
        """The page that goes on from a written import, where its sheet names one."""
        route = self.sheet.next_route
        if self.batch.state != Batch.State.APPLIED or not route:
            return ""
        return reverse(route, args=[self.batch.uid])


class Columns(ImportPage):
    """Which column is which: the guess with its reason, to be changed and remembered."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.batch.state != Batch.State.PLANNED or self.is_running:
            return redirect("exchange:batch", uid)
        form = self._form()
        return redirect("exchange:rows", uid) if form is None else self._page(form)

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        form = self._form(request.POST)
        if form is None or self.batch.state != Batch.State.PLANNED or self.is_running:
            return redirect("exchange:batch", uid)
        if not form.is_valid():
            return self._page(form, status=422)
        if form.is_as_guessed():
            services.batch_confirm_columns(batch=self.batch, mapping=form.mapping())
            return redirect("exchange:rows", uid)
        services.batch_queue_plan(
            batch=self.batch, actor=Actor.of(request.user), mapping=form.mapping()
        )
        return redirect("exchange:batch", uid)

    @cached_property
    def summary(self) -> PlanSummary:
        """How the columns of each table were understood."""
        return services.plan_summary(self.batch)

    def _form(self, data: Any = None) -> ColumnsForm | None:
        tables = self.summary.tables
        if not tables:
            return None
        return ColumnsForm(
            data,
            sheet=self.sheet,
            tables={number: labelled(part) for number, part in tables.items()},
            named=[number for number, part in tables.items() if names_village(part)],
        )

    def _page(self, form: ColumnsForm, status: int = 200) -> HttpResponse:
        lines = column_lines(form, self.summary.tables)
        context = self.context(
            2,
            form=form,
            lines=lines,
            left_out=self.summary.left_out,
            unsure=sum(not line.is_sure for line in lines),
            mapped=sum(line.field.value() not in ("-", None) for line in lines),
        )
        return render(self.request, "exchange/columns.html", context, status=status)


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
        if self.is_collected:
            return to_collection(self.batch)
        if self.batch.state == Batch.State.PLANNED and not self.is_running:
            if not self._is_as_shown():
                messages.warning(request, _("打开这一页以后又有改动，请核对后再写入。"))
                return redirect("exchange:rows", uid)
            try:
                self._queue()
            except services.NotLookedAt:
                messages.warning(
                    request,
                    _("很多行的同一列会改变，还没有写入。请看页面上的提醒，勾选“我已核对”再写入。"),
                )
                return redirect("exchange:rows", uid)
        return redirect("exchange:batch", uid)

    def _queue(self) -> None:
        services.batch_queue_apply(
            batch=self.batch,
            actor=Actor.of(self.request.user),
            all_or_nothing=self.request.POST.get("rows") == "all",
            is_looked_at=self.request.POST.get("looked") == "yes",
        )

    def _is_as_shown(self) -> bool:
        """Whether as many rows would be written as the button said."""
        shown = self.request.POST.get("accepted")
        return shown in (None, str(services.plan_summary(self.batch).counts.get("accepted", 0)))


class Undo(ImportPage):
    """Have a written import taken back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.batch.collection is not None:
            return to_collection(self.batch)
        if self.batch.state == Batch.State.APPLIED and not self.is_running:
            services.batch_queue_undo(batch=self.batch, actor=Actor.of(request.user))
        return redirect("exchange:batch", uid)


class Drop(ImportPage):
    """Give up an import that was not written."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.is_collected:
            return to_collection(self.batch)
        if self.is_running:
            messages.warning(request, _("正在处理，请先停止，再放弃这次导入。"))
            return redirect("exchange:batch", uid)
        batch = services.batch_drop(batch=self.batch)
        if batch.state in (*WRITTEN, Batch.State.APPLYING):
            messages.warning(request, _("这次导入已经写入，不能放弃。可以在下面撤销。"))
            return redirect("exchange:batch", uid)
        messages.success(request, _("已放弃这次导入，没有写入任何数据。"))
        return redirect("exchange:batch_list")


def to_collection(batch: Batch) -> HttpResponse:
    """To where a collected file is written, taken back or given up: together with the others."""
    assert batch.collection is not None  # noqa: S101 - the callers look first
    return redirect("exchange:collection", batch.collection.uid)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1


def _seconds(job: Job | None) -> int | None:
    if job is None or job.state != Job.State.DONE or not (job.started_at and job.finished_at):
        return None
    return max(1, round((job.finished_at - job.started_at) / timedelta(seconds=1)))
