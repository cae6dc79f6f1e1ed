"""Marks one workbook under hard limits: an order and the file come in, the marked file goes out.

Run as ``python -I marking_child.py``; both ways speak msgpack. In: a map of ``file`` and ``order``
(see ``marking.patching``; ``kind`` says what the file is, ``names`` what its sheets are to be
called when it is made anew). Out: a map with the key "k": book (file, rebuilt, ending) or refused.
"""

import io
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgpack
from python_calamine import CalamineWorkbook

sys.path.insert(0, str(Path(__file__).resolve().parent))

from child import DATE, Answer, Swallow, events, limit, packed  # noqa: E402
from marking.package import Package  # noqa: E402
from marking.patching import Workbook, patched  # noqa: E402
from marking.rebuilding import rebuilt  # noqa: E402

_ENDINGS = (("macroenabled.template", "xltm"), ("macroenabled", "xlsm"), ("template", "xltx"))


def marked(data: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """The answer: the file itself with marks or, where that cannot be, one made anew."""
    if order["kind"] == "xlsx":
        trial = Swallow()
        with trial:
            made = patched(data, order)
            ending = ending_of(data)
            if order["task"] is not None:
                check(made)
        if not trial.failed:
            return {"k": "book", "file": made, "rebuilt": False, "ending": ending}
    fresh = rebuilt(events(data), order["names"])
    names = order["names"]
    for key in ("marks", "typed"):
        order = {**order, key: {names.get(n, n): cells for n, cells in order[key].items()}}
    if order["task"] is not None:
        order["task"] = {**order["task"], "title": order["task"]["title_of_rebuilt"]}
    return {"k": "book", "file": patched(fresh, order), "rebuilt": True, "ending": "xlsx"}


def ending_of(data: bytes) -> str:
    """How the name of a workbook ends, by what it says it is."""
    package = Package(data)
    kind = package.kind_of(Workbook(package).part).lower()
    return next((ending for word, ending in _ENDINGS if word in kind), "xlsx")


def check(made: bytes) -> None:
    """Raise whatever a reader raises: a workbook that does not open is worse than none."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    book.get_sheet_by_name(book.sheet_names[-1])


def restored(code: int, raw: bytes) -> Any:
    """Dates of the order."""
    if code != DATE:
        return None
    text = raw.decode("ascii")
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def main() -> None:
    """Read standard input, write one answer, never raise."""
    limit()

    def write(answer: dict[str, Any]) -> None:
        sys.stdout.buffer.write(msgpack.packb(answer, default=packed, use_bin_type=True))

    with Answer(write):
        asked = msgpack.unpackb(sys.stdin.buffer.read(), ext_hook=restored, strict_map_key=False)
        write(marked(asked["file"], asked["order"]))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
