"""Backup and restore: a copy comes back whole, or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from django.conf import settings as configured
from django.db import connection

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
upload = (settings.UPLOAD_FOLDER / "roster").read_text()
print(User.objects.get(username="liu").reveal("phone"), upload)
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


@pytest.fixture
def installations(tmp_path):
    """Makes empty installations on the engine of this run."""
    made = []

    def install(name):
        if connection.vendor == "sqlite":
            return Installation(tmp_path / name, f"sqlite:///{tmp_path / name}.sqlite3")
        told = configured.DATABASES["default"]
        database = f"backup_{uuid4().hex[:12]}"
        _administer(f"CREATE DATABASE {database}")
        made.append(database)
        place = f"{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}"
        return Installation(tmp_path / name, f"postgresql://{place}/{database}")

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


@pytest.fixture
def copied(installations, tmp_path):
    """An installation with one account, its backup and, apart, its keys."""
    source = installations("source")
    source.fill()
    done = source.run("backup", str(tmp_path / "copy"), "--keys-to", str(tmp_path / "keys"))
    assert done.returncode == 0, done.stderr
    return source


def restore(target, tmp_path, keys="keys"):
    return target.run("restore", str(tmp_path / "copy"), "--keys-from", str(tmp_path / keys))


def test_a_backup_comes_back_in_an_empty_folder_with_its_sealed_values(
    copied, installations, tmp_path
):
    target = installations("target")
    done = restore(target, tmp_path)
    assert done.returncode == 0, done.stderr
    assert target.run("shell", "-v0", script=LOOK).stdout.strip() == "13900001234 sealed workbook"
    assert not list((tmp_path / "copy").rglob("*keys*"))
    assert (tmp_path / "keys" / "field-keys.json").stat().st_mode & 0o077 == 0
    again = restore(target, tmp_path)
    assert again.returncode == 1 and "已经有数据" in again.stderr


def test_wrong_keys_and_damaged_files_restore_nothing(copied, installations, tmp_path):
    target = installations("target")
    stranger = installations("stranger")
    assert stranger.run("migrate", "-v0").returncode == 0
    wrong = restore(target, tmp_path, keys="stranger/keys")
    assert wrong.returncode == 1 and "不是这个备份的密钥" in wrong.stderr
    upload = tmp_path / "copy" / "uploads" / "roster"
    upload.write_bytes(b"another workbook")
    damaged = restore(target, tmp_path)
    assert damaged.returncode == 1 and "已损坏" in damaged.stderr
    (tmp_path / "copy" / "manifest.json").write_text(json.dumps({"files": {}}), encoding="utf-8")
    assert "manifest.json" in restore(target, tmp_path).stderr
    assert "no such table" in (out := target.run("shell", "-v0", script=LOOK).stderr) or (
        "does not exist" in out
    )


def test_keys_are_never_kept_with_the_backup(copied, tmp_path):
    inside = tmp_path / "second" / "keys"
    done = copied.run("backup", str(tmp_path / "second"), "--keys-to", str(inside))
    assert done.returncode == 1 and "密钥不能和备份放在一起" in done.stderr
    again = copied.run("backup", str(tmp_path / "copy"))
    assert again.returncode == 1 and "不是空文件夹" in again.stderr


def test_a_wrong_ring_starts_no_command_and_no_web(copied, tmp_path):
    (tmp_path / "source" / "keys" / "field-keys.json").unlink()
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
