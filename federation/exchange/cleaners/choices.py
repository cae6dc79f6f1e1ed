"""Free text, and answers from an option list that an administrator keeps."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from federation.exchange.cleaners.base import CellContext, Cleaner, CleaningError, Doubt, Likely
from federation.exchange.cleaners.text import as_text, squash, tidy
from federation.sealing.masking import holds_number

_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_MARKS = re.compile(r"[\s·,，.。;；:：“”\"'‘’()（）\[\]【】]+")


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

    written = plain

    def choices(self, lists: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """The labels of the list."""
        return lists.get(self.list_key, ())


class Worded(Option):
    """Answers with words around them that say no more than the heading does.

    ``before`` and ``after`` are such words; ``meant`` tells what an answer amounts to by a word in
    it. The answer as written comes first, so an option of an administrator's own wins.
    """

    def __init__(
        self,
        list_key: str,
        before: str = "",
        after: str = "",
        meant: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(list_key)
        self._before = re.compile(f"^({before})+") if before else None
        self._after = re.compile(f"({after})+$") if after else None
        self._meant = [
            (re.compile(word), option_key(label)) for word, label in (meant or {}).items()
        ]

    def keys(self, raw: str) -> list[str]:
        """As written, then without the words around it, then what it amounts to."""
        keys = super().keys(raw)
        found = dict.fromkeys(keys)
        for key in keys:
            head = self._before.sub("", key) if self._before else key
            tail = self._after.sub("", key) if self._after else key
            both = self._after.sub("", head) if self._after else head
            found.update(dict.fromkeys((head, tail, both)))
        amounts = [label for word, label in self._meant if word.search(keys[0])]
        return [key for key in (*found, *amounts[:1]) if key]


class Position(Worded):
    """A post in the federation; the cell may name posts outside it as well."""

    _OUTSIDE = re.compile(r"[兼、,，/;；和及]")

    def keys(self, raw: str) -> list[str]:
        """The whole answer first, then each post named in it."""
        pieces = self._OUTSIDE.split(_BRACKETS.sub("", raw))
        return super().keys(raw) + [
            key for piece in pieces for key in super(Position, self).keys(piece)
        ]


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
position = Position(
    "position",
    before=r"(乡?镇街?|街道|村|社区|居|区|县|市|本|现任)*(妇联|妇女联合会)(执委会)?|现任|兼任",
    after=r"会?成员|会委员|委员",
)
employment = Option("employment")
rank = Rank("rank")
ethnic = Option("ethnic")
political = Option("political")
education = Worded(
    "education",
    before=r"(全日制|非全日制|在职|函授|自考|电大|夜大|业余|成人|成教|网络|远程|(中央|省委?|市委?)?党校)(教育)?",
    after=r"学历|毕业|结业|肄业|在读|文化程度|文化|程度",
)
sector = Worded("sector", after=r"界别|界|系统|行业|领域|代表|人士|类")
source = Worded(
    "source",
    after=r"资金|经费|收入|来源|款项",
    meant={
        "财政": "财政拨款",
        "妇联|^上级": "上级妇联拨付",
        "捐|赞助": "社会捐赠",
        "^(村|社区|居)+.*(补贴|补助|集体|自筹)": "村（社区）补贴",
        "^其[他它]": "其他",
    },
)
level = Worded("level", after=r"妇女之家|妇女微家|微家|之家|阵地|单位|点|称号")
