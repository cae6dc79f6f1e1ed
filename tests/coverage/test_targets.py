"""Targets per level and year, set by a service that writes the change log."""

from decimal import Decimal

import pytest

from federation.audit.models import Change
from federation.audit.services import Actor, open_change
from federation.coverage.models import Target
from federation.coverage.services import BadTarget, NoSuchIndicator, target_save, targets

ACTOR = Actor.system()


def save(value, **fields):
    number = None if value is None else Decimal(value)
    return target_save(**{"indicator": "ORG-13", "value": number, "actor": ACTOR} | fields)


def test_a_year_wins_over_all_years_and_a_level_stands_for_itself(tree):
    save("80")
    save("90", year=2026)
    save("95", level="town", year=2026)
    assert targets(2025)[("ORG-13", "")] == 80
    assert targets(2026)[("ORG-13", "")] == 90
    assert targets(2026)[("ORG-13", "town")] == 95


def test_setting_it_again_changes_the_one_row_and_tells_both_values(tree):
    save("80")
    save("85", source="2026 年工作要点")
    assert Target.objects.filter(indicator="ORG-13").count() == 1
    change = Change.objects.order_by("pk").last()
    assert (change.operation, change.organisation_id) == ("update", tree["city"].pk)
    before, after = open_change(change)
    assert (before["value"], after["value"]) == ("80.00", "85.00")
    assert after["version"] == 2


def test_the_same_value_is_no_change(tree):
    save("80")
    save("80")
    assert Change.objects.count() == 1


def test_a_target_can_be_taken_away(tree):
    save("80")
    assert save(None) is None
    assert ("ORG-13", "") not in targets(2026)
    assert Change.objects.order_by("pk").last().operation == "delete"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"value": Decimal(-1)}, "不能为负数"),
        ({"value": Decimal(101)}, "不能超过 100"),
        ({"value": Decimal(50), "year": 1900}, "年度应在"),
        ({"value": Decimal(10_000_000), "indicator": "FUND-01"}, "核对单位"),
    ],
)
def test_a_target_that_cannot_be_is_refused_in_words(tree, fields, words):
    with pytest.raises(BadTarget, match=words):
        save(**{"value": None} | fields)
    assert not Change.objects.exists()


def test_an_unknown_indicator_has_no_target(tree):
    with pytest.raises(NoSuchIndicator):
        save("5", indicator="ORG-99")
