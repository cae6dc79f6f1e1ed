"""What was dropped, file by file: a zip of workbooks is taken apart, with the guards of a workbook.

Names are only shown: nothing is ever written under them.
"""

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from federation.exchange.parsing import sniffing
from federation.exchange.problems import real_kind, refusal
from federation.sealing.masking import hide_numbers

MOST_FILES = 200
#: bytes that all packages of one drop may hold unpacked: each member is kept on disk
MOST_UNPACKED = 400 * 1024 * 1024
_LONGEST_NAME = 200
_UTF8 = 0x800
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError)
#: what systems and programs put beside the files that people mean
_BESIDE = re.compile(r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


class Piece(NamedTuple):
    """One file as it came, or the sentence why it is not taken; then there is no ``data``."""

    name: str
    data: bytes
    refusal: str = ""


def pieces_of(files: Iterable[tuple[str, bytes | None]]) -> Iterator[Piece]:
    """The files one by one, in their order; those of a zip in the order in which they lie in it.

    Of a file that was too large to be kept there are no bytes.
    """
    room = MOST_UNPACKED
    for name, data in files:
        shown = shown_name(name)
        if data is None or len(data) > settings.UPLOAD_LIMIT_BYTES:
            yield Piece(shown, b"", _too_big())
        elif data.startswith(sniffing.ZIP):
            for piece in _of_package(shown, data, room):
                room -= len(piece.data)
                yield piece
        else:
            yield Piece(shown, data)


def _too_big() -> str:
    most = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
    return _("文件超过 {most} MB，没有收。请拆成几份，或删掉图片后再上传。").format(most=most)


def shown_name(name: str) -> str:
    """A name fit to be shown: the last step of its path, without what no name should hold."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    return hide_numbers(plain)[-_LONGEST_NAME:] or _("没有名字的文件")


def _of_package(name: str, data: bytes, room: int) -> Iterator[Piece]:
    """A workbook as it is, the members of any other zip."""
    try:
        sniffing.sniff(data)
    except sniffing.Refused as refused:
        if (refused.code, refused.params.get("real")) == ("wrong_format", "archive"):
            yield from _members(name, data, room)
        else:
            # What is no zip of files: the check says whether it can be read, and why not.
            yield _refused(name, refused)
        return
    yield Piece(name, data)


def _refused(name: str, refused: sniffing.Refused) -> Piece:
    told = dict(refused.params)
    if "real" in told:
        told["real"] = real_kind(told["real"])
    return Piece(name, b"", refusal(refused.code, **told))


def _members(name: str, data: bytes, room: int) -> Iterator[Piece]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    wanted = [one for one in archive.infolist() if not one.is_dir() and not _is_beside(one)]
    if not wanted:
        yield Piece(name, b"", _("压缩包里没有文件，请检查后再上传。"))
    elif len(wanted) > MOST_FILES:
        words = _("压缩包里有 {count} 个文件，一次最多 {most} 个，没有收。请分成几个压缩包。")
        yield Piece(name, b"", words.format(count=len(wanted), most=MOST_FILES))
    elif sum(one.file_size for one in wanted) > room:
        # What a member says of its size is the most that is ever read of it.
        words = _("压缩包解开以后太大，一次最多 {most} MB，没有收。请分成几次上传。")
        yield Piece(name, b"", words.format(most=MOST_UNPACKED // (1024 * 1024)))
    else:
        for member in wanted:
            yield _member(archive, member)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Piece:
    name, most = shown_name(member_name(member)), settings.UPLOAD_LIMIT_BYTES
    try:
        with archive.open(member) as opened:
            data = opened.read(most + 1)
    except _BROKEN:
        return Piece(name, b"", refusal("corrupt_file"))
    if len(data) > most:
        return Piece(name, b"", _too_big())
    return _checked(name, data) if data.startswith(sniffing.ZIP) else Piece(name, data)


def _checked(name: str, data: bytes) -> Piece:
    """A member that is a zip itself: a workbook, or refused."""
    try:
        sniffing.sniff(data)
    except sniffing.Refused as refused:
        if refused.params.get("real") == "archive":
            return Piece(name, b"", _("压缩包里还有压缩包，没有收。请解压后再上传。"))
        return _refused(name, refused)
    return Piece(name, data)


def _is_beside(member: zipfile.ZipInfo) -> bool:
    return bool(_BESIDE.search(member_name(member).replace("\\", "/")))


def member_name(member: zipfile.ZipInfo) -> str:
    """The name of a member: programs of here write it in GBK, or in UTF-8 without saying so."""
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for coding in ("utf-8", "gb18030"):
        try:
            return raw.decode(coding)
        except UnicodeDecodeError:
            continue
    return member.filename
