"""What is done on the page of a collection: answers, choices, writing, taking back, giving up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from federation.access.scope import Grant
from federation.access.tree import organisation_model
from federation.exchange import services
from federation.exchange.models import Batch, Collection
from federation.exchange.views.collecting import CollectionBase
from federation.jobs.services import UNFINISHED, Job


class CollectionStep(CollectionBase):
    """Base of steps: what cannot be done is told on the page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID, **where: Any) -> HttpResponse:
        try:
            return self.back(self.do(request, **where))
        except (services.CannotCollect, services.CannotUndo) as reason:
            messages.error(request, str(reason))
            return self.back()

    def do(self, request: HttpRequest, **where: Any) -> str:
        """Do it; where on the page to go on."""
        raise NotImplementedError


class CollectionMend(CollectionStep):
    """One cause: what was filled in, what was probably meant, blank, or the towns themselves."""

    def do(self, request: HttpRequest, **where: Any) -> str:
        data, cause = request.POST, request.POST.get("cause", "")
        about: dict[str, Any] = {"collection": self.collection, "actor": self.actor}
        how = data.get("do", "")
        if how == "towns":
            done = services.cause_answer_towns(**about)
        elif how == "likely":
            done = services.cause_take_likely(**about, cause=cause)
        elif how == "blank":
            done = services.cause_leave_blank(**about, cause=cause)
        else:
            fields = [name for name in data if name.startswith("v-")]
            answers = {name[2:]: data.get(name, "") for name in fields}
            remembered = data.getlist("keep")
            done = services.cause_mend(**about, cause=cause, answers=answers, remembered=remembered)
        words = _("{cells} 处已改，正在重新检查 {files} 份文件。")
        messages.success(request, words.format(cells=done.cells, files=done.files))
        return "#problems"


class CollectionFile(CollectionStep):
    """One file: which table it is, whose it is, or that it is not wanted."""

    def do(self, request: HttpRequest, **where: Any) -> str:
        batch = self._batch(where["ordinal"])
        if request.POST.get("do") == "drop":
            services.file_drop(batch=batch)
            messages.success(
                request, _("“{name}”不收了，文件已删除。").format(name=batch.file_name)
            )
            return "#files"
        organisation = self._organisation(request.POST.get("organisation", ""))
        batch = services.file_answer(
            batch=batch,
            actor=self.actor,
            sheet_key=request.POST.get("sheet", ""),
            organisation=organisation,
        )
        if not batch.sheet:
            messages.info(request, _("请再选择这份表是哪个单位的。"))
        return "#questions"

    def _batch(self, ordinal: int) -> Batch:
        found = self.collection.batches.filter(ordinal=ordinal)
        batch = found.select_related("collection__organisation", "organisation").first()
        if batch is None:
            raise Http404
        return batch

    def _organisation(self, code: str) -> Any:
        if not code:
            return None
        user: Any = self.request.user
        scope = user.scope(Grant.IMPORT).of_people()
        found = organisation_model().objects.in_scope(scope).find_by_code(code)
        if found is None:
            raise services.CannotCollect(_("没有找到这个单位。请从列表里选择。"))
        return found


class CollectionChoose(CollectionStep):
    """Of several files about the same units, which one counts."""

    def do(self, request: HttpRequest, **where: Any) -> str:
        asked = request.POST.get("file", "")
        if not (asked.isascii() and asked.isdigit() and len(asked) < 4):
            raise services.CannotCollect(_("请选定一份文件。"))
        services.collection_choose(
            collection=self.collection, twice=request.POST.get("twice", ""), ordinal=int(asked)
        )
        return "#twice"


class CollectionCheck(CollectionStep):
    """Look again into files whose check was stopped or failed."""

    def do(self, request: HttpRequest, **where: Any) -> str:
        count = services.collection_check(collection=self.collection, actor=self.actor)
        messages.info(request, _("正在重新检查 {count} 份文件。").format(count=count))
        return ""


class CollectionCancel(CollectionStep):
    """Stop what workers do for a collection: nothing of it stays."""

    def do(self, request: HttpRequest, **where: Any) -> str:
        if services.collection_cancel(collection=self.collection):
            messages.success(request, _("已停止，没有改动任何数据。"))
        else:
            messages.info(request, _("已经处理完，来不及停止。"))
        return ""


class CollectionApply(CollectionStep):
    """Have everything written; asked twice, it is written once."""

    def do(self, request: HttpRequest, **where: Any) -> str:
        if self._is_busy():
            return ""
        try:
            services.collection_queue_apply(
                collection=self.collection,
                actor=self.actor,
                all_or_nothing=request.POST.get("rows") == "all",
                is_looked_at=request.POST.get("looked") == "yes",
                shown=request.POST.get("shown"),
            )
        except services.NotLookedAt:
            words = _("很多行的同一列会改变，还没有写入。请看页面上的提醒，勾选“我已核对”再写入。")
            messages.warning(request, words)
        return ""

    def _is_busy(self) -> bool:
        return Job.objects.filter(subject=self.collection.uid, state__in=UNFINISHED).exists()


class CollectionUndo(CollectionApply):
    """Have a written collection taken back."""

    def do(self, request: HttpRequest, **where: Any) -> str:
        if self.collection.state == Collection.State.APPLIED and not self._is_busy():
            services.collection_queue_undo(collection=self.collection, actor=self.actor)
        return ""


class CollectionDrop(CollectionStep):
    """Give up a collection that was not written."""

    def do(self, request: HttpRequest, **where: Any) -> str:
        services.collection_drop(collection=self.collection)
        messages.success(request, _("已放弃这次收表，上传的文件已删除。"))
        return ""
