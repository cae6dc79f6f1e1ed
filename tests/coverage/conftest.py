"""Every figure is counted on one day."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.coverage.records import TODAY


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller]:
    """Noon of TODAY; tests let days pass with ``clock.move_to``."""
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False) as traveller:
        yield traveller
