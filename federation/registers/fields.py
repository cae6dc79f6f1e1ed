"""Form fields that clean with the cleaners of the Excel columns and speak in their sentences."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.exchange.cleaners.base import CellContext, Cleaner, CleaningError
from federation.exchange.cleaners.dates import DateCleaner, PartialDate
from federation.exchange.cleaners.text import tidy
from federation.exchange.models import Option
from federation.exchange.problems import sentence


def chinese_day(day: date) -> str:
    """2026年11月21日, as running text writes it."""
    return _("%(year)s年%(month)s月%(day)s日") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
    }


class CleanedField(forms.CharField):
    """One entry cleaned by ``cleaner``; blank gives ""."""

    def __init__(self, *, cleaner: Cleaner, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cleaner = cleaner

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            found = self.cleaner.one(text, CellContext(today=timezone.localdate()))
        except CleaningError as problem:
            raise ValidationError(self.sentence_of(problem), code=problem.code) from problem
        return self.finished(found)

    def sentence_of(self, problem: CleaningError) -> str:
        """What the page says about a cleaner's problem."""
        return sentence(problem.code, label=self.label, **problem.params)

    def finished(self, found: Any) -> Any:
        """The value as the form keeps it."""
        return "" if found is None else found


class DateEntry(CleanedField):
    """A date as exact as it is known: 2021, 2021-03 or 2021-03-08. Gives a PartialDate or None.

    ``to_the_day`` refuses less than a day; ``allow_future`` takes days to come. ``cleaner``: that
    of the column in a sheet, so that the form takes no day which the sheet refuses.
    """

    def __init__(
        self,
        *,
        to_the_day: bool = False,
        allow_future: bool = False,
        cleaner: DateCleaner | None = None,
        **kwargs: Any,
    ) -> None:
        cleaner = cleaner or DateCleaner(allow_future=allow_future)
        super().__init__(cleaner=cleaner, max_length=30, **kwargs)
        self.to_the_day = to_the_day
        if to_the_day:
            self.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            self.widget.is_required = self.required

    def sentence_of(self, problem: CleaningError) -> str:
        if problem.code == "future_date":
            today = chinese_day(timezone.localdate())
            return _("%(label)s不能晚于今天（%(today)s）。") % {"label": self.label, "today": today}
        return super().sentence_of(problem)

    def finished(self, found: Any) -> PartialDate | None:
        if found is not None and self.to_the_day and found.precision != "day":
            raise ValidationError(
                _("%(label)s请写到日，例如 2021-03-08。") % {"label": self.label}, code="need_day"
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        return value.iso() if isinstance(value, PartialDate) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class OptionEntry(forms.ChoiceField):
    """One label of an option list that an administrator keeps; read once for each form."""

    def __init__(self, list_key: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.list_key = list_key

    def fill(self, labels: list[str], current: str) -> None:
        """Offer ``labels``, and what stands in the record even if it is no option any more."""
        offered = labels if not current or current in labels else [current, *labels]
        self.choices = [("", _("未填")), *((label, label) for label in offered)]


def labels_of(list_keys: set[str]) -> dict[str, list[str]]:
    """The labels of several option lists in their order; one query."""
    found: dict[str, list[str]] = {key: [] for key in list_keys}
    for key, label in Option.objects.filter(list_key__in=list_keys).values_list(
        "list_key", "label"
    ):
        found[key].append(label)
    return found


class LinesEntry(forms.CharField):
    """Several short texts, one a line: a list without blanks and doubles."""

    def __init__(self, *, most: int = 60, longest: int = 40, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), **kwargs)
        self.most, self.longest = most, longest

    def clean(self, value: Any) -> Any:
        lines = [tidy(line) for line in super().clean(value).splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) > self.most or any(len(line) > self.longest for line in found):
            told = {"most": self.most, "longest": self.longest}
            raise ValidationError(_("最多写 %(most)s 个，每个不超过 %(longest)s 个字。") % told)
        return found

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class YesNoEntry(forms.TypedChoiceField):
    """是, 否 or not known: True, False, None."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", _("不清楚")), ("yes", _("是")), ("no", _("否"))]
        super().__init__(choices=choices, coerce=_yes_no, empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)


def _yes_no(text: str) -> bool:
    return text == "yes"


class PickOne(forms.Select):
    """A pick list over many rows: the page holds the chosen one, the server searches the rest."""

    def __init__(self, url: str, field: Any) -> None:
        super().__init__(attrs={"data-picker": True, "data-url": url, "data-none": _("没有找到")})
        self.field = field
        self.is_required = field.required

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        picked = [str(one) for one in value if one]
        key = self.field.to_field_name or "pk"
        rows = self.field.queryset.filter(**{f"{key}__in": picked})[:10] if picked else []
        self.choices = [(self.field.prepare_value(row), str(row)) for row in rows]
        return super().optgroups(name, value, attrs)
