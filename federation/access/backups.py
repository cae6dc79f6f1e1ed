"""Copies of an installation: database and files in one folder, the keys in another.

Layout of a backup: ``database.sqlite3`` or ``database.dump`` (pg_dump, custom format),
``uploads/`` and ``manifest.json`` with the SHA-256 of every file and the fingerprints of the
keys. Without the keys a backup opens no sealed value, so the two are never kept together.
"""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.tree import organisation_model
from federation.sealing.guard import guard
from federation.sealing.keys import KeyRing, forget_ring, read_ring, ring

MANIFEST, SQLITE, DUMP, UPLOADS = "manifest.json", "database.sqlite3", "database.dump", "uploads"
KEYS = "field-keys.json"


class BackupProblem(Exception):
    """A backup cannot be made or put back; the text is a sentence for the administrator."""


def backup_make(*, folder: Path, keys_to: Path | None = None) -> dict[str, Any]:
    """Write a backup into an empty ``folder`` and the keys, apart, into ``keys_to``.

    Returns the manifest. Raises BackupProblem.
    """
    _need_empty(folder)
    if keys_to is not None:
        _need_apart(folder, keys_to)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _copy_database(folder)
    if settings.UPLOAD_FOLDER.exists():
        shutil.copytree(settings.UPLOAD_FOLDER, folder / UPLOADS)
    manifest = {
        "made_at": timezone.now().isoformat(),
        "engine": connection.vendor,
        "keys": sorted(ring().fingerprints()),
        "files": {name: _sha256(folder / name) for name in _files(folder)},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    if keys_to is not None:
        keys_to.mkdir(parents=True, exist_ok=True, mode=0o700)
        _copy_private(Path(settings.FIELD_KEYS_FILE), keys_to / KEYS)
    return manifest


def backup_restore(*, folder: Path, keys_from: Path) -> dict[str, Any]:
    """Put a backup back into an empty installation of the same engine.

    Returns the manifest. Raises BackupProblem and changes nothing when a file is damaged, the
    keys are not those of the backup, or the installation holds data.
    """
    manifest = _checked_manifest(folder)
    keys_file = keys_from / KEYS if keys_from.is_dir() else keys_from
    if not keys_file.exists():
        raise BackupProblem(
            _("找不到密钥文件 %(file)s，请指定存放密钥的文件夹。") % {"file": keys_file}
        )
    if set(manifest["keys"]) - read_ring(keys_file).fingerprints():
        raise BackupProblem(_("这份密钥不是这个备份的密钥，没有恢复任何内容。请换成正确的密钥。"))
    if manifest["engine"] != connection.vendor:
        raise BackupProblem(
            _("备份来自 %(one)s，这里的数据库是 %(other)s，请用同一种数据库恢复。")
            % {"one": manifest["engine"], "other": connection.vendor}
        )
    _need_empty_installation()
    _put_database(folder)
    if (folder / UPLOADS).exists():
        shutil.copytree(folder / UPLOADS, settings.UPLOAD_FOLDER, dirs_exist_ok=True)
    _put_keys(keys_file)
    guard.reset()
    return manifest


def _files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            yield path.relative_to(folder).as_posix()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _need_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupProblem(
            _("%(folder)s 不是空文件夹，请换一个。已有的备份不会被覆盖。") % {"folder": folder}
        )


def _need_apart(folder: Path, keys_to: Path) -> None:
    one, other = folder.absolute(), keys_to.absolute()
    if one == other or one in other.parents or other in one.parents:
        raise BackupProblem(_("密钥不能和备份放在一起，请用另一个文件夹，最好是另一个 U 盘。"))
    _need_empty(keys_to)


def _copy_private(source: Path, target: Path) -> None:
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(source.read_bytes())


def _copy_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        # The backup API copies a consistent state while others go on writing.
        with closing(sqlite3.connect(folder / SQLITE)) as target:
            connection.connection.backup(target)
        return
    _run_postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={folder / DUMP}")


def _put_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(folder / SQLITE)) as source:
            source.backup(connection.connection)
        connection.close()
        return
    name = connection.settings_dict["NAME"]
    _run_postgresql(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={name}",
        str(folder / DUMP),
        with_name=False,
    )
    connection.close()


def _run_postgresql(program: str, *arguments: str, with_name: bool = True) -> None:
    told = connection.settings_dict
    connection.close()
    places = {"PGHOST": told["HOST"], "PGPORT": told["PORT"], "PGUSER": told["USER"]}
    environment = os.environ | {name: value for name, value in places.items() if value}
    if told["PASSWORD"]:
        environment["PGPASSWORD"] = told["PASSWORD"]
    command = [program, "--no-password", *arguments, *([told["NAME"]] if with_name else [])]
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True)  # noqa: S603
    except FileNotFoundError as error:
        raise BackupProblem(
            _("找不到 %(program)s，请先安装 PostgreSQL 的客户端程序。") % {"program": program}
        ) from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise BackupProblem(
            f"{program} 没有完成：{said[-1] if said else error.returncode}"
        ) from error


def _checked_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files, known = manifest["files"], {"made_at", "engine", "keys", "files"}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupProblem(
            _("%(folder)s 里没有可用的备份，缺少 manifest.json。") % {"folder": folder}
        ) from error
    if not known <= set(manifest):
        raise BackupProblem(
            _("%(folder)s 里的 manifest.json 不完整，请换一份备份。") % {"folder": folder}
        )
    for name, digest in files.items():
        path = folder / name
        if not path.is_file() or _sha256(path) != digest:
            raise BackupProblem(
                _("备份中的 %(file)s 缺失或已损坏，没有恢复任何内容。请换一份备份。")
                % {"file": name}
            )
    return manifest


def _need_empty_installation() -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    for model in (apps.get_model(settings.AUTH_USER_MODEL), organisation_model()):
        if model._meta.db_table in tables and model._default_manager.exists():
            raise BackupProblem(_("这里已经有数据，没有恢复任何内容。请在空的安装上恢复。"))


def _put_keys(source: Path) -> None:
    target = Path(settings.FIELD_KEYS_FILE)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        if _same(read_ring(target), read_ring(source)):
            return
        # An empty installation has sealed nothing with its own ring; it is kept all the same.
        target.rename(target.with_name(f"{target.name}.{timezone.now():%Y%m%d%H%M%S}"))
    _copy_private(source, target)
    forget_ring()


def _same(one: KeyRing, other: KeyRing) -> bool:
    return one.fingerprints() == other.fingerprints()
