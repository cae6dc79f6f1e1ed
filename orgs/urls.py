"""Routes of the tree, of organisations and of terms."""

from django.urls import path

from orgs import tree_views, views

app_name = "orgs"
urlpatterns = [
    path("", views.OrganisationList.as_view(), name="organisation_list"),
    path("export/", views.OrganisationExport.as_view(), name="organisation_export"),
    path("terms/", views.TermList.as_view(), name="term_list"),
    path("terms/export/", views.TermExport.as_view(), name="term_export"),
    path("terms/new/", views.TermCreate.as_view(), name="term_create"),
    path("terms/<uuid:uid>/edit/", views.TermEdit.as_view(), name="term_edit"),
    path("terms/<uuid:uid>/history/", views.TermHistory.as_view(), name="term_history"),
    path("tree/", tree_views.TreePage.as_view(), name="tree"),
    path("tree/<slug:code>/", tree_views.TreeLevel.as_view(), name="tree_level"),
    path("pick/", tree_views.Pick.as_view(), name="pick"),
    path("<slug:code>/", views.OrganisationPage.as_view(), name="organisation_detail"),
    path("<slug:code>/edit/", views.OrganisationEdit.as_view(), name="organisation_edit"),
    path("<slug:code>/history/", views.OrganisationHistory.as_view(), name="organisation_history"),
]
