"""Filters of people and of appointments."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cadres.models import (
    FOUND_IN_ORDER,
    Appointment,
    Person,
    Post,
    Profile,
    Volunteer,
    begun,
    ways,
)
from federation.exchange.models import Option
from federation.registers.filters import RegisterFilter
from orgs.filters import places


def political_choices() -> list[tuple[str, str]]:
    """The kept list of 政治面貌."""
    labels = Option.objects.filter(list_key="political").values_list("label", flat=True)
    return [(label, label) for label in labels]


def known(text: str) -> tuple[list[str], bool]:
    """The columns that find everybody whose name ``text`` begins, and whether it begins a place.

    Of all people, not of a scope: page and export must not differ in order. One statement.
    """
    columns = list(ways(text))
    # A full name begins itself, and backwards it does, too: its bearers are found either way.
    others = Person.objects.all() if text.isascii() else Person.objects.exclude(name=text)
    asked = [Exists(others.filter(begun(text, column))) for column in columns]
    asked.append(Exists(places(text)))
    # A question without a table needs a row to stand in; without a post nobody is in office.
    *answers, is_place = Post.objects.values_list(*asked).first() or [False for _one in asked]
    found = [column for column, is_found in zip(columns, answers, strict=True) if is_found]
    return found or columns[:1], is_place


class PersonFilter(RegisterFilter):
    """``request`` gives the scope within which posts are looked at."""

    post = django_filters.ModelChoiceFilter(
        queryset=Post.objects.all(), to_field_name="code", method="by_post", label=_("职务"),
        empty_label=_("不限"),
    )  # fmt: skip
    political = django_filters.ChoiceFilter(
        choices=political_choices, label=_("政治面貌"), empty_label=_("不限")
    )
    state = django_filters.ChoiceFilter(
        choices=[("current", _("在任")), ("former", _("已离任"))], method="by_state",
        label=_("状态"), empty_label=_("不限"),
    )  # fmt: skip

    class Meta:
        model = Person
        fields = ["q", "post", "political", "state"]

    def __init__(self, *args: Any, scope: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def held(self) -> Any:
        """Current posts of the person in the row, within the scope."""
        posts = Appointment.objects.in_scope(self.scope).filter(person=OuterRef("pk"))
        return posts.in_office_on(timezone.localdate())

    def search(self, queryset: Any, name: str, value: str) -> Any:
        """People by the beginning of name, given name, pinyin or initials, or of their place.

        When one beginning alone finds anybody, they come in the order of its index, what fits best
        first: of very many a page costs what it costs of few. Otherwise the order stays.
        """
        text = value.strip()
        columns, is_place = known(text)
        if len(columns) == 1 and not is_place:
            (column,) = columns
            return queryset.filter(begun(text, column)).order_by(*FOUND_IN_ORDER[column])
        # A union, not "or": each part is found through an index of its own.
        parts = [Person.objects.filter(begun(text, column)).values("pk") for column in columns]
        if is_place:
            here = Appointment.objects.in_scope(self.scope).in_office_on(timezone.localdate())
            parts.append(here.filter(organisation__in=places(text)).values("person"))
        return queryset.filter(pk__in=parts[0].union(*parts[1:]))

    def by_post(self, queryset: Any, name: str, value: Any) -> Any:
        return queryset.filter(Exists(self.held().filter(post=value)))

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        condition = Exists(self.held())
        return queryset.filter(condition if value == "current" else ~condition)


class AppointmentFilter(RegisterFilter):
    post = django_filters.ModelChoiceFilter(
        queryset=Post.objects.all(), to_field_name="code", label=_("职务"), empty_label=_("不限")
    )
    state = django_filters.ChoiceFilter(
        choices=[("current", _("在任")), ("former", _("已离任"))], method="by_state",
        label=_("状态"), empty_label=_("不限"),
    )  # fmt: skip
    sector = django_filters.CharFilter(label=_("界别"))

    class Meta:
        model = Appointment
        fields = ["q", "post", "state", "sector"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        text = value.strip()
        of_people = Appointment.objects.filter(person__in=Person.objects.called(text))
        in_places = Appointment.objects.filter(organisation__in=places(text))
        return queryset.filter(pk__in=of_people.values("pk").union(in_places.values("pk")))

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        current = Appointment.objects.in_office_on(timezone.localdate())
        if value == "current":
            return queryset.in_office_on(timezone.localdate())
        return queryset.exclude(pk__in=current.values("pk"))


class VolunteerFilter(RegisterFilter):
    state = django_filters.ChoiceFilter(
        choices=[("current", _("在册")), ("former", _("已退出"))], method="by_state",
        label=_("状态"), empty_label=_("不限"),
    )  # fmt: skip
    named = django_filters.ChoiceFilter(
        choices=[("yes", _("已实名")), ("no", _("未填身份证号"))], method="by_named",
        label=_("实名"), empty_label=_("不限"),
    )  # fmt: skip
    team = django_filters.CharFilter(lookup_expr="contains", label=_("志愿服务队"))

    class Meta:
        model = Volunteer
        fields = ["q", "state", "named", "team"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        text = value.strip()
        return queryset.filter(Q(name__contains=text) | Q(organisation__in=places(text)))

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        today = timezone.localdate()
        if value == "current":
            return queryset.current_on(today)
        return queryset.filter(until_on__lte=today)

    def by_named(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(id_number_digest__isnull=value == "no")


class ProfileFilter(RegisterFilter):
    class Meta:
        model = Profile
        fields = ["q"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(person__in=Person.objects.called(value.strip()).values("pk"))
