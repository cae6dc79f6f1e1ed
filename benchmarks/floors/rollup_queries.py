"""The SQL of ``rollup_floor``: one grouping query per source table, by engine where they differ."""

ORGANISATIONS = """
    SELECT o.id, o.parent_id, o.is_expected, o.kind_group, k.code, coalesce(k.committee_min, 0),
           o.status IN ('30', '40') AND (o.status_since_on IS NULL OR o.status_since_on <= %s),
           o.status = '00' AND o.status_since_on IS NULL, o.from_report
    FROM orgs_organisation o JOIN orgs_kind k ON k.id = o.kind_id ORDER BY o.depth DESC
"""
FALLBACKS = """as_of <= %s AND (key IN ('chair_name', 'election_date', 'exec_count',
    'chair_in_committee', 'has_home', 'women_resident') OR key = 'budget_yuan' AND as_of >= %s)"""
FACTS = {
    "sqlite": f"""
        SELECT organisation_id, key, number, max(as_of) FROM orgs_reportedfact
        WHERE {FALLBACKS} GROUP BY organisation_id, key
    """,
    "postgresql": f"""
        SELECT DISTINCT ON (organisation_id, key) organisation_id, key, number, as_of
        FROM orgs_reportedfact WHERE {FALLBACKS} ORDER BY organisation_id, key, as_of DESC
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
LATEST_CHECKS = {
    "sqlite": """SELECT home_id, max(checked_on) AS checked_on, is_passed FROM homes_homecheck
                 WHERE checked_on <= %s AND checked_on > %s GROUP BY home_id""",
    "postgresql": """SELECT DISTINCT ON (home_id) home_id, checked_on, is_passed
                     FROM homes_homecheck WHERE checked_on <= %s AND checked_on > %s
                     ORDER BY home_id, checked_on DESC, id DESC""",
}
OPEN = "k.code = 'women_home' AND (h.closed_on IS NULL OR h.closed_on > %s)"
HOMES = {
    engine: f"""
        SELECT h.organisation_id, count(*) FILTER (WHERE {OPEN}),
               count(*) FILTER (WHERE {OPEN} AND NOT h.from_report),
               count(*) FILTER (WHERE k.code = 'women_home'),
               count(*) FILTER (WHERE {OPEN} AND c.is_passed),
               count(c.home_id) FILTER (WHERE {OPEN}),
               max(h.opened_on) FILTER (WHERE NOT h.from_report),
               max(h.closed_on) FILTER (WHERE NOT h.from_report AND h.closed_on <= %s),
               max(c.checked_on)
        FROM homes_home h JOIN homes_homekind k ON k.id = h.kind_id
        LEFT JOIN ({checks}) c ON c.home_id = h.id
        WHERE h.opened_on IS NULL OR h.opened_on <= %s GROUP BY h.organisation_id
    """
    for engine, checks in LATEST_CHECKS.items()
}
BUDGETS = """
    SELECT organisation_id, approved_cny, received_cny, is_in_fiscal_budget
    FROM funding_yearlybudget WHERE year = %s
"""
ARRIVED = "year = %s AND (received_on IS NULL OR received_on <= %s)"
LINES = f"""
    SELECT organisation_id, sum(received_cny) FILTER (WHERE {ARRIVED}),
           max(received_on) FILTER (WHERE received_on <= %s)
    FROM funding_ledgerline GROUP BY organisation_id
"""
WOMEN = {
    "sqlite": """SELECT organisation_id, women, max(as_of) FROM funding_population
                 WHERE kind = 'resident' AND as_of <= %s GROUP BY organisation_id""",
    "postgresql": """SELECT DISTINCT ON (organisation_id) organisation_id, women
                     FROM funding_population WHERE kind = 'resident' AND as_of <= %s
                     ORDER BY organisation_id, as_of DESC""",
}
