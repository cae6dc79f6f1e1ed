"""What a check needs beside the file."""

from collections.abc import Callable
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from datetime import date

from federation.exchange.declare import Sheet
from federation.exchange.holding import Ask, nobody
from federation.exchange.options import OptionLists
from federation.exchange.places import Places
from federation.exchange.returning.coming_back import NOTHING, Returned
from federation.exchange.suggesting import Suggester
from federation.exchange.understanding.mapping import Mapping


def never(fingerprint: str) -> Mapping | None:
    """Nobody remembers any headings."""
    return None


@dataclass(frozen=True)
class Decisions:
    """What people settled: asked where the rules alone find no answer.

    ``places``: (column, ``plain_name`` of what stands there) → code of the organisation.
    ``options``: (option list, ``option_key`` of what stands there) → code of the option.
    ``edits``: (sheet from 0, row from 1) → column → what was typed instead of the cell.
    """

    places: MappingABC[tuple[str, str], str] = field(default_factory=dict)
    options: MappingABC[tuple[str, str], str] = field(default_factory=dict)
    edits: MappingABC[tuple[int, int], MappingABC[str, str]] = field(
        default_factory=dict, repr=False
    )


@dataclass(frozen=True)
class Setting:
    """What a check needs beside the file: the sheet, the places, the days, the lists.

    ``as_of`` dates what the rows report, so a date after it is in the future, as one after
    ``today`` is.
    ``others``: the sheets a file may have been meant for instead.
    ``remembered``: by the fingerprint of its headings, the mapping somebody confirmed for a table.
    ``is_about_towns``: the clerk said that rows with a town and no village mean the town itself.
    ``decisions``: what she and others settled about words and cells.
    ``suggester`` looks for near names, so many times for the whole file.
    ``returned``: rows that came back put right, and those that they stand for.
    ``held`` asks the register what may stand behind rows with masked cells.
    """

    sheet: type[Sheet]
    places: Places
    as_of: date
    today: date
    options: OptionLists
    mapping: Mapping | None = None
    others: tuple[type[Sheet], ...] = ()
    is_about_towns: bool = False
    remembered: Callable[[str], Mapping | None] = never
    decisions: Decisions = field(default_factory=Decisions)
    suggester: Suggester = field(default_factory=Suggester, compare=False, kw_only=True)
    returned: Returned = field(default=NOTHING, kw_only=True)
    held: Ask = field(default=nobody, kw_only=True)

    @property
    def latest_day(self) -> date:
        """The last day a cell may speak of."""
        return min(self.as_of, self.today)
