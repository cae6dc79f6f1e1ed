"""Routes of people and appointments."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cadres.views import people as views
from cadres.views import profiles, volunteers
from federation.registers.declare import RecordPage, Room, record_pages, rooms

app_name = "cadres"
urlpatterns = [
    path("people/", views.PersonList.as_view(), name="person_list"),
    path("people/export/", views.PersonExport.as_view(), name="person_export"),
    path("people/new/", views.PersonCreate.as_view(), name="person_create"),
    path("people/<uuid:uid>/", views.PersonDetail.as_view(), name="person_detail"),
    path("people/<uuid:uid>/edit/", views.PersonEdit.as_view(), name="person_edit"),
    path("people/<uuid:uid>/history/", views.PersonHistory.as_view(), name="person_history"),
    path("people/<uuid:uid>/profile/", profiles.ProfileEdit.as_view(), name="person_profile"),
    path("people/<uuid:uid>/appoint/", views.PersonAppoint.as_view(), name="person_appoint"),
    path("appointments/", views.AppointmentList.as_view(), name="appointment_list"),
    path("appointments/export/", views.AppointmentExport.as_view(), name="appointment_export"),
    path("appointments/<uuid:uid>/edit/", views.AppointmentEdit.as_view(), name="appointment_edit"),
    path(
        "appointments/<uuid:uid>/history/",
        views.AppointmentHistory.as_view(),
        name="appointment_history",
    ),
    path("volunteers/", volunteers.VolunteerList.as_view(), name="volunteer_list"),
    path("volunteers/export/", volunteers.VolunteerExport.as_view(), name="volunteer_export"),
    path("volunteers/new/", volunteers.VolunteerCreate.as_view(), name="volunteer_create"),
    path("volunteers/<uuid:uid>/", volunteers.VolunteerDetail.as_view(), name="volunteer_detail"),
    path("volunteers/<uuid:uid>/edit/", volunteers.VolunteerEdit.as_view(), name="volunteer_edit"),
    path(
        "volunteers/<uuid:uid>/history/",
        volunteers.VolunteerHistory.as_view(),
        name="volunteer_history",
    ),
]

rooms.register(Room("cadres:person_list", _("人员"), "users", 40))
rooms.register(Room("cadres:appointment_list", _("任职"), "id-badge-2", 50, is_on_phone=False))
rooms.register(Room("cadres:volunteer_list", _("志愿者"), "users-plus", 84, is_on_phone=False))
record_pages.register(RecordPage("cadres.Person", "cadres:person_detail"))
record_pages.register(RecordPage("cadres.Appointment", "cadres:appointment_edit"))
record_pages.register(RecordPage("cadres.Volunteer", "cadres:volunteer_detail"))
