"""Organisations as a counting table asks for them, by kind, and where its numbers are kept."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.coverage.counts import Count, Reported, ReportSource, counts, report_sources
from federation.coverage.units import Units
from federation.exchange.cleaners.numbers import whole_number
from federation.exchange.declare import Column
from orgs.indicators.reading import flag
from orgs.models import Organisation, ReportedFact

#: how the key of a reported number begins
STAT = "stat-"
#: (key, heading, codes of the kinds, other headings), in the order of the table
KINDS = (
    ("org_town", _("乡镇"), ("50",), ("乡", "镇", "乡（镇）")),
    ("org_street", _("街道"), ("51",), ()),
    ("org_village", _("村"), ("60",), ("行政村", "村级")),
    ("org_community", _("社区"), ("61",), ("居委会",)),
    ("org_office", _("机关"), ("70",), ("机关单位", "党政机关")),
    ("org_institution", _("事业"), ("71",), ("事业单位",)),
    ("org_enterprise", _("企业"), ("80",), ("非公企业", "两新企业")),
    ("org_park", _("园区"), ("81",), ()),
    ("org_building", _("楼宇"), ("82",), ("商务楼宇",)),
    ("org_chamber", _("商会"), ("85",), ()),
    ("org_cooperative", _("合作社"), ("86",), ("专业合作社", "农民专业合作社")),
    ("org_society", _("社会组织"), ("87",), ()),
)
GROUPS = ("65",)


def standing_kinds(units: Units) -> np.ndarray:
    """A column for every kind of KINDS and one for groups: 1 for the units of it that stand."""
    codes = [*(codes for _key, _heading, codes, _others in KINDS), GROUPS]
    flags = [flag(Q(kind__code__in=one)) for one in codes]
    standing = units.narrow(Organisation.objects.established_on(units.on).order_by(), "")
    return units.table(standing.values_list("pk", *flags), len(flags))


class OfKind(Count):
    """Federations of one kind that stand on the day."""

    column: ClassVar[int]
    group = _("组织数")
    groups = ("组织", "妇联组织数", "组织数量", "基层组织数", "妇联组织")

    def own(self, units: Units) -> np.ndarray:
        return units.read(standing_kinds)[:, self.column]


for _place, (_key, _heading, _codes, _others) in enumerate(KINDS):
    counts.register(
        type(
            f"Of_{_key}",
            (OfKind,),
            {
                "key": _key,
                "heading": _heading,
                "headings": _others,
                "order": 100 + _place,
                "column": _place,
            },
        )
    )


@counts.register
class Groups(OfKind):
    """妇女小组."""

    key, order, column = "women_groups", 190, len(KINDS)
    heading = _("妇女小组")
    alone = ("妇女小组", "妇女小组数", "妇女小组个数")


def count_column(count: type[Count]) -> Column:
    """A column of a counting table: known by group and heading together, or by ``alone``."""
    groups = (str(count.group), *count.groups)
    headings = (str(count.heading), *count.headings)
    written = [f"{group}{heading}" for group in groups for heading in headings]
    heading = _("{group}·{heading}").format(group=count.group, heading=count.heading)
    return Column(f"{STAT}{count.key}", heading, whole_number, (*written, *count.alone))


@report_sources.register
class KeptFacts(ReportSource):
    """Every cell of a counting table is a reported fact."""

    key = "reported_facts"

    def newest(self, organisation_ids: Iterable[int], on: date) -> dict[tuple[int, str], Reported]:
        found: dict[tuple[int, str], Reported] = {}
        for block in in_blocks(organisation_ids):
            facts = ReportedFact.objects.filter(
                key__startswith=STAT, as_of__lte=on, number__isnull=False
            )
            facts = keyed(facts, "organisation", block).order_by("as_of", "pk")
            for owner, key, number, as_of in facts.values_list(
                "organisation_id", "key", "number", "as_of"
            ):
                found[owner, key.removeprefix(STAT)] = Reported(number, as_of)
        return found
