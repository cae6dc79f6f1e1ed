"""The form of one look at a place."""

from datetime import date
from hashlib import blake2b
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners.choices import ImpersonalText
from federation.exchange.cleaners.people import person_name
from federation.registers.fields import CleanedField, DateEntry, YesNoEntry
from federation.registers.forms import ScopedForm
from federation.registers.services import Gone, Superseded
from homes.models import HomeCheck, Standard, StandardItem
from homes.models.checks import FIVE_HAVES, passes, version_on
from homes.models.rules import is_open_for
from homes.services import home_held, versions_used

NOT_OPEN = _("这一天阵地还没有建成，或者已经停用，请核对。")
REPLACED = _("核查条目刚才换了版本，这次没有保存。请按下面的条目再核对一遍。")


class CheckForm(ScopedForm):
    """One look at a place by the standard in force; every item is yes, no or not known."""

    checked_on = DateEntry(label=_("核查日期"), to_the_day=True)
    checker = CleanedField(cleaner=person_name, label=_("核查人"), required=False)
    evidence = CleanedField(
        cleaner=ImpersonalText(300), label=_("核查依据"), required=False,
        help_text=_("例如：实地查看、照片编号、验收文件号。"),
    )  # fmt: skip
    sentences = {
        "one_check_of_a_home_per_day": (
            "checked_on",
            _("这一天已有核查记录。要更正，请打开那条记录修改。"),
        ),
    }

    class Meta:
        model = HomeCheck
        fields = ["checked_on", "checker", "evidence"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(self.instance.standard.items.all())
        for item in self.items:
            field = YesNoEntry(label=item.name, required=False, widget=forms.RadioSelect)
            # What is there comes first under the thumb.
            field.choices = [*field.choices[1:], field.choices[0]]
            self.fields[f"item-{item.code}"] = field
            self.initial[f"item-{item.code}"] = self.instance.answers.get(item.code)

    @property
    def day(self) -> forms.BoundField:
        return self["checked_on"]

    @property
    def answered(self) -> list[forms.BoundField]:
        """The items of the standard, in its order."""
        return [self[f"item-{item.code}"] for item in self.items]

    @property
    def rest(self) -> list[forms.BoundField]:
        return [self[name] for name in ("checker", "evidence") if name in self.fields]

    @property
    def shown_list(self) -> str:
        """What this form asks, as the page sends it back."""
        return mark_of(self.instance.standard, self.items)

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if self.data.get("list", self.shown_list) != self.shown_list:
            # Answers to other questions must not be taken for answers to these.
            self.add_error(None, REPLACED)
        told = {item.code: found.get(f"item-{item.code}") for item in self.items}
        answers = {code: met for code, met in told.items() if met is not None}
        if not answers:
            self.add_error(None, _("请至少填写一条核查结果。"))
        self.instance.answers = answers
        self.instance.is_passed = passes(answers, list(told))
        if found.get("checked_on"):
            self._check_day(found["checked_on"].first_day)
        return found

    def _check_day(self, day: date) -> None:
        home, standard = self.instance.home, self.instance.standard
        if not is_open_for(day, home.opened, home.closed_on):
            self.add_error("checked_on", NOT_OPEN)
        if Standard.objects.in_force(FIVE_HAVES, day) != standard:
            words = _("这一天适用的是另一版标准，请核对日期。")
            self.add_error("checked_on", words)

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Save, unless place or list are others by now. Raises Superseded, Stale, Gone."""
        check, asked = self.instance, self.shown_list
        home = home_held(check.home)
        if home is None:
            raise Gone
        if not is_open_for(check.checked_on, home.opened, home.closed_on):
            raise Superseded(NOT_OPEN)
        held = version_on(versions_used(FIVE_HAVES), check.checked_on)
        if mark_of(held, list(held.items.all())) != asked:
            raise Superseded(REPLACED)
        return super().save(commit)


def mark_of(standard: Standard, items: list[StandardItem]) -> str:
    """A mark that changes whenever another list is asked for, and only then."""
    asked = [(item.code, item.name) for item in items]
    return blake2b(repr((str(standard.uid), asked)).encode(), digest_size=12).hexdigest()
