"""What runs beside the portal and how it meets the world: queue, worker, backups, doors."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from redis import Redis
from redis.exceptions import RedisError

from federation.doctor.findings import Finding, Subject
from federation.jobs.pulse import last_pulse

PULSE_AGE = timedelta(minutes=2)
BACKUP_AGE = timedelta(days=3)
REDIS_SECONDS = 3
HERE = {"127.0.0.1", "localhost", "[::1]"}

QUEUE = Subject("queue", gettext_lazy("任务队列"))
WORKER = Subject("worker", gettext_lazy("后台任务"))
BACKUP = Subject("backup", gettext_lazy("备份"))
DEBUG = Subject("debug", gettext_lazy("调试方式"))
HOSTS = Subject("hosts", gettext_lazy("访问地址"))
HTTPS = Subject("https", gettext_lazy("加密访问"))


def queue() -> Finding:
    """Whether the broker takes messages."""
    if not settings.REDIS_URL:
        return QUEUE.ok(_("队列用文件夹 %(folder)s。") % {"folder": settings.BROKER_FOLDER})
    try:
        with Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
        ) as server:
            server.ping()
            found = server.info("server")["redis_version"]
    except (RedisError, ValueError, OSError) as problem:
        return QUEUE.fault(
            _("连不上 Redis（%(kind)s）。") % {"kind": type(problem).__name__},
            _("请核对 REDIS_URL，并确认 Redis 已启动。"),
        )
    return QUEUE.ok(_("Redis %(version)s，已连上。") % {"version": found})


def worker() -> Finding:
    """Whether the clock and a worker were heard lately."""
    remedy = _("请启动或重启 portal-worker 和 portal-beat；刚启动时请等 1 分钟再查。")
    heard = last_pulse()
    if heard is None:
        return WORKER.fault(_("从来没有后台任务运行过，上传的表格不会被处理。"), remedy)
    age = timezone.now() - heard
    words = {"at": f"{timezone.localtime(heard):%Y-%m-%d %H:%M}"}
    if age > PULSE_AGE:
        return WORKER.fault(_("后台任务从 %(at)s 起没有动静。") % words, remedy)
    return WORKER.ok(_("后台任务在运行，最近一次是 %(at)s。") % words)


def backup() -> Finding:
    """How old the newest complete backup is."""
    if not settings.BACKUP_FOLDER:
        return BACKUP.warning(
            _("没有设置备份文件夹。"),
            _("请设置 BACKUP_FOLDER，并启用 portal-backup.timer；最好是另一块盘。"),
        )
    newest = _newest_backup(Path(settings.BACKUP_FOLDER))
    if newest is None:
        return BACKUP.warning(
            _("%(folder)s 里还没有备份。") % {"folder": settings.BACKUP_FOLDER},
            _("请运行：systemctl start portal-backup，并启用 portal-backup.timer。"),
        )
    words = {"at": f"{timezone.localtime(newest):%Y-%m-%d %H:%M}"}
    if timezone.now() - newest > BACKUP_AGE:
        return BACKUP.fault(
            _("最近一次备份是 %(at)s，已超过 3 天。") % words,
            _("请查看：journalctl -u portal-backup，排除原因后再备份一次。"),
        )
    return BACKUP.ok(_("最近一次备份是 %(at)s。") % words)


def _newest_backup(folder: Path) -> datetime | None:
    """A backup is complete once its manifest, written last, stands."""
    moments = [_made_at(path) for path in folder.glob("*/manifest.json")]
    return max((moment for moment in moments if moment is not None), default=None)


def _made_at(manifest: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(manifest.read_text(encoding="utf-8"))["made_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def debug() -> Finding:
    """Whether error pages show the inside of the portal."""
    if settings.DEBUG:
        return DEBUG.fault(
            _("DEBUG 打开着，出错的页面会露出数据。"), _("请删去环境变量 DEBUG，再重新启动。")
        )
    return DEBUG.ok(_("DEBUG 已关闭。"))


def hosts() -> Finding:
    """Whether the portal answers to its own names only."""
    names = set(settings.ALLOWED_HOSTS)
    remedy = _("请把 ALLOWED_HOSTS 设成平台的域名或地址，多个用逗号隔开。")
    if "*" in names:
        return HOSTS.fault(_("ALLOWED_HOSTS 是“*”，别人可以伪造地址。"), remedy)
    if names <= HERE:
        return HOSTS.warning(_("平台只能在这台机器上打开。"), remedy)
    return HOSTS.ok(_("平台的地址是 %(names)s。") % {"names": "、".join(sorted(names - HERE))})


def https() -> Finding:
    """Whether passwords and personal data travel encrypted, and callers keep their addresses."""
    if not settings.HTTPS:
        return HTTPS.warning(
            _("没有启用 HTTPS，密码和证件号在网络上是明文。"),
            _("请按 deploy/nginx.conf 配好证书，并设 HTTPS=1。"),
        )
    if not settings.TRUSTED_PROXIES:
        return HTTPS.warning(
            _("没有设置 TRUSTED_PROXIES，操作记录里看不到真实的来访地址。"),
            _("nginx 在同一台机器上时，请设 TRUSTED_PROXIES=127.0.0.1。"),
        )
    return HTTPS.ok(_("已启用 HTTPS。"))
