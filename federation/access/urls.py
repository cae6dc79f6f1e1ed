"""Routes of the way in, of accounts, and of opened values."""

from django.urls import path

from federation.access import views

app_name = "access"
urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("slip/", views.SlipLogin.as_view(), name="slip_login"),
    path("password/", views.PasswordChange.as_view(), name="password_change"),
    path("text-size/", views.TextSize.as_view(), name="text_size"),
    path("reveal/<str:model>/<uuid:uid>/<slug:column>/", views.Reveal.as_view(), name="reveal"),
    path("", views.AccountList.as_view(), name="account_list"),
    path("add/", views.AccountAdd.as_view(), name="account_add"),
    path("postings/<uuid:uid>/end/", views.PostingEnd.as_view(), name="posting_end"),
    path("<uuid:uid>/", views.AccountDetail.as_view(), name="account_detail"),
    path("<uuid:uid>/postings/add/", views.PostingAdd.as_view(), name="posting_add"),
    path("<uuid:uid>/switch/", views.AccountSwitch.as_view(), name="account_switch"),
    path("<uuid:uid>/slip/", views.SlipPrint.as_view(), name="slip_print"),
]
