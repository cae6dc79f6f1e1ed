"""Tables of organisations and terms."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from federation.registers.addresses import address
from federation.registers.cells import link
from federation.registers.tables import DateColumn, RegisterTable, YesNoColumn
from federation.registers.templatetags.look import tag
from orgs.models import HostUnit, Organisation, Renewal, Term

STATUS_LOOKS = {
    Organisation.Status.ESTABLISHED: ("ok", "check"),
    Organisation.Status.NOT_BUILT: ("warn", "alert-triangle"),
    Organisation.Status.RECTIFYING: ("warn", "alert-triangle"),
}

STAGE_LOOKS = {
    Renewal.Stage.NOT_BEGUN: ("", "clock"),
    Renewal.Stage.REQUESTED: ("info", "send"),
    Renewal.Stage.APPROVED: ("info", "file-check"),
    Renewal.Stage.HELD: ("ok", "check"),
}
RIGHT = {"td": {"class": "r"}, "th": {"class": "r"}}


# What of an organisation its name and address in a cell are made of.
PLACE_SHOWN = (
    "code", "name", "short_name", "kind_group", "parent__name", "parent__short_name",
)  # fmt: skip


def organisation_url(organisation: Any) -> str:
    """The page of an organisation."""
    return address("orgs:organisation_detail", organisation.code)


def place_name(organisation: Any) -> str:
    """A village with its town in front: 分水镇 · 红豆村; other units by their short name."""
    return placed(str(organisation), organisation.kind_group, organisation.parent)


def placed(name: str, kind_group: str, parent: Any) -> str:
    """``place_name`` of an organisation of which only these are known."""
    return f"{parent} · {name}" if kind_group == "village" and parent else name


class PlaceColumn(tables.Column):
    """The organisation of a record, with its town, as a link."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("verbose_name", _("组织"))
        super().__init__(order_by="organisation__path", **kwargs)

    def render(self, value: Any) -> Any:
        return link(organisation_url(value), place_name(value))

    def value(self, value: Any) -> str:
        return place_name(value)


class OrganisationTable(RegisterTable):
    short_name = tables.Column(
        verbose_name=_("组织"), linkify=lambda record: organisation_url(record)
    )
    code = tables.Column()
    parent = tables.Column(verbose_name=_("上级"), order_by="parent__path")
    kind = tables.Column(order_by="kind__order")
    status = tables.Column()
    status_since_on = DateColumn(precision="status_since_precision", verbose_name=_("成立时间"))
    mode = tables.Column()
    name = tables.Column()

    class Meta(RegisterTable.Meta):
        model = Organisation
        fields = (
            "short_name", "code", "parent", "kind", "status", "status_since_on", "mode", "name",
        )  # fmt: skip

    def render_status(self, record: Any, value: Any) -> Any:
        return tag(*STATUS_LOOKS.get(record.status, ("line", "")), value)

    def value_status(self, value: Any) -> str:
        return str(value)


class TermTable(RegisterTable):
    organisation = PlaceColumn()
    number = tables.Column()
    starts_on = DateColumn(precision="starts_precision")
    due_on = DateColumn()
    ended_on = DateColumn()
    uid = tables.Column(
        verbose_name=_("操作"), orderable=False, exclude_from_export=True, empty_values=()
    )

    class Meta(RegisterTable.Meta):
        model = Term
        fields = ("organisation", "number", "starts_on", "due_on", "ended_on", "uid")

    def render_uid(self, record: Any) -> Any:
        return link(address("orgs:term_edit", record.uid), _("编辑"))


def stage_tag(renewal: Renewal) -> Any:
    """How far a renewal has come, as colour, icon and word."""
    return tag(*STAGE_LOOKS[renewal.stage], renewal.stage.label)


class RenewalTable(RegisterTable):
    organisation = PlaceColumn()
    due_on = DateColumn(precision="due_precision")
    stage = tables.Column(verbose_name=_("进度"), orderable=False)
    requested_on = DateColumn()
    approved_on = DateColumn()
    held_on = DateColumn()
    members = tables.Column(attrs=RIGHT)
    filing_number = tables.Column(orderable=False)
    uid = tables.Column(
        verbose_name=_("操作"), orderable=False, exclude_from_export=True, empty_values=()
    )

    class Meta(RegisterTable.Meta):
        model = Renewal
        fields = (
            "organisation", "due_on", "stage", "requested_on", "approved_on", "held_on", "members",
            "filing_number", "uid",
        )  # fmt: skip

    def render_stage(self, record: Any) -> Any:
        return stage_tag(record)

    def value_stage(self, record: Any) -> str:
        return str(record.stage.label)

    def render_uid(self, record: Any) -> Any:
        return link(address("orgs:renewal_edit", record.uid), _("编辑"))


class HostUnitTable(RegisterTable):
    name = tables.Column()
    organisation = PlaceColumn()
    uscc = tables.Column()
    sort = tables.Column()
    employees = tables.Column(attrs=RIGHT)
    women = tables.Column(attrs=RIGHT)
    has_party = YesNoColumn()
    has_union = YesNoColumn()
    has_league = YesNoColumn()
    has_women_org = YesNoColumn()
    covered_by = tables.Column(order_by="covered_by__path")
    surveyed_on = DateColumn(precision="surveyed_precision")
    uid = tables.Column(
        verbose_name=_("操作"), orderable=False, exclude_from_export=True, empty_values=()
    )

    class Meta(RegisterTable.Meta):
        model = HostUnit
        fields = (
            "name", "organisation", "uscc", "sort", "employees", "women", "has_party",
            "has_union", "has_league", "has_women_org", "covered_by", "surveyed_on", "uid",
        )  # fmt: skip

    def render_uid(self, record: Any) -> Any:
        return link(address("orgs:unit_edit", record.uid), _("编辑"))
