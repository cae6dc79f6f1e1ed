"""Working funds of the demonstration: what was arranged, what came in, what was spent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.units import CITY, Unit
from demo.villages import Village, district

SOURCES = ("财政拨款", "财政拨款", "财政拨款", "上级妇联拨付", "村（社区）补贴", "社会捐赠")
PURPOSES = (
    "妇女之家运行", "三八节活动", "困难妇女慰问", "妇女技能培训", "家庭教育讲座", "“两癌”宣传",
    "执委履职", "妇女维权宣传",
)  # fmt: skip
GROWTH = 0.88
#: what the city arranges at its own level, about; the women are its districts' to count
CITY_CNY = 4_000_000


@dataclass(frozen=True)
class Line:
    """One row of the ledger; whole yuan."""

    year: int
    code: str
    town: str
    name: str
    source: str
    received_cny: int
    spent_cny: int
    received_on: date
    voucher: str
    purpose: str


@dataclass(frozen=True)
class Budget:
    """One row of the yearly table, of a unit at its own level."""

    year: int
    code: str
    town: str
    name: str
    women: int | None
    standard_cny: int | None
    arranged_cny: int | None
    received_cny: int
    is_in_budget: bool | None
    document: str | None


def arranged_by_village(now: Village, year: int, today: date) -> int | None:
    """What was arranged for a village in a year: less in earlier ones."""
    if now.budget_yuan is None:
        return None
    return round(now.budget_yuan * GROWTH ** (today.year - year) / 100) * 100


def arranged_by_unit(unit: Unit, women: int, year: int, today: date) -> int:
    """What a town, a district or the city arranged at its own level."""
    chance = Random(f"arranged {unit.code}")
    if unit.level == CITY:
        due: float = CITY_CNY
    else:
        due = women * district(unit.district_code).yuan_per_woman
    amount = due * chance.uniform(0.5, 1.3)
    return max(2_000, round(amount * GROWTH ** (today.year - year) / 100) * 100)


def lines(
    where: tuple[str, str, str], arranged: int | None, year: int, today: date
) -> Iterator[Line]:
    """What came in of ``arranged`` in a year, one sum or two; a year under way is not complete."""
    if not arranged:
        return
    chance = Random(f"ledger {where[0]} {year}")
    if chance.random() < 0.06:
        return
    parts = 2 if chance.random() < 0.2 else 1
    last = min(today, date(year, 12, 28))
    days = (last - date(year, 1, 4)).days
    for part in range(parts):
        received = max(100, round(arranged * chance.uniform(0.75, 1.0) / parts / 100) * 100)
        spent = round(received * chance.uniform(0.2 if year == today.year else 0.7, 1.0) / 10) * 10
        day = date(year, 1, 4) + timedelta(days=chance.randint(0, max(0, days)))
        yield Line(
            year,
            *where,
            chance.choice(SOURCES),
            received,
            spent,
            day,
            f"记-{chance.randrange(1000):03d}{part}",
            chance.choice(PURPOSES),
        )


def budget(
    where: tuple[str, str, str],
    women: int | None,
    arranged: int | None,
    year: int,
    today: date,
    *,
    is_unit: bool,
) -> Budget:
    """The row of the yearly table; only units above the villages tell of the fiscal budget."""
    chance = Random(f"budget {where[0]}")
    received = sum(line.received_cny for line in lines(where, arranged, year, today))
    # Once in the budget, a unit stays in it.
    is_in_budget = chance.random() < 0.82 - 0.06 * (today.year - year) if is_unit else None
    return Budget(
        year,
        *where,
        women or None,
        1 if women else None,
        arranged,
        received,
        is_in_budget,
        f"财行〔{year}〕{chance.randint(3, 180)}号" if is_in_budget else None,
    )
