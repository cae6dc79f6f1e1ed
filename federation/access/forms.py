"""Forms of the way in and of the account pages."""

import re
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from federation.access.authority import grantable_roles, management_scope, may_grant
from federation.access.backends import phone_of
from federation.access.models import Role, User
from federation.access.tree import organisation_model
from federation.sealing.boxes import digest
from federation.sealing.masking import holds_number

USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{2,39}")
REASON_LEAST = 6
PICKER_ROUTE = "orgs:pick"


class Inputs(forms.BaseForm):
    """Gives the fields of a form the look of the house; mistakes are told by the server."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["class"] = "in"


class LoginForm(Inputs, AuthenticationForm):
    """User name or telephone number, and password."""

    error_messages = {
        "invalid_login": _("账号或密码不对，请核对后再试。连续输错 5 次会锁定 15 分钟。"),
        "inactive": _("账号或密码不对，请核对后再试。连续输错 5 次会锁定 15 分钟。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("手机号或账号")
        self.fields["username"].error_messages["required"] = _("请填写手机号或账号。")
        self.fields["password"].label = _("密码")
        self.fields["password"].error_messages["required"] = _("请填写密码。")


class SlipForm(Inputs, forms.Form):
    """The code of a slip, typed or read from its QR code."""

    code = forms.CharField(
        label=_("登录码"),
        max_length=40,
        error_messages={"required": _("请填写登录条上的 12 位登录码。")},
    )


class OwnPasswordForm(Inputs, PasswordChangeForm):
    """The old password and a new one, twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": _("原密码不对，请重新填写。"),
        "password_mismatch": _("两次填写的新密码不一样，请重新填写。"),
    }
    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("原密码")
        word_fields(self)


