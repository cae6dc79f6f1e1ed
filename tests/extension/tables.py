"""Table of courses."""

import django_tables2 as tables
from django.urls import reverse

from federation.registers.tables import DateColumn, RegisterTable
from tests.extension.models import Course


class CourseTable(RegisterTable):
    title = tables.Column(
        linkify=lambda record: reverse("extension:course_edit", args=[record.uid])
    )
    held_on = DateColumn()

    class Meta(RegisterTable.Meta):
        model = Course
        fields = ("title", "organisation", "held_on", "attended")
