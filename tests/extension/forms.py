"""Form of a course."""

from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners.choices import FreeText
from federation.registers.fields import CleanedField, DateEntry
from federation.registers.forms import ScopedForm
from tests.extension.models import Course


class CourseForm(ScopedForm):
    """A course, its day and how many came."""

    title = CleanedField(cleaner=FreeText(80), label=_("课程"))
    held_on = DateEntry(label=_("日期"), to_the_day=True)
    sentences = {"one_course_of_a_name_per_day": ("title", _("这一天已有同名的课程，请核对。"))}

    class Meta:
        model = Course
        fields = ["organisation", "title", "held_on", "attended"]
