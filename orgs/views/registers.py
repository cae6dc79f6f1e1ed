"""Registers of organisations and terms."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.declare import block_columns, blocks_of, lists
from federation.registers.views.exporting import ExportView
from federation.registers.views.history import HistoryView
from federation.registers.views.listing import RegisterView
from federation.registers.views.records import CreateView, DetailView, EditView
from orgs.blocks import TermsBlock
from orgs.filters import OrganisationFilter, TermFilter
from orgs.forms import OrganisationForm, TermForm
from orgs.models import Organisation, Term
from orgs.tables import PLACE_SHOWN, OrganisationTable, TermTable, organisation_url

ORGANISATION_SHOWN = (
    *PLACE_SHOWN, "kind__name", "status", "status_since_on", "status_since_precision", "mode",
)  # fmt: skip


def page_of_code(code: str) -> str:
    """The page of the organisation with ``code``."""
    return reverse("orgs:organisation_detail", args=[code])


@lists.register
class OrganisationList(RegisterView):
    queryset = Organisation.objects.select_related("kind", "parent").order_by("path")
    filterset_class = OrganisationFilter
    table_class = OrganisationTable
    title = gettext_lazy("组织名册")
    unit = gettext_lazy("个单位")
    register_name = "organisation"
    list_route = "orgs:organisation_list"
    icon = "sitemap"
    default_columns = ("short_name", "code", "parent", "kind", "status", "status_since_on")
    export_route = "orgs:organisation_export"

    def own_records(self, queryset: Any, organisation: Any) -> Any:
        return queryset.filter(parent=organisation)

    def related(self, queryset: Any) -> Any:
        # Three records a row: only what their cells show.
        return queryset.only(*ORGANISATION_SHOWN)


class OrganisationExport(ExportView, OrganisationList):
    gate = Gate(Grant.EXPORT)


class OrganisationPage(DetailView):
    """Everything about one organisation on one page, made of the blocks of all apps."""

    lookup = "code"
    template_name = "orgs/organisation.html"

    @property
    def queryset(self) -> Any:
        """Organisations with what the blocks count of them; one query for all."""
        found = Organisation.objects.select_related("kind", "parent", "covered_by")
        return found.annotate(**block_columns())

    def context(self) -> dict[str, Any]:
        blocks = blocks_of(self.record, self.viewer)
        shown = [block for block in blocks if block.is_shown]
        terms = next(block.terms for block in blocks if isinstance(block, TermsBlock))
        running = [term for term in terms if term.is_running]
        return {
            "record": self.record,
            "title": f"{self.record}{self.record.kind.suffix}",
            "term": next(iter(running), None),
            "lapsed": next(iter(terms), None) if not running else None,
            "facts": sorted(
                (fact for block in blocks for fact in block.facts()), key=lambda fact: fact.rank
            ),
            "wide": [block for block in shown if not block.is_side],
            "side": [block for block in shown if block.is_side],
            "scope_steps": self.steps(self.record, page_of_code),
            "can_edit": self.can_capture(self.record.path) and self.may("orgs:organisation_edit"),
            "can_see_history": self.may("orgs:organisation_history"),
        }


class OrganisationEdit(EditView):
    queryset = Organisation.objects.select_related("kind")
    form_class = OrganisationForm
    lookup = "code"
    title = gettext_lazy("编辑组织")
    button = gettext_lazy("保存资料")

    @property
    def subject(self) -> str:
        return str(self.record)

    def back_url(self) -> str:
        return organisation_url(self.record)

    def address_after(self, record: Any) -> str:
        return organisation_url(record)


class OrganisationHistory(HistoryView):
    gate = Gate(Grant.VIEW, people=True)
    queryset = Organisation.objects.all()
    lookup = "code"

    def context(self) -> dict[str, Any]:
        return {
            "back_url": organisation_url(self.record),
            "scope_steps": self.steps(self.record, page_of_code),
        }


@lists.register
class TermList(RegisterView):
    queryset = Term.objects.select_related("organisation__parent").order_by(
        "organisation__path", "-starts_on"
    )
    filterset_class = TermFilter
    table_class = TermTable
    title = gettext_lazy("届次名册")
    unit = gettext_lazy("届")
    register_name = "term"
    list_route = "orgs:term_list"
    edit_route = "orgs:term_edit"
    icon = "calendar-event"
    export_route = "orgs:term_export"
    create_route = "orgs:term_create"
    create_label = gettext_lazy("登记换届")


class TermExport(ExportView, TermList):
    gate = Gate(Grant.EXPORT)


class TermPage:
    """What the forms of a term have in common."""

    def back_url(self) -> str:
        return reverse("orgs:term_list")

    def address_after(self, record: Term) -> str:
        return organisation_url(record.organisation)


class TermCreate(TermPage, CreateView):
    queryset = Term.objects.all()
    form_class = TermForm
    title = gettext_lazy("登记届次")
    button = gettext_lazy("保存这一届")

    def initial(self) -> dict[str, Any]:
        return {"organisation": self.request.GET.get("organisation", "")}


class TermEdit(TermPage, EditView):
    queryset = Term.objects.select_related("organisation__kind")
    form_class = TermForm
    title = gettext_lazy("编辑届次")
    button = gettext_lazy("保存这一届")


class TermHistory(HistoryView):
    gate = Gate(Grant.VIEW, people=True)
    queryset = Term.objects.select_related("organisation")

    def context(self) -> dict[str, Any]:
        return {
            "back_url": organisation_url(self.record.organisation),
            "scope_steps": self.steps(self.record.organisation, page_of_code),
        }
