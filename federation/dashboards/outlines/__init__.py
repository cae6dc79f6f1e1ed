"""Outlines of the districts of a province, one replaceable data file each.

A file ``<code>.json`` holds ``size`` (width, height of the drawing), ``areas`` (code, name, label,
x and y of the label, SVG path) and, where the centre is crowded, ``inset``: an enlarged copy with
``box``, ``frame``, ``transform`` (factor, dx, dy), ``codes`` and hand-placed ``labels``.
Boundaries are a sketch, no ground for drawing borders; a city without a file has the tile chart.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


@lru_cache(maxsize=8)
def outlines_of(code: str) -> dict[str, Any] | None:
    """The drawing of a province by its code as the divisions file writes it ("50"), or None."""
    if not code.isdigit() or not (FOLDER / f"{code}.json").is_file():
        return None
    drawing: dict[str, Any] = json.loads((FOLDER / f"{code}.json").read_text("utf-8"))
    return drawing
