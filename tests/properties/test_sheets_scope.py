"""Whatever stands in the workbook of a subtree: outside of it every row stays as it was."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.exchange.services import batch_apply
from tests.dumps import rows_of, tables
from tests.properties.sheets_world import (
    EACH,
    EASY,
    GIVING,
    ROWS,
    nothing_kept,
    planned,
    read_directly,
    workbooks,
    written,
)

pytestmark = pytest.mark.django_db
PLACES = ("north", "north_town", "lotus", "willow", "south", "south_town", "bamboo", "pine")
#: how a row names its place: by code, by town and village, by the village alone, by all of them
WAYS = ("code", "names", "name", "both")
Dump = dict[tuple[str, Any], str]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


def outside(inside: set[int]) -> Dump:
    """Every row of an organisation not ``inside``; people belong to where they hold posts."""
    posts = rows_of("cadres_appointment")
    elsewhere = {row["person_id"] for row in posts if row["organisation_id"] not in inside}
    found: Dump = {}
    for table in tables():
        for row in rows_of(table):
            owner = row["id"] if table == "orgs_organisation" else row.get("organisation_id")
            is_hers = row["id"] not in elsewhere if table == "cadres_person" else owner in inside
            if not is_hers and not table.startswith("coverage"):
                found[table, row["id"]] = repr(row)
    return found


def named(row: dict[str, Any], way: str, tree: dict[str, Any]) -> dict[str, Any]:
    """The row, its place named in another way."""
    place = next(one for one in tree.values() if one.code == row["code"])
    if way == "code" or place.kind_group == "district":
        return row
    told = {"name": place.short_name, "town": place.parent.short_name}
    if place.kind_group == "town":
        told = {"name": None, "town": place.short_name}
    elif way == "name":
        told["town"] = None
    return {**row, **told, "code": row["code"] if way == "both" else None}


@pytest.mark.parametrize("key", GIVING)
def test_a_workbook_of_a_subtree_never_touches_a_row_outside(tree, key):
    drawn: Counter[str] = Counter()

    @settings(**EASY)
    @given(
        standing=workbooks, rows=ROWS[key], place=st.sampled_from(PLACES),
        way=st.sampled_from(WAYS),
    )  # fmt: skip
    def holds(standing, rows, place, way):
        with nothing_kept():
            written(standing, tree["city"])
            root = tree[place]
            inside = {one.pk for one in tree.values() if one.path.startswith(root.path)}
            batch = planned((key, [named(row, way, tree) for row in rows]), root)
            before = outside(inside)
            batch = batch_apply(batch=batch)
            after = outside(inside)
            assert {row: (before.get(row), after.get(row)) for row in changed(before, after)} == {}
            drawn["examples"] += 1
            drawn["kept out"] += batch.counts.get("rejected", 0)
            drawn["written"] += bool(batch.counts.get("written"))

    with read_directly():
        holds()
    assert drawn["examples"] >= EACH
    assert min(drawn["kept out"], drawn["written"]) >= 3


def changed(before: Dump, after: Dump) -> list[Any]:
    """The rows that one of the dumps has otherwise."""
    return [row for row in {*before, *after} if before.get(row) != after.get(row)]
