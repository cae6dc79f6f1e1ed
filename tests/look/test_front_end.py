"""The files behind the look: nothing inline, missing, too new or too heavy."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from federation.registers.templatetags.look import UnknownIcon, icon, strokes

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
TEMPLATES = sorted(ROOT.glob("templates/**/*.html")) + sorted(ROOT.glob("*/templates/**/*.html"))
FONT_GLYPHS = set((ROOT / "scripts/frontend/song.txt").read_text("utf-8"))


def named(paths):
    return {"argvalues": paths, "ids": [str(path.relative_to(ROOT)) for path in paths]}


def packed(path):
    return len(gzip.compress(path.read_bytes(), 9))


@pytest.mark.parametrize("path", **named(TEMPLATES))
def test_a_template_has_no_inline_style_or_script_and_trusts_no_text(path):
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son\w+\s*=\s*[\"']", text)
    assert "|safe" not in text
    assert "autoescape off" not in text


@pytest.mark.parametrize("path", **named(TEMPLATES))
def test_a_template_begins_with_its_blocks_and_context(path):
    top = path.read_text("utf-8")[:600]
    assert any(word in top for word in ("Context:", "Blocks:", "Stands alone"))


@pytest.mark.parametrize("path", **named(TEMPLATES))
def test_every_icon_a_template_names_is_there(path):
    text = path.read_text("utf-8")
    names = re.findall(r"{%\s*icon \"([\w-]+)\"", text)
    names += [n for n in re.findall(r"{%\s*tag \S+ \"([\w-]*)\"", text) if n]
    for name in names:
        assert strokes(name)


def test_an_unknown_icon_is_an_error_not_an_empty_place():
    with pytest.raises(UnknownIcon):
        icon("../../settings")


@pytest.mark.parametrize("path", **named(TEMPLATES))
def test_every_fixed_title_in_the_song_face_has_its_glyphs(path):
    text = path.read_text("utf-8")
    heads = re.findall(r"<h1(?![^>]*class=\"[^\"]*\bname\b)[^>]*>(.*?)</h1>", text, re.DOTALL)
    heads += re.findall(r"class=\"[^\"]*\bsong\b[^\"]*\"[^>]*>(.*?)</", text, re.DOTALL)
    if 'class="sheet plain' in text:
        heads = []
    for head in heads:
        fixed = "".join(re.findall(r"{% translate [\"'](.*?)[\"']", head))
        missing = {c for c in fixed if c > " "} - FONT_GLYPHS
        assert not missing, f"add {''.join(missing)} to song.txt and run vendor_frontend.sh"


TOO_NEW_FOR_CHROMIUM_86 = (
    r":has\(", r":is\(", r":where\(", r"color-mix\(", r"oklch\(", r"@container", r"@layer",
    r"(?<![\w-])inset\s*:", r"aspect-ratio\s*:", r"\bdvh\b", r"(?<![\w-])translate\s*:",
    r"@property", r"text-wrap", r"content-visibility", r"&\s*[.:{]",
)  # fmt: skip


@pytest.mark.parametrize("path", **named(SHEETS))
def test_no_rule_needs_more_than_chromium_86(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert [rule for rule in TOO_NEW_FOR_CHROMIUM_86 if re.search(rule, text)] == []


@pytest.mark.parametrize("path", **named(SCRIPTS))
def test_no_script_needs_more_than_chromium_86_or_the_right_to_evaluate(path):
    text = path.read_text("utf-8")
    for banned in (".at(", "structuredClone", "Object.hasOwn", "findLast", "eval(", "#private"):
        assert banned not in text
    assert not re.search(r"\b(import|export)\b[^.]*from", text)


@pytest.mark.parametrize("path", **named(SHEETS + SCRIPTS))
def test_a_source_file_stays_readable(path):
    assert len(path.read_text("utf-8").splitlines()) < 300


def test_colours_come_from_the_tokens():
    named_colours = re.compile(r"var\((--[\w-]+)")
    defined = set(re.findall(r"(--[\w-]+):", (STATIC / "css/tokens.css").read_text("utf-8")))
    used = {name for path in SHEETS for name in named_colours.findall(path.read_text("utf-8"))}
    assert used - defined == set()


def test_the_built_files_are_those_of_the_sources():
    script = ROOT / "scripts/frontend/bundle.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_lock_file_pins_what_is_shipped_and_names_no_registry():
    text = (ROOT / "scripts/frontend/package-lock.json").read_text("utf-8")
    lock = json.loads(text)["packages"]
    assert lock["node_modules/htmx.org"]["version"] == "2.0.11"
    assert lock["node_modules/tom-select"]["version"] == "2.6.2"
    assert lock["node_modules/echarts-charts"]["version"] == "6.1.0"
    assert '"resolved"' not in text


@pytest.mark.parametrize(
    "name",
    [
        "htmx", "tom-select", "tabler-icons", "noto-serif-sc", "echarts-outlines", "echarts",
        "zrender",
    ],
)  # fmt: skip
def test_what_others_made_comes_with_its_licence(name):
    assert (STATIC / "vendor/LICENSES" / f"{name}.txt").stat().st_size > 300


def test_every_class_of_the_sheets_is_one_that_something_bears():
    """``c``, ``b`` and ``t`` with a number are written by templates that count."""
    ours = subprocess.run(
        ["git", "ls-files", "*.html", "*.js", "*.py", ":!tests", ":!benchmarks"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout.split()  # fmt: skip
    words: set[str] = set()
    for name in ours:
        words.update(re.findall(r"[A-Za-z][\w-]*", (ROOT / name).read_text("utf-8")))
    # The desk's own sheet dresses pages that the framework writes.
    css = "".join(path.read_text("utf-8") for path in SHEETS if path.stem != "desk")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    selectors = " ".join(re.findall(r"([^{}]+)\{", css))
    classes = set(re.findall(r"\.([A-Za-z][\w-]*)", selectors))
    assert {one for one in classes - words if not re.fullmatch(r"[cbt]\d", one)} == set()


def test_the_first_visit_stays_within_the_budget():
    """Sheet, scripts and font of a form: 90 KB with the page itself and the pick list."""
    common = [
        STATIC / "built/portal.css", STATIC / "built/portal.js", STATIC / "vendor/htmx.min.js",
    ]  # fmt: skip
    font = (STATIC / "vendor/fonts/fl-song.woff2").stat().st_size
    assert packed(STATIC / "built/portal.css") <= 16_000
    assert packed(STATIC / "built/portal.js") <= 8_000
    assert sum(map(packed, common)) + font <= 74_000
    assert packed(STATIC / "vendor/tom-select.base.min.js") <= 15_500


def test_a_page_with_charts_stays_within_its_budget():
    """320 KB with the map: sheet, scripts, font and charts leave 60 KB for the page itself."""
    common = [
        "built/portal.css", "built/portal.js", "built/charts.js", "vendor/htmx.min.js",
        "vendor/echarts.min.js",
    ]  # fmt: skip
    font = (STATIC / "vendor/fonts/fl-song.woff2").stat().st_size
    assert sum(packed(STATIC / name) for name in common) + font <= 260_000
