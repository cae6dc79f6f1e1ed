"""Fields of the API that no record stores as they are told."""

from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from federation.exchange.cleaners.dates import PartialDate


@extend_schema_field({"type": "string", "nullable": True})
class WrittenDate(serializers.Field):
    """A date as exact as it was written: 2021, 2021-03 or 2021-03-08; null when not known.

    ``precision`` names the column beside it that says how exact.
    """

    def __init__(self, *, day: str, precision: str, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("知道多少写多少：年、年月或年月日"))
        super().__init__(source="*", read_only=True, **kwargs)
        self.day, self.precision = day, precision

    def to_representation(self, record: Any) -> str | None:
        day, precision = getattr(record, self.day), getattr(record, self.precision)
        if day is None or precision == "unknown":
            return None
        return PartialDate(day, precision or "day").iso()
