"""Uploads on their way in: a small one stays in memory, the rest of a large one lies sealed.

Django's own handler writes large files to a temporary folder as they are, and whoever kills the
process leaves them there. Here the blocks of a large file go, each sealed with a key that only
this process knows and that is never kept, into a file without a name.
"""

import io
import tempfile
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

BLOCK = 256 * 1024
_TAG = 16


class TooLarge(Exception):
    """More than may be read arrived; nothing of it was kept."""


class SealedBuffer(io.RawIOBase):
    """What is written once, block by block, and then read: on disk it is never open to read."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # Without a name: it is gone with the process, however that ends.
        self._disk: IO[bytes] = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        self._box = AESGCM(AESGCM.generate_key(bit_length=256))
        self._rest = bytearray()
        self._blocks = 0
        self._at = 0

    def put(self, data: bytes) -> None:
        """Take more at the end."""
        self._rest += data
        while len(self._rest) >= BLOCK:
            self._seal(bytes(self._rest[:BLOCK]))
            del self._rest[:BLOCK]

    def _seal(self, block: bytes) -> None:
        # The key serves this file alone, so that the number of a block is used once with it.
        nonce = self._blocks.to_bytes(12)
        self._disk.write(self._box.encrypt(nonce, block, None))
        self._blocks += 1

    def __len__(self) -> int:
        return self._blocks * BLOCK + len(self._rest)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of what was written."""
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self)}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, target: Any) -> int:
        """At most what is left of the block at hand."""
        number, inside = divmod(self._at, BLOCK)
        block = bytes(self._rest) if number >= self._blocks else self._opened(number)
        found = block[inside : inside + len(target)] if self._at < len(self) else b""
        target[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _opened(self, number: int) -> bytes:
        self._disk.seek(number * (BLOCK + _TAG))
        return self._box.decrypt(number.to_bytes(12), self._disk.read(BLOCK + _TAG), None)

    def close(self) -> None:
        """Nothing is left of it."""
        self._disk.close()
        super().close()


class Refused(io.RawIOBase):
    """Stands for a file of which nothing was kept."""

    def read(self, size: int = -1) -> bytes:
        """Raises TooLarge: forms look at the size first."""
        raise TooLarge


class SealedUploadHandler(FileUploadHandler):
    """Keeps a request's files in memory up to FILE_UPLOAD_MAX_MEMORY_SIZE, the rest sealed.

    Of a file above UPLOAD_LIMIT_BYTES nothing is kept but its size, by which forms refuse it.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._room: int = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        self._open: io.BytesIO | SealedBuffer | Refused = io.BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._open = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """More of it."""
        is_too_large = start + len(raw_data) > settings.UPLOAD_LIMIT_BYTES
        if isinstance(self._open, io.BytesIO):
            if not is_too_large and len(raw_data) <= self._room:
                self._room -= self._open.write(raw_data)
                return
            self._leave_memory(self._open, is_too_large)
        if is_too_large:
            self._open.close()
            self._open = Refused()
        elif isinstance(self._open, SealedBuffer):
            self._open.put(raw_data)

    def _leave_memory(self, held: io.BytesIO, is_too_large: bool) -> None:
        self._room += held.tell()
        if not is_too_large:
            self._open = SealedBuffer(Path(settings.UPLOAD_FOLDER))
            self._open.put(held.getvalue())

    def file_complete(self, file_size: int) -> UploadedFile:
        """The file, from its beginning."""
        found: Any = self._open
        if isinstance(found, SealedBuffer):
            found = io.BufferedReader(found)
        if not isinstance(found, Refused):
            found.seek(0)
        return UploadedFile(found, self.file_name, self.content_type, file_size, self.charset)

    def upload_interrupted(self) -> None:
        """It never came to an end: nothing of it stays."""
        self._open.close()
