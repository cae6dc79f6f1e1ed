"""What a check gives back: accepted rows as columns, rejected rows with their problems."""

from dataclasses import dataclass, field
from typing import Any

from federation.exchange.places import PlaceRow
from federation.exchange.problems import RowProblem


@dataclass(frozen=True, slots=True)
class RowWarning:
    """Something to show beside a row, a sheet or a file. ``rows`` names the rows it is about."""

    code: str
    message: str
    cell: str | None = None
    field: str | None = None
    rows: tuple[int, ...] = ()


@dataclass
class AcceptedRows:
    """Good rows, column by column; all lists are equally long. No object per row.

    ``values``: key -> cleaned values; ``organisations``: the place of each row;
    ``warnings``: position in the lists -> warnings of that row.
    """

    numbers: list[int] = field(default_factory=list)
    organisations: list[PlaceRow] = field(default_factory=list)
    values: dict[str, list[Any]] = field(default_factory=dict)
    warnings: dict[int, list[RowWarning]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(slots=True)
class RejectedRow:
    """A row that stays out: its problems, and its cells as they stand (personal; never logged)."""

    number: int
    errors: list[RowProblem]
    keys: tuple[str, ...] = ()
    raw: tuple[Any, ...] = field(default=(), repr=False)

    @property
    def cells(self) -> dict[str, Any]:
        """Key of the sheet -> what stands in the cell."""
        return dict(zip(self.keys, self.raw, strict=True))


@dataclass
class CheckedSheet:
    """One sheet of the workbook.

    ``columns``: key -> column letter; ``ignored_columns``: letter -> label. Where the values of a
    row stand in several rows (``layout`` "form"), ``addresses`` holds the cell of each.
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
    layout: str = "list"
    addresses: dict[tuple[int, str], str] = field(default_factory=dict)

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
    """The outcome of a check: ``preview`` or ``file_rejected``."""

    sheet_key: str
    outcome: str = "preview"
    file_error: FileError | None = None
    format: str = ""
    rows_read: int = 0
    warnings: list[RowWarning] = field(default_factory=list)
    sheets: list[CheckedSheet] = field(default_factory=list)
