"""The administrator's pages of kinds of organisations."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from federation.registers.scopebar import LEVELS
from federation.registers.views.rules import RuleEdit, RuleHistory, RuleList, RuleRow, RuleTable
from orgs.forms import KindForm
from orgs.models import Kind

PAGES = ("edit", "history")


class KindList(RuleList):
    title = gettext_lazy("组织类型")
    note = gettext_lazy("执委人数、任期等规则。改动后，这一类单位的数字会在后台重新计算。")
    headings = (
        gettext_lazy("名称"),
        gettext_lazy("层级"),
        gettext_lazy("代码"),
        gettext_lazy("执委至少"),
        gettext_lazy("执委至多"),
        gettext_lazy("任期（年）"),
        gettext_lazy("主席一般职级"),
    )

    def tables(self) -> Iterator[RuleTable]:
        rows: list[RuleRow] = []
        for kind in Kind.objects.order_by("order", "code"):
            cells = (
                kind.name,
                LEVELS.get(kind.group, ""),
                kind.code,
                kind.committee_min,
                kind.committee_max,
                kind.term_years,
                kind.get_head_rank_display(),
            )
            urls = [reverse(f"orgs:kind_{page}", args=[kind.uid]) for page in PAGES]
            rows.append(RuleRow(cells, *urls))
        yield RuleTable(gettext_lazy("全部类型"), rows)


class KindEdit(RuleEdit):
    queryset = Kind.objects.all()
    form_class = KindForm
    title = gettext_lazy("编辑组织类型")
    button = gettext_lazy("保存类型")

    @property
    def subject(self) -> str:
        return str(self.record)

    def back_url(self) -> str:
        return reverse("orgs:kind_list")

    def address_after(self, record: Kind) -> str:
        return reverse("orgs:kind_list")


class KindHistory(RuleHistory):
    queryset = Kind.objects.all()

    def context(self) -> dict[str, Any]:
        return {"back_url": reverse("orgs:kind_list")}
