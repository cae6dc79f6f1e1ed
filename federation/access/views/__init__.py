"""Pages of the way in, of accounts, and of opened values."""

from federation.access.views.accounts import (
    AccountAdd,
    AccountDetail,
    AccountList,
    AccountSwitch,
    PostingAdd,
    PostingEnd,
    SlipPrint,
)
from federation.access.views.entry import (
    Login,
    Logout,
    PasswordChange,
    SlipLogin,
    TextSize,
    locked_out,
)
from federation.access.views.reveal import Reveal

__all__ = [
    "AccountAdd",
    "AccountDetail",
    "AccountList",
    "AccountSwitch",
    "Login",
    "Logout",
    "PasswordChange",
    "PostingAdd",
    "PostingEnd",
    "Reveal",
    "SlipLogin",
    "SlipPrint",
    "TextSize",
    "locked_out",
]
