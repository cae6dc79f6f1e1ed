"""Cell formats: the clerk's own ones copied with a fill, and a few for the sheet that is added."""

from marking.splicing import Edits, Unpatchable, prefix_of, root_of, scan, tag_at, with_attribute

ERROR, WARNING, HEAD = "error", "warning", "head"
#: a cell that is told about and keeps its format
TYPED = "typed"
_FILLS = {ERROR: "FFF9D5CF", WARNING: "FFFBE7B8", HEAD: "FFEDE6EA"}
TEXT, DAY, MOMENT = "49", "14", "22"
_MOST = 60_000

#: for a workbook without any; {} is the namespace of its sheets
EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="{}">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    b"</styleSheet>"
)


class _Section:
    """Where ``<fills>`` or ``<cellXfs>`` lies: its opening tag, its end, its children."""

    def __init__(self) -> None:
        self.opens, self.closes = -1, -1
        self.children: list[tuple[int, int]] = []


class Styles:
    """The styles part. Formats are asked for while cells are written; ``done`` gives the part."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._sections = {"fills": _Section(), "cellXfs": _Section()}
        self._open: list[tuple[str, int]] = []
        scan(data, self._start, self._end)
        if any(section.opens < 0 or not section.children for section in self._sections.values()):
            raise Unpatchable
        self._prefix = prefix_of(root_of(data))
        self._added: dict[tuple[int, str, str, bool], int] = {}
        self._formats: list[bytes] = []

    def _start(self, tag: str, attrs: dict[str, str], at: int) -> None:
        if len(self._open) == 1 and tag in self._sections:
            self._sections[tag].opens = at
        self._open.append((tag, at))

    def _end(self, tag: str, at: int) -> None:
        _tag, began = self._open.pop()
        inside = self._open[-1][0] if len(self._open) == 2 else ""
        if inside in self._sections:
            end = at + len(tag_at(self.data, at))
            self._sections[inside].children.append((began, end))
        elif len(self._open) == 1 and tag in self._sections:
            self._sections[tag].closes = at

    def marked(self, style: int, look: str, *, is_text: bool = False) -> int:
        """The format ``style`` with the fill of ``look``; ``is_text``: what is typed stays text."""
        return self._format(style, look, TEXT if is_text else "", False)

    def own(self, number_format: str, look: str = "", *, wraps: bool = False) -> int:
        """A format of the sheet that is added."""
        return self._format(0, look, number_format, wraps)

    def _format(self, style: int, look: str, number_format: str, wraps: bool) -> int:
        known = self._sections["cellXfs"].children
        style = style if 0 <= style < len(known) else 0
        if len(known) + len(self._formats) >= _MOST:
            style = 0
        wanted = (style, look, number_format, wraps)
        if wanted not in self._added:
            self._added[wanted] = len(known) + len(self._formats)
            self._formats.append(self._copied(*wanted))
        return self._added[wanted]

    def _copied(self, style: int, look: str, number_format: str, wraps: bool) -> bytes:
        start, end = self._sections["cellXfs"].children[style]
        whole = self.data[start:end]
        tag = tag_at(self.data, start)
        rest = whole[len(tag) :]
        if look:
            fill = len(self._sections["fills"].children) + list(_FILLS).index(look)
            tag = with_attribute(tag, "fillId", str(fill))
            tag = with_attribute(tag, "applyFill", "1")
        if number_format:
            tag = with_attribute(tag, "numFmtId", number_format)
            tag = with_attribute(tag, "applyNumberFormat", "1")
        if not wraps:
            return tag + rest
        tag = with_attribute(tag, "applyAlignment", "1").rstrip(b"/>") + b">"
        p = self._prefix
        return tag + b"<" + p + b'alignment vertical="top" wrapText="1"/>' + b"</" + p + b"xf>"

    def done(self) -> bytes:
        """The part with the fills and formats that were asked for."""
        edits, p = Edits(self.data), self._prefix
        fills = [
            b'<%bfill><%bpatternFill patternType="solid"><%bfgColor rgb="%b"/>'
            b'<%bbgColor indexed="64"/></%bpatternFill></%bfill>'
            % (p, p, p, colour.encode(), p, p, p)
            for colour in _FILLS.values()
        ]
        for name, new in (("fills", fills), ("cellXfs", self._formats)):
            section = self._sections[name]
            tag = tag_at(self.data, section.opens)
            count = str(len(section.children) + len(new))
            edits.replace(
                section.opens, section.opens + len(tag), with_attribute(tag, "count", count)
            )
            edits.insert(section.closes, b"".join(new))
        return edits.done()
