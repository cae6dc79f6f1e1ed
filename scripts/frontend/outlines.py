"""Turn a province file of echarts 4.9.0 into the outlines the map tag draws.

Usage: outlines.py PROVINCE.json CODE OUT.json. Only the standard library; run by
``scripts/vendor_frontend.sh``. Shape of the result: ``federation/dashboards/outlines``.
"""

import json
import math
import sys

WIDTH = 820
MARGIN = 6
STEP = 1.1  # points nearer than this to the last one are dropped

# Codes and names that changed after the file was drawn.
RENAMED = {"500228": ("500155", "梁平区"), "500232": ("500156", "武隆区")}
# Where the middle of the shape is a bad place for the name: offsets in drawing units.
NUDGES = {
    "500238": (-2, 6),
    "500240": (0, 4),
    "500241": (2, 4),
    "500233": (0, -2),
    "500110": (-2, 6),
    "500115": (4, -2),
    "500154": (-8, -4),
    "500236": (0, 6),
    "500156": (4, 2),
    "500116": (-6, 6),
    "500112": (10, -6),
    "500113": (10, 12),
}
# The crowded centre is drawn a second time, larger: its frame in degrees, the names by hand.
INSETS = {
    "50": {
        "title": "中心城区（放大）",
        "box": (6, 8, 286, 300),
        "west": 106.24, "east": 106.90, "south": 29.30, "north": 29.86,
        "codes": ["500103", "500104", "500105", "500106", "500107", "500108", "500109", "500112",
                  "500113", "500116", "500120"],
        "labels": {
            "500103": (106.545, 29.552), "500104": (106.47, 29.395), "500105": (106.70, 29.607),
            "500106": (106.36, 29.62), "500107": (106.33, 29.47), "500108": (106.655, 29.525),
            "500109": (106.44, 29.80), "500112": (106.74, 29.75), "500113": (106.70, 29.38),
        },
    }
}  # fmt: skip


def rings(geometry):
    """All rings of a feature as lists of (longitude, latitude)."""
    coordinates, offsets = geometry["coordinates"], geometry["encodeOffsets"]
    if geometry["type"] == "Polygon":
        coordinates, offsets = [coordinates], [offsets]
    return [
        decode(ring, start)
        for polygon, starts in zip(coordinates, offsets, strict=True)
        for ring, start in zip(polygon, starts, strict=True)
    ]


def decode(text, start):
    """Undo the zig-zag delta coding of echarts: characters to degrees."""
    x, y = start
    points = []
    for i in range(0, len(text) - 1, 2):
        dx, dy = ord(text[i]) - 64, ord(text[i + 1]) - 64
        x += (dx >> 1) ^ -(dx & 1)
        y += (dy >> 1) ^ -(dy & 1)
        points.append((x / 1024, y / 1024))
    return points


def middle(shape):
    """Centre of gravity of the largest ring, in degrees."""

    def area(ring):
        return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip([ring[-1], *ring], ring, strict=False))

    ring = max(shape, key=lambda r: abs(area(r)))
    whole = cx = cy = 0.0
    for (xa, ya), (xb, yb) in zip([ring[-1], *ring], ring, strict=False):
        weight = xa * yb - xb * ya
        whole, cx, cy = whole + weight, cx + (xa + xb) * weight, cy + (ya + yb) * weight
    return cx / (3 * whole), cy / (3 * whole)


def short(value):
    """A coordinate in tenths, written as SVG allows it: 0.4 as .4."""
    text = f"{value / 10:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def path(shape, place):
    """The ``d`` of one district, relative moves, points thinned to ``STEP``."""
    parts = []
    for ring in shape:
        drawn, last = [], None
        for point in ring:
            x, y = (round(10 * v) for v in place(*point))
            if last is None:
                drawn.append(f"M{x / 10:g} {y / 10:g}l")
            elif abs(x - last[0]) + abs(y - last[1]) > STEP * 10:
                drawn.append(f"{short(x - last[0])} {short(y - last[1])} ")
            else:
                continue
            last = (x, y)
        if len(drawn) > 2:
            parts.append("".join(drawn).replace(" -", "-").strip() + "z")
    return "".join(parts)


def label(name):
    """The name as the map has room for it: 石柱土家族自治县 as 石柱, 万州区 as 万州, 忠县 whole."""
    if name.endswith("自治县"):
        return name[:2]
    return name if len(name) == 2 else name[:-1]


def inset(settings, place, scale, shrink):
    """Frame, transformation and names of the enlarged copy, all in drawing units."""
    x, y, width, height = settings["box"]
    west, north = settings["west"], settings["north"]
    span = (settings["east"] - west) * shrink
    factor = min(width / span, (height - 34) / (north - settings["south"]))
    left, top = x + (width - span * factor) / 2, y + 34

    def enlarged(longitude, latitude):
        return (longitude - west) * shrink * factor + left, (north - latitude) * factor + top

    zoom = factor / scale
    (ax, ay), (bx, by) = place(west, north), place(settings["east"], settings["south"])
    moved = enlarged(west, north)
    spots = {c: enlarged(*at) for c, at in settings["labels"].items()}
    return {
        "title": settings["title"],
        "codes": settings["codes"],
        "box": [x, y, width, height],
        "frame": [round(v) for v in (ax, ay, bx - ax, by - ay)],
        "transform": [round(v, 3) for v in (zoom, moved[0] - zoom * ax, moved[1] - zoom * ay)],
        "labels": {c: [round(sx), round(sy + 4)] for c, (sx, sy) in spots.items()},
    }


def convert(source, code):
    """The whole drawing of one province as a plain dictionary."""
    shapes = []
    for feature in source["features"]:
        district, name = RENAMED.get(feature["id"], (feature["id"], feature["properties"]["name"]))
        shapes.append((district, name, rings(feature["geometry"])))
    shrink = math.cos(math.radians(30))
    points = [point for *_, shape in shapes for ring in shape for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * shrink)

    def place(longitude, latitude):
        return (longitude - west) * shrink * scale + MARGIN, (north - latitude) * scale + MARGIN

    areas = []
    for district, name, shape in sorted(shapes):
        (x, y), (dx, dy) = place(*middle(shape)), NUDGES.get(district, (0, 0))
        areas.append({"code": district, "name": name, "label": label(name), "x": round(x + dx),
                      "y": round(y + dy + 4), "path": path(shape, place)})  # fmt: skip
    drawing = {
        "code": code,
        "source": "echarts 4.9.0, map/json/province, Apache-2.0",
        "size": [WIDTH, int((north - south) * scale) + 2 * MARGIN],
        "areas": areas,
    }
    if code in INSETS:
        drawing["inset"] = inset(INSETS[code], place, scale, shrink)
    return drawing


if __name__ == "__main__":
    source_file, province, target_file = sys.argv[1:]
    with open(source_file, encoding="utf-8") as file:
        result = convert(json.load(file), province)
    with open(target_file, "w", encoding="utf-8") as file:
        json.dump(result, file, ensure_ascii=False, indent=0, sort_keys=True)
        file.write("\n")
