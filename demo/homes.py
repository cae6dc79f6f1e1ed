"""Places of the demonstration's women: homes of villages, of towns and of districts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from demo.people import invented_name, invented_phone
from demo.units import Unit
from demo.villages import Village, district, home_built_on

WOMEN_HOME, CHILDREN_HOME, MICRO_HOME = "妇女之家", "儿童之家", "妇女微家"
MEMBER_STUDIO, SERVICE_COMPLEX = "执委工作室", "妇女儿童综合服务体"
MICRO_CLUSTER = "妇女微家集群"
#: how long ago the first clusters were formed
DAYS_OF_CLUSTERS = 500
#: where a place is when it has no room of its own
HOSTS = ("党群服务中心", "党员活动室", "图书室", "远程教育活动室", "新时代文明实践站")
OWN, SHARED = "独立使用", "与其他场所共用"
CLOSED_BECAUSE = ("场所拆迁", "并入村（社区）妇女之家", "负责人离任，无人接手")
EVIDENCE = ("实地查看", "标牌挂在便民服务中心门口", "有活动记录和照片", "制度已上墙，有台账")
#: how many have place, sign, equipment, system, activity where all goes well
HAVES = (0.99, 0.97, 0.96, 0.95, 0.93)
LEVELS = ("普通",) * 18 + ("区（县）级示范",) * 3 + ("市级示范",)


@dataclass(frozen=True)
class Home:
    """One row of the table of places; ``haves`` in the order of HAVES."""

    code: str
    town: str
    name: str
    kind: str
    title: str
    address: str
    built_on: date
    area_m2: int
    haves: tuple[bool | None, ...]
    manager: str | None
    phone: str | None
    activities: int | None
    level: str
    host: str | None = None
    sharing: str | None = None
    cluster: str | None = None
    closed_on: date | None = None
    closed_reason: str | None = None
    checker: str | None = None
    evidence: str | None = None


def homes_of_village(now: Village, on: date, today: date, then: date) -> Iterator[Home]:
    """Its homes that stood ``on`` a day; a few are never listed."""
    place, chance = now.place, Random(f"homes {now.place.code}")
    built = {WOMEN_HOME: home_built_on(now, today, then)}
    if now.elected_on is not None:
        built |= {
            kind: _built_on(chance, now.elected_on, today)
            for kind, share in ((CHILDREN_HOME, 0.22), (MICRO_HOME, 0.12))
            if chance.random() < share
        }
    is_listed = chance.random() < 0.97
    for kind, day in built.items():
        if day is not None and day <= on and (is_listed or kind != WOMEN_HOME):
            where = (place.code, place.town, place.name)
            home = _home(where, kind, day, _slack(place.district_code, on, today), now.chair)
            home = _told_further(home, on)
            if kind == WOMEN_HOME:
                yield home
                continue
            if kind == MICRO_HOME:
                home = replace(home, cluster=_cluster(place.town_code, place.town, on, today))
            yield _perhaps_closed(home, on, today)


def homes_of_unit(unit: Unit, on: date, today: date) -> Iterator[Home]:
    """The places of a town or a district itself."""
    chance = Random(f"homes {unit.code}")
    shares = (
        ((WOMEN_HOME, 0.7), (MEMBER_STUDIO, 0.35)) if unit.is_town else ((SERVICE_COMPLEX, 0.6),)
    )
    for kind, share in shares:
        day = _built_on(chance, today - timedelta(days=1800), today)
        if chance.random() < share and day <= on:
            home = _home(_where(unit), kind, day, _slack(unit.district_code, on, today), None)
            yield _told_further(home, on)
    if unit.is_town and _cluster(unit.code, unit.name, on, today):
        slack = _slack(unit.district_code, on, today)
        day = today - timedelta(days=DAYS_OF_CLUSTERS)
        yield _home(_where(unit), MICRO_CLUSTER, day, slack, None)


def _where(unit: Unit) -> tuple[str, str, str]:
    return (unit.code, unit.name, "") if unit.is_town else (unit.code, "", unit.name)


def _cluster(town_code: str, town: str, on: date, today: date) -> str | None:
    """The cluster of the micro-homes of a town, where it has one by then."""
    has_one = Random(f"cluster {town_code}").random() < 0.2
    is_there = on >= today - timedelta(days=DAYS_OF_CLUSTERS)
    return f"{town}{MICRO_CLUSTER}" if has_one and is_there else None


def _told_further(home: Home, on: date) -> Home:
    """Where it is and with whom, and for some what the check of that list rests on."""
    chance = Random(f"further {home.kind} {home.code}")
    if chance.random() < 0.65:
        home = replace(home, host=chance.choice(HOSTS), sharing=SHARED)
    elif chance.random() < 0.7:
        home = replace(home, sharing=OWN)
    check = Random(f"check {home.kind} {home.code} {on}")
    if check.random() < 0.3:
        home = replace(home, checker=invented_name(check), evidence=check.choice(EVIDENCE))
    return home


def _perhaps_closed(home: Home, on: date, today: date) -> Home:
    """A few of the smaller places are given up; from then on nobody looks at them."""
    chance = Random(f"closed {home.kind} {home.code}")
    day = home.built_on + timedelta(days=chance.randint(60, 500))
    if chance.random() >= 0.12 or day > min(on, today):
        return home
    return replace(
        home, closed_on=day, closed_reason=chance.choice(CLOSED_BECAUSE), cluster=None,
        haves=(None,) * len(HAVES), activities=None, checker=None, evidence=None,
    )  # fmt: skip


def _built_on(chance: Random, first: date, today: date) -> date:
    """A day from ``first`` on, and some time ago."""
    last = today - timedelta(days=100)
    return first + timedelta(days=chance.randint(0, max(0, (last - first).days)))


def _slack(district_code: str, on: date, today: date) -> float:
    """By how much a district falls short of HAVES: it did so more, years ago."""
    return 0.22 * (1 - district(district_code).with_home) + 0.05 * (today - on).days / 365


def _home(where: Sequence[str], kind: str, built_on: date, slack: float, chair: str | None) -> Home:
    code, town, name = where
    chance = Random(f"{kind} {code}")
    return Home(
        code=code,
        town=town,
        name=name,
        kind=kind,
        title=f"{name or town}{kind}",
        address=f"{name or town}便民服务中心{chance.randint(1, 4)}楼",
        built_on=built_on,
        area_m2=chance.choice((30, 45, 60, 80, 100, 120, 150, 200, 260)),
        haves=tuple(chance.random() < share - slack for share in HAVES),
        manager=chair if chair and chance.random() < 0.7 else invented_name(chance),
        phone=invented_phone(chance) if chance.random() < 0.8 else None,
        activities=chance.randint(2, 30),
        level=chance.choice(LEVELS),
    )
