"""The yearly table: a unit's budget of the year, and the women it was counted on."""

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar, NamedTuple

from django.utils.translation import gettext as _

from federation.exchange.declare import Follows, Part, part
from federation.exchange.plans import (
    CHANGED,
    CONFLICT,
    DUPLICATE,
    NEW,
    UNCHANGED,
    Note,
    Rows,
    Verdict,
)
from federation.identity import uuid7_batch
from funding.models import Population, YearlyBudget
from funding.parts.standing import (
    Place,
    Standing,
    Usual,
    changed,
    money_text,
    new,
    places_of,
    standing_records,
)

AMOUNTS = {
    "standard_cny": "standard_yuan",
    "planned_cny": "due_yuan",
    "approved_cny": "arranged_yuan",
    "received_cny": "received_yuan",
}
WOMEN = {
    Population.Kind.RESIDENT.value: "women_resident",
    Population.Kind.REGISTERED.value: "women_registered",
}
BUDGET_NAMES = ("year", *AMOUNTS, "is_in_fiscal_budget", "document_number", "remark")
POPULATION_NAMES = ("kind", "as_of", "women")
Key = tuple[int, int]


def counted_on(year: int) -> date:
    """The day that women in the table of a year are counted as of: the budget rests on them."""
    return date(year, 1, 1)


class Yearly(NamedTuple):
    """What ``match`` finds: per row its organisation and year, and what stands for them."""

    keys: list[Key]
    budgets: dict[Key, Standing]
    populations: dict[tuple[int, str, str], Standing]
    places: dict[int, Place]
    usual: Usual


@part("yearly")
class YearlyFacts(Part):
    """A row is one organisation's year; women are a count of their own, dated with the year."""

    reads = (
        "year", "women_resident", "women_registered", "standard_yuan", "due_yuan",
        "arranged_yuan", "received_yuan", "in_budget", "document", "remark",
    )  # fmt: skip
    derives: ClassVar = {"funding.Population": {"women": Follows(told_by="kind", named=WOMEN)}}

    def match(self, rows: Rows) -> Yearly:
        """The budgets and counts that stand for the organisations of the workbook."""
        years = (year or rows.as_of.year for year in rows.column("year"))
        keys = list(zip(rows.organisation_ids, years, strict=True))
        places, named = places_of(rows), set(keys)
        usual = Usual(rows, "arranged_yuan", places, few_own=1)
        budgets = {}
        for owner, budget in standing_records(YearlyBudget, BUDGET_NAMES, rows):
            budgets[owner, budget.values["year"]] = budget
            if (owner, budget.values["year"]) not in named:
                usual.learn(owner, budget.values["approved_cny"])
        days = {counted_on(year) for _owner, year in named}
        counts = standing_records(Population, POPULATION_NAMES, rows, as_of__in=days)
        populations = {
            (owner, count.values["kind"], count.values["as_of"]): count for owner, count in counts
        }
        return Yearly(keys, budgets, populations, places, usual)

    def tokens(self, rows: Rows, found: Yearly) -> list[Any]:
        """The budget and the counts that stand for each row."""
        tokens = []
        for owner, year in found.keys:
            day = counted_on(year).isoformat()
            counts = (found.populations.get((owner, kind, day)) for kind in WOMEN)
            standing = (found.budgets.get((owner, year)), *counts)
            tokens.append(tuple(one and (one.pk, one.version) for one in standing))
        return tokens

    def plan(self, rows: Rows, found: Yearly) -> Iterator[Any]:
        """The budget and the counts of every row."""
        first: dict[Key, int] = {}
        uids = iter(uuid7_batch(rows.count * (1 + len(WOMEN))))
        for row, key in enumerate(found.keys):
            if first.setdefault(key, row) != row:
                yield from self._again(rows, row, first[key])
                continue
            if rows.column("year")[row] is None:
                words = _("没有填年度，按数据截至日识别为 {year} 年，请核对。")
                yield Note(row, "year_assumed", words.format(year=key[1]))
            yield from self._doubts(rows, row, found)
            yield from self._budget(rows, row, found, next(uids).hex)
            for kind, column in WOMEN.items():
                count = rows.column(column)[row]
                if count is not None:
                    yield from self._women(rows, row, found, (kind, count, next(uids).hex))

    @staticmethod
    def _doubts(rows: Rows, row: int, found: Yearly) -> Iterator[Note]:
        labels = {
            "due_yuan": _("应安排"),
            "arranged_yuan": _("实际安排"),
            "received_yuan": _("到位"),
        }
        for column, label in labels.items():
            doubt = found.usual.doubt(row, label, rows.column(column)[row])
            if doubt is not None:
                yield doubt

    @staticmethod
    def _budget(rows: Rows, row: int, found: Yearly, uid: str) -> Iterator[Any]:
        owner, year = found.keys[row]
        told = budget_of(rows, row)
        standing, place = found.budgets.get((owner, year)), found.places[owner]
        if standing is not None:
            update = changed(YearlyBudget, rows, row, place, standing, told)
            yield from [update] if update is not None else []
            yield Verdict(row, UNCHANGED if update is None else CHANGED)
        elif any(value not in (None, "") for value in told.values()):
            yield new(YearlyBudget, rows, row, place, {"uid": uid, "year": year, **told})
            yield Verdict(row, NEW)

    @staticmethod
    def _women(rows: Rows, row: int, found: Yearly, counted: tuple[str, int, str]) -> Iterator[Any]:
        owner, year = found.keys[row]
        (kind, count, uid), place = counted, found.places[owner]
        day = counted_on(year).isoformat()
        standing = found.populations.get((owner, kind, day))
        if standing is None:
            values = {"uid": uid, "kind": kind, "as_of": day, "women": count}
            yield new(Population, rows, row, place, values)
            yield Verdict(row, NEW)
            return
        update = changed(Population, rows, row, place, standing, {"women": count})
        yield from [update] if update is not None else []
        yield Verdict(row, UNCHANGED if update is None else CHANGED)

    @staticmethod
    def _again(rows: Rows, row: int, first: int) -> Iterator[Any]:
        """A second row of one organisation and year."""
        columns = [rows.column(key) for key in YearlyFacts.reads if key != "year"]
        if all(column[row] == column[first] for column in columns):
            yield Note(row, "unit_again", _("与表中前面一行完全相同，只写入一次。"))
            yield Verdict(row, DUPLICATE)
            return
        words = _("同一单位同一年度在表中出现了两次，内容不同，这一行没有写入，请只留一行。")
        yield Note(row, "unit_differs", words)
        yield Verdict(row, CONFLICT)


def budget_of(rows: Rows, row: int) -> dict[str, Any]:
    """The columns of a budget that a row fills, as they are kept."""
    return {
        **{name: money_text(rows.column(key)[row]) for name, key in AMOUNTS.items()},
        "is_in_fiscal_budget": rows.column("in_budget")[row],
        "document_number": rows.column("document")[row] or "",
        "remark": rows.column("remark")[row] or "",
    }
