"""Routes of the leaders' pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from federation.dashboards import views
from federation.registers.declare import Room, rooms

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("figures/", views.overview, name="overview"),
    path("figures/<slug:code>/", views.area, name="area"),
    path("figures/<slug:code>/statistics/", views.statistics, name="statistics"),
    path("figures/<slug:code>/<slug:indicator>/", views.rows, name="rows"),
    path("figures/<slug:code>/<slug:indicator>/about/", views.indicator, name="indicator"),
    path("figures/<slug:code>/<slug:indicator>/target/", views.TargetPage.as_view(), name="target"),
]

# "/" is the overview for leaders and the start page of her work for everybody else.
rooms.register(Room("dashboards:home", _("总览"), "layout-dashboard", 0, only_flag="is_leader"))
rooms.register(Room("dashboards:home", _("首页"), "home", 0, except_flag="is_leader"))
rooms.register(
    Room("dashboards:overview", _("总览"), "layout-dashboard", 5, False, except_flag="is_leader")
)
