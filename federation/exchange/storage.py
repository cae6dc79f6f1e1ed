"""Uploaded workbooks: kept sealed, under names that say nothing, and only for a while."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from federation.exchange.models import Batch
from federation.sealing.boxes import seal, unseal


def _place(batch: Batch) -> str:
    return f"upload|{batch.uid.hex}"


def _path(batch: Batch) -> Path:
    return Path(settings.UPLOAD_FOLDER) / batch.file_stored


def keep_file(batch: Batch, data: bytes) -> None:
    """Store ``data`` for ``batch`` (not yet saved); sets ``file_stored``."""
    batch.file_stored = f"{batch.uid.hex}.sealed"
    path = _path(batch)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(seal(_place(batch), data))
    path.chmod(0o600)


def stored_file(batch: Batch) -> bytes:
    """The workbook of ``batch``. Raises FileNotFoundError when it is no longer kept."""
    if not batch.file_stored:
        raise FileNotFoundError(str(batch.uid))
    return unseal(_place(batch), _path(batch).read_bytes())


def drop_strays(before: datetime) -> int:
    """Remove files that belong to no batch: their upload was cut off. Returns how many went.

    Younger ones stay: their batch may be about to be saved.
    """
    folder = Path(settings.UPLOAD_FOLDER)
    old = {
        path.name: path
        for path in folder.glob("*.sealed")
        if path.stat().st_mtime < before.timestamp()
    }
    kept = set(Batch.objects.exclude(file_stored="").values_list("file_stored", flat=True))
    strays = [path for name, path in old.items() if name not in kept]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def detached(batch: Batch) -> Path | None:
    """Where the workbook of ``batch`` lay, which knows no file any more; the caller saves it."""
    path = _path(batch) if batch.file_stored else None
    batch.file_stored = ""
    return path


def remove(path: Path | None) -> None:
    """Remove a workbook from disk, if there is one."""
    if path is not None:
        path.unlink(missing_ok=True)


def remove_later(path: Path | None) -> None:
    """Remove a workbook once it is committed that its batch has none.

    What is rolled back still has its file. One that stays because the machine stops just then
    belongs to no batch and goes as a stray.
    """
    transaction.on_commit(lambda: remove(path))


def drop_file(batch: Batch) -> None:
    """Remove the workbook from disk; the caller saves ``batch`` in the same transaction."""
    remove_later(detached(batch))
