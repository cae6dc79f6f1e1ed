"""What a check gives back: accepted rows as columns, rejected rows with their problems."""

from dataclasses import dataclass, field
from typing import Any

from federation.exchange.places import PlaceRow
from federation.exchange.problems import RowProblem
from federation.exchange.reading import SheetStart
from federation.exchange.stamps import Stamp


@dataclass(frozen=True, slots=True)
class RowWarning:
    """Something to show beside a row, a sheet or a file. ``rows`` names the rows it is about;
    ``other``: which table it probably is, of one that is not imported."""

    code: str
    message: str
    cell: str | None = None
    field: str | None = None
    rows: tuple[int, ...] = ()
    other: str = ""


@dataclass
class AcceptedRows:
    """Good rows, column by column; all lists are equally long. No object per row.

    ``values``: key -> cleaned values; ``organisations``: the place of each row;
    ``warnings``: position in the lists -> warnings of that row; ``raw``: for rows with warnings,
    the first of them, what stands in their cells (personal; never logged).
    """

    numbers: list[int] = field(default_factory=list)
    organisations: list[PlaceRow] = field(default_factory=list)
    values: dict[str, list[Any]] = field(default_factory=dict)
    warnings: dict[int, list[RowWarning]] = field(default_factory=dict)
    raw: dict[int, dict[str, Any]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(slots=True)
class RejectedRow:
    """A row that stays out: its problems, and its cells as they stand (personal; never logged).

    ``beside``: what no page shows and the row needs to be checked again, its companion.
    ``place``: the organisation that it is about, where that is known.
    """

    number: int
    errors: list[RowProblem]
    keys: tuple[str, ...] = ()
    raw: tuple[Any, ...] = field(default=(), repr=False)
    beside: dict[str, str] = field(default_factory=dict, repr=False)
    place: PlaceRow | None = None

    @property
    def cells(self) -> dict[str, Any]:
        """Key of the sheet -> what stands in the cell."""
        return dict(zip(self.keys, self.raw, strict=True))


@dataclass(frozen=True)
class Opening:
    """How a table starts: the facts of its worksheet, the row (from 0) at which it begins, its rows
    down to the end of its header, its columns, and the codes of the town and village that the
    table above it was about."""

    start: SheetStart
    base: int
    head: list[list[Any]]
    columns: dict[str, str]
    above: tuple[str, str] = ("", "")


@dataclass
class CheckedSheet:
    """One table of the workbook; a worksheet has one or, one below the other, several.

    ``number`` counts the tables of the workbook from 0; ``columns``: key -> column letter;
    ``ignored_columns``: letter -> label. What the sheet says for all its rows: ``above``, the lines
    above its header; ``town`` and ``village``, that its name or such a line tells; ``units``,
    key -> unit of money. ``opening``: how the table starts and its rows down to the end of the
    header; None where it is not imported, or has no header. Where the values of a row stand in
    several rows (``layout`` "form"), ``addresses`` holds the cell of each. ``filled``: where cells
    stand for another one, by key: first row, last row, and the row that was repeated there.
    """

    name: str
    state: str = "visible"
    use: str = "ignored"
    header_rows: list[int] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    ignored_columns: dict[str, str] = field(default_factory=dict)
    guesses: list[Any] = field(default_factory=list)
    fingerprint: str = ""
    accepted: AcceptedRows = field(default_factory=AcceptedRows)
    rejected: list[RejectedRow] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)
    number: int = 0
    above: list[str] = field(default_factory=list)
    town: str = ""
    village: str = ""
    units: dict[str, str] = field(default_factory=dict)
    opening: Opening | None = field(default=None, repr=False)
    layout: str = "list"
    addresses: dict[tuple[int, str], str] = field(default_factory=dict)
    filled: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)

    def address(self, key: str, number: int) -> str | None:
        """The A1 address of what row ``number`` says of ``key``; None where it has no such cell."""
        if self.layout == "form":
            return self.addresses.get((number, key))
        return f"{self.columns[key]}{number}" if key in self.columns else None


@dataclass(frozen=True)
class FileError:
    """Why a whole file is refused."""

    code: str
    message: str


@dataclass
class CheckedWorkbook:
    """The outcome of a check: ``preview`` or ``file_rejected``.

    ``has_stamps``: rows stand in it that were handed out to be put right. ``is_returned``: and
    they were handed out here, to this place.
    """

    sheet_key: str
    outcome: str = "preview"
    file_error: FileError | None = None
    format: str = ""
    rows_read: int = 0
    has_stamps: bool = False
    is_returned: bool = False
    warnings: list[RowWarning] = field(default_factory=list)
    sheets: list[CheckedSheet] = field(default_factory=list)
    stamp: Stamp | None = None
