"""Form of a volunteer."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.forms.people import PARTIAL_HINT
from cadres.models import Person, Volunteer
from federation.access.scope import Grant
from federation.exchange.cleaners import people
from federation.exchange.cleaners.choices import FreeText
from federation.exchange.cleaners.dates import partial_date
from federation.registers.fields import CleanedField, DateEntry
from federation.registers.forms import ScopedForm
from federation.sealing.boxes import digest


class VolunteerForm(ScopedForm):
    """Who helps, and how. ID number and phone are written here and never shown back in full."""

    name = CleanedField(cleaner=people.person_name, label=gettext_lazy("姓名"), max_length=40)
    id_number = CleanedField(
        cleaner=people.id_number, label=gettext_lazy("身份证号"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )  # fmt: skip
    phone = CleanedField(
        cleaner=people.phone, label=gettext_lazy("联系电话"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    team = CleanedField(cleaner=FreeText(80), label=gettext_lazy("志愿服务队"), required=False)
    since_on = DateEntry(
        label=gettext_lazy("加入日期"), cleaner=partial_date, required=False, help_text=PARTIAL_HINT
    )
    hours = forms.DecimalField(
        label=gettext_lazy("服务时长（小时）"), required=False, min_value=0, max_value=100_000,
        decimal_places=1, help_text=gettext_lazy("加入以来的累计时长。"),
    )  # fmt: skip
    skills = CleanedField(cleaner=FreeText(200), label=gettext_lazy("特长"), required=False)
    until_on = DateEntry(
        label=gettext_lazy("退出日期"), cleaner=partial_date, to_the_day=True, required=False,
        help_text=gettext_lazy("仍在服务就不填。"),
    )  # fmt: skip
    halves = ("id_number", "phone", "since_on", "hours")
    precisions = {"since_on": "since_precision"}
    field_order = ("organisation", "name", "id_number", "phone")
    sentences = {
        "one_current_volunteer_per_number": (
            "id_number", gettext_lazy("本单位已登记过这个身份证号的志愿者，请核对。"),
        ),
        "volunteer_leaves_after_joining": (
            "until_on", gettext_lazy("退出日期不能早于加入日期。"),
        ),
    }  # fmt: skip

    class Meta:
        model = Volunteer
        fields = ["organisation", "name", "team", "since_on", "hours", "skills", "until_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in Volunteer.sealed_columns:
            mask = getattr(self.instance, f"{column}_masked")
            if mask:
                words = _("现为 %(mask)s。不改就留空。")
                self.fields[column].help_text = words % {"mask": mask}

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        # Before the constraints are asked: they compare the digest.
        for column in Volunteer.sealed_columns:
            if found.get(column):
                self.instance.write_sealed(column, found[column])
        if found.get("id_number"):
            self.instance.person = self._known(found["id_number"])
        return found

    def _known(self, number: str) -> Person | None:
        """Whoever of the register has this number, where the user may see her."""
        seen = Person.objects.in_scope(self.user.scope(Grant.VIEW))
        return seen.filter(id_number_digest=digest("id_number", number)).first()
