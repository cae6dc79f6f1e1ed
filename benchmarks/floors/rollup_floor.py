"""The least that counting a city can cost: one grouping query per source table, a fold by parent.

Imports nothing of the portal and writes nothing. Its numbers are those of ``CODES`` with all below,
worked out in plain Python, so that the product's can be held against them: every figure of the
catalogue.
"""

from datetime import date, timedelta
from typing import Any

from benchmarks.floors import rollup_queries as sql

CODES = (
    "FUND-01", "FUND-01R", "FUND-02", "FUND-02R", "FUND-02T", "FUND-02TR", "FUND-03C", "FUND-03D",
    "FUND-03T",
    "ORG-01", "ORG-02", "ORG-07", "ORG-08", "ORG-11", "ORG-12", "ORG-13", "ORG-17",
    "POS-01", "POS-02", "POS-03",
    "TEAM-01", "TEAM-02", "TEAM-04", "TEAM-05", "TEAM-06", "TEAM-07", "TEAM-13",
)  # fmt: skip
#: by level: 1 yuan per woman arranged and arrived, and standing in the government's budget
BUDGETED: dict[str, tuple[tuple[str, ...], str]] = {
    "city": ((), "FUND-03C"),
    "municipality": ((), "FUND-03C"),
    "district": (("FUND-02", "FUND-02R"), "FUND-03D"),
    "town": (("FUND-02T", "FUND-02TR"), "FUND-03T"),
}
#: a province that leads districts and no cities is a municipality, its own city
CITY_LEADS = ("district", "city")
LEADING = ("province", "municipality", "city", "district", "town", "village")
NOTHING = [0] * 5


def rollup(cursor: Any, engine: str, on: date) -> dict[int, list[int]]:
    """Totals by organisation id: five numbers for each of CODES."""
    day, year = on.isoformat(), f"{on.year}-01-01"
    today = on.year * 10_000 + on.month * 100 + on.day

    def rows(text: str, *values: Any) -> list[tuple]:
        cursor.execute(text if engine == "postgresql" else text.replace("%s", "?"), values)
        return cursor.fetchall()

    def by_unit(text: str, *values: Any) -> dict[int, tuple]:
        return {row[0]: row[1:] for row in rows(text, *values)}

    organisations = rows(sql.ORGANISATIONS, day)
    facts, last = reports(rows(sql.FACTS[engine], day, year))
    each = [day] * (1 + len(sql.CONDITIONS))
    looked = [day] * 5 + [day, a_year_before(on), day]
    records = (
        by_unit(sql.TERMS[engine], day, *[year, day] * 3, day),
        by_unit(sql.APPOINTMENTS[engine], *each, today, day, day),
        by_unit(sql.HOMES[engine], *looked),
        by_unit(sql.BUDGETS, on.year),
        by_unit(sql.LINES, on.year, day, day),
        by_unit(sql.WOMEN[engine], day),
    )
    since = (on - timedelta(days=90)).isoformat()
    leads = {group: {row[1] for row in organisations if row[3] == group} for group in CITY_LEADS}
    own = {}
    for row in organisations:
        pk = row[0]
        if row[3] == "province" and pk in leads["district"] - leads["city"]:
            row = (*row[:3], "municipality", *row[4:])
        mine = [table.get(pk) for table in records]
        own[pk] = part(row, facts.get(pk, {}), last.get(pk), mine, since)
    return fold([row[:2] for row in organisations], own)


def reports(rows: list[tuple]) -> tuple[dict[int, dict[str, int]], dict[int, str]]:
    """The latest cells by organisation and key, and the day of the last one."""
    facts: dict[int, dict[str, int]] = {}
    last: dict[int, str] = {}
    for pk, key, number, as_of in rows:
        facts.setdefault(pk, {})[key] = number or 0
        last[pk] = max(last.get(pk, ""), str(as_of))
    return facts, last


