"""Register of courses."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.declare import lists
from federation.registers.views.exporting import ExportView
from federation.registers.views.history import HistoryView
from federation.registers.views.listing import RegisterView
from federation.registers.views.records import CreateView, EditView
from tests.extension.filters import CourseFilter
from tests.extension.forms import CourseForm
from tests.extension.models import Course
from tests.extension.tables import CourseTable


@lists.register
class CourseList(RegisterView):
    queryset = Course.objects.select_related("organisation").order_by("organisation__path", "pk")
    filterset_class = CourseFilter
    table_class = CourseTable
    title = gettext_lazy("培训名册")
    unit = gettext_lazy("次")
    register_name = "course"
    list_route = "extension:course_list"
    export_route = "extension:course_export"
    create_route = "extension:course_create"
    create_label = gettext_lazy("新增培训")
    icon = "list"


class CourseExport(ExportView, CourseList):
    gate = Gate(Grant.EXPORT)


class CoursePage:
    """What the forms of a course have in common."""

    form_class = CourseForm
    button = gettext_lazy("保存")

    def back_url(self) -> str:
        return reverse("extension:course_list")

    def address_after(self, record: Course) -> str:
        return reverse("extension:course_list")


class CourseCreate(CoursePage, CreateView):
    queryset = Course.objects.all()
    title = gettext_lazy("新增培训")


class CourseEdit(CoursePage, EditView):
    queryset = Course.objects.select_related("organisation")
    title = gettext_lazy("编辑培训")


class CourseHistory(HistoryView):
    queryset = Course.objects.select_related("organisation")

    def context(self) -> dict[str, Any]:
        return {"back_url": reverse("extension:course_list")}
