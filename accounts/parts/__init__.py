"""What the list of accounts writes: an account, its posting, and the link to the person."""

from accounts.parts.issuing import AccountOfRow

__all__ = ["AccountOfRow"]
