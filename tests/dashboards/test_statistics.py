"""Counting tables: what was reported is kept, compared with the registers, and writes none."""

from datetime import date

import pytest

from cadres.models import Appointment, Person
from federation.audit.services import Actor
from federation.coverage.counts import Compared, columns, counted, counts
from federation.exchange.models import Batch
from federation.exchange.services import batch_apply, batch_open, batch_plan, batch_undo
from homes.models import Home
from orgs.models import Organisation, ReportedFact
from tests.coverage.records import TODAY, appoint, established, home, village
from tests.exchange.matrices import counting_table
from tests.exchange.tables import changes, warnings

pytestmark = pytest.mark.django_db
PAGE = "/figures/910101/statistics/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


@pytest.fixture
def north_filled(tree):
    """Of the north: two villages and a community stand, three chairs, one member, one home."""
    town = tree["north_town"]
    community = village(town, "石桥社区", kind="61")
    for place in (tree["lotus"], tree["willow"], community):
        established(place, date(2020, 1, 1))
    young, old = Person(name="何平", birth_on=date(1990, 7, 1)), Person(name="何安")
    old.birth_on = date(1990, 6, 14)
    for who in (young, old):
        who.education, who.political = "大专", "中共党员"
        who.save()
    full = Appointment.Engagement.FULL_TIME
    appoint(tree["lotus"], "", "主席", person=young, engagement=full, is_on_two_committees=True)
    appoint(tree["willow"], "", "主席", person=old)
    appoint(community, "石兰", "主席")
    appoint(tree["lotus"], "石梅", "执委")
    appoint(tree["lotus"], "石竹", "执委", until_on=date(2026, 1, 1))
    home(tree["lotus"], "荷花妇女之家")
    return tree


def planned(place, *rows, **more) -> Batch:
    batch = batch_open(
        sheet="statistics", organisation=place, as_of=TODAY, actor=Actor.command(),
        file_name="表.xlsx", data=counting_table(*rows, **more),
    )  # fmt: skip
    return batch_plan(batch=batch)


def number(place: Organisation, key: str) -> int:
    place_of = [count.key for count in columns()].index(key)
    return int(counted([place.path], TODAY)[0][place_of])


def test_a_unit_is_told_the_sum_of_everything_below_it(north_filled):
    town = north_filled["north_town"]
    told = {
        key: number(town, key)
        for key in (
            "org_village", "org_community", "org_town", "chair_all", "chair_full_time",
            "chair_on_two", "chair_college", "chair_young", "chair_party", "vice_all",
            "member_all", "women_homes", "micro_homes", "women_groups",
        )
    }  # fmt: skip
    assert told == {
        "org_village": 2, "org_community": 1, "org_town": 0, "chair_all": 3,
        "chair_full_time": 1, "chair_on_two": 1, "chair_college": 2, "chair_young": 1,
        "chair_party": 2, "vice_all": 0, "member_all": 4, "women_homes": 1, "micro_homes": 0,
        "women_groups": 0,
    }  # fmt: skip
    assert number(north_filled["lotus"], "member_all") == 2
    assert number(north_filled["south"], "chair_all") == 0
    assert number(north_filled["city"], "member_all") == 4


def test_the_day_decides_who_is_in_office_and_how_old(north_filled):
    town = north_filled["north_town"]
    place_of = [count.key for count in columns()].index
    before = counted([town.path], date(2025, 12, 31))[0]
    assert before[place_of("member_all")] == 5
    later = counted([town.path], date(2026, 7, 2))[0]
    assert later[place_of("chair_young")] == 0
    assert counted([town.path], date(2019, 12, 31))[0][place_of("org_village")] == 0


def test_every_count_is_declared_once_with_a_group_and_a_heading():
    assert len({(str(c.group), str(c.heading)) for c in counts}) == len(counts)
    assert [c.key for c in columns()][:2] == ["org_town", "org_street"]


