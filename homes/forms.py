"""Form of a home."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners.choices import FreeText
from federation.exchange.cleaners.dates import PartialDate
from federation.registers.fields import CleanedField, DateEntry
from federation.registers.forms import ScopedForm
from homes.models import Home


class HomeForm(ScopedForm):
    """A room, its name, where it is and since when. Closing it is a day, never a deletion."""

    name = CleanedField(cleaner=FreeText(80), label=_("名称"))
    address = CleanedField(
        cleaner=FreeText(200), label=_("详细地址"), required=False,
        help_text=_("写到门牌，例如：党群服务中心 2 楼。"),
    )  # fmt: skip
    area_m2 = forms.DecimalField(
        label=_("面积（平方米）"), required=False, min_value=0, max_value=100_000, decimal_places=1,
        error_messages={
            "invalid": _("面积应为数字，例如 80 或 80.5。"),
            "max_decimal_places": _("面积最多写一位小数。"),
            "min_value": _("面积不能为负数。"),
            "max_value": _("面积超出合理范围，请核对单位是不是平方米。"),
        },
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    opened_on = DateEntry(
        label=_("建成时间"), required=False, help_text=_("写成 2021-03-08 或 2021-03。")
    )
    closed_on = DateEntry(
        label=_("停用日期"), to_the_day=True, required=False, help_text=_("仍在使用就不填。")
    )
    precisions = {"opened_on": "opened_precision"}
    sentences = {
        "one_home_name_per_organisation": ("name", _("这个单位已有同名的阵地，请核对。")),
        "home_closes_after_it_opens": ("closed_on", _("停用日期要晚于建成时间。")),
    }

    class Meta:
        model = Home
        fields = ["organisation", "kind", "name", "address", "area_m2", "opened_on", "closed_on"]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if self.instance._state.adding:
            self._adopt(found)
        if "name" in self.changed_data:
            self.instance.is_placeholder = False
        return found

    def _adopt(self, found: dict[str, Any]) -> None:
        """The first named home takes the place of one that was only reported."""
        organisation, kind = found.get("organisation"), found.get("kind")
        if organisation is None or kind is None:
            return
        standing = organisation.homes.filter(kind=kind, is_placeholder=True, closed_on=None).first()
        if standing is None:
            return
        self.instance = standing
        found["version"] = standing.version
        if found.get("opened_on") is None and standing.opened_on:
            found["opened_on"] = PartialDate(standing.opened_on, standing.opened_precision)
