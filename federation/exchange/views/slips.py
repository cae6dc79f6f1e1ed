"""Slips for villages: printed all at once, one by one, or as a workbook."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.access.tree import organisation_model
from federation.audit.services import Actor, record_event
from federation.exchange.collecting import slips
from federation.exchange.collecting.desk import Desk
from federation.exchange.models import Collection
from federation.exchange.views.collecting import CollectionBase, collections_of

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SlipList(CollectionBase):
    """The slips for which something is left to do, or with ``?all=1`` all, to be printed."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        is_all = request.GET.get("all") == "1"
        made = slips.slips_of(self.desk, only_open=not is_all)
        _note(request, self.collection, self.collection.organisation, len(made))
        context = {
            "title": _("退回单"),
            "collection": self.collection,
            "slips": made,
            "unread": 0 if self.desk.knows_missing else len(self.desk.unread),
            "may_see_all": True,
            "is_all": is_all,
            "most": slips.MOST,
        }
        return render(request, "exchange/slips.html", context)


class SlipBase(View):
    """Base of pages about one village's slip.

    Whoever imports for the village may have it, though the collection as a whole be another's: it
    tells of no other village, and numbers files and worksheets, for their names may tell.
    """

    gate = Gate(Grant.IMPORT, people=True)

    @cached_property
    def unit(self) -> Any:
        """The village. Raises Http404 for an unknown one and for a foreign one alike."""
        user: Any = self.request.user
        tree = organisation_model().objects.in_scope(user.scope(Grant.IMPORT).of_people())
        found = tree.find_by_code(self.kwargs["code"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def may_see_all(self) -> bool:
        """Whether the viewer may see the collection itself."""
        return bool(collections_of(self.request.user).filter(uid=self.kwargs["uid"]).exists())

    @cached_property
    def slip(self) -> slips.Slip:
        """The slip. Raises Http404 where the village is not one of the collection."""
        unit = self.unit
        found = Collection.objects.select_related("organisation").filter(uid=self.kwargs["uid"])
        collection = found.first()
        if collection is None or not unit.path.startswith(collection.organisation.path):
            raise Http404
        self.collection, self.desk = collection, Desk(collection)
        return slips.slip_of(self.desk, unit, with_names=self.may_see_all)


class SlipPage(SlipBase):
    """One slip, to be read or printed."""

    def get(self, request: HttpRequest, uid: UUID, code: str) -> HttpResponse:
        slip = self.slip
        _note(request, self.collection, slip.unit, 1)
        context = {
            "title": _("退回单"),
            "collection": self.collection,
            "slips": [slip],
            "unit": slip.unit,
            "unread": 0 if self.desk.knows_missing else len(self.desk.unread),
            "may_see_all": self.may_see_all,
        }
        return render(request, "exchange/slips.html", context)


class SlipBook(SlipBase):
    """One slip as a workbook."""

    def get(self, request: HttpRequest, uid: UUID, code: str) -> HttpResponse:
        slip = self.slip
        _note(request, self.collection, slip.unit, 1)
        answer = HttpResponse(b"".join(slips.book_of(slip)), content_type=KIND)
        name = _("{unit}_退回单.xlsx").format(unit=slip.unit.short_name or slip.unit)
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return answer


def _note(request: HttpRequest, collection: Collection, unit: Any, count: int) -> None:
    """Who took how many slips stands in the log, as of every other export."""
    record_event(
        "export",
        actor=Actor.of(request.user),
        request=request,
        obj=collection,
        organisation_id=unit.pk,
        sheet="collection_slip",
        rows=count,
    )
