"""Which women's organisation a cell names as the one that covers a unit."""

import re
from collections.abc import Iterator
from typing import Any

from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.cleaners.text import squash
from federation.exchange.plans import Rows
from orgs.models import Organisation, written_codes

NAMES = ("code", "name", "short_name")
_TITLE = re.compile(r"(妇女联合会|妇联|妇女委员会|妇委会|妇女小组)(组织)?$")


class Covering:
    """The organisations named in the column ``covered_by``, within what the import may write.

    By code, by the full or the short name, with or without 妇联 behind it. A name that several
    have is that of the row's own organisation, or nobody's: nothing is guessed.
    """

    def __init__(self, rows: Rows) -> None:
        self.texts, self.ids = rows.column("covered_by"), rows.organisation_ids
        self.named: dict[str, set[int]] = {}
        wanted = sorted({word for text in self.texts if text for word in words_of(text)})
        for block in in_blocks(wanted):
            for pk, words in _called(block, rows):
                for word in words:
                    self.named.setdefault(squash(word), set()).add(pk)

    def of(self, row: int) -> int | None:
        """The key of the organisation that the cell of ``row`` names; None: nobody, or unclear."""
        text = self.texts[row]
        for word in words_of(text) if text else ():
            found = self.named.get(word, set())
            if self.ids[row] in found:
                return self.ids[row]
            if found:
                return next(iter(found)) if len(found) == 1 else None
        return None


def words_of(text: str) -> list[str]:
    """What an organisation may be called by a cell, the surest first."""
    word = squash(text)
    found = [*written_codes(word), _TITLE.sub("", word)]
    return list(dict.fromkeys(one for one in found if one))


def _called(words: list[str], rows: Rows) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Key and names of the organisations that bear one of ``words``; one query a column."""
    within = Organisation.objects.in_scope(rows.ceiling)
    for column in NAMES:
        for pk, *called in keyed(within, column, words).values_list("pk", *NAMES):
            yield pk, tuple(called)
