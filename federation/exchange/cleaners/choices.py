"""Free text, and answers from an option list that an administrator keeps."""

import re
from typing import Any, NamedTuple

from federation.exchange.cleaners.base import CellContext, Cleaner, CleaningError, Doubt, Likely
from federation.exchange.cleaners.text import as_text, squash, tidy
from federation.sealing.masking import holds_number

_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_MARKS = re.compile(r"[\s·,，.。;；:：“”\"'‘’()（）\[\]【】]+")
_TAIL = re.compile(r"(学历|毕业|文化程度|文化)$")


class Choice(NamedTuple):
    """An option as it is kept: code and label."""

    code: str
    label: str


def option_key(text: str) -> str:
    """How options and their aliases are compared: no spaces, no punctuation, lower case."""
    return _MARKS.sub("", squash(text)).lower()


class Option(Cleaner):
    """One of the options of ``list_key``; unknown answers are errors, never stored."""

    kind = "option"

    def __init__(self, list_key: str) -> None:
        self.list_key = list_key

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The Choice. Code: unknown_option."""
        raw = as_text(cell)
        found = self.find(raw, context)
        if found is None:
            raise CleaningError("unknown_option", self.likely(raw, context), raw=raw)
        return found

    def find(self, raw: str, context: CellContext) -> Choice | None:
        """The option that is answered, None when there is none such."""
        known = context.options.get(self.list_key, {})
        return next((Choice(*known[key]) for key in self.keys(raw) if key in known), None)

    def likely(self, raw: str, context: CellContext) -> Likely | None:
        """The option that an unknown answer looks or sounds like."""
        known = context.options.get(self.list_key, {})
        if context.near is None or not known:
            return None
        near = context.near(option_key(raw), known, f"option:{self.list_key}")
        return Likely(known[near][1], "option") if near else None

    def keys(self, raw: str) -> list[str]:
        """What the answer may be looked up as, the surest first."""
        return [option_key(raw), option_key(_BRACKETS.sub("", raw))]

    def plain(self, value: Any) -> Any:
        """The label."""
        return None if value is None else value.label


class Position(Option):
    """A post in the federation; the cell may name posts outside it as well."""

    _OUTSIDE = re.compile(r"[兼、,，/;；和及]")

    def keys(self, raw: str) -> list[str]:
        """The whole answer first, then each post named in it."""
        whole = super().keys(raw)
        pieces = [option_key(piece) for piece in self._OUTSIDE.split(_BRACKETS.sub("", raw))]
        return whole + [piece for piece in pieces if piece]


class Education(Option):
    """A level of schooling; 本科学历 and 本科毕业 are 本科."""

    def keys(self, raw: str) -> list[str]:
        """As written, then without the word that says it is schooling."""
        return [form for key in super().keys(raw) for form in (key, _TAIL.sub("", key))]


class Rank(Option):
    """The rank of an official; most members of a committee are none, and some tables say so.

    Titles of professions and grades of staff are no ranks: they cost nobody her row.
    """

    _NONE = frozenset({"无", "无职级", "没有", "暂无"})

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The Choice, None where it is said that there is none, else a Doubt without a value."""
        raw = as_text(cell)
        if option_key(raw) in self._NONE:
            return None
        found = self.find(raw, context)
        return found or Doubt(None, "not_a_rank", {"raw": raw})


class FreeText(Cleaner):
    """Text as it stands, without invisible characters, at most ``longest`` characters."""

    def __init__(self, longest: int = 500) -> None:
        self.longest = longest

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The text. Code: text_long."""
        text = tidy(as_text(cell))
        if len(text) > self.longest:
            raise CleaningError("text_long", n=len(text), most=self.longest)
        return text


class ImpersonalText(FreeText):
    """Text that everybody reads who sees the record, so no ID number or mobile may stand in it."""

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The text. Codes: text_long, holds_number."""
        text = super().clean(cell, context)
        if holds_number(text):
            raise CleaningError("holds_number")
        return text


class Reference(Cleaner):
    """A cell that says which organisation a row means; ``placing`` reads it, not this."""

    kind = "reference"

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The text of the cell."""
        return as_text(cell)


free_text = FreeText()
reference = Reference()
position = Position("position")
employment = Option("employment")
rank = Rank("rank")
ethnic = Option("ethnic")
political = Option("political")
education = Education("education")
sector = Option("sector")
source = Option("source")
level = Option("level")
