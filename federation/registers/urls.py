"""The change log of a scope, the handbook of the API; the rooms of the platform."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from federation.registers.api.handbook import Handbook
from federation.registers.declare import Room, rooms
from federation.registers.views.events import EventExport, EventList
from federation.registers.views.history import ChangeList
from federation.registers.views.options import (
    OptionCreate,
    OptionEdit,
    OptionHistory,
    OptionList,
)
from federation.registers.views.overruled import (
    ObjectionAnswer,
    ObjectionList,
    OverruledAnswer,
    OverruledList,
)

app_name = "registers"
urlpatterns = [
    path("handbook/", Handbook.as_view(), name="handbook"),
    path("changes/", ChangeList.as_view(), name="change_list"),
    path("options/", OptionList.as_view(), name="option_list"),
    path("options/<slug:key>/new/", OptionCreate.as_view(), name="option_new"),
    path("options/<uuid:uid>/edit/", OptionEdit.as_view(), name="option_edit"),
    path("options/<uuid:uid>/history/", OptionHistory.as_view(), name="option_history"),
    path("overruled/", OverruledList.as_view(), name="overruled_list"),
    path("overruled/<uuid:uid>/", OverruledAnswer.as_view(), name="overruled_answer"),
    path("objections/", ObjectionList.as_view(), name="objection_list"),
    path("objections/<uuid:uid>/", ObjectionAnswer.as_view(), name="objection_answer"),
    path("events/", EventList.as_view(), name="event_list"),
    path("events/export/", EventExport.as_view(), name="event_export"),
]

# The layers below know no navigation, and the desk is no app with routes of its own: their rooms
# are declared here.
rooms.register(Room("exchange:batch_list", _("数据导入"), "file-spreadsheet", 80))
rooms.register(Room("exchange:collection_list", _("收表台"), "files", 81, is_on_phone=False))
rooms.register(Room("access:account_list", _("账号"), "user-cog", 90, is_on_phone=False))
rooms.register(Room("registers:option_list", _("选项"), "list-details", 93, is_on_phone=False))
rooms.register(Room("admin:index", _("更正台"), "edit", 94, is_on_phone=False))
rooms.register(Room("registers:change_list", _("变更记录"), "history", 95, is_on_phone=False))
rooms.register(Room("registers:event_list", _("操作记录"), "shield-check", 96, is_on_phone=False))
