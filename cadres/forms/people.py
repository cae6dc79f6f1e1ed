"""Forms of people and the posts they hold."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.models import Appointment, Person
from cadres.parts.people import spelling
from federation.access.scope import Grant
from federation.access.throttles import lookup_is_allowed
from federation.exchange.cleaners import people
from federation.exchange.cleaners.dates import PartialDate
from federation.registers.fields import CleanedField, DateEntry, OptionEntry, YesNoEntry
from federation.registers.forms import Problem, ScopedForm, Section
from federation.sealing.boxes import digest
from orgs.models import Organisation

PARTIAL_HINT = gettext_lazy("写成 2021-03-08 或 2021-03。")
TOO_MANY = gettext_lazy(
    "这一小时查证的身份证号太多，已记入操作记录。请一小时后再填，或用表格导入。"
)
ELSEWHERE = gettext_lazy("此人已在其他单位登记，请联系上级妇联。")
HERE = gettext_lazy("“%(name)s”已在册，不用重新登记。请打开她的资料，点“增加任职”。")
ENDING = gettext_lazy("离任日期要晚于任职日期。")


class PersonForm(ScopedForm):
    """Who somebody is. ID number and phone are written here and never shown back in full."""

    name = CleanedField(cleaner=people.person_name, label=gettext_lazy("姓名"), max_length=40)
    id_number = CleanedField(
        cleaner=people.id_number, label=gettext_lazy("身份证号"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )  # fmt: skip
    phone = CleanedField(
        cleaner=people.phone, label=gettext_lazy("联系电话"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    birth_on = DateEntry(
        label=gettext_lazy("出生年月"), required=False,
        help_text=gettext_lazy("填了身份证号可以不填。"),
    )  # fmt: skip
    ethnic = OptionEntry("ethnic", label=gettext_lazy("民族"), required=False)
    political = OptionEntry("political", label=gettext_lazy("政治面貌"), required=False)
    education = OptionEntry("education", label=gettext_lazy("学历"), required=False)
    is_grid = YesNoEntry(label=gettext_lazy("是否网格员"), required=False)
    precisions = {"birth_on": "birth_precision"}
    field_order = ("name", "id_number", "phone")
    #: a person found by the ID number that was entered, to be offered instead
    existing: Person | None = None

    class Meta:
        model = Person
        fields = ["name", "birth_on", "ethnic", "political", "education", "is_grid"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings: list[str] = []
        for column in ("id_number", "phone"):
            mask = getattr(self.instance, f"{column}_masked")
            if mask:
                words = _("现为 %(mask)s。不改就留空。")
                self.fields[column].help_text = words % {"mask": mask}

    def clean_id_number(self) -> str:
        """An ID number nobody else has. A stranger's is refused without saying whose it is."""
        number = self.cleaned_data["id_number"]
        if not number:
            return ""
        if not lookup_is_allowed(self.user):
            raise ValidationError(TOO_MANY, code="too_many")
        found = Person.objects.filter(id_number_digest=digest("id_number", number))
        other = found.exclude(pk=self.instance.pk).first()
        if other is None:
            return number
        if not Person.objects.in_scope(self.user.scope(Grant.VIEW)).filter(pk=other.pk).exists():
            raise ValidationError(ELSEWHERE, code="elsewhere")
        self.existing = other
        raise ValidationError(HERE % {"name": other.name}, code="here")

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        number, birth = found.get("id_number"), found.get("birth_on")
        if number:
            born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
            if birth is None:
                found["birth_on"] = PartialDate(born)
            elif not birth.first_day <= born <= birth.last_day:
                self.warnings.append(_("出生年月与身份证号不一致，请核对。"))
            self.instance.sex = Person.Sex.MALE if int(number[16]) % 2 else Person.Sex.FEMALE
            if self.instance.sex == Person.Sex.MALE:
                self.warnings.append(_("身份证号显示为男性，请核对。"))
        return found

    def touched(self) -> set[int]:
        return set(self.instance.appointments.values_list("organisation_id", flat=True))

    def home_id(self) -> int | None:
        held = self.instance.appointments.in_scope(self.scope).order_by("-from_on")
        return held.values_list("organisation_id", flat=True).first()

    def save(self, commit: bool = True) -> Person:
        for column, value in spelling(self.cleaned_data["name"]).items():
            setattr(self.instance, column, value)
        for column in ("id_number", "phone"):
            if self.cleaned_data.get(column):
                self.instance.write_sealed(column, self.cleaned_data[column])
        return super().save(commit)


