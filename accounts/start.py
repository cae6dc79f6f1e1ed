"""What start pages say of accounts: a new head who has none."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.services import differing_units
from federation.registers.declare import Todo, todos


@todos.register
class HandoverDue(Todo):
    """The head in office is somebody else than whoever holds the unit's account."""

    key = "handover"
    label = _("主席已换，账号未交接")
    advice = _("现任主席还没有账号。请上级妇联办理账号交接。")
    icon = "user-cog"
    order = 80
    fix_route = "accounts:handover_list"

    def narrow(self, organisations: Any, on: date) -> Any:
        return differing_units(organisations, on)
