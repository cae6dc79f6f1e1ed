"""XML of a package changed where it must be and nowhere else: found by expat, spliced as bytes.

Nothing is parsed into a tree and written again, so what is not touched stays byte for byte.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from sniffing import Refused

_TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLAIN = (b"utf-8", b"us-ascii", b"ascii")


class Unpatchable(Exception):
    """A package of a kind that cannot be changed in place; its cells can still be read."""


class Edits:
    """Insertions and replacements in one part, given back in pieces."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._found: list[tuple[int, int, bytes]] = []

    def insert(self, at: int, new: bytes) -> None:
        """Put ``new`` before byte ``at``; what is put at one place stays in order."""
        self._found.append((at, at, new))

    def replace(self, start: int, end: int, new: bytes) -> None:
        """Put ``new`` where bytes ``start`` to ``end`` stood."""
        self._found.append((start, end, new))

    def pieces(self) -> Iterator[bytes | memoryview]:
        """The changed part, piece by piece."""
        whole, last = memoryview(self.data), 0
        for start, end, new in sorted(self._found, key=lambda edit: edit[:2]):
            yield whole[last:start]
            yield new
            last = end
        yield whole[last:]

    def done(self) -> bytes:
        """The changed part."""
        return b"".join(self.pieces())


def scan(
    data: bytes,
    start: Callable[[str, dict[str, str], int], None],
    end: Callable[[str, int], None] | None = None,
) -> None:
    """Walk over a part: local name, attributes and byte offset of every tag, in order.

    ``end`` gets for ``<a/>`` the offset of that one tag. Names of attributes in a namespace carry
    it before a space. Raises Refused for a document type, Unpatchable for an encoding whose bytes
    cannot be spliced.
    """
    declared = _ENCODING.search(data[: data.find(b">") + 1]) if data[:5] == b"<?xml" else None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (
        declared is not None and declared.group(1).lower() not in _PLAIN
    ):
        raise Unpatchable
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _no_doctype

    last = -1

    def opened(tag: str, attrs: dict[str, str]) -> None:
        nonlocal last
        last = parser.CurrentByteIndex
        start(tag.rpartition(" ")[2], attrs, last)

    def closed(tag: str) -> None:
        nonlocal last
        at = parser.CurrentByteIndex
        # The parser stands behind <a/>, but before </a>.
        if last >= 0 and data[at - 2 : at] == b"/>" and last + len(tag_at(data, last)) == at:
            at = last
        last = -1
        end(tag.rpartition(" ")[2], at)  # type: ignore[misc]

    parser.StartElementHandler = opened
    if end is not None:
        parser.EndElementHandler = closed
    parser.Parse(data, True)


def _no_doctype(*_: Any) -> None:
    raise Refused("corrupt_file")


def tag_at(data: bytes, at: int) -> bytes:
    """The whole tag that begins at byte ``at``. Raises Unpatchable."""
    found = _TAG.match(data, at)
    if found is None:
        raise Unpatchable
    return found.group()


def prefix_of(tag: bytes) -> bytes:
    """``x:`` of ``<x:row …>``, nothing of ``<row …>``."""
    name = re.match(rb"</?([^\s/>]+)", tag)
    return name.group(1).rpartition(b":")[0] + b":" if name and b":" in name.group(1) else b""


def root_of(data: bytes) -> bytes:
    """The tag that opens the outermost element."""
    found = re.search(rb"<[A-Za-z_]", data)
    if found is None:
        raise Unpatchable
    return tag_at(data, found.start())


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """``tag`` with an attribute set, whether it was there or not."""
    written = f' {name}="{escape(value, {chr(34): "&quot;"})}"'.encode()
    found = re.search(rb"\s" + name.encode() + rb"\s*=\s*(\"[^\"]*\"|'[^']*')", tag)
    if found is not None:
        return tag[: found.start()] + written + tag[found.end() :]
    head = re.match(rb"<[^\s/>]+", tag)
    assert head is not None  # noqa: S101 - a tag has a name
    return tag[: head.end()] + written + tag[head.end() :]


def with_child(data: bytes, child: bytes) -> bytes:
    """A small part with ``child`` as the last child of its outermost element."""
    root = root_of(data)
    if root.endswith(b"/>"):
        name = re.match(rb"<([^\s/>]+)", root)
        assert name is not None  # noqa: S101 - a tag has a name
        return data.replace(root, root[:-2] + b">" + child + b"</" + name.group(1) + b">", 1)
    at = data.rfind(b"</")
    return data[:at] + child + data[at:]


def text_of(value: str) -> bytes:
    """Text fit for an element: escaped, without what XML does not allow."""
    clean = _NOT_IN_XML.sub("", value)[:32_000]
    return escape(clean, {"\r": "&#13;"}).encode()
