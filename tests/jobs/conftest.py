"""What the tests of jobs share: a broker that is heard, and a kind of work that a test decides."""

from collections.abc import Callable

import pytest

from federation.jobs import services
from federation.jobs.services import Handler, handlers


@pytest.fixture
def told(monkeypatch) -> list[str]:
    """The uids a broker was told of."""
    heard: list[str] = []
    monkeypatch.setattr(services.app, "send_task", lambda name, args, **kw: heard.append(args[0]))
    return heard


@pytest.fixture
def does(monkeypatch) -> Callable[..., None]:
    """Lets jobs of kind ``wash`` do what a test says, in stages or in one go."""

    def declare(run, **stages: int) -> None:
        handlers.discover()
        monkeypatch.setitem(handlers._declared, "wash", Handler("wash", run, stages))

    return declare
