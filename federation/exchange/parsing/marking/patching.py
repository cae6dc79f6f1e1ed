"""A workbook of Excel with marks: its own package, changed only where the marks are."""

from typing import Any

from marking.cells import CellMarks
from marking.notes import Words, add_boxes, add_words
from marking.package import Package
from marking.splicing import Edits, Unpatchable, prefix_of, root_of, scan, text_of
from marking.styles import EMPTY, TYPED, Styles
from marking.task_sheet import KIND, TaskSheet

_STYLES_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
#: Excel grows slow with more comments; the format marks every cell all the same
MOST_COMMENTS = 10_000
_TRUE = ("1", "true")


class Workbook:
    """The main part: its sheets by name, and where another is listed."""

    def __init__(self, package: Package) -> None:
        self.package = package
        found = [r for r in package.relations("") if r.kind.endswith("/officeDocument")]
        if not found or package.find(found[0].part) is None:
            raise Unpatchable
        self.part = found[0].part
        self.data = package.read(self.part)
        self.keys: dict[str, str] = {}
        self.numbers: list[int] = [0]
        self.since_1904, self._end = False, -1
        scan(self.data, self._start, self._close)
        by_key = {relation.key: relation for relation in package.relations(self.part)}
        self.relations = list(by_key.values())
        self.sheets = {name: by_key[key].part for name, key in self.keys.items() if key in by_key}
        kinds = [by_key[key].kind for key in self.keys.values() if key in by_key]
        if self._end < 0 or not kinds:
            raise Unpatchable
        self.kinds = kinds[0].rpartition("/")[0]
        self.namespace = _namespace_of(self.data)

    def _start(self, tag: str, attrs: dict[str, str], _at: int) -> None:
        if tag == "sheet" and "name" in attrs:
            key = next((v for k, v in attrs.items() if k.endswith(" id")), "")
            self.keys[attrs["name"]] = key
            self.numbers.append(int(attrs.get("sheetId", 0)))
        elif tag == "workbookPr":
            self.since_1904 = attrs.get("date1904") in _TRUE

    def _close(self, tag: str, at: int) -> None:
        if tag == "sheets":
            self._end = at

    def free_name(self, wanted: str) -> str:
        """``wanted`` or, where a sheet is called so, ``wanted`` with a number."""
        taken = {name.lower() for name in self.keys}
        number, name = 1, wanted
        while name.lower() in taken:
            number += 1
            name = f"{wanted}（{number}）"
        return name

    def add(self, name: str, data: bytes) -> None:
        """List one more worksheet, after all others."""
        part = self.package.free_name("xl/worksheets/sheet{}.xml")
        self.package.put(part, data)
        self.package.declare(part, KIND)
        key = self.package.refer(self.part, f"{self.kinds}/worksheet", part)
        prefix = prefix_of(root_of(self.data)).decode()
        text = text_of(name).decode()
        tag = (
            f'<{prefix}sheet xmlns:r="{self.kinds}" name="{text}" '
            f'sheetId="{max(self.numbers) + 1}" r:id="{key}"/>'
        )
        edits = Edits(self.data)
        edits.insert(self._end, tag.encode())
        self.package.put(self.part, edits)

    def styles(self) -> tuple[str, bytes]:
        """The part of the cell formats; made where the workbook has none."""
        found = [r.part for r in self.relations if r.kind.endswith("/styles")]
        if found and self.package.find(found[0]) is not None:
            return found[0], self.package.read(found[0])
        part = "xl/styles.xml"
        if self.package.find(part) is not None:
            raise Unpatchable
        self.package.declare(part, _STYLES_KIND)
        self.package.refer(self.part, f"{self.kinds}/styles", part)
        return part, EMPTY.replace(b"{}", self.namespace.encode())


def _namespace_of(data: bytes) -> str:
    root = root_of(data).decode("utf-8", "replace")
    prefix = prefix_of(root_of(data)).decode().rstrip(":")
    name = f"xmlns:{prefix}=" if prefix else "xmlns="
    at = root.find(name)
    if at < 0:
        raise Unpatchable
    quote = root[at + len(name)]
    return root[at + len(name) + 1 :].partition(quote)[0]


def patched(data: bytes, order: dict[str, Any]) -> bytes:
    """The workbook with marks. Raises Unpatchable, or whatever a broken package makes raise.

    ``order``: ``marks`` (by sheet: row, column, look, words, whether what is typed stays text),
    ``typed`` (by sheet: row, column, what the cell holds instead of what stands there; each one is
    marked, too), ``task`` (see ``TaskSheet``, with a ``name``) or None, ``author`` of the comments.
    """
    package = Package(data)
    book = Workbook(package)
    styles_part, styles_data = book.styles()
    styles = Styles(styles_data)
    left = MOST_COMMENTS
    for name, marks in order["marks"].items():
        if name not in book.sheets:
            raise Unpatchable
        typed = {(row, column): value for row, column, value in order["typed"].get(name, ())}
        left -= _mark(book, book.sheets[name], marks, typed, styles, order["author"], left)
    task = order["task"]
    if task is not None:
        sheet = TaskSheet(task, styles, since_1904=book.since_1904)
        book.add(book.free_name(task["name"]), sheet.part(book.namespace))
    package.put(styles_part, styles.done())
    return package.written()


def _mark(
    book: Workbook,
    part: str,
    marks: list[Any],
    typed: dict[tuple[int, int], Any],
    styles: Styles,
    author: str,
    most: int,
) -> int:
    """Mark the cells of one worksheet; how many comments that made."""
    looks = {(row, column): (look, is_text) for row, column, look, _words, is_text in marks}

    def restyle(row: int, column: int, style: int) -> int:
        look, is_text = looks[row, column]
        return style if look == TYPED else styles.marked(style, look, is_text=is_text)

    cells = CellMarks(book.package.read(part), set(looks), restyle, typed)
    words: Words = {(row, column): said for row, column, _look, said, _t in marks[:most]}
    if words:
        _show(book, part, cells, words)
        add_words(book.package, part, words, author, (book.namespace, book.kinds))
    book.package.put(part, cells.edits)
    return len(words)


def _show(book: Workbook, part: str, cells: CellMarks, words: Words) -> None:
    """Boxes for the comments, in the drawing the worksheet has or in one of their own."""
    package = book.package
    own = {relation.key: relation.part for relation in package.relations(part)}
    drawing = own.get(cells.drawing_key, "")
    if not drawing or package.find(drawing) is None:
        drawing = package.free_name("xl/drawings/vmlDrawing{}.vml")
        key = package.refer(part, f"{book.kinds}/vmlDrawing", drawing)
        cells.show_drawing(key, book.kinds)
    add_boxes(package, drawing, words)
