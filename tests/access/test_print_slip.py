"""A way back in for whoever has nobody above her."""

import pytest
from django.core.management import CommandError, call_command

from federation.access.models import User
from federation.access.services import slip_use
from federation.audit.models import Event

pytestmark = pytest.mark.django_db


def test_the_command_opens_an_account_at_the_root(su, capsys, rf):
    call_command("print_slip", "su")
    code = capsys.readouterr().out.strip().split("：")[-1]
    assert slip_use(code=code, request=rf.post("/")) == su
    assert Event.objects.get(deed="slip_printed").actor_label == "命令行"


def test_it_refuses_unknown_and_closed_accounts_and_those_without_a_role(su, qiu):
    User.objects.filter(pk=qiu.pk).update(is_active=False)
    su.postings.all().delete()
    for username, sentence in (("nobody", "没有账号"), ("qiu", "已停用"), ("su", "没有角色")):
        with pytest.raises(CommandError, match=sentence):
            call_command("print_slip", username)
