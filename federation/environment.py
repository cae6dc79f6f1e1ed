"""Typed readers of the environment: a value that is not understood stops the start.

They speak before the settings stand, when there is no gettext yet.
"""

import os
from pathlib import Path
from urllib.parse import ParseResult, unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

ESCAPES = "口令里的 @ : / % 要写成 %40 %3A %2F %25。"


def env_str(name: str, default: str | None) -> str:
    """The text of ``name``; without a default it must be set."""
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"没有设置 {name}，平台不能启动。")
    return value


def env_bool(name: str, *, default: bool) -> bool:
    """True or False, written as 1/0, true/false, yes/no; anything else is refused."""
    value = os.environ.get(name, "").strip().lower()
    if value == "":
        return default
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} 应写成 1 或 0，现在是“{value}”。")


def env_int(name: str, *, default: int, least: int = 0) -> int:
    """A whole number, at least ``least``."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name} 应是不小于 {least} 的整数，现在是“{value}”。")
    return int(value)


def env_list(name: str, default: list[str]) -> list[str]:
    """Values separated by commas."""
    value = os.environ.get(name, "").strip()
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def database(url: str) -> dict[str, object]:
    """Django's settings of a database given as URL.

    Shapes: ``sqlite:////absolute/path`` and ``postgresql://user:word@host:port/name``.
    """
    parsed = urlparse(url)
    if parsed.scheme == "sqlite":
        return _sqlite(parsed)
    if parsed.scheme in ("postgres", "postgresql"):
        return _postgresql(parsed)
    raise ImproperlyConfigured("DATABASE_URL 应以 postgresql:// 或 sqlite:// 开头。")


def _sqlite(parsed: ParseResult) -> dict[str, object]:
    # sqlite:////a/b (four slashes) and sqlite:///a/b both mean the absolute path /a/b.
    path = unquote(parsed.path)
    name = Path(path[1:] if path.startswith("//") else path)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(name),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            # IMMEDIATE: a deferred transaction that turns into a writer fails at once
            # instead of waiting for its turn.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # A gigabyte mapped holds some six cities, read without a call per page. What was
            # written goes from the log into the file at every 64 MB, not within each import.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-20000; PRAGMA mmap_size=1073741824; PRAGMA secure_delete=ON; "
                "PRAGMA wal_autocheckpoint=16384"
            ),
        },
    }


def _postgresql(parsed: ParseResult) -> dict[str, object]:
    if parsed.username is None:
        raise ImproperlyConfigured(f"DATABASE_URL 里没有写数据库用户。{ESCAPES}")
    try:
        port = parsed.port
    except ValueError as problem:
        # The problem would quote a part of the password.
        raise ImproperlyConfigured(f"DATABASE_URL 里的端口不是数字。{ESCAPES}") from problem
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parsed.path.lstrip("/")),
        "USER": unquote(parsed.username),
        "PASSWORD": unquote(parsed.password or ""),
        "HOST": parsed.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # The rollup sorts and hashes whole tables: at the default work_mem they spill.
        "OPTIONS": {"options": "-c work_mem=64MB -c jit=off"},
    }