class AppointmentForm(ScopedForm):
    """A post of a person: begins on a day, ends on a day, is never deleted."""

    from_on = DateEntry(label=gettext_lazy("任职日期"), help_text=PARTIAL_HINT)
    until_on = DateEntry(
        label=gettext_lazy("离任日期"), to_the_day=True, required=False,
        help_text=gettext_lazy("离任当天不再计入；仍在任就不填。"),
    )  # fmt: skip
    sector = OptionEntry("sector", label=gettext_lazy("界别"), required=False)
    is_on_two_committees = YesNoEntry(label=gettext_lazy("是否进“两委”"), required=False)
    precisions = {"from_on": "from_precision"}
    fixed = ("organisation", "person")
    sentences = {
        "one_head_in_office": (
            "post",
            gettext_lazy("这个单位已有现任主席，请先填写她的离任日期。"),
        ),
        "one_open_appointment_per_post": ("post", gettext_lazy("她在这个单位已担任这个职务。")),
        "appointment_ends_after_it_starts": ("until_on", ENDING),
    }

    class Meta:
        model = Appointment
        fields = [
            "organisation", "post", "from_on", "until_on", "engagement", "rank", "sector",
            "is_on_two_committees", "remark",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        organisation, post, begun = self.organisation(), found.get("post"), found.get("from_on")
        until = found.get("until_on")
        if organisation and post and post.is_head and until is None and begun:
            self._check_head(organisation)
        if organisation and begun:
            self.instance.organisation = organisation
            self.instance.is_head = bool(post and post.is_head)
            self.instance.term = term_of(organisation, begun.last_day)
        return found

    def _check_head(self, organisation: Organisation) -> None:
        sitting = (
            organisation.appointments.heads()
            .filter(until_on=None)
            .exclude(pk=self.instance.pk)
            .select_related("person", "post")
            .first()
        )
        if sitting is not None:
            words = _("%(organisation)s的%(post)s现在是%(name)s，请先填写她的离任日期。")
            values = {"organisation": organisation, "post": sitting.post, "name": sitting.person}
            self.add_error("post", words % values)


def term_of(organisation: Organisation, day: date) -> Any:
    """The term that runs on ``day``; None for a post outside any term."""
    return organisation.terms.containing(day).order_by("-starts_on").first()


class NewPersonForm(PersonForm):
    """A person with her first post: without one nobody could see her."""

    class Meta(PersonForm.Meta):
        pass

    def __init__(self, data: Any = None, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, user=user, **kwargs)
        self.post_form = AppointmentForm(data, user=user, initial=kwargs.get("initial"))

    @property
    def sections(self) -> list[Section]:
        return [
            Section(_("基本情况"), self.shown_fields()),
            Section(_("任职情况"), self.post_form.shown_fields()),
        ]

    @property
    def problems(self) -> list[Problem]:
        return [*super().problems, *self.post_form.problems]

    def is_valid(self) -> bool:
        # Both are asked, so that all mistakes are shown at once.
        return all([super().is_valid(), self.post_form.is_valid()])

    def touched(self) -> set[int]:
        return set()

    def home_id(self) -> int | None:
        return self.post_form.cleaned_data["organisation"].pk

    def save(self, commit: bool = True) -> Person:
        person = super().save(commit)
        self.post_form.instance.person = person
        self.post_form.save()
        return person


def may_edit_identity(user: Any, person: Person) -> bool:
    """Whether all current posts of ``person`` lie in the capture scope of ``user``."""
    today = timezone.localdate()
    current = person.appointments.filter(Q(until_on=None) | Q(until_on__gt=today))
    inside = current.in_scope(user.scope(Grant.CAPTURE)).count()
    return inside > 0 and inside == current.count()
