"""The list by which accounts are given out: one row is one person with one role at one unit."""

from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners.choices import FreeText, Option, reference
from federation.exchange.cleaners.people import id_number, person_name, phone
from federation.exchange.declare import Column, Sheet, sheets
from orgs.sheets import (
    CODE_ALIASES,
    CODE_PATTERN,
    NAME_ALIASES,
    NAME_PATTERN,
    TOWN_ALIASES,
    TOWN_PATTERN,
)

USERNAME_MOST = 40
role = Option("role")


@sheets.register
class AccountsSheet(Sheet):
    """Who gets an account, as what and where; the account opens with a slip printed afterwards."""

    key = "accounts"
    title = _("账号发放名单")
    town_rows = True
    only_flag = "manages_accounts"
    next_route = "accounts:batch_slips"
    next_label = _("打印登录条")
    needs = (("person_name",), ("role",), ("code", "name", "town"))
    columns = (
        Column("code", _("单位代码"), reference, ("行政村（社区）代码", *CODE_ALIASES),
               reference=True, pattern=CODE_PATTERN),
        Column("town", _("乡镇（街道）"), reference, ("所属乡镇（街道）", *TOWN_ALIASES),
               reference=True, pattern=TOWN_PATTERN),
        Column("name", _("村（社区）"), reference,
               ("行政村（社区）名称", "单位", "单位名称", "所在单位", "所属单位", *NAME_ALIASES),
               reference=True, pattern=NAME_PATTERN),
        Column("person_name", _("姓名"), person_name,
               ("使用人", "使用人姓名", "账号使用人", "人员姓名"),
               required=True, is_personal=True),
        Column("id_number", _("身份证号"), id_number,
               ("身份证号码", "身份证", "公民身份号码", "证件号码"), is_personal=True),
        Column("phone", _("手机号"), phone,
               ("手机", "手机号码", "联系电话", "电话", "登录手机号"), is_personal=True),
        Column("role", _("角色"), role,
               ("账号角色", "平台角色", "系统角色", "权限角色", "用户角色"),
               required=True),
        Column("username", _("登录名"), FreeText(USERNAME_MOST),
               ("用户名", "账号", "登录账号", "账号名")),
    )  # fmt: skip
