"""The 收表台: dropping many files at once, and the page on which they are finished."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.audit.services import Actor
from federation.exchange import services
from federation.exchange.collecting.desk import Desk
from federation.exchange.collecting.forms import AddForm, CollectForm
from federation.exchange.collecting.showing import Page
from federation.exchange.collecting.writing import undo_until
from federation.exchange.models import Collection
from federation.exchange.services.looking import collectable
from federation.jobs.models import Job
from federation.jobs.services import progress_of

PER_PAGE = 20
TONES = {Collection.State.APPLIED: "ok", Collection.State.OPEN: "warn"}


def collections_of(user: Any) -> Any:
    """The collections ``user`` may see, the newest first."""
    found = Collection.objects.in_scope(user.scope(Grant.IMPORT))
    return found.select_related("organisation", "actor").order_by("-pk")


class CollectionList(View):
    """The drop for many files, and the collections made so far."""

    gate = Gate(Grant.IMPORT, people=True)

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {"as_of": timezone.localdate()}
        return self._page(CollectForm(user=request.user, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CollectForm(request.POST, request.FILES, user=request.user)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            made = services.collection_open(
                organisation=form.cleaned_data["organisation"],
                as_of=form.cleaned_data["as_of"],
                actor=Actor.of(request.user),
                files=form.taken(),
            )
        except services.CannotCollect as reason:
            form.add_error("books", str(reason))
            return self._page(form, status=422)
        return redirect("exchange:collection", made.uid)

    def _page(self, form: CollectForm, status: int = 200) -> HttpResponse:
        pages = Paginator(collections_of(self.request.user), PER_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        rows = [(one, TONES.get(one.state, "")) for one in page]
        context = {"title": _("收表台"), "form": form, "page": page, "rows": rows}
        return render(self.request, "exchange/collections.html", context, status=status)


class CollectionBase(View):
    """Base of pages about one collection of the viewer's import scope."""

    gate = Gate(Grant.IMPORT, people=True)

    @cached_property
    def collection(self) -> Collection:
        """The collection. Raises Http404 for an unknown one and for a foreign one alike."""
        found = collections_of(self.request.user).filter(uid=self.kwargs["uid"]).first()
        if not isinstance(found, Collection):
            raise Http404
        return found

    @cached_property
    def desk(self) -> Desk:
        """What is known of it."""
        return Desk(self.collection)

    @property
    def actor(self) -> Actor:
        """Who does it."""
        return Actor.of(self.request.user)

    def back(self, anchor: str = "") -> HttpResponse:
        """To the page of the collection."""
        answer: HttpResponse = redirect("exchange:collection", self.collection.uid)
        answer["Location"] += anchor
        return answer


class CollectionPage(CollectionBase):
    """Everything about a collection on one page."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        collection, desk = self.collection, self.desk
        asked = request.GET
        page = Page(desk, asked.get("cause", ""), asked.get("state", ""), asked.get("page"))
        job = desk.last_job
        is_failed = job is not None and job.state == Job.State.FAILED
        until = undo_until(collection)
        context = {
            "title": _("收表台"),
            "collection": collection,
            "desk": desk,
            "told": page,
            "status": status_of(desk),
            "is_open": collection.state == Collection.State.OPEN and not desk.is_writing,
            "problem": job.problem if job is not None and is_failed else "",
            "kinds": [(one.key, one.title) for one in collectable()],
            "kind_titles": {one.key: str(one.title) for one in collectable()},
            "left": _named(desk, collection.counts.get("left", {})),
            "partly": _named(desk, collection.counts.get("partly", {})),
            "undo_until": until,
            "can_undo": _can_undo(collection, desk, until),
            "add": AddForm(),
        }
        return render(request, "exchange/collection.html", context)


def _can_undo(collection: Collection, desk: Desk, until: Any) -> bool:
    is_written = collection.state == Collection.State.APPLIED
    return bool(is_written and until and timezone.now() < until and not desk.is_writing)


def _named(desk: Desk, told: dict[str, Any]) -> list[tuple[str, Any]]:
    names = {str(batch.ordinal): batch.file_name for batch in desk.batches}
    return [(names.get(ordinal, ordinal), what) for ordinal, what in told.items()]


class CollectionStatus(CollectionBase):
    """The moving part of the page, asked for again and again while workers are busy."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        status = status_of(self.desk)
        # What the page showed first is what counts, not how many files are known by now.
        status["is_first"] = status["is_first"] or bool(request.GET.get("first"))
        answer = render(
            request,
            "exchange/collection_status.html",
            {"collection": self.collection, "status": status, "is_part": True},
        )
        if not status["is_busy"] and request.GET.get("first"):
            # Nothing stands on the page yet that somebody could be filling in.
            answer["HX-Refresh"] = "true"
        return answer


def status_of(desk: Desk) -> dict[str, Any]:
    """How far the workers are, in words and numbers."""
    whole = [batch for batch in desk.batches if batch.file_sha256]
    busy = len(desk.checking)
    job = desk.jobs.get(desk.collection.uid)
    if job is not None:
        percent = progress_of(job).percent
        doing = _("正在撤销") if job.kind == "undo_collection" else _("正在写入")
    else:
        percent = 100 * (len(whole) - busy) // max(1, len(whole))
        doing = _("正在检查")
    return {
        "is_busy": bool(busy or job),
        "is_writing": job is not None,
        "is_first": not desk.known or job is not None,
        "doing": doing,
        "percent": percent,
        "busy": busy,
        "whole": len(whole),
    }


class CollectionMore(CollectionBase):
    """More files for an open collection."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        form = AddForm(request.POST, request.FILES)
        if not form.is_valid():
            for line in form.errors["books"]:
                messages.error(request, str(line))
            return self.back("#add")
        try:
            taken = services.collection_add(
                collection=self.collection, actor=self.actor, files=form.taken()
            )
        except services.CannotCollect as reason:
            messages.error(request, str(reason))
            return self.back("#add")
        messages.success(request, _("又收了 {count} 个文件。").format(count=len(taken)))
        return self.back()
