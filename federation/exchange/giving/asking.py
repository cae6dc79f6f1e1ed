"""The form that asks for records as a table: which one, of whom, as of when, how open."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.access.scope import Grant
from federation.access.tree import organisation_model
from federation.exchange.cleaners.dates import FIRST_DAY
from federation.exchange.declare import sheets
from federation.exchange.forms import TOO_EARLY
from federation.exchange.giving.givers import givers
from federation.exchange.giving.tables import has_secrets
from federation.sealing.masking import holds_number

REASON_LEAST = 6


class SheetExportForm(forms.Form):
    """``is_whole`` is asked only of those who may read numbers somewhere; it needs a reason."""

    organisation = forms.CharField(
        label=gettext_lazy("导出范围"),
        help_text=gettext_lazy("这个单位和它的下级。"),
        error_messages={"required": gettext_lazy("请选择导出哪个单位的数据。")},
    )
    as_of = forms.DateField(
        label=gettext_lazy("数据截至"),
        required=False,
        help_text=gettext_lazy("不填就按最近一次上报或今天的情况导出。"),
        widget=forms.DateInput(attrs={"type": "date", "class": "in"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("日期应写成 2026-11-21 这样。")},
    )
    is_whole = forms.BooleanField(label=gettext_lazy("导出完整的身份证号和电话"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("具体事由"),
        required=False,
        max_length=180,
        help_text=gettext_lazy("导出完整号码时必填，至少 6 个字，会记入操作记录。不要写号码。"),
        widget=forms.TextInput(attrs={"class": "in"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = user.scope(Grant.EXPORT)
        self.sensitive = user.scope(Grant.SENSITIVE)
        self.fields["sheet"] = forms.ChoiceField(
            label=_("表"),
            choices=[(s.key, str(s.title)) for s in sheets if givers.get(s.key) and s.is_for(user)],
            widget=forms.RadioSelect,
            error_messages={
                "required": _("请选择导出哪一种表。"),
                "invalid_choice": _("请选择导出哪一种表。"),
            },
        )
        self.fields["organisation"].widget = forms.Select(
            choices=self._places(), attrs={**picker(), "class": "in"}
        )
        if not self.sensitive:
            del self.fields["is_whole"], self.fields["reason"]

    def _places(self) -> list[tuple[str, str]]:
        """The roots of the scope, and what was chosen before; the rest is found by typing."""
        tree = organisation_model().objects.in_scope(self.scope)
        found = list(tree.filter(path__in=self.scope.paths).order_by("path"))
        chosen = self.data.get("organisation") if self.is_bound else None
        if chosen and all(node.code != chosen for node in found):
            found += list(tree.filter(code=chosen))
        self.initial.setdefault("organisation", found[0].code if found else "")
        return [(node.code, str(node)) for node in found]

    def clean_organisation(self) -> Any:
        tree = organisation_model().objects.in_scope(self.scope)
        found = tree.find_by_code(self.cleaned_data["organisation"])
        if found is None:
            raise forms.ValidationError(_("您不能导出这个单位的数据。请从列表里选择。"))
        return found

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("数据截至日期不能晚于今天。"))
        if day is not None and day < FIRST_DAY:
            raise forms.ValidationError(TOO_EARLY)
        return day

    def clean_reason(self) -> str:
        """The reason is kept open in the log, so no number may stand in it."""
        if holds_number(self.cleaned_data["reason"]):
            raise forms.ValidationError(_("事由里不能写身份证号和手机号，请删去号码再提交。"))
        return self.cleaned_data["reason"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        sheet = next((one for one in sheets if one.key == found.get("sheet")), None)
        if found.get("is_whole") and sheet is not None and has_secrets(sheet):
            place = found.get("organisation")
            if place is not None and not self.sensitive.covers_people(place.path):
                self.add_error("is_whole", _("您不能查看这个单位的完整号码，请缩小范围。"))
            if len(found.get("reason", "").strip()) < REASON_LEAST and "reason" not in self.errors:
                self.add_error("reason", _("导出完整号码要写具体事由，至少 6 个字。"))
        return found


def picker() -> dict[str, str]:
    """What makes a choice of organisations one that is found by typing."""
    return {"data-picker": "", "data-url": reverse("orgs:pick"), "data-none": _("没有找到")}
