"""What the name and the code of a place say: its kind, its short name, how it is typed.

Source of names and codes: the divisions file of the statistics office.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from federation.spelling import syllables

# As these characters are read in the names of places; a dictionary of words reads them otherwise.
IN_PLACE_NAMES = {"重": "chong", "长": "chang", "朝": "chao", "都": "du", "柏": "bai", "翟": "zhai"}
NOT_A_PLACE = re.compile(r"市辖区|县|(?:省|自治区)直辖县级行政区划")
VIRTUAL = "虚拟"
LIKE_DIGITS = "45"

VILLAGE_NAME = re.compile(r"(?:村民委员会|村委会)(?:（[^）]*）)?$")
COMMUNITY_NAME = re.compile(r"(?:居民委员会|居委会|社区)(?:（[^）]*）)?$")
KIND_OF_LEVEL = {"nation": "10", "province": "20", "city": "30", "district": "40", "group": "65"}


def is_no_place(level: str, name: str) -> bool:
    """Whether a row of level city only groups districts (市辖区, 县 …) and is no place."""
    return level == "city" and NOT_A_PLACE.fullmatch(name) is not None


def kind_code(level: str, code: str, name: str) -> str:
    """The kind of a place: its name decides, its digits where the name is silent."""
    if level == "town":
        return _town_kind(code, name)
    if level == "village":
        return _village_kind(code, name)
    return KIND_OF_LEVEL[level]


def _town_kind(code: str, name: str) -> str:
    if name.endswith(("街道", "街道办事处")):
        return "51"
    if name.endswith(("镇", "乡")):
        return "50"
    return "51" if code[6:7] == "0" else "50"


def _village_kind(code: str, name: str) -> str:
    if VILLAGE_NAME.search(name):
        return "60"
    if COMMUNITY_NAME.search(name) or "社区" in name or "居委会" in name:
        return "61"
    if name.endswith("村") or "村委会" in name:
        return "60"
    return "61" if code[9:10] in "014" else "60"


def is_expected(level: str, code: str, name: str) -> bool:
    """Whether a place counts in denominators: virtual and "-like" units (4xx, 5xx) do not.

    A street, town or township by name is one whatever its digits.
    """
    if VIRTUAL in name:
        return False
    if level == "town":
        return code[6:7] not in LIKE_DIGITS or name.endswith(("街道", "镇", "乡"))
    return level != "village" or code[9:10] not in LIKE_DIGITS


def short_name(level: str, name: str) -> str:
    """The name people say: 诗仙社区, 朝阳村, 高笋塘街道."""
    if level == "town":
        return name.removesuffix("办事处")
    if level != "village":
        return name
    for ending, spoken in (("村民委员会", "村"), ("村委会", "村")):
        if name.endswith(ending):
            stem = name[: -len(ending)]
            return stem if stem.endswith(("村", "社区")) else stem + spoken
    for ending in ("居民委员会", "居委会"):
        if name.endswith(ending):
            stem = name[: -len(ending)]
            return stem if stem.endswith(("社区", "村")) else stem + "居委会"
    return name


class Syllables(dict[int, str]):
    """Syllable by character as ``str.translate`` asks for it, found out when first asked."""

    def __missing__(self, ordinal: int) -> str:
        character = chr(ordinal)
        known = IN_PLACE_NAMES.get(character)
        if known is None:
            spoken = syllables(unicodedata.normalize("NFKC", character))[0]
            known = spoken.lower() if spoken.isascii() and spoken.isalnum() else ""
        self[ordinal] = known
        return known


class Initials(dict[int, str]):
    """The first letter of each syllable, likewise."""

    def __missing__(self, ordinal: int) -> str:
        letter = self[ordinal] = SYLLABLES[ordinal][:1]
        return letter


# Both grow to the number of different characters ever asked for, a few thousand.
SYLLABLES = Syllables()
INITIALS = Initials()
# Stands between texts that are spelled together; no database takes it in a text.
_BREAK = "\0"
SYLLABLES[ord(_BREAK)] = INITIALS[ord(_BREAK)] = _BREAK


def pinyin(text: str) -> tuple[str, str]:
    """Full pinyin and initials without tones: 诗仙社区 gives ``shixianshequ``, ``sxsq``."""
    return text.translate(SYLLABLES)[:200], text.translate(INITIALS)[:60]


def pinyin_each(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """``pinyin`` of every text: one long text is spelled many times faster than its pieces."""
    together = _BREAK.join(texts)
    spelled = (together.translate(table).split(_BREAK) for table in (SYLLABLES, INITIALS))
    return ((whole[:200], first[:60]) for whole, first in zip(*spelled, strict=True))
