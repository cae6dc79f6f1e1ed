"""The form that sets what an indicator should reach."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.access.forms import Inputs
from federation.audit.services import Actor
from federation.coverage.declare import Indicator
from federation.coverage.services import BadTarget, check_target, target_save
from federation.dashboards.about import EVERY_LEVEL, EVERY_YEAR
from federation.registers.scopebar import LEVELS

YEARS_AHEAD = 2
JUDGED = ("province", "city", "district", "town", "village")


class TargetForm(Inputs, forms.Form):
    """A target for a level and a year; an empty value takes that target away."""

    level = forms.ChoiceField(label=_("层级"), required=False)
    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)
    value = forms.DecimalField(
        label=_("目标值"),
        required=False,
        max_digits=8,
        decimal_places=2,
        help_text=_("留空并保存，就取消这个层级和年度的目标。"),
        error_messages={
            "invalid": _("目标值请填数字，例如 95 或 1.20。"),
            "max_decimal_places": _("目标值最多两位小数。"),
            "max_digits": _("目标值太大，请核对单位。"),
            "max_whole_digits": _("目标值太大，请核对单位。"),
        },
    )
    source = forms.CharField(
        label=_("依据"),
        required=False,
        max_length=120,
        help_text=_("文件名称和文号，例如“区妇联 2026 年工作要点”。"),
    )

    def __init__(self, *args: Any, indicator: type[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        fields: dict[str, Any] = self.fields
        fields["level"].choices = [("", EVERY_LEVEL), *((one, LEVELS[one]) for one in JUDGED)]
        this_year = timezone.localdate().year
        years = range(this_year - 1, this_year + YEARS_AHEAD + 1)
        fields["year"].choices = [("", EVERY_YEAR), *((str(year), str(year)) for year in years)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        value: Decimal | None = cleaned.get("value")
        try:
            check_target(self.indicator.code, value, cleaned.get("year"))
        except BadTarget as problem:
            self.add_error("value", ValidationError(str(problem)))
        return cleaned

    def save(self, user: Any) -> None:
        """Set or take away the target, in the name of ``user``."""
        target_save(
            indicator=self.indicator.code,
            value=self.cleaned_data["value"],
            level=self.cleaned_data["level"],
            year=self.cleaned_data["year"],
            source=self.cleaned_data["source"],
            actor=Actor.of(user),
        )
