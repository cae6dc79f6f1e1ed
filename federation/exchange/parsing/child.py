"""Reads one workbook from standard input under hard limits and writes frames of msgpack.

Run as ``python -I child.py``. Whatever a parser does (an exception, a panic, a crash, a flood of
memory) ends here and not in the worker. Frames are maps with the key "k":
sheet (name, state, merges, hidden rows and columns), rows (columns of up to 2,000 cells each),
broken (a sheet that cannot be read), refused (code, params), end (format).
"""

import ctypes
import datetime
import io
import itertools
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import msgpack
from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import plain  # noqa: E402
import xls_facts  # noqa: E402
import xlsb_facts  # noqa: E402
import xlsx_facts  # noqa: E402
from ods_facts import OdsFacts  # noqa: E402
from sniffing import Refused, sniff  # noqa: E402

MEMORY = 768 * 1024 * 1024
SECONDS = 60
FRAME = 2_000
DATE, NO_VALUE = 1, 2
_NOTHING = msgpack.ExtType(NO_VALUE, b"")


def limit() -> None:
    """Bound memory, processor time, files; die with the parent."""
    for name, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (most, most))
    death_signal = 1
    ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)
    if os.getppid() == 1:
        sys.exit(1)


class Answer:
    """Turns whatever a reader raises, panics of Rust included, into a refusal with its reason."""

    def __init__(self, write: Any) -> None:
        self.write = write

    def __enter__(self) -> "Answer":
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if kind is None or issubclass(kind, (SystemExit, KeyboardInterrupt)):
            return False
        code, params = "corrupt_file", {}
        if issubclass(kind, Refused):
            code, params = error.code, error.params
        elif issubclass(kind, PasswordError) or (
            issubclass(kind, xls_facts.xlrd.XLRDError) and "encrypted" in str(error).lower()
        ):
            code = "password_protected"
        elif issubclass(kind, MemoryError):
            code = "too_large"
        self.write({"k": "refused", "code": code, "params": params})
        return True


class Swallow:
    """Tries something whose failure only means that another way is needed."""

    def __init__(self) -> None:
        self.failed = False

    def __enter__(self) -> "Swallow":
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        stops = (SystemExit, KeyboardInterrupt, PasswordError, MemoryError)
        self.failed = kind is not None
        return kind is not None and not issubclass(kind, stops)


class Beside(threading.Thread):
    """The facts of one sheet, read while its values are; what goes wrong is raised on asking."""

    def __init__(self, reader: Any, name: str) -> None:
        super().__init__(daemon=True)
        self.reader, self.sheet = reader, name
        self.found: xlsx_facts.Facts | None = None
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Read them."""
        try:
            self.found = facts_of(self.reader, self.sheet)
        except BaseException as error:  # noqa: BLE001 - raised again where it is asked for
            self.error = error

    def facts(self) -> xlsx_facts.Facts:
        """Wait for them."""
        self.join()
        if self.found is None:
            raise self.error or MemoryError
        return self.found


def packed(value: Any) -> Any:
    """What msgpack does not know: days and moments become dates, durations text."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return msgpack.ExtType(DATE, value.isoformat().encode())
    return str(value)


def frames(rows: Iterable[list[Any]]) -> Iterator[dict[str, Any]]:
    """Rows in frames of columns; shorter rows are filled up."""
    rows = iter(rows)
    while chunk := list(itertools.islice(rows, FRAME)):
        columns = list(itertools.zip_longest(*chunk, fillvalue=""))
        yield {"k": "rows", "n": len(chunk), "columns": columns}


def patched(rows: Iterable[list[Any]], patches: dict[tuple[int, int], Any]) -> Iterator[list[Any]]:
    """Rows with the cells that only the file itself knows."""
    by_row: dict[int, dict[int, Any]] = {}
    for (at, column), value in patches.items():
        by_row.setdefault(at, {})[column] = _NOTHING if value is xlsx_facts.NO_VALUE else value
    last = max(by_row, default=-1)
    count = -1
    for row in rows:
        count += 1
        yield changed(row, by_row[count]) if count in by_row else row
    for missing in range(count + 1, min(last, count + 10_000) + 1):
        wanted = by_row.get(missing, {})
        yield [wanted.get(column, "") for column in range(max(wanted, default=-1) + 1)]


def changed(row: list[Any], cells: dict[int, Any]) -> list[Any]:
    """A row with some cells replaced, made longer where needed."""
    row = list(row) + [""] * (max(cells) + 1 - len(row))
    for column, value in cells.items():
        row[column] = value
    return row


