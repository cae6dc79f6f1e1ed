"""The steps that make the demonstration city; each finds out by itself whether it is done."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from demo.people import IdNumbers
from demo.rosters import roster
from demo.villages import Place, Village, village
from demo.workbooks import roster_workbook, villages_workbook
from federation.access.models import User
from federation.audit.services import Actor
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_open, batch_plan
from orgs.models import Organisation
from orgs.services.loading import divisions_load
from orgs.services.structure import organisation_found, organisation_move

CITY, DISTRICT, TOWN = "50", "500101", "分水镇"
DIVISIONS = Path(settings.BASE_DIR) / "orgs" / "data" / "50_chongqing.csv.gz"
# A functional area of the city leads ten towns that the divisions file lists under 綦江区.
AREA, AREA_FROM = "万盛经济技术开发区", "500110"
AREA_TOWNS = (
    "万盛街道", "东林街道", "万东镇", "南桐镇", "青年镇", "关坝镇", "丛林镇", "石林镇", "金桥镇",
    "黑山镇",
)  # fmt: skip
AREA_SINCE = date(2011, 10, 27)
Say = Callable[[str], None]


def load_tree(say: Say) -> None:
    """The divisions of Chongqing and the functional area."""
    if not Organisation.objects.filter(code=CITY).exists():
        say(_("导入行政区划……"))
        divisions_load(path=DIVISIONS)
    if not Organisation.objects.filter(name=AREA).exists():
        say(_("设立万盛经开区……"))
        _found_area()


@transaction.atomic
def _found_area() -> None:
    city = Organisation.objects.get(code=CITY)
    actor = Actor.command()
    area = organisation_found(
        kind="40", name=AREA, short_name="万盛经开区", parent=city, actor=actor
    )
    towns = Organisation.objects.filter(
        parent__code=AREA_FROM, short_name__in=AREA_TOWNS, kind_group="town"
    )
    for town in towns.order_by("path"):
        organisation_move(organisation=town, parent=area, on=AREA_SINCE, actor=actor)


def import_villages(say: Say, officer: User) -> None:
    """The report of all villages, brought in by the city's officer."""
    city = Organisation.objects.get(code=CITY)
    name = "全市村（社区）基本情况.xlsx"
    if _is_applied("villages", name):
        return
    say(_("导入全市村（社区）基本情况……"))
    book = villages_workbook(villages_below(city))
    say(_import("villages", city, officer, name, book))


def import_rosters(say: Say, officer: User) -> None:
    """The committees of one district, town by town, brought in by its officer."""
    district = Organisation.objects.get(code=DISTRICT)
    today, numbers = timezone.localdate(), IdNumbers()
    by_town = groupby(villages_below(district), key=lambda one: one.place.town_code)
    for code, villages in by_town:
        town = Organisation.objects.get(code=code)
        members = roster(villages, numbers, today)
        name = f"{town.short_name}妇联执委花名册.xlsx"
        if members and not _is_applied("committee", name):
            book = roster_workbook(town.short_name, members)
            say(f"{town.short_name}：{_import('committee', town, officer, name, book)}")


def villages_below(root: Organisation) -> Iterator[Village]:
    today = timezone.localdate()
    rows = Organisation.objects.below(root).of_group("village").order_by("path")
    for code, name, town_code, town, district in rows.values_list(
        "code", "short_name", "parent__code", "parent__short_name", "branch__code"
    ).iterator():
        yield village(Place(code, name, town_code, town, district), today)


def _is_applied(sheet: str, name: str) -> bool:
    done = Batch.objects.filter(sheet=sheet, file_name=name, state=Batch.State.APPLIED)
    return done.exists()


def _import(sheet: str, place: Organisation, officer: User, name: str, book: bytes) -> str:
    """Plan and apply one workbook as its officer would. Returns a line about it."""
    batch = batch_open(
        sheet=sheet,
        organisation=place,
        as_of=timezone.localdate(),
        actor=Actor.of(officer),
        file_name=name,
        data=book,
    )
    batch = batch_apply(batch=batch_plan(batch=batch))
    return _("%(state)s：读取 %(read)s 行，可写入 %(accepted)s 行，退回 %(rejected)s 行") % {
        "state": batch.get_state_display(),
        **{key: batch.counts.get(key, 0) for key in ("read", "accepted", "rejected")},
    }
