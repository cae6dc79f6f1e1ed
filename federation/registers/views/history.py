"""Who changed what: the history of one record, and the change log of a scope."""

from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.audit.models import Change
from federation.registers.history import lines, people_seen, sees_people_of
from federation.registers.narrowing import narrowed
from federation.registers.scopebar import chosen_organisation, scope_steps
from federation.registers.views.records import RecordPage

PAGE_SIZE = 50


def page_of(changes: QuerySet[Change], before: str) -> tuple[list[Change], int | None]:
    """Fifty changes, newest first, older than the id ``before``; and the id to go on from."""
    if before.isascii() and before.isdigit() and len(before) < 19:
        changes = changes.filter(pk__lt=int(before))
    found = list(changes.order_by("-pk")[: PAGE_SIZE + 1])
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None


class HistoryView(RecordPage):
    """All changes of one record, newest first."""

    template_name = "registers/history.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        changes = Change.objects.filter(object_uid__in=self.uids())
        is_seen = sees_people_of(self.record, self.scope)
        found, older = page_of(changes, request.GET.get("before", ""))
        context = {
            "title": str(self.record),
            "lines": lines(found, sees_people=lambda _change: is_seen),
            "older": older,
            "opens_batches": self.may("exchange:batch"),
        }
        return render(request, self.template_name, {**context, **self.context()})

    def uids(self) -> list[Any]:
        """Whose changes are shown: the record's, and those of what belongs to it alone."""
        return [self.record.uid]

    def context(self) -> dict[str, Any]:
        """What the page shows beside the changes."""
        return {}


class ChangeList(View):
    """The change log of the viewer's scope; people's records only where she may see people."""

    gate = Gate(Grant.VIEW, flag="sees_audit")

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        flag, code = self.gate.flag, request.GET.get("organisation", "")
        chosen = chosen_organisation(user, Grant.VIEW, code, flag)
        whole = user.scope(Grant.VIEW, flag=flag)
        scope = whole if chosen is None else narrowed(whole, chosen)
        found, older = page_of(readable(scope), request.GET.get("before", ""))
        context = {
            "title": _("变更记录"),
            "lines": lines(found, sees_people=people_seen(scope)),
            "older": older,
            "chosen": chosen,
            "opens_batches": user.may("exchange:batch"),
            "scope_steps": scope_steps(
                user, Grant.VIEW, chosen, lambda code: f"{request.path}?organisation={code}", flag
            ),
        }
        return render(request, "registers/change_list.html", context)


def readable(scope: Any) -> QuerySet[Change]:
    """Changes in ``scope``, those of personal records by the people's part of it."""
    personal = Q(model__in=personal_labels())
    seen = scope.condition("organisation__path")
    seen_people = scope.condition("organisation__path", personal=True)
    found = Change.objects.filter(~personal & seen | personal & seen_people)
    return found.select_related("organisation")


def personal_labels() -> list[str]:
    """Labels of the models that are about people."""
    return [model._meta.label for model in apps.get_models() if getattr(model, "personal", False)]
