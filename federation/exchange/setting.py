"""What a check needs beside the file."""

from dataclasses import dataclass
from datetime import date

from federation.exchange.declare import Sheet
from federation.exchange.mapping import Mapping
from federation.exchange.options import OptionLists
from federation.exchange.places import Places


@dataclass(frozen=True)
class Setting:
    """What a check needs beside the file: the sheet, the places, the days, the lists.

    ``as_of`` dates what the rows report; ``today`` is what "future" is measured against.
    ``others``: the sheets a file may have been meant for instead.
    """

    sheet: type[Sheet]
    places: Places
    as_of: date
    today: date
    options: OptionLists
    mapping: Mapping | None = None
    others: tuple[type[Sheet], ...] = ()
