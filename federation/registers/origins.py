"""Whence the values of a page are, as far as its viewer may know.

Whoever may see an import is told everything of it. Of an import from above her own part of the
tree she is told its level, its day and the cell: file, worksheet and names may speak of others.
Of any other import she is told nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from federation.access.scope import Grant
from federation.exchange.declare import sheets
from federation.exchange.lineage.finding import Origin, origins_of
from federation.exchange.models import Batch
from federation.registers.history import field_label, is_silent, words_of
from federation.registers.scopebar import level_word

_ROUTE = "exchange:batch"


@dataclass(frozen=True)
class Told:
    """Where one value came from. ``cells``: A1 addresses, empty where none was noted.

    ``said``: "name" or "title" where the worksheet or its title said it for all rows; ``level``:
    who imported it, where no more may be told, and then ``file_name`` and ``who`` are empty.
    """

    day: date
    cells: tuple[str, ...] = ()
    said: str = ""
    is_typed: bool = False
    level: str | Promise = ""
    file_name: str = ""
    sha256: str = ""
    worksheet: str = ""
    who: str = ""
    url: str = ""


@dataclass(frozen=True)
class Source:
    """A field of a record with what stands in it, and where that came from."""

    label: str
    words: str
    told: Told


class Origins:
    """The origins of the records of one page, found at once: a few questions, however many."""

    def __init__(self, viewer: Any, records: Iterable[Any]) -> None:
        self.view, self.imports = viewer.scope(Grant.VIEW), viewer.scope(Grant.IMPORT)
        self.viewer, self.opens = viewer, viewer.may(_ROUTE)
        self.found = origins_of(records)

    def told(self, record: Any, name: str) -> Told | None:
        """Where a field of a record came from; None where no import wrote it, or nothing of it is
        for the viewer to know. ``name``: of the field or of its column."""
        fields = self.found.get(record.uid, {}) if record is not None else {}
        origin = fields.get(name) or fields.get(f"{name}_id")
        return self._told(origin, origin.batch) if origin and origin.batch else None

    def _told(self, origin: Origin, batch: Batch) -> Told | None:
        day, cells = timezone.localdate(origin.change.at), origin.cells
        place: dict[str, Any] = {}
        if cells:
            place = {"said": cells.said, "is_typed": cells.is_typed}
            place["cells"] = tuple(cells.addresses.values())
        path = batch.whole.path
        if self.view.covers_people(path):
            return Told(
                day,
                file_name=batch.file_name,
                sha256=batch.file_sha256,
                worksheet=cells.worksheet if cells else "",
                who=origin.change.actor_label,
                url=reverse(_ROUTE, args=[batch.uid]) if self._may_open(batch) else "",
                **place,
            )
        roots = self.view.paths
        if any(path.startswith(root) or root.startswith(path) for root in roots):
            return Told(day, level=level_word(batch.whole), **place)
        return None

    def _may_open(self, batch: Batch) -> bool:
        sheet = sheets.get(batch.sheet)
        is_hers = self.opens and self.imports.covers_people(batch.whole.path)
        return is_hers and (sheet is None or sheet.is_for(self.viewer))


def sources_of(viewer: Any, record: Any, *, sees_people: bool) -> list[Source]:
    """Every field of a record that an import wrote, as far as the viewer may know of it.

    Without ``sees_people`` the ``personal_columns`` are left out.
    """
    origins, model = Origins(viewer, [record]), type(record)
    hidden = () if sees_people else getattr(model, "personal_columns", ())
    sealed = getattr(model, "sealed_columns", ())
    found = {
        field.attname: told
        for field in model._meta.concrete_fields
        if field.attname not in hidden
        and (field.name in sealed or not is_silent(model, field.attname))
        and (told := origins.told(record, field.attname))
    }
    words = words_of(record, found)
    return [Source(field_label(model, name), words[name], told) for name, told in found.items()]
