"""Who changed what: the history of one record, and the change log of a scope."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant, Scope
from federation.exchange.history import opened_by
from federation.registers.changelog import Fold, fold_of, log_page
from federation.registers.events import Told, disclosures, told
from federation.registers.history import lines, people_seen, sees_people_of
from federation.registers.logpages import page_about, page_within
from federation.registers.narrowing import narrowed
from federation.registers.origins import sources_of
from federation.registers.scopebar import chosen_organisation, scope_steps
from federation.registers.views.records import RecordPage
from federation.sealing.fields import SealedModel

PAGE_SIZE = 50
# What an older page is asked for with: whose changes, and which import is open.
KEPT = ("organisation", "batch", "undone")


class HistoryView(RecordPage):
    """All changes of one record, newest first."""

    template_name = "registers/history.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        is_seen = sees_people_of(self.record, self.scope)
        found, older = page_about(self.uids(), request.GET.get("before", ""), PAGE_SIZE)
        context = {
            "title": str(self.record),
            "lines": lines(found, sees_people=lambda _change: is_seen),
            "older_url": f"?before={older}" if older else "",
            "opened": opened_by(self.viewer, (change.batch for change in found)),
            "disclosures": self.disclosures(),
            "sources": sources_of(self.viewer, self.record, sees_people=is_seen),
        }
        return render(request, self.template_name, {**context, **self.context()})

    def disclosures(self) -> list[Told]:
        """Who came to know whole numbers of the record, for those who audit where it is."""
        scope = self.viewer.scope(Grant.VIEW, flag="sees_audit")
        sealed = issubclass(self.queryset.model, SealedModel)
        if not sealed or not self.queryset.all().in_scope(scope).filter(pk=self.record.pk).exists():
            return []
        return told(list(disclosures(self.uids(), scope)[:PAGE_SIZE]), scope)

    def uids(self) -> list[Any]:
        """Whose changes are shown: the record's, and those of what belongs to it alone."""
        return [self.record.uid]

    def context(self) -> dict[str, Any]:
        """What the page shows beside the changes."""
        return {}


class ChangeList(View):
    """The change log of the viewer's scope; people's records only where she may see people.

    An import stands in it as one line; ``?batch=`` opens that one.
    """

    gate = Gate(Grant.VIEW, flag="sees_audit")

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        flag, code = self.gate.flag, request.GET.get("organisation", "")
        chosen = chosen_organisation(user, Grant.VIEW, code, flag)
        whole = user.scope(Grant.VIEW, flag=flag)
        scope = whole if chosen is None else narrowed(whole, chosen)
        context = {
            "title": _("变更记录"),
            "chosen": chosen,
            "names_places": True,
            "changes_url": request.path,
            "scope_steps": scope_steps(
                user, Grant.VIEW, chosen, lambda code: f"{request.path}?organisation={code}", flag
            ),
        }
        return render(request, "registers/change_list.html", {**context, **self.entries(scope)})

    def entries(self, scope: Scope) -> dict[str, Any]:
        """The newest entries, or those of the import that was opened. Raises Http404."""
        query = self.request.GET
        asked = {name: query.get(name, "") for name in KEPT if name in query}
        before = query.get("before", "")
        if "batch" in asked:
            fold = opened_fold(scope, asked)
            changes, older = page_within(fold, scope, before, PAGE_SIZE)
            shown: Any = lines(changes, sees_people=people_seen(scope))
            opened = opened_by(self.request.user, [fold.batch.uid])
            fold_context: dict[str, Any] = {"fold": fold, "opened": opened}
        else:
            shown, older = log_page(scope, before, PAGE_SIZE)
            fold_context = {}
        older_url = f"?{urlencode({**asked, 'before': older})}" if older else ""
        return {"lines": shown, "older": older, "older_url": older_url, **fold_context}


def opened_fold(scope: Scope, asked: dict[str, str]) -> Fold:
    """The import an address names. Raises Http404 for an unknown and for a foreign one alike."""
    try:
        uid = UUID(asked["batch"])
    except ValueError as error:
        raise Http404 from error
    fold = fold_of(scope, uid, is_undone="undone" in asked)
    if fold is None:
        raise Http404
    return fold
