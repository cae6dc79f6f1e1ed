"""Join the style sheets and the page scripts into the two files a page loads, charts apart.

``bundle.py`` writes ``static/built``; ``bundle.py --check`` exits 1 when it is out of date.
Only the standard library, so that a changed rule needs no node. Order is meaning for the sheets:
tokens first, narrow screens and print last.
"""

import re
import sys
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"
SHEETS = (
    "tokens", "base", "shell", "parts", "forms", "tables", "import", "figures", "records",
    "dashboard", "paper", "phone", "print",
)  # fmt: skip

# Loaded by pages with charts alone, beside the library that draws them.
CHARTS = ("trend.js",)


def style_sheet():
    """All sheets without comments and line breaks."""
    text = "".join((STATIC / "css" / f"{name}.css").read_text("utf-8") for name in SHEETS)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([{};])\s*", r"\1", text)
    # What follows a colon or a comma needs no blank; what goes before one may (``a :hover``).
    text = re.sub(r"([:,])\s+", r"\1", text)
    return text.replace(";}", "}").strip() + "\n"


def script(paths):
    """Page scripts, each in its own block: they share nothing but the document.

    Lines that are only a comment and leading blanks go; nothing else is touched.
    """
    parts = []
    for path in paths:
        lines = (line.strip() for line in path.read_text("utf-8").splitlines())
        kept = "\n".join(line for line in lines if line and not line.startswith("//"))
        parts.append("{\n" + kept + "\n}\n")
    return "".join(parts)


def main(check):
    """Write the files, or say which of them is stale."""
    stale = []
    scripts = sorted((STATIC / "js").glob("*.js"))
    everywhere = script(path for path in scripts if path.name not in CHARTS)
    charts = script(path for path in scripts if path.name in CHARTS)
    built = {"portal.css": style_sheet(), "portal.js": everywhere, "charts.js": charts}
    for name, text in built.items():
        target = STATIC / "built" / name
        if target.exists() and target.read_text("utf-8") == text:
            continue
        stale.append(name)
        if not check:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, "utf-8")
    if check and stale:
        print("out of date, run scripts/frontend/bundle.py:", *stale)
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
