"""What lists show of sensitive values: made once when the value is written, stored beside it."""


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
