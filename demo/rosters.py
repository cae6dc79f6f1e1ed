"""The committees of villages, person by person, as their towns would send them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.people import IdNumbers, invented_birth, invented_name, invented_phone
from demo.villages import Village

ETHNIC = ("汉族",) * 9 + ("土家族", "苗族", "回族")
POLITICAL = ("中共党员", "中共党员", "群众", "群众", "共青团员", "中共预备党员")
EDUCATION = ("初中", "高中", "中专", "大专", "大专", "本科", "研究生")
SECTORS = ("农业", "教育", "医疗卫生", "企业", "个体工商", "社会组织", "社区工作者", "新就业群体")


@dataclass(frozen=True)
class Member:
    """One row of a roster."""

    village: Village
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


def roster(villages: Iterable[Village], numbers: IdNumbers, today: date) -> list[Member]:
    """The members of these villages; a few villages have sent nothing."""
    return [
        member
        for village in villages
        if village.elected_on is not None and village.chair is not None
        for member in _committee(village, numbers, today)
    ]


def _committee(village: Village, numbers: IdNumbers, today: date) -> list[Member]:
    chance = Random(f"roster {village.place.code}")
    if chance.random() < 0.05:
        return []
    size = max(9, min(15, village.members or chance.randint(9, 15)))
    # Now and then the roster names another chair than the report: somebody must ask.
    chair = invented_name(chance) if chance.random() < 0.04 else village.chair
    posts = ["主席", "副主席"] + ["执委"] * (size - 2)
    if size >= 12:
        posts[2] = "副主席"
    names = [chair, *_other_names(chance, size - 1, chair)]
    return [
        _member(village, str(name), post, chance, numbers, today)
        for name, post in zip(names, posts, strict=True)
    ]


def _other_names(chance: Random, count: int, chair: str | None) -> list[str]:
    """Different names: two of one name in one committee would be taken for one person."""
    names: list[str] = []
    while len(names) < count:
        name = invented_name(chance)
        if name != chair and name not in names:
            names.append(name)
    return names


def _member(
    village: Village, name: str, post: str, chance: Random, numbers: IdNumbers, today: date
) -> Member:
    birth = invented_birth(chance, today)
    is_chair = post == "主席"
    elected_on = village.elected_on or today
    if post == "执委" and chance.random() < 0.06:
        # Elected to a vacant seat during the term.
        elected_on = min(today, elected_on + timedelta(days=chance.randint(60, 400)))
    return Member(
        village=village,
        name=name,
        id_number=numbers.number(chance, birth),
        birth=birth,
        ethnic=chance.choice(ETHNIC),
        political="中共党员" if is_chair else chance.choice(POLITICAL),
        education=chance.choice(EDUCATION),
        position=post,
        employment=chance.choice(
            ("专职", "兼职", "兼职") if is_chair else ("兼职",) * 11 + ("挂职",)
        ),
        elected_on=elected_on,
        phone=(village.phone if is_chair else None) or _phone(chance),
        sector=chance.choice(SECTORS),
        is_grid=chance.random() < 0.3,
    )


def _phone(chance: Random) -> str | None:
    return invented_phone(chance) if chance.random() < 0.9 else None
