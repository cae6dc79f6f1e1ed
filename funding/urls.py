"""Routes of funding."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from federation.registers.declare import RecordPage, Room, record_pages, rooms
from funding.views import boards, registers

app_name = "funding"
urlpatterns = [
    path("", boards.BudgetBoard.as_view(), name="board"),
    path("of/<str:code>/", boards.LedgerPage.as_view(), name="ledger"),
    path("lines/", registers.LineList.as_view(), name="line_list"),
    path("lines/export/", registers.LineExport.as_view(), name="line_export"),
    path("lines/new/", registers.LineCreate.as_view(), name="line_create"),
    path("lines/<uuid:uid>/edit/", registers.LineEdit.as_view(), name="line_edit"),
    path("lines/<uuid:uid>/history/", registers.LineHistory.as_view(), name="line_history"),
    path("yearly/", registers.YearlyList.as_view(), name="yearly_list"),
    path("yearly/export/", registers.YearlyExport.as_view(), name="yearly_export"),
    path("yearly/new/", registers.YearlyCreate.as_view(), name="yearly_create"),
    path("yearly/<uuid:uid>/edit/", registers.YearlyEdit.as_view(), name="yearly_edit"),
    path("yearly/<uuid:uid>/history/", registers.YearlyHistory.as_view(), name="yearly_history"),
    path("women/", registers.PopulationList.as_view(), name="population_list"),
    path("women/export/", registers.PopulationExport.as_view(), name="population_export"),
    path("women/new/", registers.PopulationCreate.as_view(), name="population_create"),
    path("women/<uuid:uid>/edit/", registers.PopulationEdit.as_view(), name="population_edit"),
    path(
        "women/<uuid:uid>/history/",
        registers.PopulationHistory.as_view(),
        name="population_history",
    ),
]

rooms.register(Room("funding:board", _("经费"), "wallet", 65, is_on_phone=False))
record_pages.register(RecordPage("funding.LedgerLine", "funding:line_edit"))
record_pages.register(RecordPage("funding.YearlyBudget", "funding:yearly_edit"))
record_pages.register(RecordPage("funding.Population", "funding:population_edit"))
