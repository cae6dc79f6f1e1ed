"""Tags every page uses: icons, status tags, bars, the begonia, and how numbers are written."""

import re
from decimal import Decimal
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from federation.writing import UNKNOWN, cny, percent_of, thousands

register = template.Library()

BEGONIA = "M32 32A19 19 0 1 1 68 32A19 19 0 1 1 68 68A19 19 0 1 1 32 68A19 19 0 1 1 32 32Z"
BEGONIA_INNER = "M37 37A13 13 0 1 1 63 37A13 13 0 1 1 63 63A13 13 0 1 1 37 63A13 13 0 1 1 37 37Z"
KINDS = {"", "ok", "warn", "bad", "info", "rose", "line"}


class UnknownIcon(ValueError):
    """A template names an icon that is not under ``static/vendor/icons``."""


@lru_cache(maxsize=256)
def strokes(name: str) -> tuple[tuple[str], ...]:
    """The ``d`` of every path of an icon. Raises UnknownIcon."""
    found = finders.find(f"vendor/icons/{name}.svg")
    if not found:
        raise UnknownIcon(name)
    text = Path(found).read_text("utf-8")
    paths = re.findall(r'<path (?![^>]*stroke="none")[^>]*?\bd="([^"]+)"', text)
    return tuple((path,) for path in paths)


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """A Tabler icon as inline SVG, hidden from readers: the word beside it says the same."""
    paths = format_html_join("", '<path d="{}"/>', strokes(name))
    return format_html('<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', paths)


@register.simple_tag
def tag(kind: str, icon_name: str, text: Any) -> SafeString:
    """A status: colour, icon and word together. ``kind`` is one of ok warn bad info rose line."""
    # Not through the library's own for plain text: it asks every word whether it is lazy.
    plain = SafeString(escape(text)) if type(text) is str else conditional_escape(text)
    return _tag(kind, icon_name, plain)


@lru_cache(maxsize=1024)
def _tag(kind: str, icon_name: str, text: SafeString) -> SafeString:
    """The same few words stand in thousands of rows."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of tag: {kind}")
    picture = icon(icon_name) if icon_name else ""
    return format_html('<span class="tag {}">{}{}</span>', kind, picture, text)


@register.simple_tag
def meter(
    value: Any, target: Any = None, low: float = 0, high: float = 100, slim: bool = False
) -> SafeString:
    """A bar of ``value`` between ``low`` and ``high`` with a tick at ``target``.

    Hidden from readers, because the figure stands beside it; amber below the target, an empty
    track where ``value`` is unknown.
    """
    is_low = value is not None and target is not None and value < target
    tick = ""
    if target is not None:
        tick = format_html('<rect class="tick" x="{}%" width="2" height="100%"/>', share_of(
            target, low, high))  # fmt: skip
    return format_html(
        '<svg class="bul{}" aria-hidden="true"><rect class="track" y="25%" width="100%" '
        'height="50%" rx="{}"/><rect class="value" y="25%" width="{}%" height="50%" rx="{}"/>'
        "{}</svg>",
        " low" if is_low else "",
        3 if slim else 4,
        share_of(value, low, high) if value is not None else 0,
        3 if slim else 4,
        tick,
    )


def share_of(value: Any, low: float, high: float) -> str:
    """Where ``value`` lies between ``low`` and ``high``, in percent with one decimal, clipped."""
    place = (float(value) - low) / (high - low) * 100
    return f"{max(0.0, min(100.0, place)):.1f}"


@register.simple_tag
def begonia(score: int, unit: str = "分", label: str = "", size: str = "") -> SafeString:
    """The ring of completeness, 0 to 100; what is missing stands beside it."""
    text = label or _("完整度 %(score)s 分，满分 100 分") % {"score": score}
    return format_html(
        '<svg class="hai {}" viewBox="0 0 100 100" role="img" aria-label="{}"><path d="{}"/>'
        '<path class="arc" d="{}" pathLength="100" stroke-dasharray="{} 100"/>'
        '<text x="50" y="51" aria-hidden="true">{}<tspan dx="1">{}</tspan></text></svg>',
        size, text, BEGONIA, BEGONIA, score, score, unit,
    )  # fmt: skip


@register.simple_tag
def begonia_mark(tone: str = "") -> SafeString:
    """The begonia as the mark beside the name of the site; ``tone`` "pale" on dark ground."""
    return format_html(
        '<svg class="mark {}" viewBox="0 0 100 100" aria-hidden="true"><path class="leaf" d="{}"/>'
        '<path class="line" d="{}"/><circle class="core" cx="50" cy="50" r="5.5"/></svg>',
        tone, BEGONIA, BEGONIA_INNER,
    )  # fmt: skip


@register.simple_tag
def begonia_done() -> SafeString:
    """The begonia with a tick: something has been finished."""
    return format_html(
        '<svg class="hai s done" viewBox="0 0 100 100" aria-hidden="true"><path d="{}"/>'
        '<path class="tick" d="M36 51l10 10 19-21"/></svg>',
        BEGONIA,
    )


@register.simple_tag
def percent(numerator: int | None, denominator: int | None) -> str:
    """``percent_of`` as text without the sign: "96.4", "—" when there is nothing to divide by."""
    value = percent_of(numerator, denominator)
    return UNKNOWN if value is None else str(value)


register.filter("thousands", thousands)
register.filter("cny", cny)


@register.filter
def dash(value: Any) -> Any:
    """The value, or "—" where there is none: a cell is never blank."""
    return UNKNOWN if value is None or value == "" else value


@register.simple_tag
def change(difference: Decimal | int | None, bettering: int = 1) -> SafeString:
    """The difference to the last month: ▲ or ▼ with the word for readers.

    Jade where it is for the better, cinnabar for the worse; ``bettering`` is 1 where more is
    better, -1 where less is, 0 where neither can be said.
    """
    if difference is None:
        return format_html('<span class="mut">{}</span>', UNKNOWN)
    if not difference:
        return format_html('<span class="mut">{}</span>', _("持平"))
    is_up = difference > 0
    is_better = is_up == (bettering > 0)
    return format_html(
        '<span class="{} b"><span class="vh">{}</span><span aria-hidden="true">{}</span> {}</span>',
        ("up" if is_better else "dn") if bettering else "sub",
        _("比上月上升") if is_up else _("比上月下降"),
        "▲" if is_up else "▼",
        abs(difference),
    )