def a_year_before(day: date) -> str:
    """The same day a year back, in a leap year's February its last."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day).isoformat()


def fold(links: list[tuple], own: dict[int, list[int]]) -> dict[int, list[int]]:
    """Own parts plus those of everything below; ``links`` (id, parent id) deepest first."""
    for pk, parent in links:
        if parent is not None:
            own[parent] = [a + b for a, b in zip(own[parent], own[pk], strict=True)]
    return own


def part(row: tuple, told: dict, reported_on: Any, mine: list, since: str) -> list[int]:
    """The numbers of one organisation."""
    _pk, _parent, expected, group, kind, least, stands, silent, from_report = row
    if not expected:
        return NOTHING * len(CODES)
    term, post, home, budget, lines, women = mine
    claims = "chair_name" in told or "election_date" in told or told.get("exec_count", 0) > 0
    reported = (stands and from_report) or (silent and (claims or "exec_count" in told))
    built = bool(stands or (silent and claims)) and kind != "62"
    known = not silent and not reported
    signs = (reported_on, term and term[0], post and post[0], *(home or ())[5:], lines and lines[1])
    is_alive = any(str(day) > since for day in signs if day)
    post = post or (None,) + (0,) * (3 + len(sql.CONDITIONS))
    home = home or (0,) * 8
    figures = dict.fromkeys(CODES, NOTHING) | terms_of(term)
    figures["POS-03"] = [home[3], home[0], home[4], 0, home[0] - home[4]]
    figures |= money(group, told, budget or (None,) * 3, lines, women)
    if group in LEADING:
        figures |= bodies(built, least, post)
        figures["ORG-17"] = [int(built and is_alive), int(built), int(built and known),
                             int(built and not known), 0]  # fmt: skip
    if group == "town":
        figures |= {"POS-02": home_of(told, home)} | town_heads(built, post)
    if group == "village":
        figures["POS-01"] = home_of(told, home)
        figures["ORG-13"] = committee(least, told, post)
        figures["TEAM-02" if kind == "61" else "TEAM-01"] = head(told, post)
    if group in ("town", "village"):
        code = "ORG-01" if group == "town" else "ORG-02"
        figures[code] = five(built, True, known, reported)
    return [number for code in CODES for number in figures[code]]


def money(group: str, told: dict, budget: tuple, lines: Any, women: Any) -> dict[str, list[int]]:
    """Records come before reports."""
    approved, arrived, in_budget = budget
    people = women[0] if women else told.get("women_resident")
    arranged = told.get("budget_yuan") if approved is None else round(approved * 100)
    total = arrived if lines is None or lines[0] is None else lines[0]
    received = None if total is None else round(total * 100)
    if group == "village":
        return {
            "FUND-01": each(arranged, people, approved is not None and women is not None),
            "FUND-01R": each(received, people, women is not None),
        }
    if group not in BUDGETED:
        return {}
    reach, share = BUDGETED[group]
    figures = {share: five(in_budget, True, in_budget is not None, False)}
    sums = ((arranged, approved is not None), (received, received is not None))
    for code, (money_told, is_record) in zip(reach, sums, strict=False):
        known = money_told is not None and bool(people)
        counted = known and is_record and women is not None
        reaches = known and money_told >= 100 * people
        figures[code] = five(reaches, True, counted, known and not counted)
    return figures


def each(total: int | None, people: int | None, is_record: bool) -> list[int]:
    """An amount in 分 per woman."""
    known = total is not None and people is not None
    counted = known and is_record
    return [total or 0, people or 0, int(counted), int(known and not counted), int(not known)]


def terms_of(term: Any) -> dict[str, list[int]]:
    if term is None:
        return {"ORG-07": [0, 0, 0, 0, 1], "ORG-08": [0, 0, 0, 0, 1]}
    _begun, overdue, from_report, due, confirmed, renewed = term
    late = [int(overdue), 1, int(not from_report), int(bool(from_report)), 0]
    in_time = [renewed, due, int(confirmed > 0), int(due > 0 and not confirmed), 0]
    return {"ORG-07": in_time, "ORG-08": late}


def bodies(built: bool, least: int, post: tuple) -> dict[str, list[int]]:
    """Leading bodies of every level."""
    members, sure, heads = post[2:5]
    vices, part_time, engaged, leaders, sure_leaders, told, outside, aged, years = post[12:21]
    is_known = built and sure > 0
    complete = is_known and heads and vices and members >= least
    has_one = built and part_time > 0
    clear = built and (has_one or (sure > 0 and engaged == vices))
    is_told = leaders > 0 and told == leaders
    counted = is_told and sure_leaders > 0
    return {
        "ORG-11": five(complete, built, is_known, False, built),
        "TEAM-06": five(has_one, built, clear, False, built),
        "TEAM-07": [outside, leaders, int(counted), int(is_told and not counted),
                    int((built or leaders > 0) and not is_told)],
        "TEAM-13": [years, aged, int(aged > 0), 0, int(built and not aged)],
    }  # fmt: skip


def town_heads(built: bool, post: tuple) -> dict[str, list[int]]:
    """The committee and the head of a town."""
    _begun, ever, members, sure, heads, sure_heads, _on_two, _known, *answers = post[:12]
    full_time, engaged, ranked, higher = answers
    figures = {}
    for code, told, true in (("TEAM-04", engaged, full_time), ("TEAM-05", ranked, higher)):
        counted = bool((heads and told and sure_heads) or (ever and not heads))
        figures[code] = five(heads and true, heads, counted, heads and told and not counted)
    known = built and sure > 0
    mean = [members if known else 0, int(known), int(known), 0, int(built and not known)]
    return figures | {"ORG-12": mean}


def committee(least: int, told: dict[str, int], post: tuple) -> list[int]:
    members, confirmed = post[2:4]
    by_record = bool(least and confirmed)
    by_report = bool(least and not confirmed and "exec_count" in told)
    size = members if by_record else told.get("exec_count", 0)
    return five((by_record or by_report) and size >= least, True, by_record, by_report)


def head(told: dict[str, int], post: tuple) -> list[int]:
    """The head of a village on two committees."""
    ever, (heads, sure, on_two, known) = post[1], post[4:8]
    says = told.get("chair_in_committee")
    alone = not ever and bool(says)
    yes = alone or bool(heads and (on_two if known else says))
    firm = bool((heads and known and sure) or (ever and not heads))
    hearsay = alone or bool(heads and not firm and (known or says is not None))
    return five(yes, bool(heads or alone), firm, hearsay)


def home_of(told: dict[str, int], home: tuple) -> list[int]:
    is_open, proven, opened = home[:3]
    record = bool(proven or (opened and not is_open))
    answer = told.get("has_home")
    by_word = not record and bool(is_open or answer is not None)
    return five(bool(is_open or (not opened and answer)), True, record, by_word)


def five(
    numerator: Any, denominator: Any, counted: Any, reported: Any, asked: Any = True
) -> list[int]:
    unknown = asked and not counted and not reported
    return [int(bool(x)) for x in (numerator, denominator, counted, reported, unknown)]
