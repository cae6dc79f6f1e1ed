"""The key ring: keys lie in one file outside the database and are made on first use.

The file holds ``{"active": ID, "keys": {ID: base64 of 32 bytes}, "digest": base64 of 32 bytes}``.
Values are sealed with the active key and opened with the key they name, so keys can rotate;
the digest key stays, because equality search depends on it.
"""

import base64
import json
import secrets
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from federation.installation import secret_file


@dataclass(frozen=True)
class KeyRing:
    """Keys of one installation. ``repr`` shows no key."""

    active: str
    keys: dict[str, bytes]
    digest: bytes

    def __repr__(self) -> str:
        return f"KeyRing(active={self.active!r}, keys={sorted(self.keys)})"

    def fingerprints(self) -> set[str]:
        """Sixteen hex digits of every key and of the digest key; they betray no key."""
        found = {_fingerprint(b"key|" + key) for key in self.keys.values()}
        return found | {_fingerprint(b"digest|" + self.digest)}


def _fingerprint(material: bytes) -> str:
    return sha256(material).hexdigest()[:16]


def new_ring_text() -> str:
    """The file text of a freshly drawn ring."""
    first, digest = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    return json.dumps({"active": "k1", "keys": {"k1": first}, "digest": digest})


def read_ring(path: Path) -> KeyRing:
    """The ring in ``path``, made when there is none. Raises ImproperlyConfigured on nonsense."""
    try:
        raw = json.loads(secret_file(path, new_ring_text()))
        keys = {name: base64.b64decode(key) for name, key in raw["keys"].items()}
        found = KeyRing(raw["active"], keys, base64.b64decode(raw["digest"]))
        whole = found.active in keys and {len(k) for k in [*keys.values(), found.digest]} == {32}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ImproperlyConfigured(f"加密密钥文件 {path} 读不懂，请从纸质备份恢复。") from error
    if not whole:
        raise ImproperlyConfigured(f"加密密钥文件 {path} 不完整，请从纸质备份恢复。")
    return found


@lru_cache(maxsize=4)
def _ring(path: Path | str) -> KeyRing:
    return read_ring(Path(path))


def forget_ring() -> None:
    """Read the file anew at the next use (after keys were put back from a backup)."""
    _ring.cache_clear()


def ring() -> KeyRing:
    """The ring of this installation."""
    # Asked for with every sealed value: no new Path each time.
    return _ring(settings.FIELD_KEYS_FILE)
