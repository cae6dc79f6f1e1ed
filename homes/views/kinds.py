"""The administrator's pages of kinds of places."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
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
from homes.forms.rules import KindForm, NewKindForm
from homes.models import HomeKind

PAGES = ("edit", "history")


class KindList(RuleList):
    title = gettext_lazy("阵地类型")
    note = gettext_lazy("新增的类型马上可以登记和导入。停用的类型不再新增，以往的记录不变。")
    headings = (
        gettext_lazy("名称"),
        gettext_lazy("代码"),
        gettext_lazy("其他叫法"),
        gettext_lazy("在用阵地（个）"),
        gettext_lazy("停用日期"),
        gettext_lazy("顺序"),
    )

    def tables(self) -> Iterator[RuleTable]:
        rows: list[RuleRow] = []
        today = timezone.localdate()
        is_open = Q(homes__closed_on=None) | Q(homes__closed_on__gt=today)
        begun = Q(homes__opened_on=None) | Q(homes__opened_on__lte=today)
        kinds = HomeKind.objects.annotate(used=Count("homes", filter=is_open & begun))
        for kind in kinds.order_by("order", "code"):
            cells = (
                _("%(kind)s（由多个微家组成）") % {"kind": kind} if kind.is_cluster else kind.name,
                kind.code,
                "、".join(kind.aliases),
                kind.used,
                kind.ended_on and kind.ended_on.isoformat(),
                kind.order,
            )
            urls = [reverse(f"homes:kind_{page}", args=[kind.uid]) for page in PAGES]
            rows.append(RuleRow(cells, *urls))
        yield RuleTable(gettext_lazy("全部类型"), rows, reverse("homes:kind_new"))


class KindPage:
    """What the forms of a kind have in common."""

    queryset = HomeKind.objects.all()
    button = gettext_lazy("保存类型")

    def back_url(self) -> str:
        return reverse("homes:kind_list")

    def address_after(self, record: HomeKind) -> str:
        return reverse("homes:kind_list")


class KindEdit(KindPage, RuleEdit):
    form_class = KindForm
    title = gettext_lazy("编辑阵地类型")

    @property
    def subject(self) -> str:
        return str(self.record)


class KindCreate(KindPage, RuleCreate):
    form_class = NewKindForm
    title = gettext_lazy("新增阵地类型")

    def initial(self) -> dict[str, Any]:
        last = HomeKind.objects.order_by("-order").first()
        return {"order": last.order + 10 if last else 0}


class KindHistory(RuleHistory):
    queryset = HomeKind.objects.all()

    def context(self) -> dict[str, Any]:
        return {"back_url": reverse("homes:kind_list")}
