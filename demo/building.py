"""The steps that make the demonstration city; each finds out by itself whether it is done."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from cadres.models import Appointment
from demo import units
from demo.printing import Area, roster_books
from demo.units import Unit
from demo.villages import Place, Village, reported_before, village
from demo.workbooks import villages_workbook
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
#: month ends before this one for which figures are worked out
MONTHS_KEPT = 24
Say = Callable[[str], None]
Officers = Callable[[Organisation], User]


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


def import_villages(say: Say, officer: User, districts: Sequence[Organisation]) -> None:
    """What the villages reported before the past two years, and what they report now."""
    city, today = Organisation.objects.get(code=CITY), timezone.localdate()
    then = month_end_before(today, MONTHS_KEPT + 1)

    def now() -> Iterator[Village]:
        return (one for district in districts for one in villages_below(district, today))

    def before() -> Iterator[Village]:
        return (reported_before(one, then) for one in now())

    for title, as_of, villages in (
        (_("%(year)s年村（社区）基本情况.xlsx") % {"year": then.year}, then, before),
        (_("全市村（社区）基本情况.xlsx"), today, now),
    ):
        if not _is_applied("villages", title):
            book = villages_workbook(villages())
            say(_import("villages", city, officer, title, book, as_of))


def month_end_before(day: date, months: int) -> date:
    """The last day of the month ``months`` before that of ``day``."""
    year, month = divmod(day.year * 12 + day.month - months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def import_rosters(say: Say, officers: Officers, districts: Sequence[Organisation]) -> None:
    """The committees of the city and of every district, a workbook each."""
    today = timezone.localdate()
    areas = {area.unit.code: area for area in areas_of(districts)}
    places = Organisation.objects.in_bulk(areas, field_name="code")
    open_areas = [area for area in areas.values() if not _is_applied("committee", _name_of(area))]
    for area, book in roster_books(open_areas, today):
        place, name = places[area.unit.code], _name_of(area)
        say(_import("committee", place, officers(place), name, book, today))


def _name_of(area: Area) -> str:
    return _("%(place)s妇联执委花名册.xlsx") % {"place": area.unit.name}


def areas_of(districts: Sequence[Organisation]) -> Iterator[Area]:
    """The city by itself, then every district with its towns and villages."""
    city = Organisation.objects.get(code=CITY)
    yield Area(Unit(city.code, city.short_name, units.CITY, city.code), 0)
    everywhere = Organisation.objects.below(city).of_group("district").order_by("path")
    shares = {code: n for n, code in enumerate(everywhere.values_list("code", flat=True), 1)}
    for district in districts:
        code = district.code
        towns = Organisation.objects.below(district).of_group("town").order_by("path")
        villages: dict[str, tuple[Place, ...]] = {}
        for place in places_below(district):
            villages[place.town_code] = (*villages.get(place.town_code, ()), place)
        yield Area(
            Unit(code, district.short_name, units.DISTRICT, code),
            shares[code],
            tuple(Unit(town.code, town.short_name, units.TOWN, code) for town in towns),
            villages,
        )


def villages_below(root: Organisation, today: date) -> Iterator[Village]:
    """What every village below ``root`` reports."""
    return (village(place, today) for place in places_below(root))


def places_below(root: Organisation) -> Iterator[Place]:
    """The villages below ``root`` in the order of the tree."""
    rows = Organisation.objects.below(root).of_group("village").order_by("path")
    columns = ("code", "short_name", "parent__code", "parent__short_name", "branch__code")
    return (Place(*row) for row in rows.values_list(*columns).iterator())


def posts_line() -> str:
    """How many posts in committees there are today, held by how many people, where."""
    held = Appointment.objects.in_office_on(timezone.localdate())
    counted = held.aggregate(
        posts=Count("pk"),
        people=Count("person", distinct=True),
        bodies=Count("organisation", distinct=True),
    )
    return _("执委等职务 {posts:,} 个，{people:,} 人，{bodies:,} 个妇联组织。").format(**counted)


def _is_applied(sheet: str, name: str) -> bool:
    done = Batch.objects.filter(sheet=sheet, file_name=name, state=Batch.State.APPLIED)
    return done.exists()


def _import(
    sheet: str, place: Organisation, officer: User, name: str, book: bytes, as_of: date
) -> str:
    """Plan and apply one workbook as its officer would. Returns a line about it."""
    batch = batch_open(
        sheet=sheet,
        organisation=place,
        as_of=as_of,
        actor=Actor.of(officer),
        file_name=name,
        data=book,
    )
    batch = batch_apply(batch=batch_plan(batch=batch))
    return _(
        "%(name)s %(state)s：读取 %(read)s 行，可写入 %(accepted)s 行，退回 %(rejected)s 行"
    ) % {
        "name": name.removesuffix(".xlsx"),
        "state": batch.get_state_display(),
        **{key: batch.counts.get(key, 0) for key in ("read", "accepted", "rejected")},
    }
