"""A cache in the memory of the process that keeps things themselves, not copies.

Django's own packs whatever it keeps, and so cannot keep what belongs to a process (a question
ready to be asked). Only for what nobody changes after it was kept.
"""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

# Its inner parts are not in the stubs.
Local: Any = LocMemCache


class ProcessMemory(Local):
    """The cache ``process``: get, set, delete and clear."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            if self._has_expired(key):
                self._delete(key)
                return default
            self._cache.move_to_end(key, last=False)
            return self._cache[key]

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        key = self.make_and_validate_key(key, version=version)
        with self._lock:
            self._set(key, value, timeout)

    # The library's own would pack what they are given, and ``get`` would hand that back.
    def add(self, *args: Any, **kwargs: Any) -> bool:
        raise NotImplementedError

    def incr(self, *args: Any, **kwargs: Any) -> int:
        raise NotImplementedError
