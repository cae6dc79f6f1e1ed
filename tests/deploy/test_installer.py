"""install.sh refuses in words what cannot work, before it has touched anything."""

import os
import platform
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.offline.archive import write_sums

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
MARK = re.compile(r"@([A-Z_]+)@")


class Bundle:
    """An unpacked bundle with nothing in it but what the installer looks at first."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.target = folder / "bundle", folder / "opt"
        self.folder.mkdir()
        shutil.copy(DEPLOY / "install.sh", self.folder)
        (self.folder / "wheel").write_text("whole")
        self.tell(VERSION="1", PYTHONS=PYTHON, MACHINES=platform.machine(), GLIBC="2.17")

    def tell(self, **facts: str) -> None:
        """What the bundle says of itself; kept from one call to the next."""
        path = self.folder / "bundle.env"
        known = dict(re.findall(r'(\w+)="(.*)"', path.read_text())) if path.exists() else {}
        path.write_text("".join(f'{key}="{value}"\n' for key, value in {**known, **facts}.items()))
        (self.folder / "SHA256SUMS").unlink(missing_ok=True)
        write_sums(self.folder)

    def install(self, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        folders = ("--root", "--data", "--etc", "--backups")
        places = [word for name in folders for word in (name, f"{self.target}{name[1:]}")]
        return subprocess.run(
            [self.folder / "install.sh", *places, *options],
            capture_output=True, text=True, env={**os.environ, **environment},
        )  # fmt: skip

    def refused(self, *options: str, **environment: str) -> str:
        """What a refusal says; nothing may have been made."""
        done = self.install(*options, **environment)
        assert done.returncode == 1, done.stdout
        assert not list(self.target.parent.glob("opt*"))
        assert "没有安装：" in done.stderr
        return done.stderr


@pytest.fixture
def bundle(tmp_path) -> Bundle:
    return Bundle(tmp_path)


def test_the_address_must_be_told(bundle):
    assert "没有写平台的域名或地址。" in bundle.refused()


def test_an_unknown_option_is_named(bundle):
    assert "不认识选项 --hots。" in bundle.refused("--hots", "x")
    assert "选项 --host 后面缺少内容。" in bundle.refused("--host")


def test_a_damaged_file_is_refused(bundle):
    (bundle.folder / "wheel").write_text("wholf")
    said = bundle.refused("--host", "fulian.cn")
    assert "安装包里有文件损坏。" in said
    assert "./wheel" in said


def test_another_machine_is_refused(bundle):
    bundle.tell(MACHINES="sparc64")
    assert "安装包只支持 sparc64" in bundle.refused("--host", "fulian.cn")


def test_an_old_system_is_refused(bundle):
    bundle.tell(GLIBC="99.1")
    assert "需要 99.1 以上" in bundle.refused("--host", "fulian.cn")


def test_a_machine_without_the_right_python_is_refused(bundle):
    bundle.tell(PYTHONS="2.0")
    assert "找不到 Python 2.0。" in bundle.refused("--host", "fulian.cn")
    bundle.tell(PYTHONS=PYTHON)
    nothing = shutil.which("false") or ""
    assert f"{nothing} 不能用" in bundle.refused("--host", "fulian.cn", "--python", nothing)


def test_paths_and_names_that_a_shell_would_misread_are_refused(bundle):
    said = bundle.refused("--host", "fulian.cn", "--certificate", "/etc/x y|z.crt")
    assert "路径 /etc/x y|z.crt 不能用。" in said
    assert "用户名 Portal 不能用" in bundle.refused("--host", "fulian.cn", "--user", "Portal")
    assert "只能有一行" in bundle.refused("--host", "fulian.cn", DATABASE_URL="a\nALLOWED_HOSTS=*")


def test_help_lists_every_option(bundle):
    told = bundle.install("--help")
    text = (DEPLOY / "install.sh").read_text()
    taken = set(re.findall(r"^\s+(--[a-z-]+)\)", text, re.MULTILINE)) | {"--root", "--host"}
    assert told.returncode == 0
    assert {option for option in taken if option not in told.stdout} == set()


def test_every_mark_of_the_files_is_filled_in():
    filled = set(MARK.findall((DEPLOY / "install.sh").read_text()))
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and path.name != "install.sh"]
    asked = {mark for path in files for mark in MARK.findall(path.read_text())}
    assert asked - filled == set()


def test_every_setting_of_the_example_is_read():
    names = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "portal.env.example").read_text(), re.M))
    settings = (ROOT / "federation" / "settings.py").read_text()
    assert {name for name in names if f'"{name}"' not in settings} == set()


def rendered(name: str, folder: Path, **marks: str) -> Path:
    """A command of deploy/ with its marks filled in."""
    text = (DEPLOY / name).read_text()
    for mark, value in marks.items():
        text = text.replace(f"@{mark}@", value)
    assert not MARK.search(text)
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


def program(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines)))
    path.chmod(0o755)


def test_the_command_hands_settings_over_as_they_stand(tmp_path):
    program(tmp_path / "current/.venv/bin/python", 'printf "%s|" "$DATABASE_URL" "$@"')
    settings = tmp_path / "portal.env"
    settings.write_text("# note\n\nDATABASE_URL=postgresql://p:a b$c`d'e\"@h/n?x=1\nHTTPS=1")
    portal = rendered("portal", tmp_path, ROOT=str(tmp_path), ENV=str(settings),
                      USER=pwd.getpwuid(os.getuid()).pw_name)  # fmt: skip
    done = subprocess.run([portal, "doctor", "--json"], capture_output=True, text=True, check=True)
    assert done.stdout == "postgresql://p:a b$c`d'e\"@h/n?x=1|manage.py|doctor|--json|"


def backups(tmp_path: Path, command: Path, keep: int) -> list[str]:
    folder = tmp_path / "backups"
    environment = {**os.environ, "BACKUP_FOLDER": str(folder), "BACKUP_KEEP": str(keep)}
    subprocess.run([command], env=environment, capture_output=True)
    return sorted(path.name for path in folder.iterdir())


def test_old_backups_go_and_half_ones_too(tmp_path):
    for day in ("2025-01-01-023000", "2025-01-02-023000"):
        (tmp_path / "backups" / day).mkdir(parents=True)
        (tmp_path / "backups" / day / "manifest.json").write_text("{}")
    command = rendered("portal-backup", tmp_path, ROOT=str(tmp_path))
    program(tmp_path / "bin/portal", 'mkdir "$2"', "exit 1")
    assert backups(tmp_path, command, keep=2) == ["2025-01-01-023000", "2025-01-02-023000"]
    program(tmp_path / "bin/portal", 'mkdir "$2"', 'echo "{}" >"$2/manifest.json"')
    kept = backups(tmp_path, command, keep=2)
    assert (len(kept), kept[0]) == (2, "2025-01-02-023000")
