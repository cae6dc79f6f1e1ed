"""Sealing, opening and digesting of single values (AES-256-GCM, HMAC-SHA256).

Layout of a sealed value: version byte, length of the key's name, the name, 12 bytes nonce,
ciphertext with tag. The place of a value (``table.column.uid``) is bound into it, so that a
ciphertext moved to another row or column does not open.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from federation.sealing.keys import KeyRing, ring

VERSION = 1
# The two paddings of an HMAC, as every byte of the key comes out of them.
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


class CannotOpen(Exception):
    """A sealed value was tampered with, moved, or sealed with a key that is not in the ring."""


def seal(place: str, value: bytes, keys: KeyRing | None = None) -> bytes:
    """``value`` sealed for ``place``."""
    keys = keys or ring()
    nonce = os.urandom(12)
    box = _box(keys.keys[keys.active])
    return _head(keys.active) + nonce + box.encrypt(nonce, value, place.encode())


def seal_each(places: Iterable[str], values: Iterable[bytes]) -> list[bytes]:
    """Every value sealed for its place, as ``seal`` does it, randomness drawn in one go."""
    keys, pairs = ring(), list(zip(places, values, strict=True))
    head, encrypt = _head(keys.active), _box(keys.keys[keys.active]).encrypt
    noise = os.urandom(12 * len(pairs))
    sealed = []
    for at, (place, value) in zip(range(0, len(noise), 12), pairs, strict=True):
        nonce = noise[at : at + 12]
        sealed.append(head + nonce + encrypt(nonce, value, place.encode()))
    return sealed


@lru_cache(maxsize=8)
def _head(name: str) -> bytes:
    return bytes([VERSION, len(name.encode())]) + name.encode()


@lru_cache(maxsize=8)
def _box(key: bytes) -> AESGCM:
    """Making one takes longer than sealing a phone number in it."""
    return AESGCM(key)


def unseal(place: str, sealed: bytes, keys: KeyRing | None = None) -> bytes:
    """What was sealed for ``place``. Raises CannotOpen, never returns the ciphertext."""
    keys = keys or ring()
    sealed = bytes(sealed)
    if len(sealed) < 2 + 12 + 16 or sealed[0] != VERSION:
        raise CannotOpen(place)
    end = 2 + sealed[1]
    key = keys.keys.get(sealed[2:end].decode("ascii", "replace"))
    if key is None:
        raise CannotOpen(place)
    try:
        return _box(key).decrypt(sealed[end : end + 12], sealed[end + 12 :], place.encode())
    except InvalidTag as error:
        raise CannotOpen(place) from error


def digest(kind: str, value: str, keys: KeyRing | None = None) -> bytes:
    """Thirty-two bytes that are equal for equal values of one kind (``id_number``, ``phone``).

    Keyed: without the ring nobody can try the 22 million possible ID numbers of a county.
    """
    keys = keys or ring()
    return hmac.digest(keys.digest, f"{kind}|{value}".encode(), "sha256")


def digests(kind: str, values: Iterable[str]) -> list[bytes]:
    """``digest`` of every value; the key is taken in once for all of them (RFC 2104, 4)."""
    key = ring().digest.ljust(hashlib.sha256().block_size, b"\0")
    inner = hashlib.sha256(key.translate(_INNER) + f"{kind}|".encode())
    outer = hashlib.sha256(key.translate(_OUTER))
    found = []
    for value in values:
        one, whole = inner.copy(), outer.copy()
        one.update(value.encode())
        whole.update(one.digest())
        found.append(whole.digest())
    return found
