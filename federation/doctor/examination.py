"""The whole examination, in the order in which things depend upon each other."""

from federation.doctor import machine, surroundings
from federation.doctor.findings import Finding
from federation.doctor.records import records


def examine() -> list[Finding]:
    """Look at everything. Never raises: what cannot be looked at is a finding itself."""
    return [
        machine.python(),
        machine.packages(),
        machine.folders(),
        machine.disk(),
        machine.static_files(),
        *records(),
        surroundings.queue(),
        surroundings.worker(),
        surroundings.backup(),
        surroundings.debug(),
        surroundings.hosts(),
        surroundings.https(),
    ]
