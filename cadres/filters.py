"""Filters of people and of appointments."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cadres.models import Appointment, Person, Post
from federation.exchange.models import Option
from federation.registers.filters import RegisterFilter
from orgs.filters import places


def political_choices() -> list[tuple[str, str]]:
    """The kept list of 政治面貌."""
    labels = Option.objects.filter(list_key="political").values_list("label", flat=True)
    return [(label, label) for label in labels]


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
        text = value.strip()
        # A union, not "or": each half is found through an index of its own.
        here = Appointment.objects.in_scope(self.scope).in_office_on(timezone.localdate())
        in_places = here.filter(organisation__in=places(text)).values("person")
        return queryset.filter(pk__in=Person.objects.called(text).values("pk").union(in_places))

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
