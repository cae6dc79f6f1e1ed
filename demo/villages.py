"""What stands in each village of the demonstration city: uneven, with gaps, never perfect.

Everything follows from a village's code and from today, so a second run makes the same city.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from demo.people import invented_name, invented_phone

T = TypeVar("T")
TERM_DAYS = 5 * 365 + 1


@dataclass(frozen=True)
class Place:
    """A village as the tree knows it."""

    code: str
    name: str
    town_code: str
    town: str
    district_code: str

    @property
    def is_community(self) -> bool:
        """Communities are larger than villages."""
        return self.name.endswith("社区")


@dataclass(frozen=True)
class District:
    """How far a district has come; shares between 0 and 1, money in yuan per woman."""

    built: float
    with_home: float
    lapsed: float
    on_two_committees: float
    small_committee: float
    unreported: float
    yuan_per_woman: float
    months_since_election: int


@dataclass(frozen=True)
class Village:
    """What the village reports; None is a cell left empty."""

    place: Place
    women: int | None
    households: int | None
    chair: str | None
    phone: str | None
    on_two_committees: bool | None
    members: int | None
    groups: int | None
    has_home: bool | None
    budget_yuan: int | None
    elected_on: date | None
    is_month_only: bool
    remark: str | None


def district(code: str) -> District:
    """The level of a district: some are far, some have hardly begun."""
    chance = Random(f"district {code}")
    level = chance.betavariate(2.2, 1.4)

    def near(least: float, most: float) -> float:
        return least + (most - least) * min(1.0, max(0.0, level + chance.uniform(-0.22, 0.22)))

    return District(
        built=near(0.87, 0.995),
        with_home=near(0.52, 0.97),
        lapsed=0.24 - near(0.0, 0.22),
        on_two_committees=near(0.55, 0.97),
        small_committee=0.31 - near(0.0, 0.27),
        unreported=0.07 - near(0.0, 0.06),
        yuan_per_woman=near(0.35, 2.1),
        months_since_election=chance.randint(3, 56),
    )


def village(place: Place, today: date) -> Village:
    """What one village reports ``today``."""
    level = district(place.district_code)
    chance = Random(f"village {place.code}")
    women = chance.randint(800, 4200) if place.is_community else chance.randint(180, 1300)
    is_built = chance.random() < level.built
    has_gap = chance.random() < level.unreported

    def unless_gap(value: T) -> T | None:
        return None if has_gap and chance.random() < 0.5 else value

    has_chair = is_built and chance.random() < 0.985
    return Village(
        place=place,
        women=unless_gap(women),
        households=unless_gap(int(women * chance.uniform(0.75, 1.1))),
        chair=invented_name(chance) if has_chair else None,
        phone=unless_gap(invented_phone(chance)) if has_chair else None,
        on_two_committees=(
            unless_gap(chance.random() < level.on_two_committees) if has_chair else None
        ),
        members=unless_gap(_members(chance, level, place) if is_built else 0),
        groups=unless_gap(chance.randint(3, 12) if is_built else 0),
        has_home=unless_gap(chance.random() < level.with_home * (1 if is_built else 0.2)),
        budget_yuan=unless_gap(_budget(chance, level, women)),
        elected_on=_elected_on(chance, level, place, today) if is_built else None,
        is_month_only=chance.random() < 0.15,
        remark=_remark(chance) if is_built else "尚未成立妇联，正在筹备" if women > 300 else None,
    )


def _members(chance: Random, level: District, place: Place) -> int:
    if chance.random() < level.small_committee:
        return chance.randint(5, 9)
    if place.is_community:
        return chance.choice((13, 15, 15, 15, 15, 17, 17, 19, 21))
    return chance.choice((12, 13, 13, 14, 15, 15, 15, 15, 15, 15, 16, 17))


def _budget(chance: Random, level: District, women: int) -> int:
    if chance.random() < 0.05:
        return 0
    return max(300, round(women * level.yuan_per_woman * chance.uniform(0.6, 1.5) / 100) * 100)


def _elected_on(chance: Random, level: District, place: Place, today: date) -> date:
    """A town elects its villages within three weeks; a lapsed term was never elected anew."""
    day = elections_of_town(place.town_code, level, today) - timedelta(days=chance.randint(0, 20))
    return day - timedelta(days=TERM_DAYS) if chance.random() < level.lapsed else day


def elections_of_town(town_code: str, level: District, today: date) -> date:
    """The day by which a town has elected all its villages."""
    together = Random(f"town {town_code}")
    return today - timedelta(days=level.months_since_election * 30 + together.randint(-45, 45))


def elected_before(now: Village, on: date) -> date | None:
    """When the body was elected that stood ``on`` a day some years ago; None: there was none."""
    chance = Random(f"before {now.place.code}")
    elected_on = now.elected_on
    if elected_on is not None and elected_on > on:
        # The body before served its term; its successor was elected in time or months late.
        elected_on = five_years_before(elected_on)
        if now.is_month_only or chance.random() < 0.25:
            elected_on -= timedelta(days=chance.randint(31, 150))
    return None if chance.random() < 0.05 else elected_on


def five_years_before(day: date) -> date:
    """The same day of the year, five years before."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 5, day=28 if is_leap_day else day.day)


def home_built_on(now: Village, today: date, then: date) -> date | None:
    """When the home was built that the village reports ``today``: never before its federation."""
    if not now.has_home:
        return None
    first = elected_before(now, then) or now.elected_on or today - timedelta(days=2000)
    last = today - timedelta(days=100)
    days = max(0, (last - first).days)
    return first + timedelta(days=Random(f"home {now.place.code}").randint(0, days))


def reported_before(now: Village, on: date, today: date) -> Village:
    """What the village reported some years before, ``on`` a day: no names, less of everything."""
    chance = Random(f"report before {now.place.code}")
    elected_on, built_on = elected_before(now, on), home_built_on(now, today, on)
    stood = elected_on is not None
    return replace(
        now,
        women=now.women and round(now.women * chance.uniform(0.99, 1.06)),
        chair=None,
        phone=None,
        on_two_committees=None,
        members=now.members and max(5, now.members - chance.randint(0, 4)) if stood else 0,
        groups=now.groups and max(2, now.groups - chance.randint(0, 3)) if stood else 0,
        has_home=None if now.has_home is None else built_on is not None and built_on <= on,
        budget_yuan=now.budget_yuan and round(now.budget_yuan * chance.uniform(0.5, 0.95), -2),
        elected_on=elected_on,
        remark=None,
    )


def _remark(chance: Random) -> str | None:
    remarks = ("主席外出务工，副主席主持工作", "与驻村工作队共用活动室", "妇女之家正在改造")
    return chance.choice(remarks) if chance.random() < 0.03 else None
