"""Routes of homes."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from federation.registers.declare import Room, rooms
from homes import views

app_name = "homes"
urlpatterns = [
    path("", views.HomeList.as_view(), name="home_list"),
    path("export/", views.HomeExport.as_view(), name="home_export"),
    path("tiles/", views.HomeTiles.as_view(), name="home_tiles"),
    path("new/", views.HomeCreate.as_view(), name="home_create"),
    path("<uuid:uid>/", views.HomeDetail.as_view(), name="home_detail"),
    path("<uuid:uid>/edit/", views.HomeEdit.as_view(), name="home_edit"),
    path("<uuid:uid>/close/", views.HomeClose.as_view(), name="home_close"),
    path("<uuid:uid>/check/", views.HomeCheckNew.as_view(), name="home_check"),
    path("checks/<uuid:uid>/edit/", views.CheckEdit.as_view(), name="check_edit"),
    path("<uuid:uid>/history/", views.HomeHistory.as_view(), name="home_history"),
]

rooms.register(Room("homes:home_list", _("妇女之家"), "home-heart", 60))
