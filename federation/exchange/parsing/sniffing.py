"""What a file is, by its content: the name it came under says nothing."""

import io
import zipfile
import zlib

import olefile

MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 400
MAX_MEMBERS = 5_000
_SMALL = 40 * 1024 * 1024  # below this an extreme ratio is only an empty, nicely ruled sheet

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_BIFF8_START, _BIFF5_START = (
    b"\x09\x08\x10\x00\x00\x06\x05\x00",
    b"\x09\x08\x08\x00\x00\x05\x05\x00",
)
_FILEPASS = b"\x2f\x00"
_OTHERS = (
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"BM", "picture"),
    (b"II*\x00", "picture"), (b"MM\x00*", "picture"), (b"%PDF", "pdf"), (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"), (b"\x1f\x8b", "archive"), (b"BZh", "archive"), (b"{\\rtf", "text"),
    (b"\x00\x00\x00\x18ftyp", "video"), (b"\x00\x00\x00 ftyp", "video"), (b"ID3", "audio"),
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"SQLite format 3", "database"),
)  # fmt: skip


class Refused(Exception):
    """The file cannot be read: ``code`` of a refusal and what its sentence names."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def sniff(data: bytes) -> str:
    """One of xlsx, xlsb, ods, xls, html, xmlss, csv. Raises Refused with the true reason."""
    if not data.strip(b"\x00 \t\r\n"):
        raise Refused("empty_file")
    if data.startswith(ZIP):
        return _in_zip(data)
    if data.startswith(OLE):
        return _in_ole(data)
    if data.startswith((_BIFF8_START, _BIFF5_START)) and _is_locked(data):
        raise Refused("password_protected")
    if data[:2] in _BIFF and len(data) > 16 and data[2] in (4, 6, 8, 16) and data[3] == 0:
        return "xls"
    for magic, real in _OTHERS:
        if data.startswith(magic) and (magic != b"BM" or b"\x00" in data[:64]):
            raise Refused("wrong_format", real=real)
    return _in_text(data)


def _in_zip(data: bytes) -> str:
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError):
        raise Refused("corrupt_file") from None
    if any(member.flag_bits & 1 for member in members):
        raise Refused("password_protected")
    unpacked = sum(member.file_size for member in members)
    bomb = unpacked > _SMALL and unpacked > MAX_RATIO * len(data)
    if unpacked > MAX_UNPACKED or bomb or len(members) > MAX_MEMBERS:
        raise Refused("too_large")
    return _by_members(data, {member.filename.replace("\\", "/").lower() for member in members})


def _by_members(data: bytes, names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names) or _is_named(names, "workbook.xml"):
        return "xlsx"
    if "content.xml" in names:
        return _open_document(data)
    if "encryptedpackage" in names:
        raise Refused("password_protected")
    if any(name.startswith("word/") for name in names):
        raise Refused("wrong_format", real="text")
    if any(name.startswith("ppt/") for name in names):
        raise Refused("wrong_format", real="slides")
    raise Refused("wrong_format", real="archive")


def _is_named(names: set[str], ending: str) -> bool:
    return "[content_types].xml" in names and any(name.endswith(ending) for name in names)


def _open_document(data: bytes) -> str:
    archive = zipfile.ZipFile(io.BytesIO(data))
    try:
        kind = (
            archive.read("mimetype").decode("ascii", "replace") if _has(archive, "mimetype") else ""
        )
        path = "META-INF/manifest.xml"
        manifest = archive.read(path) if _has(archive, path) else b""
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError):
        raise Refused("corrupt_file") from None
    if b"encryption-data" in manifest:
        raise Refused("password_protected")
    if kind and "spreadsheet" not in kind:
        raise Refused("wrong_format", real="text")
    return "ods"


def _has(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.NameToInfo


def _is_locked(data: bytes) -> bool:
    """Whether a binary workbook begins with FILEPASS, the record of an encrypted one."""
    for mark in (_BIFF8_START, _BIFF5_START):
        at = data.find(mark)
        for _ in range(6 if at >= 0 else 0):
            if data[at : at + 2] == _FILEPASS:
                return True
            at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
    return False


def _in_ole(data: bytes) -> str:
    if _is_locked(data):
        raise Refused("password_protected")
    try:
        with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_FATAL) as ole:
            streams = {"/".join(path).lower() for path in ole.listdir()}
    except (OSError, ValueError, IndexError, KeyError, TypeError, RecursionError, AttributeError):
        return "xls"  # a broken directory: the readers say whether anything can be had
    if any("encryptedpackage" in name for name in streams):
        raise Refused("password_protected")
    if streams & {"workbook", "book"}:
        return "xls"
    if "worddocument" in streams:
        raise Refused("wrong_format", real="text")
    if "powerpoint document" in streams:
        raise Refused("wrong_format", real="slides")
    return "xls"


def _in_text(data: bytes) -> str:
    head = data[:4096]
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").replace(b"\x00", b"")[:2048].lower()
    if start.startswith(b"<?xml") and b"schemas-microsoft-com:office:spreadsheet" in start:
        return "xmlss"
    if start.startswith(b"<") and (b"<table" in data.lower() or b"<html" in start):
        return "html"
    if start.startswith((b"<?xml", b"<!doctype")):
        raise Refused("wrong_format", real="page")
    if start.startswith(b"mime-version"):
        raise Refused("wrong_format", real="page")
    is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or head.count(b"\x00") > len(head) // 4
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    if not is_wide and controls > max(2, len(head) // 50):
        raise Refused("wrong_format", real="unknown")
    return "csv"
