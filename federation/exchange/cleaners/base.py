"""A cleaner turns what stands in a cell into a value, or says in a code what is wrong with it.

Column-wise for sheets, one by one for forms: the same rule serves both.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from federation.exchange.cleaners.text import NO_VALUE, is_blank, is_error


@dataclass(frozen=True)
class Likely:
    """What was probably meant by a cell, to be offered and never taken by itself.

    ``source`` says how it was found: "near" (almost the same writing or sound), "option" (a list).
    Never made for ID numbers and names of people.
    """

    text: str
    source: str


class CleaningError(ValueError):
    """A cell that cannot be taken: ``code`` and what its sentence names. Never holds a whole ID."""

    def __init__(self, code: str, likely: Likely | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params, self.likely = code, params, likely


@dataclass(frozen=True)
class Doubt:
    """A value that can be taken, with a warning to show beside it."""

    value: Any
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    likely: Likely | None = None


@dataclass(frozen=True)
class CellContext:
    """What a cell means beyond its content: today, the unit of bare numbers, the option lists.

    ``untyped`` says that the file knows no numbers (CSV): 2021.1 may then have been 2021.10;
    ``from_1904`` that it counts days from 1904.
    ``near`` finds what an unknown answer was probably meant to be: (text, known texts, their key).
    """

    today: date
    unit: str | None = None
    options: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    untyped: bool = False
    from_1904: bool = False
    near: Callable[[str, Iterable[str], str], str | None] | None = None


@dataclass
class Cleaned:
    """A cleaned column: values (None where blank or wrong), problems and doubts by position."""

    values: list[Any]
    problems: dict[int, CleaningError] = field(default_factory=dict)
    doubts: dict[int, Doubt] = field(default_factory=dict)


class Memo(dict[Any, Any]):
    """Cleans each distinct cell once; a column of 170,000 cells often has thirty distinct ones."""

    def __init__(self, clean: Callable[[Any], Any], limit: int = 50_000) -> None:
        super().__init__()
        self.clean, self.limit = clean, limit

    def __missing__(self, cell: Any) -> Any:
        try:
            found = self.clean(cell)
        except CleaningError as problem:
            found = _alone(problem)
        if len(self) < self.limit:
            self[cell] = found
        return found


def _alone(problem: CleaningError) -> CleaningError:
    """A problem without the way that led to it: on that way lie all the rows read beside it."""
    problem.__context__ = problem.__cause__ = None
    return problem.with_traceback(None)


class Cleaner:
    """Base of all cleaners: subclasses say in ``clean`` what one non-blank cell means."""

    #: what a value is once it is JSON: see ``plain``
    kind = "text"

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The value of one non-blank cell, a Doubt, or CleaningError."""
        raise NotImplementedError

    def any_cell(self, cell: Any, context: CellContext) -> Any:
        """The value of any cell: blank is None, an error value of Excel is a problem."""
        if is_blank(cell):
            return None
        if cell is NO_VALUE:
            raise CleaningError("formula_no_value")
        if is_error(cell):
            raise CleaningError("cell_error", raw=str(cell).strip())
        return self.clean(cell, context)

    def column(
        self, cells: Sequence[Any], context: CellContext, memo: Memo | None = None
    ) -> Cleaned:
        """Clean a whole column. ``memo`` may be kept between chunks of the same column."""
        if memo is None:
            memo = self.memo(context)
        values = list(map(memo.__getitem__, cells))
        return sort_out(values)

    def memo(self, context: CellContext) -> Memo:
        """A memory of distinct cells for one column of one sheet."""
        return Memo(lambda cell: self.any_cell(cell, context))

    def one(self, text: Any, context: CellContext) -> Any:
        """The value of one entry, as forms need it. Doubts pass. Raises CleaningError."""
        found = self.any_cell(text, context)
        return found.value if isinstance(found, Doubt) else found

    def plain(self, value: Any) -> Any:
        """The value as reports give it: text, whole number, yes/no or None."""
        return value

    def written(self, value: Any) -> Any:
        """What a cell has to hold so that ``clean`` gives ``value`` again: a text or a number."""
        return value

    def choices(self, lists: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """What a drop-down list offers; ``lists``: the labels of each option list."""
        return ()


def sort_out(values: list[Any]) -> Cleaned:
    """Separate problems and doubts from values, in place; cheap when there are none."""
    cleaned = Cleaned(values)
    kinds = set(map(type, values))
    if kinds.isdisjoint(_MARKS):
        return cleaned
    for position, value in enumerate(values):
        kind = type(value)
        if kind is CleaningError:
            cleaned.problems[position] = value
            values[position] = None
        elif kind is Doubt:
            cleaned.doubts[position] = value
            values[position] = value.value
    return cleaned


_MARKS = frozenset({CleaningError, Doubt})