def from_top(sheet: Any) -> Iterator[list[Any]]:
    """The rows of a sheet, row 1 and column A included however empty."""
    if sheet.start is None:
        return
    margin = [""] * sheet.start[1]  # iter_rows begins at row 1, but at the first filled column
    rows = sheet.iter_rows()
    yield from (margin + row for row in rows) if margin else rows


def facts_reader(kind: str, data: bytes) -> Any:
    """Where the facts of this format come from; None where there are none to be had."""
    reader = None
    makers = {
        "xlsx": xlsx_facts.XlsxFacts,
        "xlsb": xlsb_facts.XlsbFacts,
        "xls": xls_facts.XlsFacts,
        "ods": OdsFacts,
    }
    if kind in makers:
        with Swallow():
            reader = makers[kind](data)
    return reader


def facts_of(reader: Any, name: str) -> xlsx_facts.Facts:
    """The facts of one sheet; none where they cannot be read."""
    facts = xlsx_facts.Facts()
    if reader is not None:
        with Swallow():
            facts = reader.of(name)
        facts.from_1904 = getattr(reader, "from_1904", False)
    return facts


def binary_events(kind: str, data: bytes) -> Iterator[dict[str, Any]]:
    """Sheets and rows of a spreadsheet by calamine; a sheet that fails is told, not fatal.

    It lets others work while it reads: the facts of a sheet are read at the same time.
    """
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    reader = facts_reader(kind, data)
    good = 0
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        beside = Beside(reader, about.name)
        trial = Swallow()
        with trial:
            sheet = book.get_sheet_by_name(about.name)
        if trial.failed:
            # Nothing is read of two sheets at once.
            beside.join()
            yield {"k": "broken", "name": about.name}
            continue
        good += 1
        facts = beside.facts()
        merges = facts.merges if facts.merges is not None else merges_of(sheet)
        state = str(about.visible).rpartition(".")[2].lower()
        height = sheet.start[0] + sheet.height if sheet.start else 0
        yield sheet_event(about.name, state, facts, merges) | {"height": height}
        yield from frames(patched(from_top(sheet), facts.patches))
    if not good and book.sheet_names:
        raise Refused("corrupt_file")


def merges_of(sheet: Any) -> list[tuple[int, int, int, int]]:
    """Merged ranges, 0-based and inclusive."""
    return [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]


def sheet_event(name: str, state: str, facts: xlsx_facts.Facts, merges: Any) -> dict[str, Any]:
    """The frame that opens a sheet."""
    return {
        "k": "sheet",
        "name": name,
        "state": {"veryhidden": "veryHidden"}.get(state, state),
        "merges": merges,
        "hidden_rows": facts.hidden_rows,
        "hidden_columns": facts.hidden_columns,
        "from_1904": facts.from_1904,
    }


def text_events(kind: str, data: bytes) -> Iterator[dict[str, Any]]:
    """Sheets and rows of a file of text."""
    makers = {"csv": plain.csv_tables, "html": plain.html_tables, "xmlss": plain.xml_tables}
    for name, rows, merges in makers[kind](data):
        yield sheet_event(name, "visible", xlsx_facts.Facts(), merges) | {"untyped": True}
        yield from frames(rows)


def old_events(data: bytes) -> Iterator[dict[str, Any]]:
    """Sheets and rows of an old binary workbook by the second reader."""
    for name, state, rows in xls_facts.xls_tables(data):
        yield sheet_event(name, state, xlsx_facts.Facts(), [])
        yield from frames(rows)


def events(data: bytes) -> Iterator[dict[str, Any]]:
    """All frames of a workbook; the second reader is asked when the first cannot open it."""
    kind = sniff(data)
    if kind in ("csv", "html", "xmlss"):
        yield from text_events(kind, data)
    elif kind == "xls" and not opens(data):
        yield from old_events(data)
    else:
        yield from binary_events(kind, data)
    yield {"k": "end", "format": kind}


def opens(data: bytes) -> bool:
    """Whether the first reader opens the file and its sheets."""
    trial = Swallow()
    with trial:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names[:1]:
            book.get_sheet_by_name(name)
    return not trial.failed


def main() -> None:
    """Read standard input, write frames, never raise."""
    limit()
    pack = msgpack.Packer(default=packed, use_bin_type=True, unicode_errors="replace").pack

    def write(frame: dict[str, Any]) -> None:
        sys.stdout.buffer.write(pack(frame))

    with Answer(write):
        for frame in events(sys.stdin.buffer.read()):
            write(frame)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
