"""The form of a new token."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.access.forms import PICKER_ROUTE, Inputs, OrganisationTextField
from federation.access.models import User
from federation.access.scope import Grant
from federation.access.tree import organisation_model
from federation.tokens.services import LONGEST_DAYS, parts_for

USUAL_DAYS = 90


class TokenForm(Inputs, forms.Form):
    """What a token is for: a purpose, a place within her own scope, parts and a last day."""

    purpose = forms.CharField(
        label=_("用途"),
        max_length=60,
        help_text=_("写明给哪个系统用，例如：区大数据平台每日取数。"),
        error_messages={"required": _("请填写用途。")},
    )
    organisation = OrganisationTextField(
        label=_("组织"),
        help_text=_("令牌只能读取这个组织和下级。输入名称、拼音首字母或编号查找。"),
        error_messages={"required": _("请选择组织。")},
    )
    parts = forms.MultipleChoiceField(
        label=_("可以读取"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("请至少选一项。"),
            "invalid_choice": _("您不能授予这一项，请从列表中选择。"),
        },
    )
    expires_on = forms.DateField(
        label=_("有效期至"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("最长一年，到期后请换新的令牌。"),
        error_messages={
            "required": _("请填写有效期。"),
            "invalid": _("有效期写成 2026-12-31 这样的日期。"),
        },
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        scope = owner.scope(Grant.VIEW)
        places = organisation_model().objects.in_scope(scope)
        fields["organisation"].allowed = places
        fields["organisation"].widget = self._picker(places.filter(path__in=scope.paths), places)
        fields["parts"].choices = [(part.value, part.label) for part in parts_for(owner)]
        fields["parts"].widget.attrs.pop("class", None)
        fields["expires_on"].initial = timezone.localdate() + timedelta(days=USUAL_DAYS)

    def _picker(self, own: Any, places: Any) -> forms.Widget:
        """A search over the tree that starts with her own places."""
        chosen = self.data.get("organisation", "") if self.is_bound else ""
        first = (own | places.filter(code=chosen)).order_by("path")
        choices = [("", ""), *((place.code, str(place)) for place in first)]
        url = reverse(PICKER_ROUTE)
        attrs = {"class": "in", "data-picker": True, "data-url": url, "data-none": _("没有找到")}
        return forms.Select(choices=choices, attrs=attrs)

    def clean_expires_on(self) -> date:
        day, today = self.cleaned_data["expires_on"], timezone.localdate()
        if not today <= day <= today + timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError(_("有效期要在今天之后、一年以内，请重新选择。"))
        return day
