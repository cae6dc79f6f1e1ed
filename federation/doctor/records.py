"""The database: reachable, of this version, with its own keys, divisions, accounts and clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.access.models import User
from federation.access.tree import organisation_model
from federation.audit.models import Event
from federation.doctor.findings import Finding, Subject
from federation.sealing.guard import WrongKeys, check_ring
from federation.sealing.keys import read_ring

LEAST_POSTGRESQL, GOOD_POSTGRESQL = 140_000, 150_000
OTHERS_OR_GROUP = 0o077
CLOCK_SLACK = timedelta(minutes=2)

DATABASE = Subject("database", gettext_lazy("数据库"))
MIGRATIONS = Subject("migrations", gettext_lazy("数据库结构"))
KEYS = Subject("keys", gettext_lazy("加密密钥"))
DIVISIONS = Subject("divisions", gettext_lazy("行政区划"))
ACCOUNTS = Subject("accounts", gettext_lazy("账号"))
CLOCK = Subject("clock", gettext_lazy("时钟"))
LOST_KEYS = gettext_lazy("请放回原来的密钥文件，或者用纸质备份恢复。密钥丢了，证件号和电话打不开。")


def records() -> Iterator[Finding]:
    """Everything that needs the database; the rest is left out when it cannot be asked."""
    try:
        yield keys()
        yield reachable()
        yield clock()
        structure = migrations()
        yield structure
        if not structure.remedy:
            yield divisions()
            yield accounts()
    except WrongKeys:
        yield KEYS.fault(
            _("密钥文件 %(file)s 不是这个数据库的密钥，平台不能启动。") % _key_file(),
            str(LOST_KEYS),
        )
    except (Error, ImproperlyConfigured) as problem:
        yield DATABASE.fault(
            _("连不上数据库（%(kind)s）。") % {"kind": type(problem).__name__},
            _("请核对 DATABASE_URL 里的地址、用户、口令和库名，并确认数据库已启动。"),
        )


def _key_file() -> dict[str, str]:
    return {"file": str(settings.FIELD_KEYS_FILE)}


def keys() -> Finding:
    """Whether the key ring is there, readable, its owner's alone, and shown for paper."""
    path = Path(settings.FIELD_KEYS_FILE)
    if not path.is_file():
        return KEYS.fault(
            _("没有密钥文件 %(file)s。") % _key_file(),
            _("新安装请运行 manage.py migrate，它会生成密钥。") + str(LOST_KEYS),
        )
    try:
        read_ring(path)
    except (ImproperlyConfigured, OSError):
        return KEYS.fault(
            _("密钥文件 %(file)s 读不出来。") % _key_file(),
            _("请确认文件属于运行平台的用户。") + str(LOST_KEYS),
        )
    if path.stat().st_mode & OTHERS_OR_GROUP:
        return KEYS.fault(
            _("密钥文件 %(file)s 允许其他用户读取。") % _key_file(),
            _("请运行：chmod 600 %(file)s") % _key_file(),
        )
    check_ring()
    return KEYS.ok(_("密钥文件 %(file)s 完整，与数据库相符。") % _key_file())


def reachable() -> Finding:
    """Whether the database answers, and whether its version is one that is tested."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return DATABASE.ok(
            _("SQLite，文件 %(file)s，适合一个区县。") % {"file": connection.settings_dict["NAME"]}
        )
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
    words = {"version": f"{number // 10_000}.{number % 10_000}"}
    remedy = _("请升级到 PostgreSQL 15 以上。")
    if number < LEAST_POSTGRESQL:
        return DATABASE.fault(_("PostgreSQL %(version)s 太旧，平台不能运行。") % words, remedy)
    if number < GOOD_POSTGRESQL:
        return DATABASE.warning(_("PostgreSQL %(version)s 较旧。") % words, remedy)
    return DATABASE.ok(_("PostgreSQL %(version)s，已连上。") % words)


def migrations() -> Finding:
    """Whether the tables are those of this version."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return MIGRATIONS.fault(
            _("数据库还差 %(count)s 步升级。") % {"count": len(plan)},
            _("请先备份，再运行：manage.py migrate"),
        )
    return MIGRATIONS.ok(_("数据库结构与程序一致。"))


def divisions() -> Finding:
    """Whether there are places to keep records of."""
    count = organisation_model().objects.count()
    if not count:
        return DIVISIONS.fault(
            _("还没有行政区划，平台里没有单位。"),
            _("请运行：manage.py load_divisions 区划文件，安装包自带重庆市的 %(file)s。")
            % {"file": "orgs/data/50_chongqing.csv.gz"},
        )
    return DIVISIONS.ok(_("已有 %(count)s 个单位。") % {"count": f"{count:,}"})


def accounts() -> Finding:
    """Whether anybody can log in, and whether the keys were put on paper."""
    if not User.objects.filter(is_active=True).exists():
        return ACCOUNTS.warning(
            _("还没有可用的账号。"),
            _("请运行：manage.py create_account --help，建立第一个账号。"),
        )
    if not Event.objects.filter(deed="keys_shown").exists():
        return ACCOUNTS.warning(
            _("密钥还没有打印在纸上。"), _("请运行：manage.py print_keys，打印后存入保险柜。")
        )
    return ACCOUNTS.ok(_("有可用的账号，密钥已打印。"))


def clock() -> Finding:
    """Whether this machine and the database agree about the time, and it does not run back."""
    remedy = _("请核对这台机器和数据库的时间，并启用时间同步（chrony）。")
    now, latest = timezone.now(), _latest_event()
    if abs(_database_time() - now) > CLOCK_SLACK:
        return CLOCK.fault(_("这台机器和数据库的时间相差超过 2 分钟。"), remedy)
    if latest is not None and latest > now + CLOCK_SLACK:
        return CLOCK.fault(_("这台机器的时间比已有的记录还早。"), remedy)
    local = timezone.localtime(now)
    return CLOCK.ok(_("现在是北京时间 %(now)s。") % {"now": f"{local:%Y-%m-%d %H:%M}"})


def _database_time() -> datetime:
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def _latest_event() -> datetime | None:
    if Event._meta.db_table not in connection.introspection.table_names():
        return None
    return Event.objects.order_by("-at").values_list("at", flat=True).first()
