"""Archives that come out the same, byte by byte, from the same files."""

import gzip
import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path


def files_of(folder: Path) -> Iterator[Path]:
    """Every file below ``folder`` in the order of its name."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(folder: Path, name: str = "SHA256SUMS") -> None:
    """List the SHA-256 of every file, as ``sha256sum -c`` reads it."""
    lines = [f"{sha256(path)}  ./{path.relative_to(folder)}\n" for path in files_of(folder)]
    (folder / name).write_text("".join(lines), encoding="utf-8")


def pack(folder: Path, target: Path, moment: int) -> None:
    """A .tar.gz of ``folder`` under its own name: sorted, root's, all files of ``moment``."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = moment
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with (
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=moment) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in files_of(folder):
            archive.add(path, f"{folder.name}/{path.relative_to(folder)}", filter=plain)
