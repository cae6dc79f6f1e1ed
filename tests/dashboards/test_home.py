"""Start pages: each role finds its own work there, counted as its lists count it."""

import re
from datetime import date

import pytest
from django.urls import reverse

from federation.audit.services import Actor, ChangeRow, record_changes, record_event, snapshot
from federation.coverage.services import rebuild
from tests.cast import official, post
from tests.coverage.records import appoint, established, report, term, village
from tests.registers.records import home


def page_of(client, path="/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer


def gaps_of(answer):
    return {gap.todo.key: gap.count for gap in answer.context["gaps"]}


def test_an_officer_sees_what_is_missing_below_her(filled, lan, as_user):
    """荷花: its term has lapsed; 柳溪: no chair, no home; neither tells its committee."""
    found = gaps_of(page_of(as_user(lan)))
    assert found["term_overdue"] == 1
    assert found["no_chair"] == 1
    assert found["not_built"] == 0
    assert found["term_ends_soon"] == 0


def test_an_officer_of_the_city_sees_every_district(filled, su, as_user):
    established(filled["bamboo"], date(2021, 1, 1), from_report=True)
    term(filled["bamboo"], date(2021, 10, 1), date(2026, 10, 1))
    rebuild()
    found = gaps_of(page_of(as_user(su)))
    assert found["no_chair"] == 2
    assert found["unconfirmed"] == 1
    assert found["term_ends_soon"] == 1


def test_every_count_leads_to_the_list_of_just_those(filled, lan, as_user):
    client = as_user(lan)
    gaps = page_of(client).context["gaps"]
    assert any(gap.count for gap in gaps)
    for gap in gaps:
        listed = page_of(client, gap.url).context
        if gap.todo.indicator:
            assert len(listed["behind"]) == gap.count, gap.todo.key
        else:
            assert listed["count"] == gap.count, gap.todo.key


def test_an_officer_sees_the_figures_of_her_own_part(filled, lan, as_user):
    page = page_of(as_user(lan)).content.decode()
    lead = re.search(r'<a class="kpi"[^>]*>', page)[0]
    assert 'data-organisation="910101"' in lead
    assert 'data-numerator="2" data-denominator="2"' in lead


def test_a_clerk_sees_what_her_unit_lacks_and_where_it_is_put_right(filled, qiu, as_user):
    answer = page_of(as_user(qiu))
    found = {gap.todo.key: gap.fix_url for gap in answer.context["gaps"]}
    assert found["term_overdue"] == "/orgs/terms/new/?organisation=910101101201"
    assert "no_chair" not in found
    assert "no_home" not in found
    for url in found.values():
        assert as_user(qiu).get(url, follow=True).status_code == 200


def test_a_clerk_whose_unit_tells_nothing_is_asked_for_everything(tree, qiu, as_user):
    rebuild()
    found = set(gaps_of(page_of(as_user(qiu))))
    assert {"not_built", "no_home", "few_members"} <= found


def test_a_clerk_reaches_each_form_with_her_unit_filled_in(filled, qiu, as_user):
    client = as_user(qiu)
    offered = page_of(client).context["quicks"]
    assert len(offered) >= 4
    for quick, url in offered:
        assert client.get(url, follow=True).status_code == 200, quick.route
        assert "910101101201" in url


def test_an_unit_with_everything_in_order_says_so(filled, qiu, as_user):
    lotus = filled["lotus"]
    report(lotus, exec_count=20, women_resident=300, budget_yuan=300_00)
    term(lotus, date(2025, 1, 1), date(2030, 1, 1))
    appoint(lotus, "执委一", "执委")
    rebuild()
    context = page_of(as_user(qiu)).context
    assert context["done"] + len(context["gaps"]) == context["checks"]
    assert "term_overdue" not in {gap.todo.key for gap in context["gaps"]}


def test_an_auditor_starts_with_what_changed(filled, ying, as_user):
    page = page_of(as_user(ying)).content.decode()
    assert "最近的变更" in page
    assert "最近的操作" in page
    assert "要补齐的名单" not in page


def test_an_administrator_starts_with_accounts_and_ways_in(filled, hua, lan, as_user):
    answer = page_of(as_user(hua))
    counts = {number.label: number.count for number in answer.context["numbers"]}
    assert counts["在用账号"] == 2
    assert reverse("access:account_list") in answer.content.decode()


def test_nobody_meets_the_names_of_people_on_a_start_page_without_the_right(filled, hua, as_user):
    assert "何平" not in page_of(as_user(hua)).content.decode()


def changed(place, name):
    """A home with a manager, and its line in the change log."""
    made = home(name, place, manager_name="何小荷", manager_phone_masked="138****0001")
    row = ChangeRow(
        "homes.Home", made.uid, place.pk, place.branch_id, "create", None, snapshot(made)
    )
    record_changes([row], actor=Actor.command())


def test_who_manages_a_home_is_on_no_start_page_without_the_right(tree, ying, hua, as_user):
    changed(tree["lotus"], "荷塘之家")
    told = [page_of(as_user(who)).content.decode() for who in (ying, hua)]
    assert ["荷塘之家" in page for page in told] == [True, True]
    assert ["何小荷" in page for page in told] == [True, False]
    assert ["138****0001" in page for page in told] == [True, False]


def test_the_log_of_one_posting_does_not_reach_over_the_place_of_another(tree, as_user):
    """An auditor of the north who also works in the south reads the north's log alone."""
    who = post(official("hong", "洪梅", "auditor", tree["north"]), "town_officer", tree["south"])
    changed(tree["lotus"], "荷塘之家")
    changed(tree["bamboo"], "竹林之家")
    record_event("export", actor=Actor.of(who), organisation_id=tree["bamboo"].pk)
    client = as_user(who)
    assert "荷塘之家" in page_of(client, "/?organisation=910101").content.decode()
    south = page_of(client, "/?organisation=910102")
    assert "竹林之家" not in south.content.decode()
    assert "events" not in south.context


@pytest.mark.parametrize("who", ["qiu", "tao", "lan", "su", "ying", "hua"])
def test_a_start_page_costs_twelve_queries_however_much_there_is(
    filled, who, request, as_user, django_assert_max_num_queries
):
    client = as_user(request.getfixturevalue(who))
    client.get("/")
    for number in range(30):
        established(village(filled["north_town"], f"新村{number}"), date(2022, 1, 1))
    with django_assert_max_num_queries(12):
        client.get("/")
