"""The progress of one import: the moving bar, and the button that stops the work."""

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
from federation.exchange.models import Batch
from federation.exchange.views.steps import ImportPage
from federation.jobs.lanes import ahead
from federation.jobs.models import Job
from federation.jobs.progress import Progress, Stage
from federation.jobs.services import progress_of

Words = str | Promise
DOING: dict[str, Words] = {
    "plan_import": gettext_lazy("正在检查"),
    "apply_import": gettext_lazy("正在写入"),
    "undo_import": gettext_lazy("正在撤销"),
}
STOP: dict[str, Words] = {
    "plan_import": gettext_lazy("停止检查"),
    "apply_import": gettext_lazy("停止，一行也不写入"),
    "undo_import": gettext_lazy("停止撤销"),
}
STAGES: dict[str, dict[str, Words]] = {
    "plan_import": {
        "reading": gettext_lazy("读取文件"),
        "checking": gettext_lazy("核对每一格"),
        "comparing": gettext_lazy("与已有记录比对"),
        "keeping": gettext_lazy("保存检查结果"),
    },
    "apply_import": {
        "comparing": gettext_lazy("再比对一次已有记录"),
        "writing": gettext_lazy("写入记录"),
        "figures": gettext_lazy("重算完整度与指标"),
    },
    "undo_import": {
        "restoring": gettext_lazy("恢复到导入前"),
        "figures": gettext_lazy("重算完整度与指标"),
    },
}
#: counted in rows of the table; the others count records
IN_ROWS = ("checking", "comparing")
ICONS = {"done": "circle-check", "now": "loader-2", "": "circle-dashed"}
#: small tables are done within seconds: at first the page looks more often
OFTEN_SECONDS, OFTEN, SELDOM = 5, "400ms", "1s"


class BatchProgress(ImportPage):
    """The moving part of the progress page, asked for again and again."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.is_running:
            return render(request, "exchange/progress_bar.html", progress_context(self))
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = reverse("exchange:batch", args=[uid])
        return answer


class Cancel(ImportPage):
    """Stop what the worker does for an import: nothing of it stays."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if services.batch_cancel(batch=self.batch):
            messages.success(request, _("已停止，没有改动任何数据。"))
        else:
            messages.info(request, _("已经处理完，来不及停止。"))
        return redirect("exchange:batch", uid)


class Check(ImportPage):
    """Have a file checked: after all, when that was stopped or failed, or once more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        waits = (Batch.State.UPLOADED, Batch.State.PLANNED)
        is_waiting = self.batch.state in waits and not self.is_running
        collection, actor = self.batch.collection, Actor.of(request.user)
        if collection is not None:
            # Which table it is may have to be found out first, or to be asked, on their page.
            if is_waiting and self.is_collected:
                services.file_queue_check(batch=self.batch, actor=actor)
            return redirect("exchange:collection", collection.uid)
        if is_waiting:
            services.batch_queue_plan(batch=self.batch, actor=actor)
        return redirect("exchange:batch", uid)


def progress_context(page: ImportPage) -> dict[str, Any]:
    """How far the job of a batch is, in words and numbers."""
    job = page.job
    if job is None:
        waiting = _("排队中，马上开始")
        return {"batch": page.batch, "percent": 0, "doing": DOING["plan_import"], "words": waiting}
    progress = progress_of(job)
    age = (timezone.now() - job.created_at).total_seconds()
    return {
        "batch": page.batch,
        "percent": progress.percent,
        "doing": DOING.get(job.kind, DOING["plan_import"]),
        "words": _words(job, progress),
        "lines": stage_lines(job.kind, progress),
        "pause": OFTEN if age < OFTEN_SECONDS else SELDOM,
    }


def stage_lines(kind: str, progress: Progress) -> list[tuple[str, str, Words, str]]:
    """State, icon, name and numbers of each stage of a job."""
    names = STAGES.get(kind, {})
    return [
        (stage.state, ICONS[stage.state], names[stage.key], _numbers(stage))
        for stage in progress.stages
        if stage.key in names
    ]


def _numbers(stage: Stage) -> str:
    if not stage.state:
        return _("等待中")
    if not stage.done and not stage.total:
        return _("已完成") if stage.state == "done" else _("进行中")
    done, total = f"{stage.done:,}", f"{stage.total:,}"
    if not stage.total or stage.done >= stage.total:
        said = _("{done} 行") if stage.key in IN_ROWS else _("{done} 条")
    else:
        said = _("{done} / {total} 行") if stage.key in IN_ROWS else _("{done} / {total} 条")
    return said.format(done=done, total=total)


def _words(job: Job, progress: Progress) -> str:
    """The sentence beside the bar: who is first, or what is done and how long it may take."""
    if job.state == Job.State.QUEUED:
        first = ahead(job)
        if not first:
            return _("排队中，马上开始")
        return _("前面还有 {count} 个导入在写同一个镇街").format(count=first)
    now = next((stage for stage in progress.stages if stage.state == "now"), None)
    if now is None:
        return _("马上开始")
    names = STAGES.get(job.kind, {})
    told = [str(names.get(now.key, "")), _numbers(now) if now.done else "", _left(progress)]
    return " · ".join(filter(None, told))


def _left(progress: Progress) -> str:
    seconds = progress.eta_seconds
    if seconds is None:
        return ""
    if seconds < 60:
        return _("还需约 {count} 秒").format(count=seconds)
    return _("还需约 {count} 分钟").format(count=-(-seconds // 60))
