"""Running a machine of random deeds until enough examples took enough effective steps."""

import os
from collections import Counter
from itertools import count
from typing import Any

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

EXAMPLES, STEPS, DRAWN_AT_LEAST = 200, 30, 20
# The same histories on every engine and every machine; another number tries others.
FIRST_SEED = int(os.environ.get("PROPERTY_SEED", "1"))
AT_EASE = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


def run_enough(machine: Any, drawn: Counter[str], deeds: tuple[str, ...]) -> None:
    """Play ``machine`` until ``drawn["whole examples"]`` is enough; every deed was done often.

    The engine ends some examples early; those count as played, never as whole.
    """
    drawn.clear()
    rounds = count(FIRST_SEED)
    while drawn["whole examples"] < EXAMPLES:
        missing = EXAMPLES - drawn["whole examples"]
        # A seed of its own for every round: a repeated example would prove nothing.
        seed(next(rounds))(machine)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=max(20, missing), stateful_step_count=STEPS + 6, **AT_EASE
            ),
        )
    assert {deed: drawn[deed] for deed in deeds if drawn[deed] < DRAWN_AT_LEAST} == {}


def close_example(drawn: Counter[str], effective_steps: int) -> None:
    """Count one example that ended well."""
    drawn["examples"] += 1
    drawn["steps"] += effective_steps
    drawn["whole examples"] += effective_steps >= STEPS
