"""The start page, and the change log of a scope."""

from django.urls import path

from federation.registers import home
from federation.registers.views.history import ChangeList

app_name = "registers"
urlpatterns = [
    path("", home.officer_home, name="home"),
    path("changes/", ChangeList.as_view(), name="change_list"),
]
