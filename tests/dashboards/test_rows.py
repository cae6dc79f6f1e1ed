"""Every number opens its organisations; people appear only to those who may see people."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation.coverage.declare import catalogue

CODES = [indicator.code for indicator in catalogue()]


def parts(page):
    """(code, numerator, denominator) of every row on a page of names."""
    found = re.findall(
        r'data-behind="(\w+)" data-part-numerator="(\d+)" data-part-denominator="(\d+)"', page
    )
    return [(code, int(over), int(under)) for code, over, under in found]


@pytest.mark.parametrize("indicator", CODES)
def test_the_rows_shown_add_up_to_the_number_above_them(filled, wen, as_user, indicator):
    page = as_user(wen).get(f"/figures/91/{indicator}/?which=all").content.decode()
    head = re.search(r'data-numerator="(\d+)" data-denominator="(\d+)"', page)
    rows = parts(page)
    assert sum(over for _, over, _ in rows) == int(head[1])
    assert sum(under for _, _, under in rows) == int(head[2])


def test_the_list_opens_on_those_that_do_not_count(filled, wen, as_user):
    page = as_user(wen).get("/figures/91/POS-01/").content.decode()
    assert [code for code, _, _ in parts(page)] == ["910102101201"]
    assert "没有妇女之家" in page or "否" in page


def test_a_verdict_selects_its_rows(filled, wen, as_user):
    page = as_user(wen).get("/figures/91/POS-01/?which=in").content.decode()
    assert parts(page) == [("910101101201", 1, 1)]


def test_a_leader_reads_no_name_where_an_officer_does(filled, wen, su, as_user):
    path = "/figures/91/TEAM-01/?which=in"
    assert "何平" in as_user(su).get(path).content.decode()
    assert "何平" not in as_user(wen).get(path).content.decode()


def test_an_unknown_indicator_does_not_exist(filled, wen, as_user):
    assert as_user(wen).get("/figures/91/XYZ-99/").status_code == 404


@pytest.mark.parametrize("indicator", CODES)
@pytest.mark.parametrize("place", ["91", "910101", "910101101", "910101101201"])
def test_the_rows_take_twelve_queries_at_any_level(filled, wen, as_user, place, indicator):
    client = as_user(wen)
    path = f"/figures/{place}/{indicator}/?which=all"
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    assert len(asked) <= 12
