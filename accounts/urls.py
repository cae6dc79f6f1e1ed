"""Routes of slips for whole lists and of hand-overs."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("batches/<uuid:uid>/slips/", views.BatchSlips.as_view(), name="batch_slips"),
    path("handovers/", views.HandoverList.as_view(), name="handover_list"),
    path("handovers/<uuid:uid>/", views.Handover.as_view(), name="handover"),
]
