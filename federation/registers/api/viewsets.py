"""What a room of the API is: records in the caller's scope, filtered as in their register."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from federation.access.gates import Gate
from federation.access.scope import Grant, Scope
from federation.registers.api.paging import Pages
from federation.registers.narrowing import narrowed
from federation.registers.scopebar import chosen_organisation
from federation.registers.views.listing import NO_NUMBERS, OWN
from federation.sealing.masking import holds_number
from federation.tokens.models import Part

# No search and no filter of ours is longer; what is may only be meant to break something.
LONGEST = 200
CHOICE = "fields"
PLACE = ("organisation", "reach")


class RegisterFilters(DjangoFilterBackend):
    """The filters of the register, with what they need besides the address."""

    def get_filterset_kwargs(self, request: Request, queryset: Any, view: Any) -> dict[str, Any]:
        found = super().get_filterset_kwargs(request, queryset, view)
        return {**found, **view.filter_arguments()}


class Room(GenericViewSet):
    """Base of every viewset of the API.

    ``route`` is the path below api/v1/, ``noun`` the singular that names its urls, ``title`` what
    its records are called in the documentation, ``about`` a sentence on them. Every parameter is
    checked: an unknown one is refused, because a filter misspelt would give everything.
    """

    gate = Gate(Grant.VIEW)
    part = Part.RECORDS
    route = ""
    noun = ""
    title: str | Promise = ""
    about: str | Promise = ""
    pagination_class: type[Pages] | None = Pages
    filter_backends = [RegisterFilters]
    filterset_class: Any = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self._check_parameters(request)

    def parameters(self) -> set[str]:
        """The names an address of this action may carry."""
        if getattr(self, "detail", False):
            return {CHOICE}
        paging = {"cursor", "page_size"} if self.pagination_class else set()
        filters = set(self.filterset_class.base_filters) if self.filterset_class else set()
        return {CHOICE, *PLACE, *paging, *filters}

    def _check_parameters(self, request: Request) -> None:
        known = self.parameters()
        for name, value in request.query_params.items():
            if name not in known:
                allowed = "、".join(sorted(known))
                words = _("没有“%(name)s”这个参数，可以用：%(allowed)s。")
                raise ValidationError(words % {"name": name[:40], "allowed": allowed})
            if len(value) > LONGEST:
                words = _("参数“%(name)s”太长，最多 %(most)s 个字符。")
                raise ValidationError(words % {"name": name, "most": LONGEST})
        if holds_number(request.query_params.get("q", "")):
            raise ValidationError(NO_NUMBERS)

    def filter_arguments(self) -> dict[str, Any]:
        """What the filter needs besides the address."""
        return {}

    @property
    def viewer(self) -> Any:
        """The account that asks, or for which a token asks."""
        return self.request.user

    @cached_property
    def chosen(self) -> Any:
        """The organisation of ``?organisation=``; None without one. Raises Http404."""
        code = self.request.query_params.get("organisation", "")
        return chosen_organisation(self.viewer, Grant.VIEW, code) if code else None

    @cached_property
    def scope(self) -> Scope:
        """Where the records come from."""
        whole = self.viewer.scope(Grant.VIEW)
        return whole if self.chosen is None else narrowed(whole, self.chosen)

    @property
    def is_own(self) -> bool:
        """Whether only the chosen organisation itself is asked for."""
        reach = self.request.query_params.get("reach", "")
        if reach not in ("", OWN):
            raise ValidationError(_("reach 只能是 own（只要本单位的），或者不写。"))
        return self.chosen is not None and reach == OWN

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)
        wanted = self.request.query_params.get(CHOICE, "") if self.request else ""
        if wanted:
            keep_only(getattr(serializer, "child", serializer), wanted.split(","))
        return serializer


class ScopedViewSet(Room, ReadOnlyModelViewSet):
    """Records of the caller's view scope; foreign ones are as unknown as unknown ones.

    Subclasses name ``queryset``, ``serializer_class``, ``filterset_class`` (that of the register),
    ``lookup_field``.
    """

    lookup_field = "uid"

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        found = self.queryset.all().in_scope(self.scope)
        return self.own_records(found, self.chosen) if self.is_own else found

    def own_records(self, queryset: Any, organisation: Any) -> Any:
        """Those of ``queryset`` that belong to ``organisation`` itself."""
        return queryset.filter(organisation=organisation)

    def get_object(self) -> Any:
        value = self.kwargs[self.lookup_field]
        if len(value) > LONGEST:
            raise Http404
        return super().get_object()


def keep_only(serializer: Any, names: list[str]) -> None:
    """Leave ``serializer`` only the fields ``names``. Raises ValidationError for an unknown one."""
    known = set(serializer.fields)
    for name in names:
        if name not in known:
            words = _("没有“%(name)s”这个字段，可以用：%(allowed)s。")
            allowed = "、".join(serializer.fields)
            raise ValidationError({CHOICE: [words % {"name": name[:40], "allowed": allowed}]})
    for name in known - set(names):
        serializer.fields.pop(name)
