"""What a plan was made with: the columns, the option lists and the rules of that moment.

A plan waits for its clerk, and the system may be upgraded meanwhile. What was checked by other
rules is not what she was shown, so it is checked again and not written.
"""

import inspect
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils import timezone

from federation.exchange import plans
from federation.exchange.contents import kept_head
from federation.exchange.declare import Sheet, parts_of, sheet_on
from federation.exchange.models import Batch, Option

ENGINE = Path(__file__).resolve().parent
_ROOMS = ("", "cleaners", "understanding", "parsing", "returning")
_FACTS = ("columns", "options", "rules")


def options_now() -> list[tuple[Any, ...]]:
    """The option lists as an administrator keeps them: list, code, label and aliases of each."""
    return list(Option.objects.values_list("list_key", "code", "label", "aliases"))


def made_with(sheet: type[Sheet], options: list[tuple[Any, ...]] | None = None) -> dict[str, str]:
    """Digests of the columns, options and rules of now, and the moment itself.

    ``options``: ``options_now``, where they are at hand.
    """
    columns = [(c.key, c.clean.kind, c.required, c.unit) for c in sheet.columns]
    options = options_now() if options is None else options
    return {
        "columns": _digest(columns),
        "options": _digest(sorted(options, key=lambda one: one[:2])),
        "rules": _rules(sheet.key),
        "moment": timezone.now().isoformat(),
    }


def is_outdated(batch: Batch, head: Mapping[str, Any] | None = None) -> bool:
    """Whether the plan was made with other columns, options or rules than hold now.

    ``head``: the plan's own facts, where they are at hand. A plan of a release that did not note
    them is judged row by row when it is written.
    """
    made, sheet = batch.made_against, sheet_on(batch.sheet, batch.as_of)
    if not made or sheet is None:
        return False
    now = made_with(sheet)
    is_other = any(made.get(fact) != now[fact] for fact in _FACTS)
    return is_other or _has_other_records(kept_head(batch) if head is None else head)


def _has_other_records(head: Mapping[str, Any]) -> bool:
    """Whether a model of which the plan holds records has other columns by now."""
    for label, names in head.get("columns", {}).items():
        try:
            if list(plans.defaults_of(label)) != names:
                return True
        except LookupError:
            return True
    return False


def _digest(facts: Any) -> str:
    return sha256(repr(facts).encode()).hexdigest()[:16]


@lru_cache(maxsize=64)
def _rules(sheet_key: str) -> str:
    """The same as long as no line of the engine, the table or its parts differs."""
    made = sha256()
    for path in sorted({*_engine(), *_declared(sheet_key)}):
        made.update(path.read_bytes())
    return made.hexdigest()[:16]


def _engine() -> Iterator[Path]:
    for room in _ROOMS:
        yield from (ENGINE / room).glob("*.py")


def _declared(sheet_key: str) -> Iterator[Path]:
    """The files in which the parts of a table stand."""
    for declared in parts_of(sheet_key):
        yield Path(inspect.getfile(declared)).resolve()
