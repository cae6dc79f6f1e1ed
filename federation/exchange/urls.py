"""Routes of the import pages."""

from django.urls import path

from federation.exchange.views import (
    choices,
    collected,
    collecting,
    decisions,
    giving,
    pages,
    progress,
    returning,
    rows,
    slips,
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
    path("collections/", collecting.CollectionList.as_view(), name="collection_list"),
    path("collections/<uuid:uid>/", collecting.CollectionPage.as_view(), name="collection"),
    path(
        "collections/<uuid:uid>/status/",
        collecting.CollectionStatus.as_view(),
        name="collection_status",
    ),
    path(
        "collections/<uuid:uid>/more/", collecting.CollectionMore.as_view(), name="collection_more"
    ),
    path(
        "collections/<uuid:uid>/mend/", collected.CollectionMend.as_view(), name="collection_mend"
    ),
    path(
        "collections/<uuid:uid>/choose/",
        collected.CollectionChoose.as_view(),
        name="collection_choose",
    ),
    path(
        "collections/<uuid:uid>/check/",
        collected.CollectionCheck.as_view(),
        name="collection_check",
    ),
    path(
        "collections/<uuid:uid>/cancel/",
        collected.CollectionCancel.as_view(),
        name="collection_cancel",
    ),
    path(
        "collections/<uuid:uid>/apply/",
        collected.CollectionApply.as_view(),
        name="collection_apply",
    ),
    path(
        "collections/<uuid:uid>/undo/", collected.CollectionUndo.as_view(), name="collection_undo"
    ),
    path(
        "collections/<uuid:uid>/drop/", collected.CollectionDrop.as_view(), name="collection_drop"
    ),
    path("collections/<uuid:uid>/slips/", slips.SlipList.as_view(), name="collection_slips"),
    path(
        "collections/<uuid:uid>/files/<int:ordinal>/",
        collected.CollectionFile.as_view(),
        name="collection_file",
    ),
    path(
        "collections/<uuid:uid>/slips/<str:code>/",
        slips.SlipPage.as_view(),
        name="collection_slip",
    ),
    path(
        "collections/<uuid:uid>/slips/<str:code>/xlsx/",
        slips.SlipBook.as_view(),
        name="collection_slip_book",
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
