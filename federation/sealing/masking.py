"""What lists show of sensitive values: made once when the value is written, stored beside it."""

import re

SPACING = re.compile(r"[\s-]+")
# An ID number of today or of before 1999, or a mobile telephone, wherever it stands in a text.
NUMBERS = re.compile(r"(?<!\d)(?:(\d{17}[\dXx]|\d{15})|[1１][3-9３-９]\d{9})(?!\d)")


def mask_id_number(value: str) -> str:
    """First six and last four of an ID number: 500101********2046."""
    return f"{value[:6]}********{value[-4:]}" if len(value) >= 15 else "****"


def mask_phone(value: str) -> str:
    """A mobile as 138****2071; of a landline the area code and the last two digits."""
    digits = value.replace("-", "")
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    area, dash, rest = value.partition("-")
    return f"{area}{dash}****{rest[-2:]}" if dash else f"****{value[-2:]}"


def mask_text(value: str) -> str:
    """The beginning of a text that is withheld: 重庆市万州区****."""
    return f"{value[:6]}****"


def holds_number(text: str) -> bool:
    """Whether an ID number or a mobile telephone stands in ``text``, also written in groups."""
    return any(NUMBERS.search(one) for one in (text, SPACING.sub("", text)))


def hide_numbers(text: str) -> str:
    """``text`` with every ID number and mobile telephone masked."""
    return NUMBERS.sub(lambda m: (mask_id_number if m[1] else mask_phone)(m[0]), text)
