"""The start page, and the pages about changes of any record."""

from django.urls import path

from federation.registers import home

app_name = "registers"
urlpatterns = [
    path("", home.officer_home, name="home"),
]
