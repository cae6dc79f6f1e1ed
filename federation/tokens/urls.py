"""Routes of tokens."""

from django.urls import path

from federation.tokens import views

app_name = "tokens"
urlpatterns = [
    path("", views.TokenList.as_view(), name="token_list"),
    path("add/", views.TokenAdd.as_view(), name="token_add"),
    path("<uuid:uid>/revoke/", views.TokenRevoke.as_view(), name="token_revoke"),
]
