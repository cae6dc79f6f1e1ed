"""What start pages count of committees, and the form they offer."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from cadres.models import Appointment
from federation.registers.declare import Quick, Todo, quicks, todos
from orgs.models import Organisation

STANDING = (Organisation.Status.ESTABLISHED, Organisation.Status.RECTIFYING)


@todos.register
class WithoutChair(Todo):
    """A federation that stands and has no chair in office."""

    key, kind, order = "no_chair", "bad", 30
    label = _("没有主席")
    advice = _("妇联已成立，但没有登记在任的主席，请补上。")
    icon = "user-exclamation"
    fix_route = "cadres:person_create"

    def narrow(self, organisations: Any, on: date) -> Any:
        led = Appointment.objects.in_office_on(on).heads().filter(organisation=OuterRef("pk"))
        return organisations.filter(~Exists(led), status__in=STANDING)


@todos.register
class TooFewMembers(Todo):
    """A committee below the least size of its kind."""

    key, indicator, order = "few_members", "ORG-13", 40
    label = _("执委不足")
    advice = _("执委人数不到规定的下限，请补登执委。")
    icon = "users-minus"
    fix_route = "cadres:person_create"


quicks.register(Quick("cadres:person_create", _("加执委"), _("登记人和职务"), "user-plus", 10))