def test_every_cell_is_kept_as_reported_and_differences_are_told(north_filled):
    batch = planned(north_filled["north"], ["青石镇", 2, 0, 4, 1, 1, 4, 0, 1])
    assert changes(batch) == ["new"]
    (words,) = warnings(batch)
    assert "组织数·社区：名册 1，表中 0（−1）" in words
    assert "主席·小计：名册 3，表中 4（+1）" in words
    assert "村" not in words.partition("社区")[0]
    before = (Organisation.objects.count(), Appointment.objects.count(), Home.objects.count())
    batch_apply(batch=batch)
    facts = ReportedFact.objects.filter(organisation=north_filled["north_town"])
    assert dict(facts.values_list("key", "number")) == {
        "stat-org_village": 2, "stat-org_community": 0, "stat-chair_all": 4,
        "stat-chair_full_time": 1, "stat-chair_young": 1, "stat-member_all": 4,
        "stat-women_groups": 0, "stat-women_homes": 1,
    }  # fmt: skip
    after = (Organisation.objects.count(), Appointment.objects.count(), Home.objects.count())
    assert after == before


def test_the_same_table_again_changes_nothing_and_undo_takes_it_back(north_filled):
    row = ["青石镇", 2, 0, 4, 1, 1, 4, 0, 1]
    batch = batch_apply(batch=planned(north_filled["north"], row))
    assert changes(planned(north_filled["north"], row)) == ["unchanged"]
    batch_undo(batch=batch, actor=Actor.command())
    assert not ReportedFact.objects.exists()


def test_a_row_of_another_district_is_refused(north_filled):
    batch = planned(north_filled["north"], ["红岩镇", 1, 1, 1, 1, 1, 1, 1, 1])
    assert (batch.counts["rejected"], batch.counts["accepted"]) == (1, 0)


@pytest.mark.parametrize(
    ("numbers", "is_different", "is_big"),
    [
        ((13, 13), False, False),
        ((13, 14), True, False),
        ((100, 96), True, False),
        ((100, 95), True, True),
        ((13, 16), True, True),
        ((0, 2), True, True),
        ((3, None), False, False),
    ],  # fmt: skip
)
def test_off_by_one_or_under_five_percent_is_small(numbers, is_different, is_big):
    cell = Compared(columns()[0], *numbers)
    assert (cell.is_different, cell.is_big) == (is_different, is_big)


def test_the_page_shows_both_numbers_where_they_differ(as_user, lan, north_filled):
    batch_apply(batch=planned(north_filled["north"], ["青石镇", 2, 0, 4, 1, 1, 4, 0, 1]))
    answer = as_user(lan).get(PAGE)
    table = answer.context["table"]
    (line,) = table.lines
    assert [(c.count.key, c.counted, c.reported, c.written) for c in line.different] == [
        ("org_community", 1, 0, "−1"), ("chair_all", 3, 4, "+1"),
    ]  # fmt: skip
    text = answer.content.decode()
    assert "报 4" in text and "青石镇" in text
    assert len(as_user(lan).get(f"{PAGE}?which=different").context["paging"].object_list) == 1


def test_the_last_report_counts(as_user, lan, north_filled):
    ReportedFact.objects.create(
        organisation=north_filled["north_town"], key="stat-chair_all", as_of=date(2025, 1, 1),
        text="9", number=9,
    )  # fmt: skip
    batch_apply(batch=planned(north_filled["north"], ["青石镇", 2, 1, 3, 1, 1, 4, 0, 1]))
    assert as_user(lan).get(PAGE).context["table"].number_of_differences == 0


def test_without_any_report_there_is_no_difference(as_user, lan, north_filled):
    answer = as_user(lan).get(PAGE)
    assert answer.context["told"] == []
    assert "还没有上报统计表" in answer.content.decode()


def test_another_district_is_unknown(as_user, mei, north_filled):
    assert as_user(mei).get(PAGE).status_code == 404


def test_a_village_without_units_below_shows_itself(as_user, qiu, north_filled):
    answer = as_user(qiu).get(f"/figures/{north_filled['lotus'].code}/statistics/")
    assert answer.context["table"].lines == []
    assert answer.status_code == 200


def test_the_page_costs_the_same_for_one_town_and_for_many(
    as_user, su, north_filled, django_assert_max_num_queries
):
    client, url = as_user(su), "/figures/910101101/statistics/"
    client.get(url)
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    for name in "甲乙丙丁":
        village(north_filled["north_town"], f"{name}村")
    with django_assert_max_num_queries(len(few)):
        client.get(url)
