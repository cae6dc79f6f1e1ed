"""Comments on cells: the part that holds their words and the drawing that shows them, merged with
what the workbook has of both."""

import re

from marking.cells import letters
from marking.package import Package, Relation
from marking.splicing import Edits, prefix_of, root_of, scan, tag_at, text_of, with_child

_COMMENTS_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_KIND = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SHAPE_TYPE = (
    b'<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" '
    b'xmlns:o="urn:schemas-microsoft-com:office:office" id="_x0000_t202" '
    b'coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/>'
    b"</v:shapetype>"
)
_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" '
    b'xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    + _SHAPE_TYPE
    + b"</xml>"
)
_SHAPE = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{number}" '
    'type="#_x0000_t202" style="position:absolute;width:220px;height:{height}px;z-index:1;'
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 2, {right}, 20, {bottom}, 4</x:Anchor>"
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
    "</x:ClientData></v:shape>"
)
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<comments xmlns="{}"><authors></authors><commentList></commentList></comments>'
)
_NUMBERED = re.compile(rb"_x0000_s(\d{1,9})")
_FIRST = 1025
_IN_A_LINE, _MOST_LINES = 16, 14

Words = dict[tuple[int, int], str]


def _of_kind(relations: list[Relation], kind: str) -> str:
    """The part that a relation of this kind leads to, or nothing."""
    return next((r.part for r in relations if r.kind.endswith("/" + kind) and r.part), "")


def add_words(
    package: Package, sheet: str, words: Words, author: str, roots: tuple[str, str]
) -> None:
    """Put the words of marks into the comments of a worksheet.

    ``roots``: the namespace of worksheets and the beginning of kinds of relations, as the workbook
    writes them.
    """
    namespace, kinds = roots
    part = _of_kind(package.relations(sheet), "comments")
    if not part or package.find(part) is None:
        part = package.free_name("xl/comments{}.xml")
        package.put(part, _EMPTY.format(namespace).encode())
        package.declare(part, _COMMENTS_KIND)
        package.refer(sheet, f"{kinds}/comments", part)
    package.put(part, _Comments(package.read(part)).with_words(words, author))


class _Comments:
    """A part of comments: where its authors and its comments end, and which cells have one."""

    def __init__(self, data: bytes) -> None:
        self.data, self.authors, self._inside = data, 0, 0
        self.ends: dict[str, int] = {}
        self.texts: dict[str, int] = {}
        self._cell = ""
        self._path: list[str] = []
        scan(data, self._start, self._end)

    def _start(self, tag: str, attrs: dict[str, str], at: int) -> None:
        self._path.append(tag)
        if tag == "author":
            self.authors += 1
        elif tag == "comment":
            self._cell = attrs.get("ref", "")
        elif tag in ("rPh", "phoneticPr") and self._path[-2] == "text":
            self.texts.setdefault(self._cell, at)

    def _end(self, tag: str, at: int) -> None:
        self._path.pop()
        if tag in ("authors", "commentList"):
            self.ends[tag] = at
        elif tag == "text":
            self.texts.setdefault(self._cell, at)

    def with_words(self, words: Words, author: str) -> bytes:
        """The part with these words; they follow what stands in a comment already."""
        edits, p = Edits(self.data), prefix_of(root_of(self.data))
        new = []
        for (row, column), said in sorted(words.items()):
            cell = f"{letters(column)}{row + 1}"
            at = self.texts.get(cell)
            if at is not None and tag_at(self.data, at).startswith(b"</"):
                edits.insert(at, _run(p, f"\n{author}：{said}"))
            elif at is None:
                run = _run(p, said)
                new.append(
                    b'<%bcomment ref="%b" authorId="%d"><%btext>%b</%btext></%bcomment>'
                    % (p, cell.encode(), self.authors, p, run, p, p)
                )
        name = b"<%bauthor>%b</%bauthor>" % (p, text_of(author), p)
        self._append(edits, "authors", name, p)
        self._append(edits, "commentList", b"".join(new), p)
        return edits.done()

    def _append(self, edits: Edits, tag: str, new: bytes, p: bytes) -> None:
        at = self.ends[tag]
        whole = tag_at(self.data, at)
        if whole.startswith(b"</"):
            edits.insert(at, new)
        else:
            close = b"</" + p + tag.encode() + b">"
            edits.replace(at, at + len(whole), whole[:-2] + b">" + new + close)


def _run(p: bytes, text: str) -> bytes:
    return b'<%br><%bt xml:space="preserve">%b</%bt></%br>' % (p, p, text_of(text), p, p)


def add_boxes(package: Package, part: str, words: Words) -> None:
    """Put a box for each comment into the drawing ``part``; it is made where there is none."""
    data = package.read(part) if package.find(part) else _DRAWING
    shapes = [] if b"_x0000_t202" in data else [_SHAPE_TYPE]
    number = max((int(found) for found in _NUMBERED.findall(data)), default=_FIRST - 1)
    for row, column in sorted(words):
        number += 1
        shapes.append(_box(number, row, column, words[row, column]))
    package.put(part, with_child(data, b"".join(shapes)))
    package.declare_ending("vml", _DRAWING_KIND)


def _box(number: int, row: int, column: int, said: str) -> bytes:
    lines = sum(len(line) // _IN_A_LINE + 1 for line in said.splitlines())
    lines = min(max(lines, 2), _MOST_LINES)
    return _SHAPE.format(
        number=number,
        height=18 * lines + 8,
        left=column + 1,
        right=column + 4,
        top=row,
        bottom=row + lines,
        row=row,
        column=column,
    ).encode()
