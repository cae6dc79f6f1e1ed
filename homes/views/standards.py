"""The administrator's pages of standards: which version asks for what, from when on."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.registers.views.rules import (
    RuleCreate,
    RuleEdit,
    RuleHistory,
    RuleList,
    RuleRow,
    RuleTable,
)
from homes.forms.rules import SourceForm, StandardForm, WithdrawForm
from homes.models import Standard
from homes.services import why_kept

PAGES = ("edit", "history")


class StandardList(RuleList):
    title = gettext_lazy("五有标准")
    note = gettext_lazy(
        "要求有变就新增一版：施行日期以前的核查按原来的版本，以后的按新版。已经用来核查的版本不再改条目，也不能撤销；还没有用过的可以改，也可以撤销。"
    )
    headings = (
        gettext_lazy("版本"),
        gettext_lazy("状态"),
        gettext_lazy("施行日期"),
        gettext_lazy("条目"),
        gettext_lazy("依据"),
        gettext_lazy("核查记录（条）"),
    )

    def tables(self) -> Iterator[RuleTable]:
        found: dict[str, list[Any]] = {}
        versions = Standard.objects.annotate(used=Count("checks")).prefetch_related("items")
        for standard in versions.order_by("code", "-starts_on"):
            found.setdefault(standard.code, []).append(standard)
        today = timezone.localdate()
        for code, standards in found.items():
            begun = next((one for one in standards if one.starts_on <= today), standards[-1])
            rows = [row_of(one, begun, today, is_only=not standards[1:]) for one in standards]
            create = reverse("homes:standard_new", args=[code])
            yield RuleTable(standards[0].name, rows, create)


def row_of(standard: Any, in_force: Any, today: date, *, is_only: bool) -> RuleRow:
    """One version beside the one in force, with the way to withdraw it where that may be done."""
    state = _("将施行") if standard.starts_on > today else _("已被取代")
    cells = (
        _("第 %(number)s 版") % {"number": standard.number},
        _("现行") if standard == in_force else state,
        standard.starts_on.isoformat(),
        "、".join(item.name for item in standard.items.all()),
        standard.source,
        standard.used,
    )
    urls = [reverse(f"homes:standard_{page}", args=[standard.uid]) for page in PAGES]
    withdraw = reverse("homes:standard_withdraw", args=[standard.uid])
    return RuleRow(cells, *urls, withdraw_url="" if standard.used or is_only else withdraw)


class StandardPage:
    """What the forms of a version have in common."""

    queryset = Standard.objects.all()
    button = gettext_lazy("保存标准")

    def back_url(self) -> str:
        return reverse("homes:standard_list")

    def address_after(self, record: Standard) -> str:
        return reverse("homes:standard_list")

    def words_after(self, record: Standard) -> str:
        told = {"name": record.name, "number": record.number}
        return _("已保存“%(name)s”第 %(number)s 版。") % told


class StandardEdit(StandardPage, RuleEdit):
    title = gettext_lazy("编辑标准")

    @property
    def form_class(self) -> Any:
        """A version that checks rest on keeps its items."""
        return SourceForm if self.record.checks.exists() else StandardForm

    @property
    def subject(self) -> str:
        told = {"name": self.record.name, "number": self.record.number}
        return _("%(name)s 第 %(number)s 版") % told


class StandardWithdraw(StandardEdit):
    """Taking back a version as a step of its own; of one in use the page says why it stays."""

    form_class: Any = WithdrawForm
    template_name = "homes/standard_withdraw.html"
    title = gettext_lazy("撤销一版标准")
    button = gettext_lazy("确认撤销")

    def context(self) -> dict[str, Any]:
        reason = why_kept(self.record)
        items = list(self.record.items.all())
        return {"reason": reason, "is_locked": bool(reason), "items": items}

    def words_after(self, record: Standard) -> str:
        told = {"name": record.name, "number": record.number}
        return _("已撤销“%(name)s”第 %(number)s 版。") % told


class StandardCreate(StandardPage, RuleCreate):
    form_class = StandardForm
    title = gettext_lazy("新增一版标准")

    @cached_property
    def last(self) -> Standard:
        """The latest version of the standard in the address. Raises Http404 for an unknown one."""
        found = self.queryset.filter(code=self.kwargs["code"]).order_by("number").last()
        if found is None:
            raise Http404
        return found

    @property
    def subject(self) -> str:
        return self.last.name

    def instance(self) -> Standard:
        last = self.last
        return Standard(code=last.code, name=last.name, number=last.number + 1)


class StandardHistory(RuleHistory):
    queryset = Standard.objects.all()

    def context(self) -> dict[str, Any]:
        return {"back_url": reverse("homes:standard_list")}
