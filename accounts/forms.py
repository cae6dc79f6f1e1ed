"""The form of a hand-over."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.access.forms import USERNAME
from federation.access.models import Posting, User
from federation.registers.fields import chinese_day

AHEAD = timedelta(days=60)


class HandoverForm(forms.Form):
    """From which day the new head has the account; ``needs_name``: she has none yet."""

    on = forms.DateField(
        label=gettext_lazy("交接日期"),
        help_text=gettext_lazy("从这一天起由新主席使用，原账号的角色到这一天为止。"),
        widget=forms.DateInput(attrs={"type": "date", "class": "in"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("请填写交接日期。"),
            "invalid": gettext_lazy("日期应写成 2026-11-21 这样。"),
        },
    )
    username = forms.CharField(
        label=gettext_lazy("新账号的登录名"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("不填就按姓名拼音取一个。"),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, posting: Posting, needs_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posting = posting
        self.initial.setdefault("on", timezone.localdate())
        if not needs_name:
            del self.fields["username"]

    def clean_on(self) -> date:
        on, begun = self.cleaned_data["on"], self.posting.from_on
        if on <= begun:
            words = _("交接日期要晚于原账号开始的日期（%(begun)s）。")
            raise forms.ValidationError(words % {"begun": chinese_day(begun)})
        latest = timezone.localdate() + AHEAD
        if on > latest:
            words = _("交接日期最多提前 60 天登记，不能晚于%(latest)s。")
            raise forms.ValidationError(words % {"latest": chinese_day(latest)})
        return on

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if username and not USERNAME.fullmatch(username):
            words = _("登录名要以字母开头，3—40 个字符，只用字母、数字、点、横线和下划线。")
            raise forms.ValidationError(words)
        if username and User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("登录名已有人使用，请换一个，或者不填。"))
        return username
