"""The steps that make the demonstration city; each finds out by itself whether it is done."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Appointment
from demo import units
from demo.printing import printed
from demo.reports import Area, Report, reports
from demo.units import Unit
from demo.villages import Place
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
Officers = Callable[[Organisation], User]
T = TypeVar("T")


def load_tree() -> None:
    """The divisions of Chongqing and the functional area."""
    if not Organisation.objects.filter(code=CITY).exists():
        divisions_load(path=DIVISIONS)
    if not Organisation.objects.filter(name=AREA).exists():
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


def districts_of(codes: Iterable[str]) -> list[Organisation]:
    """The districts of ``codes``, all of the city for none. Raises UnknownDistrict."""
    city = Organisation.objects.get(code=CITY)
    found = Organisation.objects.below(city).of_group("district").order_by("path")
    wanted = set(codes)
    unknown = wanted - set(found.values_list("code", flat=True))
    if unknown:
        raise UnknownDistrict("、".join(sorted(unknown)))
    return [one for one in found if not wanted or one.code in wanted]


class UnknownDistrict(Exception):
    """No district of the city has this code."""


def import_reports(say: Say, officer_of: Officers, districts: Sequence[Organisation]) -> None:
    """Bring in everything the officers have collected that is not there yet, oldest first."""
    applied = Batch.objects.filter(state=Batch.State.APPLIED)
    done = set(applied.values_list("sheet", "file_name"))
    sent = reports(list(areas_of(districts)), timezone.localdate(), names_of(districts))
    missing = [one for one in sent if (one.sheet, one.file_name) not in done]
    city = Organisation.objects.get(code=CITY)
    took: dict[str, float] = defaultdict(float)
    clock = Clock(took)
    for report, book in clock.waiting(printed(missing)):
        alone = len(report.areas) == 1
        place = Organisation.objects.get(code=report.areas[0].unit.code) if alone else city
        say(_import(report, place, officer_of(place), book, clock))
    for name, seconds in took.items():
        say(_("其中{name}：{seconds:.0f} 秒").format(name=name, seconds=seconds))


def names_of(districts: Sequence[Organisation]) -> str:
    """What the districts are called together, short enough for the name of a file."""
    if len(districts) == len(districts_of([])):
        return _("全市")
    named = "、".join(one.short_name for one in districts[:3])
    more = len(districts) - 3
    return named if more <= 0 else _("{named}等 {n} 个区县").format(named=named, n=len(districts))


class Clock:
    """Adds up how long the steps of many imports take."""

    def __init__(self, took: dict[str, float]) -> None:
        self.took = took

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Add the seconds of a block to ``name``."""
        began = time.monotonic()
        yield
        self.took[name] += time.monotonic() - began

    def waiting(self, items: Iterable[T]) -> Iterator[T]:
        """The items; the time it takes to get them is waiting for the printer."""
        source = iter(items)
        while True:
            with self.measure(_("等待生成表格")):
                item = next(source, None)
            if item is None:
                return
            yield item


def areas_of(districts: Sequence[Organisation]) -> Iterator[Area]:
    """The city by itself, then every district with its towns and villages."""
    city = Organisation.objects.get(code=CITY)
    yield Area(Unit(city.code, city.short_name, units.CITY, city.code), 0)
    everywhere = Organisation.objects.below(city).of_group("district").order_by("path")
    shares = {code: n for n, code in enumerate(everywhere.values_list("code", flat=True), 1)}
    for district in districts:
        code = district.code
        towns = Organisation.objects.below(district).of_group("town").order_by("path")
        yield Area(
            Unit(code, district.short_name, units.DISTRICT, code),
            shares[code],
            tuple(Unit(town.code, town.short_name, units.TOWN, code) for town in towns),
            _by_town(district),
        )


def _by_town(district: Organisation) -> dict[str, tuple[Place, ...]]:
    """The villages of a district by the code of their town, in the order of the tree."""
    rows = Organisation.objects.below(district).of_group("village").order_by("path")
    columns = ("code", "short_name", "parent__code", "parent__short_name", "branch__code")
    found: dict[str, list[Place]] = {}
    for row in rows.values_list(*columns).iterator():
        place = Place(*row)
        found.setdefault(place.town_code, []).append(place)
    return {code: tuple(places) for code, places in found.items()}


def posts_line() -> str:
    """How many posts in committees there are today, held by how many people, where."""
    held = Appointment.objects.in_office_on(timezone.localdate())
    counted = held.aggregate(
        posts=Count("pk"),
        people=Count("person", distinct=True),
        bodies=Count("organisation", distinct=True),
    )
    return _("执委等职务 {posts:,} 个，{people:,} 人，{bodies:,} 个妇联组织。").format(**counted)


def _import(report: Report, place: Organisation, officer: User, book: bytes, clock: Clock) -> str:
    """Plan and apply one workbook as its officer would. Returns a line about it."""
    batch = batch_open(
        sheet=report.sheet,
        organisation=place,
        as_of=report.as_of,
        actor=Actor.of(officer),
        file_name=report.file_name,
        data=book,
    )
    with clock.measure(_("读取和比对")):
        batch = batch_plan(batch=batch)
    with clock.measure(_("写入")):
        batch = batch_apply(batch=batch)
    return _(
        "%(name)s %(state)s：读取 %(read)s 行，可写入 %(accepted)s 行，退回 %(rejected)s 行"
    ) % {
        "name": report.title,
        "state": batch.get_state_display(),
        **{key: batch.counts.get(key, 0) for key in ("read", "accepted", "rejected")},
    }
