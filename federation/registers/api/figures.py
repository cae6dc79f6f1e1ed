"""Figures as the API tells them: stored rows of the rollup, never counted on the way."""

import re
from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from federation.access.tree import organisation_model
from federation.coverage.declare import catalogue, indicators
from federation.coverage.services import history, months_shown, stored_figures, targets
from federation.registers.api.numbers import (
    FigureRowSerializer,
    IndicatorSerializer,
    MonthSerializer,
    TargetSerializer,
)
from federation.registers.api.viewsets import Room
from federation.registers.declare import api_rooms
from federation.tokens.models import Part

PAST = gettext_lazy("统计数据，逐月")
PERIOD = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")
YEAR = re.compile(r"20[0-9]{2}")


def told(code: str, figure: Any) -> dict[str, Any]:
    """One figure as the API tells it."""
    return {
        "indicator": code,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "counted": figure.counted,
        "reported": figure.reported,
        "unknown": figure.unknown,
    }


def rows_of(nodes: Iterable[Any], period: str | None, codes: list[str]) -> list[dict[str, Any]]:
    """What stands in the rollup for ``nodes``, in their order; one query."""
    nodes = list(nodes)
    stored = stored_figures([node.pk for node in nodes], period)
    return [_row(node, stored.get(node.pk), codes) for node in nodes]


def _row(node: Any, stored: Any, codes: list[str]) -> dict[str, Any]:
    total = stored.total if stored else {}
    return {
        "organisation_code": node.code,
        "organisation_name": node.name,
        "period": stored.period if stored else None,
        "as_of": stored.as_of if stored else None,
        "figures": [told(code, total[code]) for code in codes if code in total],
    }


ASKED = [
    OpenApiParameter(
        "period",
        {"type": "string", "pattern": f"^{PERIOD.pattern}$"},
        description=gettext_lazy("统计期，如 2026-11，默认最近一期"),
    ),
    OpenApiParameter(
        "indicator", str, description=gettext_lazy("指标编号，多个用逗号隔开，默认全部")
    ),
]


@api_rooms.register
class FigureRoom(Room):
    """Figures of the organisations in scope, each with everything below it."""

    part = Part.FIGURES
    route, noun = "figures", "figure"
    title = gettext_lazy("统计数据")
    about = gettext_lazy("每个组织含全部下级的统计结果，给分子和分母，不给百分比。")
    serializer_class = FigureRowSerializer
    lookup_field = "code"
    lookup_value_regex = r"[0-9A-Za-z-]+"

    def get_queryset(self) -> Any:
        nodes = organisation_model().objects
        if getattr(self, "swagger_fake_view", False):
            return nodes.none()
        found = nodes.in_scope(self.scope)
        return found.filter(parent=self.chosen) if self.is_own else found

    def parameters(self) -> set[str]:
        if self.action == "history":
            return {"fields", "indicator"}
        return super().parameters() | {"period", "indicator"}

    @property
    def period(self) -> str | None:
        """The period asked for, None for the newest. Raises ValidationError."""
        asked = self.request.query_params.get("period", "")
        if asked and not PERIOD.fullmatch(asked):
            raise ValidationError({"period": [_("统计期写成 2026-11 这样的年月。")]})
        return asked or None

    @property
    def codes(self) -> list[str]:
        """The indicators asked for, all by default. Raises ValidationError."""
        asked = self.request.query_params.get("indicator", "")
        codes = asked.split(",") if asked else [found.code for found in catalogue()]
        for code in codes:
            if indicators.get(code) is None:
                words = _("没有“%(code)s”这个指标，编号见 indicators/。") % {"code": code[:40]}
                raise ValidationError({"indicator": [words]})
        return codes

    @extend_schema(parameters=ASKED)
    def list(self, request: Request) -> Response:
        """A page of organisations with their figures."""
        page = self.paginate_queryset(self.get_queryset())
        rows = rows_of(page, self.period, self.codes)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(parameters=ASKED)
    def retrieve(self, request: Request, code: str) -> Response:
        """The figures of one organisation."""
        [row] = rows_of([self.node(code)], self.period, self.codes)
        return Response(self.get_serializer(row).data)

    @extend_schema(responses=MonthSerializer(many=True), parameters=ASKED[1:], summary=PAST)
    @action(detail=True, serializer_class=MonthSerializer, pagination_class=None)
    def history(self, request: Request, code: str) -> Response:
        """The figures of one organisation month by month, this month and two years before it."""
        node, codes = self.node(code), self.codes
        found = history([node.pk], codes).get(node.pk, {})
        months = [
            {
                "period": month.period,
                "as_of": month.as_of,
                "is_frozen": month.is_frozen,
                "is_computed_later": month.is_computed_later,
                "figures": [
                    told(one, found[one][month.period])
                    for one in codes
                    if month.period in found.get(one, {})
                ],
            }
            for month in months_shown()
        ]
        return Response(self.get_serializer(months, many=True).data)

    def node(self, code: str) -> Any:
        """The organisation of ``code`` in scope. Raises Http404."""
        found = self.get_queryset().filter(code=code).first()
        if found is None:
            raise Http404
        return found


class Plain(Room):
    """A room of few lines, told all at once."""

    part = Part.FIGURES
    pagination_class = None
    filter_backends: list[Any] = []

    def parameters(self) -> set[str]:
        return {"fields"}

    def get_queryset(self) -> Any:
        return organisation_model().objects.none()


@api_rooms.register
class IndicatorRoom(Plain):
    """The catalogue of indicators with their rules."""

    route, noun = "indicators", "indicator"
    title = gettext_lazy("指标目录")
    about = gettext_lazy("每个指标的名称、单位、分子、分母和口径。")
    serializer_class = IndicatorSerializer

    def list(self, request: Request) -> Response:
        """All indicators by code."""
        return Response(self.get_serializer(catalogue(), many=True).data)


@api_rooms.register
class TargetRoom(Plain):
    """The targets of a year."""

    route, noun = "targets", "target"
    title = gettext_lazy("目标值")
    about = gettext_lazy("一个年度各指标的目标值。")
    serializer_class = TargetSerializer

    def parameters(self) -> set[str]:
        return {"fields", "year"}

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "year",
                {"type": "integer", "minimum": 2000, "maximum": 2099},
                description=gettext_lazy("年度，默认今年"),
            )
        ]
    )
    def list(self, request: Request) -> Response:
        """The targets in force in a year."""
        asked = request.query_params.get("year", str(timezone.localdate().year))
        if not YEAR.fullmatch(asked):
            raise ValidationError({"year": [_("年度写成 2026 这样的四位数。")]})
        rows = [
            {"indicator": code, "level": group, "value": value}
            for (code, group), value in sorted(targets(int(asked)).items())
        ]
        return Response(self.get_serializer(rows, many=True).data)
