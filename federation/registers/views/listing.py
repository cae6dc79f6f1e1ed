"""A register as a list: scope bar, filters, sorting, columns and pages, all in the address."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant, Scope
from federation.bulk.ready import Ready
from federation.registers.cells import body, cells_for
from federation.registers.counting import MOST_COUNTED, counted
from federation.registers.frames import Frame, framed, marks
from federation.registers.narrowing import narrowed
from federation.registers.scopebar import chosen_organisation, scope_steps
from federation.sealing.masking import holds_number

PAGE_SIZE = 50
MOST_PAGES = 2000
# Parts of the address that change what is shown of the records, but not how many there are.
WITHOUT_COUNT = ("page", "sort", "columns")
OWN = "own"
NO_NUMBERS = gettext_lazy("查找框不能填身份证号和手机号，请改按姓名或单位查找。")


class Listing(View):
    """What a register shows: the same records and columns on the page and in its export.

    Subclasses name ``queryset``, ``filterset_class``, ``table_class``; ``grant`` is the right the
    records are narrowed by. In the address: ``organisation`` (code), ``reach=own`` (that unit
    alone), the filter's fields, ``sort``, ``columns``, ``page``.
    """

    gate = Gate(Grant.VIEW)
    grant = Grant.VIEW
    queryset: Any
    filterset_class: Any
    table_class: Any
    title: Any = ""
    #: what one record is counted in: 个, 人
    unit: Any = ""
    #: columns shown until somebody chooses others; empty: all
    default_columns: tuple[str, ...] = ()
    register_name = ""
    list_route = ""
    icon = ""
    #: the route behind a table's column ``uid``, which is hidden from those who may not edit
    edit_route = ""

    @property
    def viewer(self) -> Any:
        """Whoever looks at the list."""
        return self.request.user

    @cached_property
    def chosen(self) -> Any:
        """The organisation looked at, None for several at once. Raises Http404."""
        code = self.request.GET.get("organisation", "")
        return chosen_organisation(self.viewer, self.grant, code)

    @cached_property
    def scope(self) -> Scope:
        """Where the records come from."""
        whole = self.viewer.scope(self.grant)
        return whole if self.chosen is None else narrowed(whole, self.chosen)

    @property
    def is_own(self) -> bool:
        """Whether only the chosen unit itself is asked for."""
        return self.chosen is not None and self.request.GET.get("reach") == OWN

    def own_records(self, queryset: Any, organisation: Any) -> Any:
        """Those of ``queryset`` that belong to ``organisation`` itself."""
        return queryset.filter(organisation=organisation)

    def related(self, queryset: Any) -> Any:
        """``queryset`` with what its rows show, narrowed to the viewer's whole scope."""
        return queryset

    def records(self) -> QuerySet[Any]:
        """The records in scope, before any filter."""
        found = self.queryset.all().in_scope(self.scope)
        return self.own_records(found, self.chosen) if self.is_own else found

    @cached_property
    def filterset(self) -> Any:
        """The filters of the address over the records."""
        return self.filterset_class(
            self.request.GET,
            queryset=self.records(),
            request=self.request,
            **self.filter_arguments(),
        )

    def filter_arguments(self) -> dict[str, Any]:
        """What the filter needs besides the address."""
        return {}

    def filtered(self) -> QuerySet[Any]:
        """What the page and the export show, in the order of the address."""
        return self.related(self.filterset.qs if self._is_filtered() else self.records())

    def _is_filtered(self) -> bool:
        """Whether the address asks for anything: a filter without a value changes nothing."""
        return any(self.request.GET.get(name) for name in self.filterset_class.base_filters)

    def shown_columns(self) -> list[str]:
        """The columns to show: those of the address, else those last chosen, else the default."""
        known = list(self.table_class.base_columns)
        memory = f"columns:{self.register_name}"
        asked = [name for name in self.request.GET.getlist("columns") if name in known]
        if asked:
            if self.request.session.get(memory) != asked:
                self.request.session[memory] = asked
            return asked
        chosen = self.request.session.get(memory) or self.default_columns
        return [name for name in chosen if name in known] or known

    def columns_in_use(self) -> list[str]:
        """The shown columns this viewer has a use for, in the order of the table."""
        shown = set(self.shown_columns())
        if self.edit_route and not self.viewer.may(self.edit_route):
            shown.discard("uid")
        return [name for name in self.table_class.base_columns if name in shown]

    @cached_property
    def table(self) -> Any:
        """The table over all filtered records, sorted."""
        shown = self.columns_in_use()
        hidden = [name for name in self.table_class.base_columns if name not in shown]
        # Without the request: given it, the library would cut pages and count by itself.
        return self.table_class(
            self.filtered(), exclude=hidden, order_by=self.request.GET.getlist("sort") or None
        )

    def in_order(self) -> QuerySet[Any]:
        """What the page and the export show, in the order of the address; ties by age."""
        # Without an order in the address the table has nothing to say about it.
        is_sorted = "sort" in self.request.GET
        found: QuerySet[Any] = self.table.data.data if is_sorted else self.filtered()
        order = found.query.order_by or found.model._meta.ordering
        return found if {"pk", "-pk"} & set(order) else found.order_by(*order, "pk")


