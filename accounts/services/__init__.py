"""Slips of a whole list, and the hand-over of a unit's account."""

from accounts.services.handing_over import (
    differing,
    differing_units,
    hand_over,
    head_of,
    unit_postings,
)
from accounts.services.slips import SLIPS_AT_ONCE, slips_print, waiting

__all__ = [
    "SLIPS_AT_ONCE",
    "differing",
    "differing_units",
    "hand_over",
    "head_of",
    "slips_print",
    "unit_postings",
    "waiting",
]
