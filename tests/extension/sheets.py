"""The table of courses."""

from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners.choices import FreeText, reference
from federation.exchange.cleaners.dates import partial_date
from federation.exchange.cleaners.numbers import whole_number
from federation.exchange.declare import Column, Sheet, sheets


@sheets.register
class CoursesSheet(Sheet):
    """One row is one course of one organisation."""

    key = "courses"
    title = _("培训台账")
    needs = (("code",), ("course_title",))
    columns = (
        Column("code", _("单位代码"), reference, reference=True),
        Column("course_title", _("课程名称"), FreeText(80), ("课程",), required=True),
        Column("held_on", _("举办日期"), partial_date, ("日期",), required=True),
        Column("attended", _("参加人数"), whole_number, ("人数",), required=True),
    )
