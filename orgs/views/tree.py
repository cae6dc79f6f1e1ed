"""The tree to walk through and to pick from: levels are fetched when they are opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.narrowing import narrowed
from federation.registers.scopebar import chosen_organisation, roots, scope_steps
from orgs.models import Alias, Organisation

ROWS = 40
FOUND = 30
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Mark:
    """What is worst about an organisation: colour, icon and word of a tag, and what it means."""

    kind: str
    icon: str
    word: str | Promise
    meaning: str | Promise


NOT_BUILT = Mark("bad", "alert-circle", gettext_lazy("未建"), gettext_lazy("应建组织还没有建"))
OVERDUE = Mark("bad", "calendar-x", gettext_lazy("逾期"), gettext_lazy("过了届满日，没有换届"))
DUE_SOON = Mark("warn", "clock", gettext_lazy("30 天届满"), gettext_lazy("届满日在 30 天内"))
PREPARING = Mark("info", "hourglass", gettext_lazy("筹建"), gettext_lazy("已筹建，还没有成立"))
OUTSIDE = Mark("", "circle-minus", gettext_lazy("不计入"), gettext_lazy("虚拟社区等，不计入应建"))
GONE = Mark("", "archive", gettext_lazy("已撤并"), gettext_lazy("已撤并，灰字划线，仍可搜到"))
MARKS = (NOT_BUILT, OVERDUE, DUE_SOON, PREPARING, OUTSIDE, GONE)
CLOSED = (Organisation.Status.MERGED, Organisation.Status.DISSOLVED)
EARLY = (Organisation.Status.PREPARING, Organisation.Status.APPROVED)


@dataclass(frozen=True)
class Row:
    """One line of the tree or of a list of what was found."""

    organisation: Organisation
    children: int
    mark: Mark | None
    former: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether the organisation was merged or dissolved."""
        return self.mark is GONE


def mark_of(organisation: Any, today: date) -> Mark | None:
    """The worst that holds for an organisation annotated with ``last_due``."""
    if organisation.status in CLOSED:
        return GONE
    if not organisation.is_expected:
        return OUTSIDE
    if organisation.status in EARLY:
        return PREPARING
    if organisation.status == Organisation.Status.NOT_BUILT:
        return NOT_BUILT
    if organisation.last_due is None or organisation.last_due > today + SOON:
        return None
    return OVERDUE if organisation.last_due <= today else DUE_SOON


def rows_of(organisations: Any) -> list[Row]:
    """Lines for a queryset of organisations: three queries, however many there are."""
    today = timezone.localdate()
    former = Alias.objects.exclude(sort=Alias.Sort.OTHER_NAME).order_by("-since")
    found = list(
        organisations.select_related("parent", "kind")
        .annotate(last_due=Max("terms__due_on", filter=Q(terms__ended_on=None)))
        .prefetch_related(Prefetch("aliases", former))
    )
    counts = _children_counts(found)
    return [
        Row(
            one,
            counts.get(one.pk, 0),
            mark_of(one, today),
            "、".join(alias.text for alias in one.aliases.all()),
        )
        for one in found
    ]


def _children_counts(organisations: Iterable[Organisation]) -> dict[int, int]:
    above = [one.pk for one in organisations]
    below = Organisation.objects.filter(parent__in=above).order_by()
    return dict(below.values_list("parent").annotate(count=Count("pk")))


def level_below(organisation: Organisation, start: int) -> dict[str, Any]:
    """A page of the children of ``organisation`` from ``start`` on, and how many follow."""
    children = Organisation.objects.filter(parent=organisation).order_by("path")
    total = children.count()
    url = reverse("orgs:tree_level", args=[organisation.code])
    return {
        "rows": rows_of(children[start : start + ROWS]),
        "rest": max(0, total - start - ROWS),
        "more_url": f"{url}?from={start + ROWS}",
    }


class TreePage(View):
    """The tree of the viewer's part, or what a search finds in it."""

    gate = Gate(Grant.VIEW)

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        chosen = chosen_organisation(user, Grant.VIEW, request.GET.get("org", ""))
        scope = user.scope(Grant.VIEW)
        text = request.GET.get("q", "").strip()[:40]
        tops = [chosen] if chosen else roots(user, Grant.VIEW)
        within = Organisation.objects.in_scope(narrowed(scope, chosen) if chosen else scope)
        shown = Organisation.objects.filter(pk__in=[top.pk for top in tops]).order_by("path")
        context = {
            "query": text,
            "chosen": chosen,
            "total": within.count(),
            "today": timezone.localdate(),
            "marks": MARKS,
            "scope_steps": scope_steps(user, Grant.VIEW, chosen, _address),
            "found": rows_of(within.search(text).order_by("depth", "path")[:FOUND])
            if text
            else None,
            "tops": rows_of(shown),
            "level": level_below(tops[0], 0) if len(tops) == 1 else None,
        }
        return render(request, "orgs/tree.html", context)


class TreeLevel(View):
    """The next level below one organisation, as rows to put into the tree."""

    gate = Gate(Grant.VIEW)

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        user: Any = request.user
        organisation = Organisation.objects.in_scope(user.scope(Grant.VIEW)).find_by_code(code)
        if organisation is None:
            raise Http404
        start = request.GET.get("from", "0")
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
        return render(request, "orgs/tree_rows.html", level_below(organisation, number))


class Pick(View):
    """What a pick list offers for ``?q=``: at most 30 organisations of the viewer's part as JSON.

    ``?group=`` keeps one group of kinds (village, town …).
    """

    gate = Gate(Grant.VIEW)

    def get(self, request: HttpRequest) -> JsonResponse:
        user: Any = request.user
        text = request.GET.get("q", "").strip()[:40]
        if not text:
            return JsonResponse({"results": []})
        found = Organisation.objects.in_scope(user.scope(Grant.VIEW)).search(text)
        if group := request.GET.get("group"):
            found = found.of_group(group[:20])
        rows = rows_of(found.order_by("depth", "path")[:FOUND])
        return JsonResponse({"results": [_choice(row) for row in rows]})


def _choice(row: Row) -> dict[str, Any]:
    one = row.organisation
    notes = [str(one.parent) if one.parent else "", one.code]
    if row.former:
        notes.append(_("曾用名 {names}").format(names=row.former))
    return {
        "value": one.code,
        "text": str(one),
        "note": " · ".join(note for note in notes if note),
        "disabled": row.is_gone,
    }


def _address(code: str) -> str:
    return f"{reverse('orgs:tree')}?org={code}"
