"""Backup and restore: a copy comes back whole, or not at all."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from django.conf import settings as configured
from django.db import connection

from federation.sealing.keys import new_ring_text

ROOT = Path(__file__).resolve().parents[2]
MAKE = """
from federation.access.models import User
from django.conf import settings
u = User(username="liu", name="柳眉"); u.write_sealed("phone", "13900001234")
u.set_unusable_password(); u.save()
settings.UPLOAD_FOLDER.mkdir(parents=True, exist_ok=True)
(settings.UPLOAD_FOLDER / "roster").write_bytes(b"sealed workbook")
"""
LOOK = """
from federation.access.models import User
from django.conf import settings
print(User.objects.get(username="liu").reveal("phone"))
print((settings.UPLOAD_FOLDER / "roster").read_text())
"""


class Installation:
    """A folder of its own with a database of its own, used only through the command line."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url

    def run(self, *arguments, script=None):
        environment = {
            **os.environ,
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "federation.settings",
        }
        environment.pop("FIELD_KEYS_FILE", None)
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment, input=script, capture_output=True, text=True
        )

    def fill(self):
        assert self.run("migrate", "-v0").returncode == 0
        done = self.run("shell", "-v0", script=MAKE)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the installations of this module and the backup lie."""
    return tmp_path_factory.mktemp("backups")


@pytest.fixture(scope="module")
def installations(folder):
    """Makes empty installations on the engine of this run."""
    made = []

    def install(name):
        if connection.vendor == "sqlite":
            return Installation(folder / name, f"sqlite:///{folder / name}.sqlite3")
        told = configured.DATABASES["default"]
        database = f"backup_{uuid4().hex[:12]}"
        _administer(f"CREATE DATABASE {database}")
        made.append(database)
        place = f"{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}"
        return Installation(folder / name, f"postgresql://{place}/{database}")

    yield install
    for database in made:
        _administer(f"DROP DATABASE {database} WITH (FORCE)")


def _administer(statement):
    told = configured.DATABASES["default"]
    access = psycopg2.connect(
        dbname="postgres",
        user=told["USER"],
        password=told["PASSWORD"],
        host=told["HOST"],
        port=told["PORT"] or None,
    )
    access.autocommit = True
    with access.cursor() as cursor:
        cursor.execute(statement)
    access.close()


@pytest.fixture(scope="module")
def copied(installations, folder):
    """An installation with one account, its backup and, apart, its keys."""
    source = installations("source")
    source.fill()
    done = source.run("backup", str(folder / "copy"), "--keys-to", str(folder / "keys"))
    assert done.returncode == 0, done.stderr
    return source


def restore(target, copy, keys):
    return target.run("restore", str(copy), "--keys-from", str(keys))


def test_a_backup_comes_back_in_an_empty_folder_with_its_sealed_values(
    copied, installations, folder
):
    target = installations("target")
    done = restore(target, folder / "copy", folder / "keys")
    assert done.returncode == 0, done.stderr
    assert target.run("shell", "-v0", script=LOOK).stdout.split("\n")[:2] == [
        "13900001234",
        "sealed workbook",
    ]
    assert not list((folder / "copy").rglob("*keys*"))
    assert (folder / "keys" / "field-keys.json").stat().st_mode & 0o077 == 0
    again = restore(target, folder / "copy", folder / "keys")
    assert again.returncode == 1 and "已经有数据" in again.stderr


def test_wrong_keys_and_damaged_files_restore_nothing(copied, installations, folder, tmp_path):
    target = installations("untouched")
    stranger = tmp_path / "field-keys.json"
    stranger.write_text(new_ring_text(), encoding="utf-8")
    wrong = restore(target, folder / "copy", stranger)
    assert wrong.returncode == 1 and "不是这个备份的密钥" in wrong.stderr
    copy = tmp_path / "copy"
    shutil.copytree(folder / "copy", copy)
    (copy / "uploads" / "roster").write_bytes(b"another workbook")
    damaged = restore(target, copy, folder / "keys")
    assert damaged.returncode == 1 and "已损坏" in damaged.stderr
    (copy / "manifest.json").write_text(json.dumps({"files": {}}), encoding="utf-8")
    assert "manifest.json" in restore(target, copy, folder / "keys").stderr
    said = target.run("shell", "-v0", script=LOOK).stderr
    assert "no such table" in said or "does not exist" in said
    assert not (target.folder / "uploads" / "roster").exists()


def test_keys_are_never_kept_with_the_backup(copied, folder, tmp_path):
    inside = tmp_path / "second" / "keys"
    done = copied.run("backup", str(tmp_path / "second"), "--keys-to", str(inside))
    assert done.returncode == 1 and "密钥不能和备份放在一起" in done.stderr
    again = copied.run("backup", str(folder / "copy"))
    assert again.returncode == 1 and "不是空文件夹" in again.stderr


def test_a_wrong_ring_starts_no_command_and_no_web(copied):
    (copied.folder / "keys" / "field-keys.json").write_text(new_ring_text(), encoding="utf-8")
    done = copied.run("shell", "-v0", script=LOOK)
    assert "不是这个数据库的密钥" in done.stderr
    web = subprocess.run(
        [sys.executable, "-c", "import federation.wsgi"],
        cwd=ROOT,
        env={
            **os.environ,
            "VAR_DIR": str(copied.folder),
            "DATABASE_URL": copied.url,
            "DJANGO_SETTINGS_MODULE": "federation.settings",
        },
        capture_output=True,
        text=True,
    )
    assert web.returncode != 0 and "不是这个数据库的密钥" in web.stderr
