"""The package of a workbook: its parts, what refers to what, and writing it with few changes."""

import io
import posixpath
import zipfile
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from marking.splicing import Edits, Unpatchable, prefix_of, root_of, scan, with_child

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"
_EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Relationships xmlns="{_RELATIONS}"></Relationships>'
).encode()


class Relation(NamedTuple):
    """One thing a part refers to; ``part`` is empty for what lies outside the package."""

    key: str
    kind: str
    part: str


class Package:
    """The parts of a workbook. Only those that were changed or added differ when it is written."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = {name.lower(): name for name in self.archive.namelist()}
        self._changed: dict[str, bytes | Edits] = {}

    # parts

    def find(self, part: str) -> str | None:
        """The name of a part as it is written in the package; None when there is none."""
        if part in self._changed:
            return part
        return self._names.get(part.lower())

    def read(self, part: str) -> bytes:
        """The bytes of a part as they stand now. Raises Unpatchable when there is no such part."""
        changed = self._changed.get(part)
        if changed is not None:
            return changed.done() if isinstance(changed, Edits) else changed
        name = self.find(part)
        if name is None:
            raise Unpatchable
        return self.archive.read(name)

    def put(self, part: str, data: bytes | Edits) -> None:
        """Change a part or add one."""
        self._changed[self.find(part) or part] = data

    def free_name(self, pattern: str) -> str:
        """The first name of ``pattern`` (``xl/comments{}.xml``) that no part has."""
        number = 1
        while self.find(pattern.format(number)) is not None:
            number += 1
        return pattern.format(number)

    # relations and kinds

    def relations(self, part: str) -> list[Relation]:
        """What ``part`` refers to; "" asks for what the package itself does."""
        name = self.find(_relations_of(part))
        found: list[Relation] = []

        def start(tag: str, attrs: dict[str, str], _at: int) -> None:
            if tag == "Relationship" and "Id" in attrs:
                outside = attrs.get("TargetMode") == "External"
                target = "" if outside else _target(part, attrs.get("Target", ""))
                found.append(Relation(attrs["Id"], attrs.get("Type", ""), target))

        if name is not None:
            scan(self.read(name), start)
        return found

    def refer(self, part: str, kind: str, target: str) -> str:
        """Have ``part`` refer to ``target``; the key of the new relation."""
        name = self.find(_relations_of(part)) or _relations_of(part)
        data = self.read(name) if self.find(name) else _EMPTY
        used = {relation.key for relation in self.relations(part)}
        number = len(used) + 1
        while f"rId{number}" in used:
            number += 1
        prefix = prefix_of(root_of(data)).decode()
        child = (
            f'<{prefix}Relationship Id="rId{number}" Type={quoteattr(kind)} '
            f"Target={quoteattr('/' + target)}/>"
        )
        self.put(name, with_child(data, child.encode()))
        return f"rId{number}"

    def kind_of(self, part: str) -> str:
        """The content type that was written for a part; "" where only its ending tells."""
        return self._kinds()[1].get("/" + part.lower(), "")

    def declare(self, part: str, kind: str) -> None:
        """Tell the content type of a new part."""
        prefix = prefix_of(root_of(self.read(_TYPES))).decode()
        child = (
            f"<{prefix}Override PartName={quoteattr('/' + part)} ContentType={quoteattr(kind)}/>"
        )
        self.put(_TYPES, with_child(self.read(_TYPES), child.encode()))

    def declare_ending(self, ending: str, kind: str) -> None:
        """Tell what parts with this ending are, where nobody has."""
        if ending in self._kinds()[0]:
            return
        prefix = prefix_of(root_of(self.read(_TYPES))).decode()
        child = f"<{prefix}Default Extension={quoteattr(ending)} ContentType={quoteattr(kind)}/>"
        self.put(_TYPES, with_child(self.read(_TYPES), child.encode()))

    def _kinds(self) -> tuple[dict[str, str], dict[str, str]]:
        endings: dict[str, str] = {}
        parts: dict[str, str] = {}

        def start(tag: str, attrs: dict[str, str], _at: int) -> None:
            kind = attrs.get("ContentType", "")
            if tag == "Default":
                endings[attrs.get("Extension", "").lower()] = kind
            elif tag == "Override":
                parts[attrs.get("PartName", "").lower()] = kind

        scan(self.read(_TYPES), start)
        return endings, parts

    # writing

    def written(self) -> bytes:
        """The package with its changes; members keep their order, dates and packing."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            known = set()
            for member in self.archive.infolist():
                known.add(member.filename)
                data = self._changed.get(member.filename)
                self._write(out, member, self.archive.read(member) if data is None else data)
            for name, data in self._changed.items():
                if name not in known:
                    self._write(out, zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        return target.getvalue()

    @staticmethod
    def _write(
        out: zipfile.ZipFile,
        member: zipfile.ZipInfo,
        data: bytes | Edits,
        packing: int | None = None,
    ) -> None:
        info: Any = zipfile.ZipInfo(member.filename, member.date_time)
        info.compress_type = member.compress_type if packing is None else packing
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = member.external_attr
        if isinstance(data, bytes):
            out.writestr(info, data)
            return
        with out.open(info, "w") as part:
            for piece in data.pieces():
                part.write(piece)


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(part: str, target: str) -> str:
    joined = posixpath.normpath(posixpath.join("/" + posixpath.dirname(part), target))
    return joined.lstrip("/")
