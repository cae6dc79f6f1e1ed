"""The least that counting a city can cost: one grouping query per source table, a fold by parent.

Imports nothing of the portal and writes nothing. Its numbers are those of ``CODES`` with all below,
worked out in plain Python, so that the product's can be held against them. The product counts the
figures of money and checks besides.
"""

from datetime import date, timedelta
from typing import Any

CODES = (
    "ORG-01", "ORG-02", "ORG-07", "ORG-08", "ORG-11", "ORG-12", "ORG-13", "ORG-17", "POS-01",
    "POS-02", "TEAM-01", "TEAM-02", "TEAM-04", "TEAM-05", "TEAM-06", "TEAM-07", "TEAM-13",
)  # fmt: skip
LEADING = ("province", "city", "district", "town", "village")
NOTHING = [0] * 5
ORGANISATIONS = """
    SELECT o.id, o.parent_id, o.is_expected, o.kind_group, k.code, coalesce(k.committee_min, 0),
           o.status IN ('30', '40') AND (o.status_since_on IS NULL OR o.status_since_on <= %s),
           o.status = '00' AND o.status_since_on IS NULL, o.from_report
    FROM orgs_organisation o JOIN orgs_kind k ON k.id = o.kind_id ORDER BY o.depth DESC
"""
FACTS = {
    "sqlite": """
        SELECT organisation_id, key, number, max(as_of) FROM orgs_reportedfact
        WHERE as_of <= %s AND (key <> 'budget_yuan' OR as_of >= %s) GROUP BY organisation_id, key
    """,
    "postgresql": """
        SELECT DISTINCT ON (organisation_id, key) organisation_id, key, number, as_of
        FROM orgs_reportedfact WHERE as_of <= %s AND (key <> 'budget_yuan' OR as_of >= %s)
        ORDER BY organisation_id, key, as_of DESC
    """,
}
LIMIT = "coalesce(t.delayed_until_on, t.due_on)"
DUE = f"""
    count(*) FILTER (WHERE {LIMIT} BETWEEN %s AND %s),
    count(*) FILTER (WHERE {LIMIT} BETWEEN %s AND %s AND NOT t.from_report),
    count(*) FILTER (WHERE {LIMIT} BETWEEN %s AND %s AND EXISTS (
        SELECT 1 FROM orgs_term n WHERE n.organisation_id = t.organisation_id
        AND n.starts_on > t.starts_on AND n.starts_on <= {LIMIT}))
    FROM orgs_term t WHERE t.starts_on <= %s GROUP BY t.organisation_id
"""
TERMS = {
    "sqlite": f"SELECT organisation_id, max(t.starts_on), {LIMIT} <= %s, t.from_report, {DUE}",
    "postgresql": f"""
        SELECT organisation_id, max(t.starts_on),
               (array_agg({LIMIT} <= %s ORDER BY t.starts_on DESC))[1],
               (array_agg(t.from_report ORDER BY t.starts_on DESC))[1], {DUE}
    """,
}
HELD = "(a.until_on IS NULL OR a.until_on > %s)"
AGE = {
    "sqlite": "(%s - CAST(replace(person.birth_on, '-', '') AS INTEGER)) / 10000",
    "postgresql": "(%s - to_char(person.birth_on, 'YYYYMMDD')::integer) / 10000",
}
CONDITIONS = (
    "NOT a.from_report", "a.is_head", "a.is_head AND NOT a.from_report",
    "a.is_head AND a.is_on_two_committees", "a.is_head AND a.is_on_two_committees IS NOT NULL",
    "a.is_head AND a.engagement = '1'", "a.is_head AND a.engagement <> ''",
    "a.is_head AND a.rank <> '' AND k.head_rank <> ''",
    "a.is_head AND a.rank <> '' AND a.rank < k.head_rank",
    "p.is_leading AND NOT a.is_head", "p.is_leading AND NOT a.is_head AND a.engagement = '3'",
    "p.is_leading AND NOT a.is_head AND a.engagement <> ''",
    "p.is_leading", "p.is_leading AND NOT a.from_report", "p.is_leading AND a.engagement <> ''",
    "p.is_leading AND a.engagement IN ('2', '3')",
    "p.is_committee AND person.birth_on IS NOT NULL",
)  # fmt: skip
APPOINTMENTS = {
    engine: f"""
        SELECT a.organisation_id, max(a.from_on), count(*) FILTER (WHERE a.is_head),
               count(DISTINCT a.person_id) FILTER (WHERE {HELD} AND p.is_committee),
               {", ".join(f"count(*) FILTER (WHERE {HELD} AND {each})" for each in CONDITIONS)},
               coalesce(sum({age}) FILTER (WHERE {HELD} AND p.is_committee), 0)
        FROM cadres_appointment a JOIN cadres_post p ON p.id = a.post_id
        JOIN cadres_person person ON person.id = a.person_id
        JOIN orgs_organisation o ON o.id = a.organisation_id JOIN orgs_kind k ON k.id = o.kind_id
        WHERE a.from_on <= %s GROUP BY a.organisation_id
    """
    for engine, age in AGE.items()
}
OPEN = "(h.closed_on IS NULL OR h.closed_on > %s)"
HOMES = f"""
    SELECT h.organisation_id, count(*) FILTER (WHERE {OPEN}),
           count(*) FILTER (WHERE {OPEN} AND NOT h.from_report), count(*),
           max(h.opened_on) FILTER (WHERE NOT h.from_report)
    FROM homes_home h JOIN homes_homekind k ON k.id = h.kind_id
    WHERE k.code = 'women_home' AND (h.opened_on IS NULL OR h.opened_on <= %s)
    GROUP BY h.organisation_id
"""


