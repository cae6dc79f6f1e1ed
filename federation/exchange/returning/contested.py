"""Cells that were changed in two places to two things: told beside the one, decided by typing."""

from typing import Any

from django.utils.translation import gettext as _

from federation.exchange.cleaners.text import is_blank
from federation.exchange.frames import Work
from federation.exchange.problems import seen_text
from federation.exchange.returning.both_changed import Rival
from federation.exchange.rows import CheckedSheet
from federation.exchange.setting import Setting
from federation.exchange.understanding.mapping import letter

CODE, WAITING = "changed_twice", "changed_elsewhere"


def blame_contested(work: Work, setting: Setting, result: CheckedSheet) -> None:
    """Have rows that say another thing than their copies wait, but for cells typed on the page."""
    rows = setting.returned.contested.get(result.name, {})
    waiting = setting.returned.waiting.get(result.name, {})
    if not rows and not waiting:
        return
    keys = {at: key for key, at in result.columns.items()}
    for position, number in enumerate(work.numbers):
        if number in waiting:
            sheet, row = waiting[number]
            work.blame(position, next(iter(keys.values())), WAITING, {"sheet": sheet, "row": row})
        typed = setting.decisions.edits.get((result.number, number), {})
        for rival in rows.get(number, ()):
            key = keys.get(letter(rival.at), "")
            if key and key not in typed:
                work.blame(position, key, CODE, _told(rival, key, result, number))


def _told(rival: Rival, key: str, result: CheckedSheet, number: int) -> dict[str, Any]:
    at = result.address(key, number)
    row = _("第 {row} 行").format(row=number)
    return {
        "own": result.name,
        "here": _("的 {cell}").format(cell=at) if at else row,
        "sheet": rival.sheet,
        "there": f"{letter(rival.column)}{rival.row}",
        "says": "" if is_blank(rival.says) else seen_text(key, rival.says),
    }
