"""Forms that cannot write outside the scope of whoever sends them."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.models import construct_instance
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.access.scope import Grant, Scope, ScopedModel
from federation.access.tree import organisation_model
from federation.audit.services import Actor
from federation.exchange.cleaners.dates import PartialDate
from federation.registers.fields import DateEntry, OptionEntry, PickOne, labels_of
from federation.registers.history import sees_people_of
from federation.registers.services import record_save

# Up to so many choices a plain list is quicker than a search.
SHORT_LIST = 15
CONFLICT = gettext_lazy("这条记录与已有的记录冲突，请核对。")
BLANK = BLANK_CHOICE_DASH[0][1]
PICKER_ROUTE = "orgs:pick"


@dataclass(frozen=True)
class Section:
    """Fields of a form under one heading; without a heading they stand alone."""

    heading: str
    fields: list[forms.BoundField]


@dataclass(frozen=True)
class Problem:
    """One mistake for the summary on top; ``target`` is the id of the field, "" for none."""

    label: str
    words: str
    target: str


def name_blank(field: Any) -> None:
    """Django's dashes for "nothing chosen" in a word."""
    choices = list(field.choices)
    if ("", BLANK) in choices:
        field.choices = [("", _("未填")), *(one for one in choices if one[0])]


class ScopedForm(forms.ModelForm):
    """A form of one record. Every choice among scoped records is narrowed to the capture scope.

    ``precisions`` maps date fields to their precision column. ``sentences`` maps the name of a
    constraint to the field and the sentence shown when it is broken. Saving clears
    ``from_report``: somebody has now looked at the record.
    """

    precisions: dict[str, str] = {}
    sentences: dict[str, tuple[str | None, Any]] = {}
    #: fields that say whose record it is: chosen once, never changed by a form
    fixed: tuple[str, ...] = ("organisation",)
    #: short fields, two of which in a row share a line
    halves: tuple[str, ...] = ()
    #: the right within which records are offered and written
    grant = Grant.CAPTURE
    #: a flag the role must carry as well
    flag = ""
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        self.scope: Scope = user.scope(self.grant, flag=self.flag)
        super().__init__(*args, **kwargs)
        # A record that somebody else makes meanwhile is never at nought: her entries are kept.
        self.initial["version"] = 0 if self.instance._state.adding else self.instance.version
        if not self.instance._state.adding:
            for name in self.fixed:
                self.fields.pop(name, None)
        self._leave_out_people()
        self._narrow()
        self._fill_options()
        self._show_dates()
        for name, field in self.fields.items():
            self._dress(name, field)

    def _leave_out_people(self) -> None:
        """Who is named in a record is neither read nor written without the right to see people."""
        named = [name for name in self.personal_columns if name in self.fields]
        if named and not self._sees_people():
            for name in named:
                del self.fields[name]

    def _sees_people(self) -> bool:
        """Whether people may be seen where the record is; anywhere, while that is to be chosen."""
        if "organisation" in self.fields:
            return bool(self.scope.people_paths)
        return sees_people_of(self.instance, self.scope)

    @property
    def personal_columns(self) -> tuple[str, ...]:
        """The columns of the record that tell of people, where not all of it does."""
        found: tuple[str, ...] = getattr(self._meta.model, "personal_columns", ())
        return found

    def _narrow(self) -> None:
        fields: dict[str, Any] = self.fields
        for name, field in fields.items():
            queryset = getattr(field, "queryset", None)
            if queryset is None or not issubclass(queryset.model, ScopedModel):
                continue
            field.queryset = self.narrowed(name, queryset.in_scope(self.scope))
            if queryset.model is organisation_model():
                # Choices are told by code, so what stands in the record must be, too.
                if getattr(self.instance, f"{name}_id", None):
                    self.initial[name] = getattr(self.instance, name)
                self._offer_organisations(field)

    def narrowed(self, name: str, queryset: Any) -> Any:
        """The choices of one field, already in scope; subclasses may narrow further."""
        return queryset

    def _offer_organisations(self, field: Any) -> None:
        field.to_field_name = "code"
        field.error_messages["invalid_choice"] = _(
            "找不到这个单位，或者它不在您的填报范围。请重新选择。"
        )
        few = field.queryset.order_by("path")
        if len(few[: SHORT_LIST + 1]) <= SHORT_LIST:
            field.queryset = few
            return
        field.widget = PickOne(reverse(PICKER_ROUTE), field)

    def _fill_options(self) -> None:
        lists = {n: f for n, f in self.fields.items() if isinstance(f, OptionEntry)}
        if not lists:
            return
        labels = labels_of({field.list_key for field in lists.values()})
        for name, field in lists.items():
            field.fill(labels[field.list_key], self.initial.get(name) or "")

    def _show_dates(self) -> None:
        for name, column in self.precisions.items():
            day = self.initial.get(name)
            if name in self.fields and day and not isinstance(day, PartialDate):
                precision = getattr(self.instance, column) or "day"
                self.initial[name] = None if precision == "unknown" else PartialDate(day, precision)

    def _dress(self, name: str, field: Any) -> None:
        is_box = isinstance(field.widget, forms.CheckboxInput)
        field.widget.attrs.setdefault("class", "ck" if is_box else "in")
        field.is_half = name in self.halves
        missing = _("%(label)s还没有填写。") % {"label": field.label}
        field.error_messages["required"] = missing
        if isinstance(field, forms.ModelChoiceField) and field.empty_label:
            field.empty_label = _("请选择")
        elif isinstance(field, forms.TypedChoiceField):
            name_blank(field)

    def _post_clean(self) -> None:
        for name, field in self.fields.items():
            found = self.cleaned_data.get(name)
            if isinstance(field, DateEntry) and isinstance(found, PartialDate):
                self.cleaned_data[name] = found.first_day
                if name in self.precisions:
                    setattr(self.instance, self.precisions[name], found.precision)
        self._refuse_people()
        self._fill_instance()
        self.validate_constraints()

    def _refuse_people(self) -> None:
        """A place that is chosen in the form may be one where people are not for her to see."""
        place = self.cleaned_data.get("organisation")
        if place is None or self.scope.covers_people(place.path):
            return
        for name in self.personal_columns:
            if self.cleaned_data.get(name):
                self.add_error(name, _("您在这个单位不能填写人员信息，请留空。"))

    def _fill_instance(self) -> None:
        """As a ModelForm does, but leaving the constraints to ``validate_constraints``."""
        exclude = self._get_validation_exclusions()  # type: ignore[attr-defined]
        fields = self._meta.fields
        try:
            self.instance = construct_instance(self, self.instance, fields)
            self.instance.full_clean(exclude, validate_unique=False, validate_constraints=False)
        except ValidationError as problem:
            self._update_errors(problem)  # type: ignore[attr-defined]

    def validate_constraints(self) -> None:
        """Each broken constraint in the words of ``sentences``."""
        exclude = {name for name in self.errors if name in self.fields}
        for constraint in self.instance._meta.constraints:
            try:
                constraint.validate(type(self.instance), self.instance, exclude=exclude)
            except ValidationError:
                self._say(*self.sentences.get(constraint.name, (None, CONFLICT)))

    def _say(self, field: str | None, words: Any) -> None:
        if field not in self.errors:
            self.add_error(field if field in self.fields else None, words)

    def shown_fields(self) -> list[forms.BoundField]:
        """The visible fields in the order of ``Meta.fields`` and the class."""
        return list(self.visible_fields())

    @property
    def sections(self) -> list[Section]:
        """The fields as the page groups them."""
        return [Section("", self.shown_fields())]

    @property
    def problems(self) -> list[Problem]:
        """All mistakes, for the summary on top of the page."""
        found = [Problem("", str(words), "") for words in self.non_field_errors()]
        for bound in self.visible_fields():
            found += [
                Problem(str(bound.label), str(words), bound.auto_id) for words in bound.errors
            ]
        return found

    def organisation(self) -> Any:
        """Whose record it is: the stored organisation, or the one chosen in a new form."""
        if self.instance._state.adding:
            return self.cleaned_data.get("organisation")
        return self.instance.organisation

    def touched(self) -> set[int] | None:
        """Organisations whose figures the record touches; None: its own."""
        return None

    def home_id(self) -> int | None:
        """The organisation in whose change log the record stands; None: its own."""
        return None

    def save(self, commit: bool = True) -> Any:
        """Save through ``record_save``. Raises Stale."""
        if hasattr(self.instance, "from_report"):
            self.instance.from_report = False
        if not self.instance._state.adding:
            self.instance.version = self.cleaned_data.get("version") or 0
        return record_save(
            instance=self.instance,
            actor=Actor.of(self.user),
            organisation_ids=self.touched(),
            home_id=self.home_id(),
        )
