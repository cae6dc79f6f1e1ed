"""Five figures in plain SQL, for every organisation with all below. Knows tables, no code."""

from typing import Any

OPEN_HOME = """
    EXISTS (SELECT 1 FROM homes_home h JOIN homes_homekind k ON k.id = h.kind_id
            WHERE h.organisation_id = v.id AND k.code = 'women_home'
              AND (h.opened_on IS NULL OR h.opened_on <= %(day)s)
              AND (h.closed_on IS NULL OR h.closed_on > %(day)s))
"""
NO_HOME_EVER = """
    NOT EXISTS (SELECT 1 FROM homes_home h JOIN homes_homekind k ON k.id = h.kind_id
                WHERE h.organisation_id = v.id AND k.code = 'women_home'
                  AND (h.opened_on IS NULL OR h.opened_on <= %(day)s))
"""
REPORTED = """
    (SELECT f.number FROM orgs_reportedfact f
     WHERE f.organisation_id = v.id AND f.key = '{key}' AND f.as_of <= %(day)s
     ORDER BY f.as_of DESC LIMIT 1)
"""
HEAD = """
    EXISTS (SELECT 1 FROM cadres_appointment a WHERE a.organisation_id = v.id AND a.is_head
            AND a.from_on <= %(day)s AND (a.until_on IS NULL OR a.until_on > %(day)s)
            AND {condition})
"""
NO_HEAD_EVER = """
    NOT EXISTS (SELECT 1 FROM cadres_appointment a
                WHERE a.organisation_id = v.id AND a.is_head AND a.from_on <= %(day)s)
"""
DUE = """
    (SELECT t.due_on FROM orgs_term t WHERE t.organisation_id = v.id AND t.starts_on <= %(day)s
     ORDER BY t.starts_on DESC LIMIT 1)
"""
SUMS = """
    SELECT o.id, coalesce(sum(p.numerator), 0), coalesce(sum(p.denominator), 0)
    FROM orgs_organisation o LEFT JOIN (
        SELECT v.path,
               CASE WHEN {numerator} THEN 1 ELSE 0 END AS numerator,
               CASE WHEN {denominator} THEN 1 ELSE 0 END AS denominator
        FROM orgs_organisation v JOIN orgs_kind kind ON kind.id = v.kind_id
        WHERE v.is_expected AND {units}
    ) p ON substr(p.path, 1, length(o.path)) = o.path
    GROUP BY o.id
"""
LIMIT = "coalesce(t.delayed_until_on, t.due_on)"
RENEWALS = f"""
    SELECT o.id, coalesce(sum(p.renewed), 0), count(p.path)
    FROM orgs_organisation o LEFT JOIN (
        SELECT v.path, CASE WHEN EXISTS (
            SELECT 1 FROM orgs_term n WHERE n.organisation_id = t.organisation_id
            AND n.starts_on > t.starts_on AND n.starts_on <= {LIMIT}) THEN 1 ELSE 0 END AS renewed
        FROM orgs_term t JOIN orgs_organisation v ON v.id = t.organisation_id
        WHERE v.is_expected AND {LIMIT} BETWEEN %(new_year)s AND %(day)s
    ) p ON substr(p.path, 1, length(o.path)) = o.path
    GROUP BY o.id
"""
YES = HEAD.format(condition="a.is_on_two_committees")
ANSWERED = HEAD.format(condition="a.is_on_two_committees IS NOT NULL")
ANYBODY = HEAD.format(condition="a.id = a.id")
SAYS_YES = REPORTED.format(key="chair_in_committee") + " = 1"
ALONE = f"({NO_HEAD_EVER} AND {SAYS_YES})"
QUERIES = {
    "POS-01": SUMS.format(
        numerator=f"{OPEN_HOME} OR ({NO_HOME_EVER} AND {REPORTED.format(key='has_home')} = 1)",
        denominator="1 = 1",
        units="v.kind_group = 'village'",
    ),
    "TEAM-01": SUMS.format(
        numerator=f"{YES} OR {ALONE} OR ({ANYBODY} AND NOT {ANSWERED} AND {SAYS_YES})",
        denominator=f"{ANYBODY} OR {ALONE}",
        units="v.kind_group = 'village' AND kind.code <> '61'",
    ),
    "ORG-01": SUMS.format(
        numerator="""v.status IN ('30', '40')
                     AND (v.status_since_on IS NULL OR v.status_since_on <= %(day)s)""",
        denominator="1 = 1",
        units="v.kind_group = 'town'",
    ),
    "ORG-07": RENEWALS,
    "ORG-08": SUMS.format(
        numerator=f"{DUE} <= %(day)s", denominator=f"{DUE} IS NOT NULL", units="1 = 1"
    ),
}


def answers(cursor: Any, day: str) -> dict[str, dict[int, tuple[int, int]]]:
    """{code: {organisation id: (numerator, denominator)}} as of an ISO day."""
    found: dict[str, dict[int, tuple[int, int]]] = {}
    for code, sql in QUERIES.items():
        cursor.execute(sql, {"day": day, "new_year": f"{day[:4]}-01-01"})
        found[code] = {pk: (int(up), int(down)) for pk, up, down in cursor.fetchall()}
    return found
