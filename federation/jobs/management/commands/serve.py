"""Run the portal: web server, worker and clock under one supervisor."""

import fcntl
import os
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from federation.environment import env_int
from federation.jobs.supervisor import Child, Supervisor, python

WEB_PROCESSES, WEB_THREADS, WORKER_PROCESSES = 2, 4, 2


class Command(BaseCommand):
    """``manage.py serve``: everything one installation needs, until SIGTERM."""

    help = _("启动网站、后台任务和定时任务，直到收到停止信号。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=env_int("PORT", default=8000, least=1))

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        with OnlyOne(settings.VAR_DIR / "serve.lock"):
            call_command("check", databases=["default"])
            refuse_old_schema()
            refuse_taken_port(host, port)
            connection.close()
            self.stdout.write(_("平台地址：http://%(host)s:%(port)s/") % options)
            self.stdout.flush()
            Supervisor(children(host, port)).run()


def children(host: str, port: int) -> list[Child]:
    """The web server, the worker and the clock of this installation."""
    slot = f"{socket.gethostname()}:{settings.VAR_DIR}"[-80:]
    environment = os.environ | {"JOB_HOLDER": slot}
    quiet = ["--loglevel", "WARNING"]
    pool = ["-P", "prefork", "-c", str(WORKER_PROCESSES)] if settings.REDIS_URL else ["-P", "solo"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    schedule = settings.CELERY_BEAT_SCHEDULE_FILENAME
    return [
        Child("web", python("gunicorn", *web_options(host, port)), environment),
        Child(
            "worker",
            python("celery", "-q", "-A", "federation", "worker", *pool, *alone, *quiet),
            environment,
        ),
        Child(
            "beat",
            python(
                "celery", "-q", "-A", "federation", "beat", "-s", schedule, "--pidfile", "", *quiet
            ),
            environment,
        ),
    ]


def web_options(host: str, port: int) -> list[str]:
    """How gunicorn serves the portal."""
    return [
        "federation.wsgi:application",
        *("--bind", f"{host}:{port}", "--workers", str(WEB_PROCESSES)),
        *("--worker-class", "gthread", "--threads", str(WEB_THREADS), "--timeout", "120"),
        *("--graceful-timeout", "3", "--log-level", "warning", "--no-control-socket"),
    ]


def refuse_old_schema() -> None:
    """Raises CommandError when the database lacks a migration of this version."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(_("数据库还不是本版本的结构，请先运行：manage.py migrate"))


def refuse_taken_port(host: str, port: int) -> None:
    """Raises CommandError when another program already answers there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CommandError(
                _("端口 %(port)s 已被占用，请用 PORT=… 换一个端口，或先停止占用它的程序。")
                % {"port": port}
            ) from problem


class OnlyOne:
    """Holds the installation's lock: two supervisors would share one worker slot."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: TextIO

    def __enter__(self) -> None:
        self.file = self.path.open("w")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            self.file.close()
            raise CommandError(_("平台已经在运行。要重新启动，请先停止它。")) from problem

    def __exit__(self, *problem: object) -> None:
        self.file.close()
