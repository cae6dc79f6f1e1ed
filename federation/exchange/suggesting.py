"""What was probably meant by a name that is none: the one that sounds the same, or looks nearest.

Only offered beside the error, never taken. ID numbers and people are never looked for here.
"""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import NamedTuple

from federation.exchange.places import spoken_name, village_key
from federation.spelling import syllables

#: searches for one file: thousands of wrong cells mostly have one cause, and a search costs
MOST = 300
_LONGEST = 30
_NEAR = 0.5
# How people of the south-west type what they hear: 四/是, 南/蓝, 新/星.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an"))

Sound = tuple[str, ...]


class _Entry(NamedTuple):
    """A name, how people say it, that without its kind (村, 社区), and how this sounds."""

    name: str
    spoken: str
    stem: str
    sound: Sound


class Suggester:
    """Finds near names, at most ``most`` times; names are prepared once for each ``among``."""

    def __init__(self, most: int = MOST) -> None:
        self.left = most
        self._entries: dict[str, list[_Entry]] = {}

    def near(self, text: str, names: Iterable[str], among: str) -> str | None:
        """The one of ``names`` that ``text`` was probably meant to be, or None.

        ``among`` tells one set of names from another: the code of a town, the key of a list.
        """
        if self.left <= 0 or not text or len(text) > _LONGEST:
            return None
        self.left -= 1
        if among not in self._entries:
            self._entries[among] = [_entry(name) for name in names]
        return _nearest(_entry(text), self._entries[among])


def _entry(name: str) -> _Entry:
    spoken = spoken_name(name)
    stem = village_key(spoken)[0]
    return _Entry(name, spoken, stem, sound_of(stem))


def sound_of(text: str) -> Sound:
    """The syllables of a text without tones, those alike that people of the south-west confuse."""
    return tuple(map(_plain, syllables(text)))


def _plain(syllable: str) -> str:
    for clear, blurred in _ALIKE:
        syllable = syllable.replace(clear, blurred)
    return "l" + syllable[1:] if syllable.startswith("n") else syllable


def _nearest(wanted: _Entry, entries: Sequence[_Entry]) -> str | None:
    same = [entry for entry in entries if entry.sound == wanted.sound]
    if same:
        return max(same, key=lambda entry: _likeness(entry.spoken, wanted.spoken)).name
    names = {entry.stem: entry.name for entry in reversed(entries)}
    near = get_close_matches(wanted.stem, names, n=1, cutoff=_NEAR)
    return names[near[0]] if near else None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
