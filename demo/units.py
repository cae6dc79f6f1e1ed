"""Towns, districts and the city of the demonstration: what their own committees are like."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.villages import TERM_DAYS, District, district, elections_of_town

TOWN, DISTRICT, CITY = "town", "district", "city"
#: members from, to; vice chairs; how many of the members chair a committee below
MEASURES = {TOWN: (21, 30, 3, 3), DISTRICT: (33, 45, 5, 4), CITY: (61, 61, 8, 0)}
#: the ranks of chairs as staff write them; a few tables leave them out
RANKS: dict[str, tuple[str | None, ...]] = {
    TOWN: ("正科级",) * 11 + ("副科级",) * 4 + ("副处级",) * 3 + ("四级调研员", None),
    DISTRICT: ("正处级", "正处级", "县处级正职", "二级调研员"),
    CITY: ("正厅级",),
}


@dataclass(frozen=True)
class Unit:
    """A town, a district or the city as the tree knows it."""

    code: str
    name: str
    level: str
    district_code: str

    @property
    def is_town(self) -> bool:
        """Towns stand in a column of their own."""
        return self.level == TOWN

    @property
    def measure(self) -> tuple[int, int, int, int]:
        """See MEASURES."""
        return MEASURES[self.level]


def elected_on(unit: Unit, today: date) -> date:
    """Towns elect after their villages, districts after their towns; some are overdue."""
    chance = Random(f"elected {unit.code}")
    level: District = district(unit.district_code)
    if unit.is_town:
        day = elections_of_town(unit.code, level, today) + timedelta(days=chance.randint(10, 40))
        is_lapsed = chance.random() < level.lapsed / 2
        return day - timedelta(days=TERM_DAYS if is_lapsed else 0)
    return today - timedelta(days=level.months_since_election * 30 - chance.randint(20, 40))


def rank_of_chair(unit: Unit) -> str | None:
    """The rank of the chair; in one town of five it is above the usual one."""
    return Random(f"rank {unit.code}").choice(RANKS[unit.level])
