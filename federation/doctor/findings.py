"""What an examination found: one sentence and one remedy for each thing looked at."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from django.utils.functional import Promise


class State(StrEnum):
    """``fault``: the portal does not work or is not safe; ``warning``: it works, but see to it."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``remedy`` is empty when nothing needs to be done."""

    code: str
    title: str | Promise
    state: State
    sentence: str
    remedy: str = ""

    def told(self) -> dict[str, str]:
        """The finding in plain text, for JSON."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class Subject:
    """A thing to look at: makes its findings, so that code and title stand in one place."""

    code: str
    title: str | Promise

    def ok(self, sentence: str) -> Finding:
        """All is well."""
        return Finding(self.code, self.title, State.OK, sentence)

    def warning(self, sentence: str, remedy: str) -> Finding:
        """It works, but somebody should see to it."""
        return Finding(self.code, self.title, State.WARNING, sentence, remedy)

    def fault(self, sentence: str, remedy: str) -> Finding:
        """It does not work, or is not safe."""
        return Finding(self.code, self.title, State.FAULT, sentence, remedy)
