"""What stands in the register behind masked cells: a mask of the stored number is the number.

A row means a record by its organisation and by names, before any mask is looked at. What is opened
here goes the way of a companion's numbers: cleaned and compared, never put into the row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, NamedTuple, TypeVar

from federation.declarations import Registry
from federation.exchange.cleaners.text import as_text, is_blank, squash
from federation.exchange.giving.givers import SealedCell
from federation.exchange.places import PlaceRow

H = TypeVar("H", bound="type[Holder]")
# The dot of minority names as it is typed.
_DOTS = str.maketrans(dict.fromkeys("•・‧∙●.⋅", "·"))


class Asked(NamedTuple):
    """A row with masked cells: where it belongs, and its names (of people, places) by column."""

    place: PlaceRow
    names: Mapping[str, str]


class Held(NamedTuple):
    """A record that may stand behind rows: of which organisation, called how, with which numbers.

    ``names`` and ``numbers`` are by column; a column without number is left out.
    """

    organisation_id: int
    names: Mapping[str, str]
    numbers: Mapping[str, SealedCell]


class Holder:
    """The numbers that stand for the rows of one sheet. ``named_by``: the columns of its names."""

    sheet: ClassVar[str]
    named_by: ClassVar[tuple[str, ...]] = ("person_name",)

    def held(self, asked: Sequence[Asked], day: date) -> Iterator[Held]:
        """The records that rows as of ``day`` may mean; few queries, however many rows."""
        raise NotImplementedError


holders: Registry[type[Holder]] = Registry("parts", key="holder_key")


def holder(sheet_key: str) -> Callable[[H], H]:
    """Declare a Holder of a sheet: ``@holder("committee")``, in ``<app>/parts/``."""

    def declare(cls: H) -> H:
        cls.sheet = sheet_key
        cls.holder_key = f"{sheet_key}.{cls.__module__}.{cls.__qualname__}"  # type: ignore[attr-defined]
        holders.register(cls)
        return cls

    return declare


# Asks the register: all rows of a frame that have masked cells, and what may stand behind them.
Ask = Callable[[Sequence[Asked]], Iterable[Held]]


def nobody(asked: Sequence[Asked]) -> Iterable[Held]:
    """No register is asked."""
    return ()


def names_asked(sheet_key: str) -> tuple[str, ...]:
    """The columns by whose names the records of a sheet are known; none: no record is asked."""
    return tuple(dict.fromkeys(key for cls in _of(sheet_key) for key in cls.named_by))


def register_asked(sheet_key: str, day: date) -> Ask:
    """What asks the register for the rows of a sheet, as of ``day``."""

    def ask(asked: Sequence[Asked]) -> Iterable[Held]:
        return [one for cls in _of(sheet_key) for one in cls().held(asked, day)]

    return ask


def _of(sheet_key: str) -> list[type[Holder]]:
    return [cls for cls in holders if cls.sheet == sheet_key]


class Row(NamedTuple):
    """A row with masked cells. ``told``: its numbers by column as they are written."""

    asked: Asked
    told: Mapping[str, str]


def row_of(place: PlaceRow, names: Mapping[str, Any], numbers: Mapping[str, Any]) -> Row:
    """A row by what stands in its cells of names and of numbers."""
    called = {key: name_key(cell) for key, cell in names.items() if not is_blank(cell)}
    told = {key: squash(as_text(cell)).upper() for key, cell in numbers.items()}
    return Row(Asked(place, called), {key: text for key, text in told.items() if text})


def name_key(cell: Any) -> str:
    """A name as it is compared, however it is spaced and dotted."""
    return squash(as_text(cell)).translate(_DOTS)


class Behind:
    """Finds the one record behind each of some rows."""

    def __init__(self, rows: Sequence[Row], ask: Ask) -> None:
        self._by_name: dict[tuple[int, str, str], list[Held]] = {}
        for one in ask([row.asked for row in rows]):
            for key, name in one.names.items():
                where = (one.organisation_id, key, name_key(name))
                self._by_name.setdefault(where, []).append(one)

    def numbers(self, row: Row) -> Mapping[str, str]:
        """The stored numbers of the row's masked cells that fit, by column.

        Nothing where several records fit that differ, or none.
        """
        fitting = [self._opened(row, one) for one in self._named(row)]
        found = [numbers for numbers in fitting if numbers]
        return found[0] if found and all(one == found[0] for one in found) else {}

    def _named(self, row: Row) -> Iterator[Held]:
        """The records all of whose names that the row tells agree."""
        seen: set[int] = set()
        names = row.asked.names
        for key, name in names.items():
            for one in self._by_name.get((row.asked.place.id, key, name), ()):
                told = ((own, text) for own, text in one.names.items() if own in names)
                if id(one) not in seen and all(name_key(t) == names[own] for own, t in told):
                    seen.add(id(one))
                    yield one

    @staticmethod
    def _opened(row: Row, one: Held) -> dict[str, str]:
        """The numbers of a record for the masks of a row; nothing where a written one differs."""
        opened = {}
        for key, text in row.told.items():
            cell = one.numbers.get(key)
            if "*" not in text:
                if key in _TELLING and cell is not None and cell.opened() != text:
                    return {}
            elif cell is not None and cell.mask == text:
                opened[key] = cell.opened()
            elif key in _TELLING:
                return {}
        return opened


#: whoever has another ID number is somebody else; a telephone may have changed
_TELLING = frozenset(("id_number",))
