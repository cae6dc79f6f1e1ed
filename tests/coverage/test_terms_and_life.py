"""ORG-01, ORG-07 and ORG-17, worked out by hand; today is 15 June 2026."""

from datetime import date

from federation.access.scope import Grant, whole_tree
from federation.coverage.services import rows_behind
from funding.models import LedgerLine
from homes.models import HomeCheck, Standard
from orgs.models import Organisation
from tests.coverage.records import appoint, counted, established, home, report, term


def test_a_town_has_a_federation_of_its_own_from_the_day_it_stands(tree, city, north, north_town):
    established(north_town, date(2026, 6, 15))
    # Two towns, one of which nobody has said anything of; villages are another figure.
    assert counted("ORG-01", city) == (1, 2, 1, 0, 1)
    assert counted("ORG-01", north) == (1, 1, 1, 0, 0)
    assert counted("ORG-01", city, date(2026, 6, 14)) == (0, 2, 1, 0, 1)


def test_a_dissolved_town_is_known_not_to_have_one(tree, city, north_town):
    north_town.status = Organisation.Status.DISSOLVED
    north_town.save()
    assert counted("ORG-01", city) == (0, 2, 1, 0, 1)


def renewed(organisation, due: date, next_starts: date | None, **fields) -> None:
    """A term due on a day and perhaps the one after it."""
    term(organisation, date(due.year - 5, due.month, due.day), due, **fields)
    if next_starts:
        term(organisation, next_starts, date(next_starts.year + 5, 12, 1))


def test_terms_due_this_year_were_renewed_in_time_or_late(tree, north_town, lotus, willow):
    renewed(lotus, date(2026, 3, 1), date(2026, 3, 1))
    renewed(willow, date(2026, 3, 1), date(2026, 3, 2))
    renewed(north_town, date(2026, 6, 15), None)
    assert counted("ORG-07", north_town) == (1, 3, 3, 0, 0)
    # The town's own term is due only on the 15th.
    assert counted("ORG-07", north_town, date(2026, 6, 14)) == (1, 2, 2, 0, 0)


def test_an_early_election_renews_in_time(tree, north_town, lotus):
    renewed(lotus, date(2026, 5, 1), date(2025, 9, 1))
    # The other village and the town have no term at all.
    assert counted("ORG-07", north_town) == (1, 1, 1, 0, 2)


def test_a_delay_with_approval_is_not_late_and_one_without_is(tree, north_town, lotus, willow):
    renewed(lotus, date(2026, 1, 10), date(2026, 4, 1), delayed_until_on=date(2026, 4, 30))
    renewed(willow, date(2026, 1, 10), date(2026, 4, 1))
    assert counted("ORG-07", north_town) == (1, 2, 2, 0, 1)


def test_a_delay_into_the_second_half_of_the_year_is_not_due_yet_and_not_overdue(
    tree, north_town, lotus
):
    term(lotus, date(2021, 1, 10), date(2026, 1, 10), delayed_until_on=date(2026, 9, 1))
    assert counted("ORG-07", north_town) == (0, 0, 0, 0, 2)
    assert counted("ORG-08", north_town) == (0, 1, 1, 0, 2)


def test_last_years_terms_and_those_to_come_are_not_asked_for(tree, north_town, lotus, willow):
    renewed(lotus, date(2025, 12, 31), date(2025, 12, 1))
    renewed(willow, date(2026, 6, 16), None)
    assert counted("ORG-07", north_town) == (0, 0, 0, 0, 1)


def test_a_term_known_from_a_report_is_only_reported(tree, north_town, lotus):
    renewed(lotus, date(2026, 2, 1), date(2026, 1, 20), from_report=True)
    assert counted("ORG-07", north_town) == (1, 1, 0, 1, 2)


def test_a_report_within_ninety_days_is_a_sign_of_life(north_town, lotus, willow):
    established(lotus, date(2020, 1, 1))
    established(willow, date(2020, 1, 1))
    report(lotus, date(2026, 3, 18), women_resident=800)
    report(willow, date(2026, 3, 17), women_resident=800)
    # 90 days before 15 June is 17 March: the 18th is within them.
    assert counted("ORG-17", north_town) == (1, 2, 2, 0, 0)


def test_every_dated_record_is_a_sign_of_life(city, north_town, lotus, willow, bamboo, pine):
    for each in (north_town, lotus, willow, bamboo, pine):
        established(each, date(2020, 1, 1))
    term(north_town, date(2026, 5, 1), date(2031, 5, 1))
    appoint(lotus, "何平", since=date(2021, 1, 1), until_on=date(2026, 6, 1))
    LedgerLine.objects.create(
        organisation=willow, year=2026, received_cny=100, received_on=date(2026, 4, 1),
        identity="记-1",
    )  # fmt: skip
    HomeCheck.objects.create(
        organisation=bamboo,
        home=home(bamboo, opened_on=date(2019, 1, 1)),
        standard=Standard.objects.first(),
        checked_on=date(2026, 6, 15),
    )
    home(pine, opened_on=date(2019, 1, 1))
    assert counted("ORG-17", city) == (4, 5, 5, 0, 0)
    rows = rows_behind("ORG-17", city, scope=whole_tree(Grant.VIEW))[:]
    told = {row.organisation.short_name: row.evidence.value for row in rows}
    assert told == {
        "青石镇": "2026-05-01 换届",
        "荷花村": "2026-06-01 任职变动",
        "柳溪村": "2026-04-01 经费到账",
        "竹林村": "2026-06-15 阵地启用、停用或核查",
        "松坡村": "2019-01-01 阵地启用、停用或核查",
    }


def test_who_has_no_federation_is_not_asked_for_signs_of_life(north_town, lotus):
    report(lotus, women_resident=800)
    assert counted("ORG-17", north_town) == (0, 0, 0, 0, 0)


def test_a_federation_known_from_a_report_is_only_reported(north_town, lotus):
    report(lotus, exec_count=9)
    assert counted("ORG-17", north_town) == (1, 1, 0, 1, 0)
