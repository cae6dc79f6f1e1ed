"""The real tree of a city as an upload sees it, and the option lists as first laid down."""

import csv
import gzip
from datetime import date
from functools import cache
from pathlib import Path

from cadres.sheets import CommitteeSheet
from federation.exchange.checking import check_workbook
from federation.exchange.options import seeded_lists
from federation.exchange.places import PlaceRow, Places
from federation.exchange.rows import CheckedWorkbook
from funding.sheets import BudgetsSheet, YearlySheet
from orgs.sheets import VillagesSheet

CITY = Path(__file__).resolve().parents[2] / "orgs" / "data" / "50_chongqing.csv.gz"
SHEETS = {"villages": VillagesSheet, "committee": CommitteeSheet, "budgets": BudgetsSheet}
RIVALS = (*SHEETS.values(), YearlySheet)
GROUPS = {"province": "city"}
DAY = date(2025, 6, 30)


@cache
def city_rows() -> tuple[PlaceRow, ...]:
    """Every place of the city; the rows that only gather districts are no places."""
    rows: dict[str, PlaceRow] = {}
    gathered: dict[str, str] = {}
    with gzip.open(CITY, "rt", encoding="utf-8") as lines:
        for number, place in enumerate(csv.DictReader(lines)):
            parent = gathered.get(place["parent_code"], place["parent_code"])
            if place["level"] == "city":
                gathered[place["code"]] = parent
                continue
            above = rows[parent].path if parent else ""
            group = GROUPS.get(place["level"], place["level"])
            code = place["code"]
            rows[code] = PlaceRow(
                number, code, place["name"], (), group, f"{above}{number:05}", parent or None
            )
    return tuple(rows.values())


@cache
def places(scope: str = "500101") -> Places:
    """The city, for somebody posted to ``scope``."""
    path = next(row.path for row in city_rows() if row.code == scope)
    return Places(city_rows(), [path])


def check(data: bytes | Path, kind: str = "villages", scope: str = "500101") -> CheckedWorkbook:
    """A workbook as an officer of ``scope`` would upload it on DAY."""
    return check_workbook(
        data,
        sheet=SHEETS[kind],
        places=places(scope),
        as_of=DAY,
        today=DAY,
        options=seeded_lists(),
        others=RIVALS,
    )
