"""Routes of courses, and their entry in the navigation."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from federation.registers.declare import Room, rooms
from tests.extension import views

app_name = "extension"
urlpatterns = [
    path("", views.CourseList.as_view(), name="course_list"),
    path("export/", views.CourseExport.as_view(), name="course_export"),
    path("new/", views.CourseCreate.as_view(), name="course_create"),
    path("<uuid:uid>/edit/", views.CourseEdit.as_view(), name="course_edit"),
    path("<uuid:uid>/history/", views.CourseHistory.as_view(), name="course_history"),
]

rooms.register(Room("extension:course_list", _("培训"), "list", 65))
