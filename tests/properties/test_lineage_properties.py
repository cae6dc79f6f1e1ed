"""Of a thousand random imported values the cell, through its cleaner, says what is stored."""

from random import Random

import pytest
from django.apps import apps
from django.utils.dateparse import parse_date

from federation.audit import services as audit_services
from federation.audit.models import Change, CreationBlock
from federation.audit.services import Actor
from federation.exchange.lineage.finding import origins_of
from federation.exchange.services import batch_undo
from orgs.services.structure import organisation_move
from tests.properties.lineage_books import Read, agrees, book, row_of, taken_in

pytestmark = pytest.mark.django_db
KINDS = ("committee", "volunteers", "homes", "budgets", "units", "villages")
ROWS = 24


@pytest.fixture(autouse=True)
def _several_make_a_block(monkeypatch):
    """Both ways of telling a creation come up: single ones in rows, two and more in blocks."""
    monkeypatch.setattr(audit_services, "WORTH_A_BLOCK", 2)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


def imported_values():
    """Every field of every standing record that a cell told: record, field, origin."""
    found = []
    told = (kind.objects.values_list("model", flat=True) for kind in (Change, CreationBlock))
    for label in sorted({label for labels in told for label in labels}):
        records = list(apps.get_model(label)._default_manager.order_by("pk"))
        origins = origins_of(records)
        found += [
            (record, field, origin)
            for record in records
            for field, origin in sorted(origins[record.uid].items())
            if origin.cells is not None
        ]
    return found


def wrong_ones(values, read):
    """Those whose cells say something else than what is stored."""
    return [
        (record._meta.label, field, key, cell)
        for record, field, origin in values
        for key, cell in origin.cells.addresses.items()
        if not agrees(
            record, field, key, read.value(origin.batch, origin.cells.worksheet, cell, key)
        )
    ]


def rows(kind, places, rnd, numbers):
    """Random rows, a few of each place; of a village one."""
    if kind == "villages":
        return [(place, row_of(kind, place.pk, rnd)) for place in places]
    return [(places[number % len(places)], row_of(kind, number, rnd)) for number in numbers]


def test_the_cells_of_a_thousand_values_say_what_is_stored(tree):
    rnd, places = Random(4), [tree[name] for name in ("lotus", "willow", "bamboo", "pine")]
    for kind in KINDS:
        taken_in(kind, book(kind, rows(kind, places, rnd, range(ROWS)), rnd), tree["city"])
        # The same records again, most of their cells told otherwise, and some new ones.
        again = rows(kind, places, rnd, range(ROWS // 2, 2 * ROWS))
        taken_in(kind, book(kind, again, rnd), tree["city"])
    read, values = Read(), imported_values()
    assert len(values) > 1000
    assert len({origin.batch.sheet for _record, _field, origin in values}) == len(KINDS)
    assert wrong_ones(rnd.sample(values, 1000), read) == []
    # A unit that moves takes its cells along, and what an undone import had changed is from the
    # cells before again.
    day = parse_date("2025-07-01")
    moved = {"organisation": tree["lotus"], "parent": tree["south_town"]}
    organisation_move(**moved, on=day, actor=Actor.command())
    assert len(imported_values()) == len(values)
    last = {origin.batch.sheet: origin.batch for _r, _f, origin in values if origin.batch}
    for batch in sorted(last.values(), key=lambda batch: -batch.pk):
        batch_undo(batch=batch, actor=Actor.command())
    left = imported_values()
    assert 300 < len(left) < len(values)
    assert wrong_ones(left, read) == []