class RegisterView(Listing):
    """The page of a register. ``create_route`` and ``export_route`` are offered where allowed."""

    template_name = "registers/list.html"
    create_route = ""
    create_label: Any = ""
    export_route = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        if holds_number(request.GET.get("q", "")):
            # Addresses are kept by browsers and proxies: a number must not stay in one.
            messages.warning(request, NO_NUMBERS)
            return redirect(self._without("q", "page"))
        frame = framed(request, (self.scope, tuple(self.shown_columns())), self.frame)
        page = self._page(frame)
        rows = self.complete(list(page.object_list), frame)
        return HttpResponse(frame.filled(request, body=self._body(rows), pager=self._pager(page)))

    def complete(self, records: list[Any], frame: Frame) -> list[Any]:
        """The records of a page with whatever else their rows show, read for all of them."""
        return records

    def frame(self) -> Frame:
        """The page without its rows."""
        count = self.count()
        context = {**self.context(), **marks(), "count": min(count, MOST_COUNTED)}
        context["is_more"] = count > MOST_COUNTED
        return Frame(render_to_string(self.template_name, context, self.request), count)

    def context(self) -> dict[str, Any]:
        """What the template shows around the rows."""
        return {
            "title": self.title,
            "unit": self.unit,
            "table": self.table,
            "filter_form": self.filterset.form,
            "chips": self.filterset.chips(self.request.GET),
            "cleared_url": self._without_filters(),
            "column_choices": self._column_choices(),
            "kept": self._kept("organisation", "reach", "sort"),
            "filters_kept": self._kept(*self.filterset.form.fields),
            "scope_steps": scope_steps(self.viewer, self.grant, self.chosen, self.address_of),
            "chosen": self.chosen,
            "is_own": self.is_own,
            "export_url": self._allowed(self.export_route),
            "create_url": self._allowed(self.create_route),
            "create_label": self.create_label,
        }

    def _page(self, frame: Frame) -> Page[Any]:
        records: Any = Records(frame.question("records", self.in_order)) if frame.count else []
        paginator = KnownPaginator(records, PAGE_SIZE, count=min(frame.count, MOST_COUNTED))
        return paginator.get_page(min(self._page_number(), MOST_PAGES))

    def _body(self, rows: list[Any]) -> SafeString:
        return body(cells_for(self.table_class, tuple(self.columns_in_use())), rows)

    def _pager(self, page: Page[Any]) -> SafeString:
        shown = {"page": page, "pages": page_links(page, self.request)}
        return render_to_string("registers/pager.html", shown)

    def count(self) -> int:
        """How many records there are, at most one above MOST_COUNTED."""
        query = self.request.GET.copy()
        for name in WITHOUT_COUNT:
            query.pop(name, None)
        question = (self.register_name, self.scope, self.is_own, query.urlencode())
        return counted(self.filterset.qs, question)

    def address_of(self, code: str) -> str:
        """This list with another organisation chosen."""
        query = self.request.GET.copy()
        for name in ("page", "reach"):
            query.pop(name, None)
        query["organisation"] = code
        return f"{self.request.path}?{query.urlencode()}"

    def _page_number(self) -> int:
        number = self.request.GET.get("page", "1")
        return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1

    def _without_filters(self) -> str:
        return self._without(*self.filterset.form.fields, "page")

    def _without(self, *names: str) -> str:
        """This address without some of its parts."""
        query = self.request.GET.copy()
        for name in names:
            query.pop(name, None)
        return f"{self.request.path}?{query.urlencode()}"

    def _kept(self, *names: str) -> list[tuple[str, str]]:
        """Parts of the address that a form carries along as hidden fields."""
        query = self.request.GET
        return [(name, value) for name in names for value in query.getlist(name)]

    def _column_choices(self) -> list[tuple[str, Any, bool]]:
        shown = set(self.shown_columns())
        return [
            (name, column.verbose_name, name in shown)
            for name, column in self.table_class.base_columns.items()
        ]

    def _allowed(self, route: str) -> str:
        """The address of ``route`` with what is chosen here, empty where the role lacks it."""
        if not route or not self.viewer.may(route):
            return ""
        query = self.request.GET.copy()
        query.pop("page", None)
        return f"{reverse(route)}?{query.urlencode()}" if query else reverse(route)


class Records:
    """The records of a question, read when a part of them is asked for."""

    def __init__(self, question: Ready) -> None:
        self.question = question

    def __getitem__(self, part: slice) -> list[Any]:
        return self.question.ask((part.start, part.stop))


class KnownPaginator(Paginator):
    """Pages of records that have been counted already."""

    def __init__(self, records: Any, size: int, *, count: int) -> None:
        super().__init__(records, size)
        self.count = count


def page_links(page: Page[Any], request: HttpRequest) -> list[tuple[str, str, bool]]:
    """Text, address and "is current" of the numbers in the pager; no address for a gap."""
    query = request.GET.copy()
    found = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
        if isinstance(number, int):
            query["page"] = str(number)
            found.append((str(number), f"?{query.urlencode()}", number == page.number))
        else:
            found.append(("…", "", False))
    return found
