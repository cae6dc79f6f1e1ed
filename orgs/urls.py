"""Routes of the tree, of organisations and of terms."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from federation.registers.declare import RecordPage, Room, record_pages, rooms
from orgs.views import host_units, kinds, registers, renewals, tree

app_name = "orgs"
urlpatterns = [
    path("", registers.OrganisationList.as_view(), name="organisation_list"),
    path("export/", registers.OrganisationExport.as_view(), name="organisation_export"),
    path("terms/", registers.TermList.as_view(), name="term_list"),
    path("terms/export/", registers.TermExport.as_view(), name="term_export"),
    path("terms/new/", registers.TermCreate.as_view(), name="term_create"),
    path("terms/<uuid:uid>/edit/", registers.TermEdit.as_view(), name="term_edit"),
    path("terms/<uuid:uid>/history/", registers.TermHistory.as_view(), name="term_history"),
    path("renewals/", renewals.RenewalList.as_view(), name="renewal_list"),
    path("renewals/export/", renewals.RenewalExport.as_view(), name="renewal_export"),
    path("renewals/new/", renewals.RenewalCreate.as_view(), name="renewal_create"),
    path("renewals/<uuid:uid>/edit/", renewals.RenewalEdit.as_view(), name="renewal_edit"),
    path("renewals/<uuid:uid>/history/", renewals.RenewalHistory.as_view(), name="renewal_history"),
    path("units/", host_units.UnitList.as_view(), name="unit_list"),
    path("units/export/", host_units.UnitExport.as_view(), name="unit_export"),
    path("units/new/", host_units.UnitCreate.as_view(), name="unit_create"),
    path("units/<uuid:uid>/edit/", host_units.UnitEdit.as_view(), name="unit_edit"),
    path("units/<uuid:uid>/history/", host_units.UnitHistory.as_view(), name="unit_history"),
    path("tree/", tree.TreePage.as_view(), name="tree"),
    path("tree/<slug:code>/", tree.TreeLevel.as_view(), name="tree_level"),
    path("pick/", tree.Pick.as_view(), name="pick"),
    path("kinds/", kinds.KindList.as_view(), name="kind_list"),
    path("kinds/<uuid:uid>/edit/", kinds.KindEdit.as_view(), name="kind_edit"),
    path("kinds/<uuid:uid>/history/", kinds.KindHistory.as_view(), name="kind_history"),
    path("<slug:code>/", registers.OrganisationPage.as_view(), name="organisation_detail"),
    path("<slug:code>/edit/", registers.OrganisationEdit.as_view(), name="organisation_edit"),
    path(
        "<slug:code>/history/", registers.OrganisationHistory.as_view(), name="organisation_history"
    ),
]

rooms.register(Room("orgs:tree", _("组织树"), "sitemap", 10, is_on_phone=False))
rooms.register(Room("orgs:organisation_list", _("组织"), "building-community", 20))
rooms.register(Room("orgs:term_list", _("届次"), "calendar", 30, is_on_phone=False))
rooms.register(Room("orgs:renewal_list", _("换届进度"), "calendar-event", 82, is_on_phone=False))
rooms.register(Room("orgs:unit_list", _("两企三新"), "building", 83, is_on_phone=False))
rooms.register(
    Room("orgs:kind_list", _("组织类型"), "adjustments-horizontal", 92, is_on_phone=False)
)
record_pages.register(RecordPage("orgs.Term", "orgs:term_edit"))
record_pages.register(RecordPage("orgs.Renewal", "orgs:renewal_edit"))
record_pages.register(RecordPage("orgs.HostUnit", "orgs:unit_edit"))
