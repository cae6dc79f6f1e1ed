"""Columns whose value is sealed when it is written and opened only on request."""

from collections.abc import Callable
from typing import Any

from django.db import models

from federation.sealing.boxes import digest, seal, unseal


class SealedField(models.BinaryField):
    """Bytes of a sealed text. Assign a ``str`` to write; read it with ``SealedModel.reveal``.

    A loaded instance holds ciphertext, so nothing is opened by accident: lists never decrypt.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, list(args), kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if isinstance(value, str):
            sealed = seal_text(self.place(model_instance), value) if value else None
            setattr(model_instance, self.attname, sealed)
        return super().pre_save(model_instance, add)

    def place(self, instance: models.Model) -> str:
        """``table.column.uid``: what the ciphertext is bound to."""
        return place_of(type(instance), self.name, instance.uid.hex)  # type: ignore[attr-defined]


def place_of(model: type[models.Model], column: str, uid_hex: str) -> str:
    """The binding of a sealed value: table, column and uid (32 hex digits, no dashes)."""
    return f"{model._meta.db_table}.{column}.{uid_hex}"


def seal_text(place: str, text: str) -> bytes:
    """``text`` sealed for ``place``."""
    return seal(place, text.encode())


class SealedModel(models.Model):
    """A model with sealed columns, each beside its digest and masked copy where declared.

    ``sealed_columns`` names per column how it is digested and masked:
    ``{"id_number": ("id_number", mask_id_number)}`` fills ``id_number_digest`` and
    ``id_number_masked``. Use ``write_sealed`` to set all three, ``reveal`` to open.
    """

    sealed_columns: dict[str, tuple[str, Callable[[str], str]]] = {}

    class Meta:
        abstract = True

    def write_sealed(self, column: str, text: str) -> None:
        """Set a sealed column with its digest and mask; an empty text empties all three."""
        kind, mask = self.sealed_columns[column]
        setattr(self, column, text or None)
        setattr(self, f"{column}_digest", digest(kind, text) if text else None)
        setattr(self, f"{column}_masked", mask(text) if text else "")

    def reveal(self, column: str) -> str:
        """The text of a sealed column, "" when there is none. Raises CannotOpen."""
        value = getattr(self, column)
        if not value:
            return ""
        if isinstance(value, str):
            return value
        return unseal(place_of(type(self), column, self.uid.hex), value).decode()  # type: ignore[attr-defined]
