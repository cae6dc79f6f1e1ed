"""What is given out is read again: every cleaner gives back the value it was written from."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.exchange.cleaners.base import CellContext
from federation.exchange.cleaners.choices import Choice, Option
from federation.exchange.cleaners.codes import check_character
from federation.exchange.cleaners.dates import DayCleaner, PartialDate
from federation.exchange.cleaners.people import valid_check_digits
from federation.exchange.declare import sheets
from federation.exchange.options import SEEDS, option_lists, seeded_lists
from homes.models import Home
from tests.properties.running import AT_EASE

TODAY = date(2026, 11, 22)
CHINESE = st.text(alphabet="何荷莲菊梅兰竹松柏杨柳", min_size=2, max_size=6)
# What every column of dates takes: some tell of days since 1990 alone.
DAYS = st.dates(date(1990, 1, 1), date(2026, 10, 31))
ROLES = [("district_officer", "区县干部"), ("village_clerk", "村（社区）填报员")]


def whole_id(told: tuple[date, int]) -> str:
    born, number = told
    bare = f"500199{born:%Y%m%d}{number:03}"
    last = next(c for c in "0123456789X" if valid_check_digits([bare + c])[0])
    return bare + last


@st.composite
def partial_dates(draw: Any) -> PartialDate:
    day = draw(DAYS)
    precision = draw(st.sampled_from(["day", "month", "year"]))
    first = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}
    return PartialDate(first[precision], precision)


def amounts(most: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(0, most, places=places, allow_nan=False, allow_infinity=False)


def values_of(column: Any) -> st.SearchStrategy[Any]:
    """Values as they come out of the cleaner of a column."""
    clean, kind = column.clean, column.clean.kind
    if isinstance(clean, Option):
        seeds = SEEDS.get(clean.list_key)
        known = [(s.code, s.label) for s in seeds] if seeds else ROLES
        return st.sampled_from([Choice(*one) for one in known])
    return {
        "option": st.sampled_from([Choice(o.value, str(o.label)) for o in Home.Sharing]),
        "text": CHINESE,
        "name": CHINESE,
        "id": st.tuples(st.dates(date(1930, 1, 1), date(2005, 1, 1)), st.integers(0, 999)).map(
            whole_id
        ),
        "phone": st.integers(3_000_000_000, 9_999_999_999).map(lambda n: f"1{n}")
        | st.just("023-58123456"),
        "uscc": st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17).map(
            lambda first: first + check_character(first)
        ),
        "date": DAYS.map(PartialDate) if isinstance(clean, DayCleaner) else partial_dates(),
        "integer": st.integers(1990, 2026) if column.key == "year" else st.integers(0, 900),
        "money": amounts(900_000, 2),
        "decimal": amounts(90_000, 1),
        "boolean": st.booleans(),
    }[kind]


COLUMNS = [
    pytest.param(column, id=f"{sheet.key}.{column.key}")
    for sheet in sheets
    for column in sheet.columns
    if not column.reference
]


def as_read(cell: Any) -> Any:
    """A cell as it comes out of a workbook: numbers are floats there."""
    return float(cell) if isinstance(cell, int | Decimal) and not isinstance(cell, bool) else cell


@pytest.mark.parametrize("column", COLUMNS)
@settings(max_examples=40, derandomize=True, **AT_EASE)
@given(data=st.data())
def test_a_value_written_is_the_value_read(column, data):
    value = data.draw(values_of(column))
    options = {**seeded_lists(), **option_lists(("role", *one, ()) for one in ROLES)}
    context = CellContext(today=TODAY, unit=column.unit, options=options)
    cell = column.clean.written(value)
    assert isinstance(cell, str | int | Decimal)
    assert column.clean.one(as_read(cell), context) == value


@pytest.mark.parametrize("column", COLUMNS)
def test_nothing_is_written_as_nothing(column):
    assert column.clean.written(None) is None


@pytest.mark.parametrize("column", COLUMNS)
def test_what_a_list_offers_is_understood(column):
    lists = {key: [seed.label for seed in seeds] for key, seeds in SEEDS.items()}
    context = CellContext(today=TODAY, options=seeded_lists())
    for label in column.clean.choices(lists):
        assert column.clean.one(label, context) is not None
