"""The budget board of an organisation, and the ledger of one organisation year by year."""

import re
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.scopebar import chosen_organisation, roots, scope_steps
from federation.registers.views.records import DetailView
from funding.models import LedgerLine
from funding.services.board import Row, board_rows, board_sum, day_of
from funding.services.ledgers import entries_of, sources_of, years_told
from funding.services.years import years_of
from orgs.models import Organisation

#: as many years are offered to look at
YEARS_BACK = 5
PAGE_SIZE = 100
#: more sources than these cannot be told apart in one bar
MOST_SOURCES = 5


def year_asked(request: HttpRequest, today: date) -> int:
    """The year in the address; this year where there is none, or none that can be."""
    text = request.GET.get("year", "")
    if re.fullmatch(r"[0-9]{4}", text) and 1990 <= int(text) <= today.year:
        return int(text)
    return today.year


def years_offered(chosen: int, told: list[int], today: date) -> list[int]:
    """The years to switch between, the latest first."""
    recent = range(today.year, today.year - YEARS_BACK, -1)
    return sorted({chosen, *told[:YEARS_BACK], *recent}, reverse=True)


def can_write(user: Any, route: str, path: str) -> bool:
    """Whether ``user`` may make a record of the organisation at ``path`` by ``route``."""
    return bool(user.may(route) and user.scope(Grant.CAPTURE).covers(path))


class BudgetBoard(View):
    """The units right below an organisation with their own budgets of a year, the worst first."""

    gate = Gate(Grant.VIEW)

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        today = timezone.localdate()
        year = year_asked(request, today)
        chosen = chosen_organisation(user, Grant.VIEW, request.GET.get("organisation", ""))
        below = roots(user, Grant.VIEW) if chosen is None else self._below(chosen)
        units = [*below, chosen] if chosen else below
        rows = board_rows(units, year, today)
        own = next((row for row in rows if row.organisation == chosen), None)
        rows = [row for row in rows if row is not own]
        context = {
            "chosen": chosen,
            "year": year,
            "years": years_offered(year, [], today),
            "as_of": day_of(year, today),
            "own": own,
            "rows": rows,
            "sum": board_sum(rows),
            "create_url": self._create_url(chosen, year),
            "scope_steps": scope_steps(
                user, Grant.VIEW, chosen, lambda code: self._address(code, year)
            ),
        }
        return render(request, "funding/board.html", context)

    @staticmethod
    def _below(chosen: Organisation) -> list[Organisation]:
        gone = (Organisation.Status.MERGED, Organisation.Status.DISSOLVED)
        children = Organisation.objects.filter(parent=chosen).expected().exclude(status__in=gone)
        return list(children.order_by("path"))

    @staticmethod
    def _address(code: str, year: int) -> str:
        return f"{reverse('funding:board')}?organisation={code}&year={year}"

    def _create_url(self, chosen: Organisation | None, year: int) -> str:
        route = "funding:yearly_create"
        if chosen is None or not can_write(self.request.user, route, chosen.path):
            return ""
        return f"{reverse(route)}?organisation={chosen.code}&year={year}"


class LedgerPage(DetailView):
    """The money of one organisation: its years, and the lines of one year with running sums."""

    queryset = Organisation.objects.select_related("kind", "parent")
    lookup = "code"
    template_name = "funding/ledger.html"

    def context(self) -> dict[str, Any]:
        today = timezone.localdate()
        year = year_asked(self.request, today)
        told = years_told(self.record)
        lines = list(
            LedgerLine.objects.filter(organisation=self.record, year=year).order_by(
                "received_on", "pk"
            )
        )
        on = day_of(year, today)
        shown = Row(self.record, years_of([self.record.pk], year, on)[self.record.pk])
        return {
            **super().context(),
            "year": year,
            "years": years_offered(year, [one.year for one in told], today),
            "own": shown,
            "told": told,
            "count": len(lines),
            "page": Paginator(list(entries_of(lines)), PAGE_SIZE).get_page(
                self.request.GET.get("page")
            ),
            "sources": sources_of(lines, MOST_SOURCES),
            "counts": self.record.populations.order_by("-as_of", "kind")[:6],
            "scope_steps": self.steps(self.record, self._address),
            **self._ways(year),
        }

    def _address(self, code: str) -> str:
        return reverse("funding:ledger", args=[code])

    def _ways(self, year: int) -> dict[str, Any]:
        """Addresses of forms, for those who may fill them here."""
        query = f"?organisation={self.record.code}&year={year}"
        found = {}
        for name in ("line", "yearly", "population"):
            route = f"funding:{name}_create"
            may = can_write(self.viewer, route, self.record.path)
            found[f"{name}_url"] = f"{reverse(route)}{query}" if may else ""
        return found