class FirstPasswordForm(Inputs, SetPasswordForm):
    """A new password, twice, for an account that has none of its own yet."""

    error_messages = {"password_mismatch": _("两次填写的新密码不一样，请重新填写。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_fields(self)


def word_fields(form: forms.Form) -> None:
    """The words of both fields for a new password; the page itself says what makes a good one."""
    for name, label in (("new_password1", _("新密码")), ("new_password2", _("再写一遍新密码"))):
        form.fields[name].label, form.fields[name].help_text = label, ""
    for field in form.fields.values():
        field.error_messages["required"] = _("%(label)s还没有填写。") % {"label": field.label}


class OrganisationTextField(forms.CharField):
    """An organisation by code or full name, among those the form allows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, **kwargs)
        self.allowed = organisation_model().objects.none()

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = list(self.allowed.filter(Q(code=text) | Q(name=text))[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("有多个组织叫这个名称，请填写编号。"), code="many")
        raise forms.ValidationError(
            _("在您管理的范围内找不到“%(text)s”。请重新选择组织。"),
            code="unknown",
            params={"text": text},
        )


class AccountSearch(Inputs, forms.Form):
    """What is looked for among the accounts of an officer's part; everything may stay blank."""

    q = forms.CharField(label=_("姓名或用户名"), max_length=60, required=False)
    role = forms.ModelChoiceField(
        Role.objects.all(),
        label=_("角色"),
        to_field_name="code",
        required=False,
        empty_label=_("不限"),
    )
    organisation = OrganisationTextField(label=_("组织及下级"), required=False)
    login = forms.ChoiceField(
        label=_("最近登录"),
        required=False,
        choices=[
            ("", _("不限")),
            ("recent", _("近 90 天登录过")),
            ("long", _("90 天以上没有登录")),
            ("never", _("从未登录")),
        ],
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("不限")), ("open", _("启用")), ("closed", _("停用"))],
    )

    def __init__(self, *args: Any, officer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = organisation_model().objects.in_scope(management_scope(officer))
        self.fields["organisation"].allowed = places  # type: ignore[attr-defined]
        chosen = self.data.get("organisation", "")
        self.fields["organisation"].widget = place_picker(officer, places, chosen)


def place_picker(officer: User, places: Any, chosen: str) -> forms.Widget:
    """A search over the tree that starts with her own places; plain text where none is."""
    try:
        url = reverse(PICKER_ROUTE)
    except NoReverseMatch:
        return forms.TextInput(attrs={"class": "in"})
    first = places.filter(path__in=management_scope(officer).paths) | places.filter(code=chosen)
    choices = [("", "")] + [(place.code, str(place)) for place in first.order_by("path")]
    attrs = {"class": "in", "data-picker": True, "data-url": url, "data-none": _("没有找到")}
    return forms.Select(choices=choices, attrs=attrs)


class PostingForm(Inputs, forms.Form):
    """A role at an organisation below the officer who gives it."""

    role = forms.ModelChoiceField(
        Role.objects.none(),
        label=_("角色"),
        to_field_name="code",
        empty_label=_("请选择"),
        error_messages={
            "required": _("请选择角色。"),
            "invalid_choice": _("您不能授予这个角色，请从列表中选择。"),
        },
    )
    organisation = OrganisationTextField(
        label=_("组织"),
        help_text=_("输入名称、拼音首字母或编号查找。"),
        error_messages={"required": _("请选择组织。")},
    )

    def __init__(self, *args: Any, officer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer
        roles = [role.pk for role in grantable_roles(officer)]
        self.fields["role"].queryset = Role.objects.filter(pk__in=roles)  # type: ignore[attr-defined]
        places = organisation_model().objects.in_scope(management_scope(officer))
        self.fields["organisation"].allowed = places  # type: ignore[attr-defined]
        chosen = self.data.get("organisation", "") if self.is_bound else ""
        self.fields["organisation"].widget = place_picker(officer, places, chosen)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, place = cleaned.get("role"), cleaned.get("organisation")
        if role and place and not may_grant(self.officer, role, place.path):
            self.add_error("role", _("您不能在这个组织授予这个角色，请选择下级组织或其他角色。"))
        return cleaned


class AccountForm(PostingForm):
    """A new account with its first posting."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=40,
        help_text=_("3—40 个字符，以字母开头，可用字母、数字、点、横线和下划线。"),
        error_messages={"required": _("请填写用户名。")},
    )
    name = forms.CharField(
        label=_("姓名"), max_length=40, error_messages={"required": _("请填写姓名。")}
    )
    phone = forms.CharField(
        label=_("手机号"),
        max_length=20,
        required=False,
        help_text=_("填写后可以用手机号登录。"),
    )
    field_order = ["username", "name", "phone", "role", "organisation"]

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if not USERNAME.fullmatch(username):
            raise forms.ValidationError(
                _("用户名要以字母开头，3—40 个字符，只用字母、数字、点、横线和下划线。")
            )
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError(_("这个用户名已经有人使用，请换一个。"))
        return username

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        phone = phone_of(text)
        if text and not phone:
            raise forms.ValidationError(_("手机号应为 11 位、以 1 开头的数字，请核对。"))
        if phone and User.objects.filter(phone_digest=digest("phone", phone)).exists():
            raise forms.ValidationError(_("这个手机号已经用于另一个账号，请核对号码，或者不填。"))
        return phone


class RevealForm(Inputs, forms.Form):
    """Why somebody looks at a full number."""

    ABOUT = [
        ("meeting", _("通知开会或培训")),
        ("identity", _("核对身份信息")),
        ("election", _("办理换届或任职")),
        ("visit", _("联系走访、办事")),
        ("other", _("其他")),
    ]
    about = forms.ChoiceField(
        label=_("为什么要看"),
        choices=ABOUT,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选择为什么要看。"),
            "invalid_choice": _("请从列表中选择。"),
        },
    )
    reason = forms.CharField(
        label=_("具体事由"),
        min_length=REASON_LEAST,
        max_length=180,
        help_text=_("至少 6 个字，会记入操作记录。不要写身份证号和电话。"),
        error_messages={
            "required": _("请填写具体事由。"),
            "min_length": _("具体事由至少写 6 个字。"),
        },
    )

    def clean_reason(self) -> str:
        """The reason is kept open in the log, so no number may stand in it."""
        if holds_number(self.cleaned_data["reason"]):
            raise forms.ValidationError(_("事由里不能写身份证号和手机号，请删去号码再提交。"))
        return self.cleaned_data["reason"]

    def sentence(self) -> str:
        """Both answers as one line for the log."""
        about = dict(self.ABOUT)[self.cleaned_data["about"]]
        return f"{about}：{self.cleaned_data['reason']}"


class TextSizeForm(forms.Form):
    """How large the type is for one account."""

    text_size = forms.ChoiceField(choices=User.TextSize.choices)
