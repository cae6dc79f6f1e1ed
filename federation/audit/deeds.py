"""What an Event can say was done, in the words of the page that lists events."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEEDS: dict[str, str | Promise] = {
    "login": _("登录"),
    "login_failed": _("登录没有成功"),
    "locked": _("账号锁定"),
    "logout": _("退出登录"),
    "refused": _("没有权限，未能打开"),
    "password_changed": _("修改密码"),
    "slip_printed": _("打印登录条"),
    "slips_printed": _("成批打印登录条"),
    "slip_used": _("用登录条登录"),
    "account_created": _("新建账号"),
    "account_closed": _("停用账号"),
    "account_opened": _("恢复账号"),
    "posting_given": _("授予角色"),
    "posting_ended": _("结束角色"),
    "handed_over": _("交接账号"),
    "lookups_exceeded": _("查证件号次数过多"),
    "token_made": _("新建接口令牌"),
    "token_revoked": _("撤销接口令牌"),
    "reveal": _("查看完整号码"),
    "number_given": _("导出完整号码"),
    "export": _("导出"),
    "export_ended": _("导出结束"),
    "divisions_loaded": _("导入行政区划"),
    "coverage_differs": _("核对发现数字不一致"),
    "coverage_frozen": _("封存统计期"),
    "coverage_computed_later": _("补算以往统计期"),
    "coverage_restated": _("更正已封存的统计期"),
    "keys_shown": _("打印加密密钥"),
    "backup": _("备份"),
    "restore": _("恢复备份"),
}
#: how another deed ended: an event of its own, that of the other deed being its object
ENDED = "export_ended"
#: deeds that are told together with the one they belong to, never by themselves
PARTS = (ENDED, "number_given")
#: deeds by which somebody came to know a whole number of a record
DISCLOSING = ("reveal", "number_given")


def deed_label(deed: str) -> str:
    """The words for a deed; one that is not listed is shown as it is."""
    return str(DEEDS.get(deed, deed))
