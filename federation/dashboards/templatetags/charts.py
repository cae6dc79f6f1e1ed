"""Charts drawn on the server: district map, tiles, sparkline, parts of a whole, legend.

They take figures that are already counted (``federation.dashboards.areas.Area``) and ask nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from federation.dashboards.areas import EDGES, Area, band_names
from federation.writing import thousands

register = template.Library()

DARK_BANDS = (4, 5)
#: as wide a stacked bar is at least, in pixels: at a desk, and on a phone
NARROWEST, NARROWEST_PHONE = 480, 300


@register.inclusion_tag("includes/district_map.html")
def district_map(outlines: dict[str, Any], areas: Iterable[Area], measure: str) -> dict[str, Any]:
    """The map of a province. ``outlines`` from ``outlines_of``, ``measure`` the figure's name.

    Areas without an outline are listed below the map, outlines without an area stay blank.
    """
    by_code = {area.code: area for area in areas}
    shapes = [{**shape, "area": by_code.get(shape["code"])} for shape in outlines["areas"]]
    drawn = {shape["code"] for shape in shapes}
    inset = outlines.get("inset")
    in_inset = set(inset["labels"]) if inset else set()
    return {
        "measure": measure,
        "size": outlines["size"],
        "shapes": shapes,
        "labels": [s | {"tone": tone(s["area"])} for s in shapes if s["code"] not in in_inset],
        "inset": inset and enlarged(inset, shapes),
        "without_outline": [area for code, area in by_code.items() if code not in drawn],
    }


def enlarged(inset: dict[str, Any], shapes: list[dict[str, Any]]) -> dict[str, Any]:
    """What the template needs to draw the enlarged centre."""
    by_code = {shape["code"]: shape for shape in shapes}
    x, y, width, height = inset["box"]
    frame_x, frame_y, frame_width, _frame_height = inset["frame"]
    factor, dx, dy = inset["transform"]
    return {
        "title": inset["title"],
        "title_at": (x + 12, y + 22),
        "box": inset["box"],
        "frame": inset["frame"],
        "leader": f"M{x + width} {y + height}L{frame_x + frame_width} {frame_y}"
        f"M{x} {y + height}L{frame_x} {frame_y}",
        "clip": (x + 1, y + 33, width - 2, height - 34),
        "transform": f"matrix({factor} 0 0 {factor} {dx} {dy})",
        "shapes": [by_code[code] for code in inset["codes"] if code in by_code],
        "labels": [
            {"x": at[0], "y": at[1], "label": by_code[code]["label"],
             "tone": tone(by_code[code]["area"])}
            for code, at in inset["labels"].items() if code in by_code
        ],
    }  # fmt: skip


def tone(area: Area | None) -> str:
    """The class of a name on the map: "lt" on dark ground, "ht" on hatching."""
    if area is None:
        return ""
    if area.is_low:
        return "ht"
    return "lt" if area.band in DARK_BANDS else ""


@register.inclusion_tag("includes/tiles.html")
def tiles(areas: Iterable[Area], measure: str) -> dict[str, Any]:
    """One tile per town or village, from the lowest figure to the highest, unknown ones first."""
    nothing = Decimal(-1)
    ordered = sorted(areas, key=lambda a: (a.value if a.value is not None else nothing, a.code))
    return {"areas": ordered, "measure": measure}


@register.inclusion_tag("includes/legend.html")
def band_legend(areas: Iterable[Area], hatch: str) -> dict[str, Any]:
    """The bands and their colours, "no data" only where it occurs; ``hatch`` says what it means."""
    shown = list(areas)
    names = band_names(shown[0].edges if shown else EDGES)
    has_unknown = any(area.band == 0 for area in shown)
    bands = [(n, name) for n, name in enumerate(names) if n or has_unknown]
    return {"bands": bands, "hatch": hatch}


@register.simple_tag
def sparkline(values: Sequence[Decimal | float | None]) -> SafeString:
    """Bars of the last periods, the newest dark, without axis; exact values stand in the table.

    A period of which nothing is known keeps its place without a bar.
    """
    numbers = {at: float(value) for at, value in enumerate(values) if value is not None}
    if not numbers:
        return format_html('<span class="mut">{}</span>', "—")
    least, most = min(numbers.values()), max(numbers.values())
    floor = least - (most - least) * 0.6 - 0.01
    step = 92 / len(values)
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="1"/>',
        (
            ("l" if at == len(values) - 1 else "", f"{at * step:.1f}", f"{26 - height:.1f}",
             f"{step - 2:.1f}", f"{height:.1f}")
            for at, number in numbers.items()
            for height in [(number - floor) / (most - floor) * 25]
        ),
    )  # fmt: skip
    return format_html('<svg class="spk" viewBox="0 0 92 26" aria-hidden="true">{}</svg>', bars)


@dataclass(frozen=True)
class Slice:
    """One part of a stacked bar: ``words`` with its name, ``text`` as written into the bar."""

    words: str
    text: str
    left: Decimal
    width: Decimal
    band: int
    fits: bool


@register.simple_tag
def composition(parts: Iterable[tuple[str, int]], unit: str = "", size: str = "") -> SafeString:
    """Parts of a whole as one stacked bar: up to five (name, count), the darkest first.

    ``size`` "tall" shows counts only, for the distribution over bands. What is too long for its
    part stands below the bar, and on a phone every name does.
    """
    slices = list(_slices(list(parts), unit, is_tall=size == "tall"))
    drawn = format_html_join(
        "",
        '<svg x="{}%" width="{}%" height="100%"><rect class="b{}" width="100%" height="100%"/>'
        '<text class="{}" x="50%" y="52%">{}</text></svg>',
        (
            (f"{one.left:.2f}", f"{one.width:.2f}", one.band,
             "on-dark" if one.band in DARK_BANDS else "", one.text if one.fits else "")
            for one in slices if one.width
        ),
    )  # fmt: skip
    named = format_html_join(
        "",
        '<li class="{}"><i class="b{}"></i>{}</li>',
        (
            ("fits" if one.fits else "", one.band, one.words)
            for one in slices
            if one.width and not (one.fits and size == "tall")
        ),
    )
    told = "，".join(one.words for one in slices)
    return format_html(
        '<svg class="comp {}" role="img" aria-label="{}">{}</svg>'
        '<ul class="legend parts" aria-hidden="true">{}</ul>',
        size, told, drawn, named,
    )  # fmt: skip


def _slices(parts: list[tuple[str, int]], unit: str, *, is_tall: bool) -> Iterator[Slice]:
    whole, left = sum(count for _name, count in parts), Decimal(0)
    narrowest = NARROWEST_PHONE if is_tall else NARROWEST
    for place, (name, count) in enumerate(parts):
        width = Decimal(count) * 100 / whole if whole else Decimal(0)
        words = f"{name} {thousands(count)} {unit}".strip()
        text = thousands(count) if is_tall else words
        fits = _pixels(text) <= width * narrowest / 100
        yield Slice(words, text, left, width, max(5 - place, 1), fits)
        left += width


def _pixels(text: str) -> int:
    """About how wide a text of 14 pixels is, with some room around it."""
    return 6 + sum(8 if letter.isascii() else 15 for letter in text)