def rollup(cursor: Any, engine: str, on: date) -> dict[int, list[int]]:
    """Totals by organisation id: five numbers for each of CODES."""
    day, year = on.isoformat(), f"{on.year}-01-01"
    today = on.year * 10_000 + on.month * 100 + on.day

    def rows(sql: str, *values: Any) -> list[tuple]:
        cursor.execute(sql if engine == "postgresql" else sql.replace("%s", "?"), values)
        return cursor.fetchall()

    organisations = rows(ORGANISATIONS, day)
    facts: dict[int, dict[str, int]] = {}
    last: dict[int, str] = {}
    for pk, key, number, as_of in rows(FACTS[engine], day, year):
        facts.setdefault(pk, {})[key] = number or 0
        last[pk] = max(last.get(pk, ""), str(as_of))
    terms = {row[0]: row[1:] for row in rows(TERMS[engine], day, *[year, day] * 3, day)}
    each = [day] * (1 + len(CONDITIONS))
    posts = {row[0]: row[1:] for row in rows(APPOINTMENTS[engine], *each, today, day, day)}
    homes = {row[0]: row[1:] for row in rows(HOMES, day, day, day)}
    since = (on - timedelta(days=90)).isoformat()
    own = {}
    for row in organisations:
        pk = row[0]
        term, post, home = terms.get(pk), posts.get(pk), homes.get(pk)
        told = (last.get(pk), term and term[0], post and post[0], home and home[3])
        is_alive = any(str(each) > since for each in told if each)
        own[pk] = part(row, facts.get(pk, {}), term, post, home, is_alive)
    return fold([row[:2] for row in organisations], own)


def fold(links: list[tuple], own: dict[int, list[int]]) -> dict[int, list[int]]:
    """Own parts plus those of everything below; ``links`` (id, parent id) deepest first."""
    for pk, parent in links:
        if parent is not None:
            own[parent] = [a + b for a, b in zip(own[parent], own[pk], strict=True)]
    return own


def part(row: tuple, told: dict, term: Any, post: Any, home: Any, is_alive: bool) -> list[int]:
    """The numbers of one organisation."""
    _pk, _parent, expected, group, kind, least, stands, silent, from_report = row
    if not expected:
        return NOTHING * len(CODES)
    claims = "chair_name" in told or "election_date" in told or told.get("exec_count", 0) > 0
    reported = (stands and from_report) or (silent and (claims or "exec_count" in told))
    built = bool(stands or (silent and claims)) and kind != "62"
    known = not silent and not reported
    is_built = five(built, True, known, reported)
    post = post or (None,) + (0,) * (3 + len(CONDITIONS))
    figures = dict.fromkeys(CODES, NOTHING) | terms_of(term)
    if group in LEADING:
        figures |= bodies(built, least, post)
        figures["ORG-17"] = [int(built and is_alive), int(built), int(built and known),
                             int(built and not known), 0]  # fmt: skip
    if group == "town":
        figures |= {"ORG-01": is_built, "POS-02": home_of(told, home)} | town_heads(built, post)
    if group == "village":
        figures |= {"ORG-02": is_built, "POS-01": home_of(told, home)}
        figures["ORG-13"] = committee(least, told, post)
        figures["TEAM-02" if kind == "61" else "TEAM-01"] = head(told, post)
    return [number for code in CODES for number in figures[code]]


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


def home_of(told: dict[str, int], home: Any) -> list[int]:
    is_open, proven, opened = (home or (0,) * 4)[:3]
    record = bool(proven or (opened and not is_open))
    answer = told.get("has_home")
    by_word = not record and bool(is_open or answer is not None)
    return five(bool(is_open or (not opened and answer)), True, record, by_word)


def five(
    numerator: Any, denominator: Any, counted: Any, reported: Any, asked: Any = True
) -> list[int]:
    unknown = asked and not counted and not reported
    return [int(bool(x)) for x in (numerator, denominator, counted, reported, unknown)]
