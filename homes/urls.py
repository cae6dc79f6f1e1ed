"""Routes of homes."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from federation.registers.declare import Room, rooms
from homes.views import checks, registers, tiles

app_name = "homes"
urlpatterns = [
    path("", registers.HomeList.as_view(), name="home_list"),
    path("export/", registers.HomeExport.as_view(), name="home_export"),
    path("tiles/", tiles.HomeTiles.as_view(), name="home_tiles"),
    path("new/", registers.HomeCreate.as_view(), name="home_create"),
    path("<uuid:uid>/", registers.HomeDetail.as_view(), name="home_detail"),
    path("<uuid:uid>/edit/", registers.HomeEdit.as_view(), name="home_edit"),
    path("<uuid:uid>/close/", registers.HomeClose.as_view(), name="home_close"),
    path("<uuid:uid>/check/", checks.HomeCheckNew.as_view(), name="home_check"),
    path("checks/<uuid:uid>/edit/", checks.CheckEdit.as_view(), name="check_edit"),
    path("<uuid:uid>/history/", registers.HomeHistory.as_view(), name="home_history"),
]

rooms.register(Room("homes:home_list", _("妇女之家"), "home-heart", 60))
