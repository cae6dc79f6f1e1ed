"""Records of a count are read as plain numbers, by either way the engine offers."""

import pytest
from django.db.models import F

from federation.coverage.days import DayNumber
from federation.coverage.numbers import columns_of_numbers
from orgs.models import Organisation

BOTH_WAYS = pytest.mark.parametrize("is_large", [False, True])


@BOTH_WAYS
def test_columns_hold_what_the_rows_hold(tree, is_large):
    rows = Organisation.objects.order_by("pk").values_list("pk", F("depth") - 1)
    found = columns_of_numbers(rows, 2, is_large=is_large)
    assert list(zip(*found.tolist(), strict=True)) == list(rows)
    assert len(found[1]) == len(tree)
    assert -1 in found[1]


@BOTH_WAYS
def test_unions_are_read_too(tree, lotus, bamboo, is_large):
    rows = [
        Organisation.objects.filter(pk=each.pk).order_by().values_list("pk", "depth")
        for each in (lotus, bamboo)
    ]
    found = columns_of_numbers(rows[0].union(rows[1]), 2, is_large=is_large)
    assert set(found[0].tolist()) == {lotus.pk, bamboo.pk}


@BOTH_WAYS
def test_no_rows_are_columns_without_numbers(tree, is_large):
    for nobody in (Organisation.objects.filter(pk=-1), Organisation.objects.filter(pk__in=[])):
        found = columns_of_numbers(nobody.values_list("pk", "depth"), 2, is_large=is_large)
        assert found.shape == (2, 0)


@BOTH_WAYS
def test_null_is_no_number(tree, lotus, is_large):
    rows = Organisation.objects.filter(pk=lotus.pk)
    with pytest.raises((TypeError, ValueError)):
        columns_of_numbers(
            rows.values_list("pk", DayNumber("status_since_on")), 2, is_large=is_large
        )
