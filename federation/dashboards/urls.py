"""Routes of the leaders' pages."""

from django.urls import path

from federation.dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("figures/", views.overview, name="overview"),
    path("figures/<slug:code>/", views.area, name="area"),
    path("figures/<slug:code>/<slug:indicator>/", views.rows, name="rows"),
]
