"""The form of what a member tells of herself: by the same rules as the sheet 信息采集表."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.models import Profile
from cadres.sheets import OF_PROFILES
from federation.exchange.cleaners.text import squash
from federation.registers.fields import CleanedField, DateEntry
from federation.registers.forms import ScopedForm, Section

PARTIAL = gettext_lazy("知道多少写多少：2010、2010-06 或 2010-06-25。")
#: what empties a withheld value, which the page never shows and a blank entry leaves as it is
NOTHING_MORE = "无"


def entry(name: str, lines: int = 0, most: int = 0) -> CleanedField:
    """The field of a plain column, cleaned as the column of the sheet is."""
    widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput()
    label = Profile._meta.get_field(name).verbose_name
    return CleanedField(
        cleaner=OF_PROFILES[name], label=label, required=False, widget=widget,
        max_length=most or None, strip=True,
    )  # fmt: skip


class ProfileForm(ScopedForm):
    """Where she is from, her schooling, her work, what she can and would do."""

    native_place = entry("native_place")
    party_on = DateEntry(
        label=gettext_lazy("入党时间"), cleaner=OF_PROFILES["party_on"], required=False,
        help_text=PARTIAL,
    )  # fmt: skip
    work_on = DateEntry(
        label=gettext_lazy("参加工作时间"), cleaner=OF_PROFILES["work_on"], required=False,
        help_text=PARTIAL,
    )  # fmt: skip
    school = entry("school")
    degree = entry("degree")
    title = entry("title")
    employer = entry("employer")
    deputy = entry("deputy")
    skills = entry("skills", lines=2)
    wishes = entry("wishes", lines=3)
    address = entry("address")
    resume = entry("resume", lines=8)
    precisions = {"party_on": "party_precision", "work_on": "work_precision"}
    halves = ("native_place", "degree", "party_on", "work_on", "title", "deputy")

    class Meta:
        model = Profile
        fields = [
            "native_place", "degree", "party_on", "work_on", "school", "employer", "title",
            "deputy", "skills", "wishes",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in Profile.sealed_columns:
            mask = getattr(self.instance, f"{column}_masked")
            if mask:
                words = _("现为 %(mask)s。不改就留空，要删去就填“无”。")
                self.fields[column].help_text = words % {"mask": mask}

    @property
    def sections(self) -> list[Section]:
        shown = {bound.name: bound for bound in self.shown_fields()}
        sealed = [shown.pop(column) for column in Profile.sealed_columns]
        return [
            Section(_("履历与专长"), list(shown.values())),
            Section(_("加密保存"), sealed),
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        told = [value for name, value in found.items() if name != "version"]
        if self.instance._state.adding and not self.errors and not any(told):
            raise ValidationError(_("还没有填写内容，请至少填写一项。"), code="empty")
        return found

    def touched(self) -> set[int]:
        return set()

    def home_id(self) -> int | None:
        held = self.instance.person.appointments.in_scope(self.scope).order_by("-from_on")
        return held.values_list("organisation_id", flat=True).first()

    def save(self, commit: bool = True) -> Profile:
        for column in Profile.sealed_columns:
            text = self.cleaned_data[column]
            if text:
                self.instance.write_sealed(column, "" if squash(text) == NOTHING_MORE else text)
        return super().save(commit)
