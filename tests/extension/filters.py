"""Filter of courses."""

from typing import Any

from federation.registers.filters import RegisterFilter
from tests.extension.models import Course


class CourseFilter(RegisterFilter):
    class Meta:
        model = Course
        fields = ["q"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(title__contains=value.strip())
