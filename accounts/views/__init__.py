"""Pages about giving accounts out and handing them over."""

from accounts.views.handovers import Handover, HandoverList
from accounts.views.slips import BatchSlips

__all__ = ["BatchSlips", "Handover", "HandoverList"]
