"""The machine: Python, packages, folders, disk, static files."""

import json
import os
import platform
import re
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.doctor.findings import Finding, Subject

LEAST_PYTHON = (3, 11)
GIGABYTE = 1024**3
LEAST_FREE, GOOD_FREE = 1 * GIGABYTE, 5 * GIGABYTE
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
MOST_NAMED = 5
OTHERS = 0o007

PYTHON = Subject("python", gettext_lazy("Python 版本"))
PACKAGES = Subject("packages", gettext_lazy("程序组件"))
FOLDERS = Subject("folders", gettext_lazy("数据文件夹"))
DISK = Subject("disk", gettext_lazy("磁盘空间"))
STATIC = Subject("static", gettext_lazy("页面文件"))


def python() -> Finding:
    """Whether the interpreter is new enough."""
    found = platform.python_version()
    if sys.version_info[:2] < LEAST_PYTHON:
        return PYTHON.fault(
            _("Python 是 %(found)s，需要 3.11 以上。") % {"found": found},
            _("请安装 Python 3.11 以上，再用它重新运行 install.sh --python。"),
        )
    return PYTHON.ok(_("Python %(found)s，%(machine)s。") % _machine(found))


def _machine(found: str) -> dict[str, str]:
    return {"found": found, "machine": platform.machine()}


def packages() -> Finding:
    """Whether every locked package is there in the locked version."""
    path = settings.BASE_DIR / "requirements.txt"
    if not path.is_file():
        return PACKAGES.fault(_("缺少组件清单 requirements.txt。"), _("请用完整的安装包重新安装。"))
    locked = dict(LOCKED.findall(path.read_text(encoding="utf-8")))
    wrong = [name for name, wanted in locked.items() if _installed(name) != wanted]
    if wrong:
        named = "、".join(wrong[:MOST_NAMED])
        return PACKAGES.fault(
            _("%(count)s 个组件缺失或版本不对：%(named)s。")
            % {"count": len(wrong), "named": named},
            _("请用完整的安装包重新运行 install.sh。"),
        )
    return PACKAGES.ok(_("%(count)s 个组件都在，版本一致。") % {"count": len(locked)})


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def folders() -> Finding:
    """Whether the portal may write its data, and others may not read them."""
    data = Path(settings.VAR_DIR)
    places = [data, settings.UPLOAD_FOLDER]
    closed = [place for place in places if place.exists() and not _writable(place)]
    if closed:
        return FOLDERS.fault(
            _("平台不能写入 %(folder)s。") % {"folder": closed[0]},
            _("请用 chown -R 把它交给运行平台的用户。"),
        )
    if data.stat().st_mode & OTHERS:
        return FOLDERS.warning(
            _("%(folder)s 允许这台机器上的其他用户进入。") % {"folder": data},
            _("请运行：chmod o-rwx %(folder)s") % {"folder": data},
        )
    return FOLDERS.ok(_("%(folder)s 可以写入，其他用户进不去。") % {"folder": data})


def _writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)


def disk() -> Finding:
    """Whether there is room for data and uploads."""
    free = shutil.disk_usage(settings.VAR_DIR).free
    words = {"folder": settings.VAR_DIR, "free": f"{free / GIGABYTE:.1f}"}
    remedy = _("请清理磁盘，或把数据移到更大的盘。磁盘写满后不能导入，也不能备份。")
    if free < LEAST_FREE:
        return DISK.fault(_("%(folder)s 所在的盘只剩 %(free)s GB。") % words, remedy)
    if free < GOOD_FREE:
        return DISK.warning(_("%(folder)s 所在的盘剩 %(free)s GB。") % words, remedy)
    return DISK.ok(_("%(folder)s 所在的盘还有 %(free)s GB。") % words)


def static_files() -> Finding:
    """Whether the collected style sheets and scripts are all there."""
    remedy = _("请运行：manage.py collectstatic --noinput")
    root = Path(settings.STATIC_ROOT)
    try:
        names = json.loads((root / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    except (OSError, ValueError, KeyError):
        return STATIC.fault(_("页面的样式和脚本还没有收集，页面会打不开。"), remedy)
    lost = [name for name in names.values() if not (root / name).is_file()]
    if lost:
        return STATIC.fault(
            _("缺少 %(count)s 个页面文件，例如 %(name)s。") % {"count": len(lost), "name": lost[0]},
            remedy,
        )
    return STATIC.ok(_("%(count)s 个页面文件都在。") % {"count": len(names)})
