"""The committees of a district, person by person, as the district would send them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from demo.people import IdNumbers, invented_birth, invented_name, invented_phone
from demo.units import Unit, elected_on, rank_of_chair
from demo.villages import Village

ETHNIC = ("汉族",) * 9 + ("土家族", "苗族", "回族")
POLITICAL = ("中共党员", "中共党员", "群众", "群众", "共青团员", "中共预备党员")
EDUCATION = ("初中", "高中", "中专", "大专", "大专", "本科", "研究生")
SECTORS = ("农业", "教育", "医疗卫生", "企业", "个体工商", "社会组织", "社区工作者", "新就业群体")
CHAIR, VICE_CHAIR, MEMBER = "主席", "副主席", "执委"
PART_TIME = "兼职"


@dataclass(frozen=True)
class Body:
    """A committee that is to be filled: whose it is, how large, who leads it, since when."""

    code: str
    town: str
    name: str
    size: int
    vice_chairs: int
    elected_on: date
    chair: str | None = None
    phone: str | None = None
    rank: str | None = None


@dataclass(frozen=True)
class Member:
    """One row of a roster."""

    body: Body
    name: str
    id_number: str
    birth: date
    ethnic: str
    political: str
    education: str
    position: str
    employment: str
    elected_on: date
    phone: str | None
    sector: str
    is_grid: bool
    rank: str | None = None


def roster(villages: Iterable[Village], numbers: IdNumbers, today: date) -> list[Member]:
    """The members of these villages; a few villages have sent nothing."""
    bodies = [_body_of(village) for village in villages]
    return [one for body in bodies if body for one in committee(body, numbers, today)]


def _body_of(village: Village) -> Body | None:
    chance = Random(f"roster {village.place.code}")
    if village.elected_on is None or village.chair is None or chance.random() < 0.03:
        return None
    place, size = village.place, village.members or chance.randint(9, 15)
    return Body(
        code=place.code,
        town=place.town,
        name=place.name,
        size=size,
        vice_chairs=2 if size >= 12 else 1,
        elected_on=village.elected_on,
        # Now and then the roster names another chair than the report: somebody must ask.
        chair=None if chance.random() < 0.04 else village.chair,
        phone=village.phone,
    )


def unit_roster(
    unit: Unit, below: Sequence[Member], numbers: IdNumbers, today: date
) -> list[Member]:
    """The committee of a town, district or city, a few of whom chair a committee ``below`` it.

    Empty for the few that have none.
    """
    chance = Random(f"roster {unit.code}")
    if unit.is_town and chance.random() < 0.03:
        return []
    least, most, vice_chairs, guests = unit.measure
    town, name = (unit.name, "") if unit.is_town else ("", unit.name)
    size = chance.randint(least, most)
    body = Body(
        unit.code, town, name, size, vice_chairs, elected_on(unit, today), rank=rank_of_chair(unit)
    )
    return committee(body, numbers, today, _guests(body, below, guests, chance))


def _guests(body: Body, below: Sequence[Member], most: int, chance: Random) -> list[Member]:
    chairs = {one.name: one for one in below if one.position == CHAIR}
    return [
        replace(
            one,
            body=body,
            position=MEMBER,
            employment=PART_TIME,
            elected_on=body.elected_on,
        )
        for one in chance.sample(sorted(chairs.values(), key=_number), min(most, len(chairs)))
    ]


def _number(member: Member) -> str:
    return member.id_number


def committee(
    body: Body, numbers: IdNumbers, today: date, guests: Sequence[Member] = ()
) -> list[Member]:
    """The members of one committee, chair first; ``guests`` are among the ordinary ones."""
    chance = Random(f"members {body.code}")
    size = body.size - len(guests)
    taken = {guest.name for guest in guests}
    chair = body.chair or _other_names(chance, 1, taken)[0]
    names = [chair, *_other_names(chance, size - 1, taken | {chair})]
    posts = [CHAIR] + [VICE_CHAIR] * body.vice_chairs
    posts += [MEMBER] * (size - len(posts))
    own = [
        _member(body, name, post, chance, numbers, today)
        for name, post in zip(names, posts, strict=True)
    ]
    return [*own, *guests]


def _other_names(chance: Random, count: int, taken: set[str]) -> list[str]:
    """Different names: two of one name in one committee would be taken for one person."""
    names: list[str] = []
    while len(names) < count:
        name = invented_name(chance)
        if name not in taken and name not in names:
            names.append(name)
    return names


def _member(
    body: Body, name: str, post: str, chance: Random, numbers: IdNumbers, today: date
) -> Member:
    birth = invented_birth(chance, today)
    is_chair = post == CHAIR
    since = body.elected_on
    if post == MEMBER and chance.random() < 0.06:
        # Elected to a vacant seat during the term.
        since = min(today, since + timedelta(days=chance.randint(60, 400)))
    number = numbers.number(chance, birth)
    return Member(
        body=body,
        name=name,
        id_number=number,
        birth=date.fromisoformat(number[6:14]),
        ethnic=chance.choice(ETHNIC),
        political="中共党员" if is_chair else chance.choice(POLITICAL),
        education=chance.choice(EDUCATION),
        position=post,
        employment=chance.choice(
            ("专职", PART_TIME, PART_TIME) if is_chair else (PART_TIME,) * 11 + ("挂职",)
        ),
        elected_on=since,
        phone=(body.phone if is_chair else None) or _phone(chance),
        sector=chance.choice(SECTORS),
        is_grid=chance.random() < 0.3,
        rank=body.rank if is_chair else None,
    )


def _phone(chance: Random) -> str | None:
    return invented_phone(chance) if chance.random() < 0.9 else None
