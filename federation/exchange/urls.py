"""Routes of the import pages."""

from django.urls import path

from federation.exchange.views import (
    choices,
    decisions,
    giving,
    pages,
    progress,
    returning,
    rows,
    uploading,
)

app_name = "exchange"
urlpatterns = [
    path("", uploading.BatchList.as_view(), name="batch_list"),
    path("template/", giving.Template.as_view(), name="template"),
    path("export/", giving.SheetExport.as_view(), name="sheet_export"),
    path("new/", uploading.Upload.as_view(), name="upload"),
    path("decisions/", decisions.DecisionList.as_view(), name="decision_list"),
    path(
        "decisions/<uuid:uid>/revoke/",
        decisions.DecisionRevoke.as_view(),
        name="decision_revoke",
    ),
    path("<uuid:uid>/", pages.BatchPage.as_view(), name="batch"),
    path("<uuid:uid>/progress/", progress.BatchProgress.as_view(), name="progress"),
    path("<uuid:uid>/cancel/", progress.Cancel.as_view(), name="cancel"),
    path("<uuid:uid>/check/", progress.Check.as_view(), name="check"),
    path("<uuid:uid>/columns/", pages.Columns.as_view(), name="columns"),
    path("<uuid:uid>/rows/", rows.Rows.as_view(), name="rows"),
    path("<uuid:uid>/rows/<int:sheet_no>/<int:row_no>/", rows.Row.as_view(), name="row"),
    path(
        "<uuid:uid>/rows/<int:sheet_no>/<int:row_no>/choice/",
        choices.Choice.as_view(),
        name="row_choice",
    ),
    path("<uuid:uid>/marked/", returning.Marked.as_view(), name="marked"),
    path("<uuid:uid>/towns/", pages.Towns.as_view(), name="towns"),
    path("<uuid:uid>/apply/", pages.Apply.as_view(), name="apply"),
    path("<uuid:uid>/undo/", pages.Undo.as_view(), name="undo"),
    path("<uuid:uid>/drop/", pages.Drop.as_view(), name="drop"),
]
