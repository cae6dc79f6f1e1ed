"""What an installation makes for itself on first use: folders and the secret key under ``var/``."""

import os
import secrets
from pathlib import Path


def secret_file(path: Path, make: str) -> str:
    """The text of ``path``; a missing file is written with ``make``, for its owner alone.

    Two processes may start at once: the one that comes second reads what the first wrote.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    if not path.exists():
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(make)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def secret_key(folder: Path) -> str:
    """Django's secret key of this installation."""
    return secret_file(folder / "secret-key", secrets.token_urlsafe(50))
