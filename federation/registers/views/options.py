"""The administrator's pages of option lists."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.exchange.models import Option
from federation.registers.options import OPEN_LISTS, NewOptionForm, OptionForm, list_titles
from federation.registers.views.rules import (
    RuleCreate,
    RuleEdit,
    RuleHistory,
    RuleList,
    RuleRow,
    RuleTable,
)

LIST_ROUTE = "registers:option_list"
PAGES = ("edit", "history")


class OptionList(RuleList):
    title = gettext_lazy("选项")
    note = gettext_lazy("名称一经使用就不再改；表格里的其他写法可以随时补充，下次导入就能识别。")
    headings = (gettext_lazy("名称"), gettext_lazy("代码"), gettext_lazy("其他写法"),
                gettext_lazy("顺序"))  # fmt: skip

    def tables(self) -> Iterator[RuleTable]:
        rows: dict[str, list[RuleRow]] = {}
        for option in Option.objects.order_by("list_key", "order", "code"):
            urls = [reverse(f"registers:option_{page}", args=[option.uid]) for page in PAGES]
            cells = (option.label, option.code, "、".join(option.aliases), option.order)
            rows.setdefault(option.list_key, []).append(RuleRow(cells, *urls))
        for key, title in list_titles().items():
            create = reverse("registers:option_new", args=[key]) if key in OPEN_LISTS else ""
            yield RuleTable(title, rows.get(key, []), create)


class OptionPage:
    """What the forms of an option have in common."""

    button = gettext_lazy("保存选项")
    queryset = Option.objects.all()

    def back_url(self) -> str:
        return reverse(LIST_ROUTE)

    def address_after(self, record: Option) -> str:
        return reverse(LIST_ROUTE)


class OptionEdit(OptionPage, RuleEdit):
    form_class = OptionForm
    title = gettext_lazy("编辑选项")

    @property
    def subject(self) -> str:
        titles = list_titles()
        return f"{titles.get(self.record.list_key, self.record.list_key)} · {self.record}"


class OptionCreate(OptionPage, RuleCreate):
    form_class = NewOptionForm
    title = gettext_lazy("新增选项")

    @property
    def list_key(self) -> str:
        """The list of the address. Raises Http404 for one that takes no more options."""
        if self.kwargs["key"] not in OPEN_LISTS:
            raise Http404
        return self.kwargs["key"]

    @property
    def subject(self) -> str:
        return list_titles().get(self.list_key, self.list_key)

    def instance(self) -> Option:
        return Option(list_key=self.list_key)

    def initial(self) -> dict[str, Any]:
        return {"order": Option.objects.filter(list_key=self.list_key).count()}

    def words_after(self, record: Option) -> str:
        return _("已新增选项“%(record)s”。") % {"record": record}


class OptionHistory(RuleHistory):
    queryset = Option.objects.all()

    def context(self) -> dict[str, Any]:
        return {"back_url": reverse(LIST_ROUTE)}
