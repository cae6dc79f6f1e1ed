"""The doctor names what is wrong, in a sentence with a remedy, and is never at a loss."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from freezegun import freeze_time

from federation.audit.models import Event
from federation.doctor import machine, records, surroundings
from federation.doctor.examination import examine
from federation.jobs.pulse import last_pulse, leave_pulse
from federation.jobs.tasks import sweep
from federation.sealing.keys import forget_ring, new_ring_text

ROOT = Path(__file__).resolve().parents[2]


def collected(settings, folder: Path, *, lose: bool = False) -> None:
    """Static files as collectstatic leaves them; one of them lost on request."""
    settings.STATIC_ROOT = folder
    paths = {"portal.css": "portal.1.css", "portal.js": "portal.2.js"}
    (folder / "staticfiles.json").write_text(json.dumps({"paths": paths}))
    (folder / "portal.1.css").write_text("a{}")
    if not lose:
        (folder / "portal.2.js").write_text("1")


def backed_up(folder: Path, days_ago: int) -> None:
    moment = timezone.now() - timedelta(days=days_ago)
    place = folder / f"{moment:%Y-%m-%d}"
    place.mkdir(parents=True)
    (place / "manifest.json").write_text(json.dumps({"made_at": moment.isoformat()}))


@pytest.fixture
def sound(settings, tmp_path, db, tree, su):
    """An installation with nothing to find fault with."""
    var = tmp_path / "var"
    (var / "uploads").mkdir(parents=True)
    var.chmod(0o700)
    settings.VAR_DIR, settings.UPLOAD_FOLDER = var, var / "uploads"
    static = tmp_path / "static"
    static.mkdir()
    collected(settings, static)
    settings.BACKUP_FOLDER = str(tmp_path / "backups")
    backed_up(tmp_path / "backups", 1)
    settings.ALLOWED_HOSTS = ["fulian.example.cn"]
    settings.HTTPS, settings.TRUSTED_PROXIES = True, ["127.0.0.1"]
    Event.objects.create(deed="keys_shown", actor_label="命令行")
    leave_pulse()
    return settings


def found(code: str) -> tuple[str, str, str]:
    """State, sentence and remedy of one thing looked at."""
    one = next(one for one in examine() if one.code == code)
    return str(one.state), one.sentence, one.remedy


def test_a_sound_installation_has_nothing_to_remedy(sound, capsys):
    left = [one.told() for one in examine() if one.state != "ok" and one.code != "disk"]
    assert left == []
    call_command("doctor", json=True)
    assert json.loads(capsys.readouterr().out)["is_healthy"] is True


def test_a_fault_ends_with_code_1_and_stands_in_the_json(sound, capsys):
    sound.DEBUG = True
    with pytest.raises(SystemExit) as end:
        call_command("doctor", json=True)
    assert end.value.code == 1
    told = json.loads(capsys.readouterr().out)
    assert told["is_healthy"] is False
    assert [one["code"] for one in told["findings"] if one["state"] == "fault"] == ["debug"]


def test_every_trouble_comes_with_a_remedy(sound, capsys):
    sound.ALLOWED_HOSTS, sound.HTTPS = ["*"], False
    with pytest.raises(SystemExit):
        call_command("doctor")
    shown = capsys.readouterr().out
    assert "✗ 访问地址：ALLOWED_HOSTS 是“*”，别人可以伪造地址。" in shown
    assert "→ 请把 ALLOWED_HOSTS 设成平台的域名或地址" in shown
    assert "有 1 处故障、" in shown


def test_a_lost_static_file_is_named(sound, tmp_path):
    (tmp_path / "less").mkdir()
    collected(sound, tmp_path / "less", lose=True)
    assert machine.static_files().sentence == "缺少 1 个页面文件，例如 portal.2.js。"


def test_a_missing_package_is_named(sound, tmp_path):
    sound.BASE_DIR = tmp_path
    (tmp_path / "requirements.txt").write_text("django==1.0 \\\n    --hash=x\nno-such-thing==2\n")
    state, sentence, _remedy = found("packages")
    assert (state, sentence) == ("fault", "2 个组件缺失或版本不对：django、no-such-thing。")


def test_a_silent_worker_is_a_fault_and_its_pulse_makes_it_good(sound):
    with freeze_time(timezone.now() + timedelta(minutes=5)):
        assert found("worker")[0] == "fault"
        sweep()
        assert last_pulse() == timezone.now()
        assert found("worker")[0] == "ok"


def test_an_old_backup_is_a_fault_and_none_at_all_a_reminder(sound, tmp_path):
    sound.BACKUP_FOLDER = str(tmp_path / "old")
    assert surroundings.backup().state == "warning"
    backed_up(tmp_path / "old", 4)
    assert surroundings.backup().state == "fault"
    backed_up(tmp_path / "old", 0)
    assert surroundings.backup().state == "ok"


def test_a_broker_that_is_away_is_named_without_its_password(sound):
    sound.REDIS_URL = "redis://:swordfish@127.0.0.1:1/0"
    state, sentence, remedy = found("queue")
    assert state == "fault"
    assert "swordfish" not in sentence + remedy


def test_a_database_that_is_away_leaves_the_rest_of_the_examination(sound, monkeypatch):
    def away() -> None:
        raise OperationalError("password=swordfish")

    monkeypatch.setattr(records, "reachable", away)
    findings = {one.code: one for one in examine()}
    assert findings["database"].state == "fault"
    assert "swordfish" not in findings["database"].sentence
    assert {"packages", "disk", "https"} <= set(findings)
    assert "migrations" not in findings


def test_keys_that_others_may_read_are_a_fault(sound):
    path = Path(configured.FIELD_KEYS_FILE)
    path.chmod(0o644)
    try:
        assert records.keys().state == "fault"
    finally:
        path.chmod(0o600)
    assert records.keys().state == "ok"


def test_keys_of_another_installation_are_a_fault_and_missing_ones_are_not_made(sound, tmp_path):
    sound.FIELD_KEYS_FILE = tmp_path / "other.json"
    assert found("keys")[1].startswith("没有密钥文件")
    assert not sound.FIELD_KEYS_FILE.exists()
    sound.FIELD_KEYS_FILE.write_text(new_ring_text())
    sound.FIELD_KEYS_FILE.chmod(0o600)
    assert "不是这个数据库的密钥" in found("keys")[1]
    forget_ring()


def test_a_clock_that_ran_back_is_a_fault(sound):
    Event.objects.create(deed="login", at=timezone.now() + timedelta(hours=3), actor_label="兰")
    assert found("clock")[0] == "fault"


def test_an_empty_installation_hears_what_to_do_first(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "federation.settings", "REDIS_URL": "",
             "VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3"},
    )  # fmt: skip
    findings = {one["code"]: one for one in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1
    assert "manage.py migrate" in findings["migrations"]["remedy"]
    assert "divisions" not in findings


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HTTPS", "perhaps", "HTTPS 应写成 1 或 0，现在是“perhaps”。"),
        ("JOB_LEASE_SECONDS", "1", "JOB_LEASE_SECONDS 应是不小于 2 的整数，现在是“1”。"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL 应以 postgresql:// 或 sqlite:// 开头。"),
        (
            "DATABASE_URL",
            "postgresql://u:sword/fish@h/n",
            "DATABASE_URL 里没有写数据库用户。口令里的 @ : / % 要写成 %40 %3A %2F %25。",
        ),
        (
            "DATABASE_URL",
            "postgresql://u:word@h:sword/n",
            "DATABASE_URL 里的端口不是数字。口令里的 @ : / % 要写成 %40 %3A %2F %25。",
        ),
    ],
)
def test_a_setting_that_is_not_understood_is_one_sentence(tmp_path, name, value, sentence):
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "federation.settings",
             "VAR_DIR": str(tmp_path), name: value},
    )  # fmt: skip
    assert (done.returncode, done.stderr.strip()) == (1, sentence)
