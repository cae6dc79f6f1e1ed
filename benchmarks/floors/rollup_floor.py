"""The least that counting a city can cost: one grouping query per source table, a fold by parent.

Imports nothing of the portal and writes nothing. Its numbers are those of the seven figures with
all below, worked out in plain Python, so that the product's can be held against them.
"""

from datetime import date
from typing import Any

ORGANISATIONS = """
    SELECT o.id, o.parent_id, o.is_expected, o.kind_group = 'village', k.code,
           coalesce(k.committee_min, 0),
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
TERMS = {
    "sqlite": """
        SELECT organisation_id, due_on <= %s, from_report, max(starts_on) FROM orgs_term
        WHERE starts_on <= %s GROUP BY organisation_id
    """,
    "postgresql": """
        SELECT DISTINCT ON (organisation_id) organisation_id, due_on <= %s, from_report, starts_on
        FROM orgs_term WHERE starts_on <= %s ORDER BY organisation_id, starts_on DESC
    """,
}
HELD = "(a.until_on IS NULL OR a.until_on > %s)"
APPOINTMENTS = f"""
    SELECT a.organisation_id,
           count(DISTINCT a.person_id) FILTER (WHERE {HELD} AND p.is_committee),
           count(*) FILTER (WHERE {HELD} AND NOT a.from_report),
           count(*) FILTER (WHERE {HELD} AND a.is_head),
           count(*) FILTER (WHERE {HELD} AND a.is_head AND NOT a.from_report),
           count(*) FILTER (WHERE {HELD} AND a.is_head AND a.is_on_two_committees),
           count(*) FILTER (WHERE {HELD} AND a.is_head AND a.is_on_two_committees IS NOT NULL),
           count(*) FILTER (WHERE a.is_head)
    FROM cadres_appointment a JOIN cadres_post p ON p.id = a.post_id
    WHERE a.from_on <= %s GROUP BY a.organisation_id
"""
OPEN = "(h.closed_on IS NULL OR h.closed_on > %s)"
HOMES = f"""
    SELECT h.organisation_id, count(*) FILTER (WHERE {OPEN}),
           count(*) FILTER (WHERE {OPEN} AND NOT h.from_report), count(*)
    FROM homes_home h JOIN homes_homekind k ON k.id = h.kind_id
    WHERE k.code = 'women_home' AND (h.opened_on IS NULL OR h.opened_on <= %s)
    GROUP BY h.organisation_id
"""


def rollup(cursor: Any, engine: str, on: date) -> dict[int, list[int]]:
    """Totals by organisation id: five numbers for each figure in the order of the codes."""
    day = on.isoformat()

    def rows(sql: str, *values: str) -> list[tuple]:
        cursor.execute(sql if engine == "postgresql" else sql.replace("%s", "?"), values)
        return cursor.fetchall()

    organisations = rows(ORGANISATIONS, day)
    facts: dict[int, dict[str, int]] = {}
    for pk, key, number, _as_of in rows(FACTS[engine], day, f"{on.year}-01-01"):
        facts.setdefault(pk, {})[key] = number or 0
    terms = {row[0]: row[1:] for row in rows(TERMS[engine], day, day)}
    posts = {row[0]: row[1:] for row in rows(APPOINTMENTS, *[day] * 7)}
    homes = {row[0]: row[1:] for row in rows(HOMES, day, day, day)}
    own = {
        row[0]: part(
            row, facts.get(row[0], {}), terms.get(row[0]), posts.get(row[0]), homes.get(row[0])
        )
        for row in organisations
    }
    return fold([row[:2] for row in organisations], own)


def fold(links: list[tuple], own: dict[int, list[int]]) -> dict[int, list[int]]:
    """Own parts plus those of everything below; ``links`` (id, parent id) deepest first."""
    for pk, parent in links:
        if parent is not None:
            own[parent] = [a + b for a, b in zip(own[parent], own[pk], strict=True)]
    return own


def part(row: tuple, told: dict[str, int], term: Any, post: Any, home: Any) -> list[int]:
    """The 35 numbers of one organisation."""
    _pk, _parent, expected, is_village, kind, least, stands, silent, from_report = row
    if not expected:
        return [0] * 35
    overdue = [int(bool(term and term[0])), int(term is not None)]
    overdue += [int(term is not None and not term[1]), int(bool(term and term[1]))]
    overdue += [int(term is None)]
    if not is_village:
        return [0] * 10 + overdue + [0] * 20
    women, money = told.get("women_resident"), told.get("budget_yuan")
    both = women is not None and money is not None
    funds = [money or 0, women or 0, 0, int(both), int(not both)]
    claims = "chair_name" in told or "election_date" in told or told.get("exec_count", 0) > 0
    reported = (stands and from_report) or (silent and (claims or "exec_count" in told))
    built = (stands or (silent and claims)) and kind != "62"
    built_part = five(built, True, not silent and not reported, reported)
    return funds + built_part + overdue + people(kind, least, told, post, home)


def people(kind: str, least: int, told: dict[str, int], post: Any, home: Any) -> list[int]:
    """Committee, home, heads of villages, heads of communities."""
    members, confirmed, heads, sure, on_two, known, ever = post or (0,) * 7
    by_record = bool(least and confirmed)
    by_report = bool(least and not confirmed and "exec_count" in told)
    size = members if by_record else told.get("exec_count", 0)
    committee = five((by_record or by_report) and size >= least, True, by_record, by_report)
    says = told.get("chair_in_committee")
    alone = not ever and bool(says)
    yes = alone or bool(heads and (on_two if known else says))
    firm = bool((heads and known and sure) or (ever and not heads))
    hearsay = alone or bool(heads and not firm and (known or says is not None))
    head = five(yes, bool(heads or alone), firm, hearsay)
    is_open, proven, opened = home or (0,) * 3
    record = bool(proven or (opened and not is_open))
    answer = told.get("has_home")
    by_word = not record and bool(is_open or answer is not None)
    place = five(bool(is_open or (not opened and answer)), True, record, by_word)
    sides = [[0] * 5, head] if kind == "61" else [head, [0] * 5]
    return committee + place + sides[0] + sides[1]


def five(numerator: Any, denominator: Any, counted: Any, reported: Any) -> list[int]:
    unknown = not counted and not reported
    return [int(bool(x)) for x in (numerator, denominator, counted, reported, unknown)]
