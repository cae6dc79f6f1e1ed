"""Option lists as an administrator keeps them: their names, and the form of one option."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.exchange.cleaners.choices import Option as OptionCleaner
from federation.exchange.cleaners.choices import option_key
from federation.exchange.declare import sheets
from federation.exchange.models import Option
from federation.registers.fields import LinesEntry
from federation.registers.forms import ScopedForm

#: lists whose label is all a record keeps; the others stand for rows or rules of the programme
OPEN_LISTS = ("ethnic", "political", "education", "sector", "source", "level", "host_sort")


def list_titles() -> dict[str, str]:
    """The name of every list in use: the heading of the first column that is answered from it."""
    found: dict[str, str] = {}
    for sheet in sheets:
        for column in sheet.columns:
            if isinstance(column.clean, OptionCleaner):
                found.setdefault(column.clean.list_key, str(column.heading))
    return found


class RuleForm(ScopedForm):
    """A form of a rule: it stands in the change log of the top of the tree."""

    def touched(self) -> set[int]:
        return set()

    def home_id(self) -> int | None:
        held = self.user.current_postings()
        return next((p.organisation_id for p in held if p.organisation.parent_id is None), None)


class OptionForm(RuleForm):
    """Other ways of writing an option, and its place in the list."""

    aliases = LinesEntry(
        label=gettext_lazy("其他写法"),
        required=False,
        help_text=gettext_lazy("一行写一个。导入表格时，这些写法都按这个选项识别。"),
    )
    order = forms.IntegerField(
        label=gettext_lazy("顺序"),
        min_value=0,
        max_value=999,
        help_text=gettext_lazy("数字小的排在前面。"),
        error_messages={
            "invalid": gettext_lazy("顺序要填整数。"),
            "min_value": gettext_lazy("顺序要填 0—999 的整数。"),
            "max_value": gettext_lazy("顺序要填 0—999 的整数。"),
        },
    )
    sentences = {
        "one_option_per_code": ("code", gettext_lazy("这个列表里已有这个代码，请换一个。")),
        "one_option_per_label": ("label", gettext_lazy("这个列表里已有这个选项。")),
    }

    class Meta:
        model = Option
        fields = ["aliases", "order"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        taken = self._taken()
        for alias in found.get("aliases") or ():
            owner = taken.get(option_key(alias))
            if owner is not None:
                words = _("“%(alias)s”已是“%(owner)s”的写法，请先从那里去掉。")
                self.add_error("aliases", words % {"alias": alias, "owner": owner})
        return found

    def _taken(self) -> dict[str, str]:
        """What other options of the list are called, and whose it is."""
        others = Option.objects.filter(list_key=self.instance.list_key).exclude(pk=self.instance.pk)
        return {
            option_key(text): other.label
            for other in others
            for text in (other.label, *other.aliases)
        }


class NewOptionForm(OptionForm):
    """One more option of a list; its label is what records will keep, so it is fixed afterwards."""

    label = forms.CharField(label=gettext_lazy("名称"), max_length=20)
    code = forms.RegexField(
        r"[0-9A-Za-z]{1,10}",
        label=gettext_lazy("代码"),
        help_text=gettext_lazy("按国家标准代码，没有标准的用下一个编号。只用数字和字母。"),
        error_messages={"invalid": gettext_lazy("代码只用数字和字母，最多 10 位。")},
    )
    field_order = ["label", "code", "aliases", "order"]

    class Meta:
        model = Option
        fields = ["label", "code", "aliases", "order"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        owner = self._taken().get(option_key(found.get("label") or ""))
        if owner is not None:
            words = _("“%(label)s”已是“%(owner)s”的写法，请先从那里去掉。")
            self.add_error("label", words % {"label": found["label"], "owner": owner})
        return found
