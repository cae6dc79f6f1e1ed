"""Pages of what holds for the whole installation, kept by its administrator: lists and forms."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.views.history import HistoryView
from federation.registers.views.records import CreateView, EditView

KEEPS_RULES = Gate(Grant.VIEW, flag="keeps_rules", at_root=True)


@dataclass(frozen=True)
class RuleRow:
    """One rule: its cells in the order of the headings, where it is changed, who changed it.

    ``withdraw_url`` takes it back, "" where that may not be done.
    """

    cells: tuple[Any, ...]
    edit_url: str
    history_url: str
    withdraw_url: str = ""


@dataclass(frozen=True)
class RuleTable:
    """Rules of one sort under one heading; ``create_url`` adds one, "" where none may be added."""

    heading: str | Promise
    rows: list[RuleRow]
    create_url: str = ""


class RuleList(View):
    """All rules of one sort on one page. Subclasses name ``title``, ``headings``, ``tables``."""

    gate = KEEPS_RULES
    title: Any = ""
    note: Any = ""
    headings: tuple[Any, ...] = ()

    def tables(self) -> Iterable[RuleTable]:
        """What the page shows."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "title": self.title,
            "note": self.note,
            "headings": self.headings,
            "tables": list(self.tables()),
        }
        return render(request, "registers/rule_list.html", context)


class RuleEdit(EditView):
    """The form of one rule."""

    gate = KEEPS_RULES
    grant = Grant.VIEW


class RuleCreate(CreateView):
    """The form of a new rule."""

    gate = KEEPS_RULES
    grant = Grant.VIEW


class RuleHistory(HistoryView):
    """Who changed one rule."""

    gate = KEEPS_RULES
    grant = Grant.VIEW
