"""What start pages count of organisations and terms, and the forms they offer."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from federation.registers.declare import Quick, Todo, quicks, todos
from orgs.models import Renewal, Term

#: how long before its end a term is said to end soon
SOON = timedelta(days=180)


@todos.register
class TermOverdue(Todo):
    """The last term has lapsed and no new one was entered."""

    key, indicator, kind, order = "term_overdue", "ORG-08", "bad", 10
    label = _("换届逾期")
    advice = _("这一届已经届满，请登记新一届的换届日期。")
    icon = "calendar-x"
    fix_route = "orgs:term_create"


@todos.register
class NotBuilt(Todo):
    """A village or community without a federation."""

    key, indicator, kind, order = "not_built", "ORG-02", "bad", 20
    label = _("未建妇联")
    advice = _("还没有登记妇联的成立，请填写状态和成立日期。")
    icon = "building-community"
    fix_route = "orgs:organisation_edit"

    def fix_url(self, organisation: Any) -> str:
        return reverse(self.fix_route, args=[organisation.code])


@todos.register
class TermEndsSoon(Todo):
    """The running term ends within 180 days and the next one is not entered."""

    key, order = "term_ends_soon", 30
    label = _("180 天内届满")
    advice = _("这一届半年内届满，请准备换届；选出后登记新一届。")
    icon = "calendar-due"
    fix_route = "orgs:term_create"

    def narrow(self, organisations: Any, on: date) -> Any:
        terms = Term.objects.filter(organisation=OuterRef("pk"))
        ending = terms.containing(on).filter(due_on__lte=on + SOON)
        return organisations.filter(Exists(ending), ~Exists(terms.filter(starts_on__gt=on)))


@todos.register
class RenewedWithoutTerm(Todo):
    """A congress was held, and the term that began with it is not on record."""

    key, order = "renewed_without_term", 31
    label = _("已开大会未登记新一届")
    advice = _("换届大会已经召开，请登记新一届的换届日期。")
    icon = "calendar-plus"
    fix_route = "orgs:term_create"

    def narrow(self, organisations: Any, on: date) -> Any:
        held = Renewal.objects.filter(organisation=OuterRef("pk"), held_on__lte=on)
        return organisations.filter(Exists(held.without_term()))


@todos.register
class Unconfirmed(Todo):
    """Known from a villages report alone: no roster, sheet or form has confirmed it."""

    key, order = "unconfirmed", 80
    label = _("仅据上报，待核实")
    advice = _("目前只有报表上的数，请核对本组织资料并保存一次。")
    icon = "user-question"
    fix_route = "orgs:organisation_edit"

    def narrow(self, organisations: Any, on: date) -> Any:
        return organisations.filter(from_report=True)

    def fix_url(self, organisation: Any) -> str:
        return reverse(self.fix_route, args=[organisation.code])


quicks.register(
    Quick("orgs:organisation_edit", _("本组织"), _("状态、名称"), "building-community", 40, True)
)
quicks.register(Quick("orgs:term_create", _("换届"), _("登记新一届"), "calendar-event", 20))
