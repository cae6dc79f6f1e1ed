"""Build the bundle for machines without internet: ``make bundle`` writes it into dist/.

It holds the committed product with its static files, the locked wheels for x86_64 and aarch64,
pip, licences, a bill of materials, install.sh and checksums. What is not committed is not in it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from scripts.offline import archive, licences, wheels

ROOT = Path(__file__).resolve().parents[2]
LEFT_BEHIND = (
    "tests",
    "benchmarks",
    "scripts",
    "requirements",
    "docs/screens",
    ".ci",
    ".gitignore",
)
PYTHONS = ("3.11",)


def git(*arguments: str) -> str:
    """What git says of this repository."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def version() -> str:
    """The version of the product and the commit it was built from."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{told['version']}+{git('rev-parse', '--short=9', 'HEAD')}"


def copy_product(target: Path) -> None:
    """The product as it is committed."""
    with tempfile.TemporaryFile() as packed:
        command = ["git", "archive", "HEAD", ".", *(f":(exclude){path}" for path in LEFT_BEHIND)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=packed)
        packed.seek(0)
        with tarfile.open(fileobj=packed) as opened:
            opened.extractall(target, filter="data")


def install(found: Path, requirements: Path, folder: Path) -> Path:
    """An interpreter with nothing but the shipped packages, installed without an index."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    pip = next(found.glob("pip-*.whl"))
    command = [
        *(python, f"{pip}/pip", "install", "--isolated", "--quiet", "--no-compile"),
        *("--disable-pip-version-check", "--no-index", "--find-links", found),
        *("--require-hashes", "--requirement", requirements),
    ]
    subprocess.run(command, check=True, env={**os.environ, "PIP_CONFIG_FILE": os.devnull})
    return python


def collect_static(python: Path, product: Path, var: Path) -> None:
    """The static files under their hashed names, by the product with the shipped packages."""
    command = [python, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    environment = {**kept, "VAR_DIR": str(var), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, cwd=product, check=True, env=environment)


def facts(target: Path, name: str, found: list[Path], pythons: list[str]) -> None:
    """What install.sh has to know, in lines a shell reads."""
    lines = {
        "VERSION": name,
        "PYTHONS": " ".join(pythons),
        "MACHINES": " ".join(wheels.MACHINES),
        "GLIBC": wheels.least_glibc([path.name for path in found]),
    }
    text = "".join(f'{key}="{value}"\n' for key, value in lines.items())
    target.write_text(text, encoding="utf-8")


def build(target: Path, pythons: list[str], work: Path) -> Path:
    """The bundle's path in the folder ``target``. Raises Gap, Unlicensed."""
    name = version()
    folder = work / f"womens-federation-portal-{name}"
    product, found = folder / "product", folder / "wheels"
    copy_product(product)
    found.mkdir()
    for requirements in (product / "requirements.txt", ROOT / "requirements-bundle.txt"):
        wheels.fetch(requirements, found, pythons)
    listed = sorted(found.glob("*.whl"))
    python = install(found, product / "requirements.txt", work / "venv")
    collect_static(python, product, work / "var")
    (folder / "licences").mkdir()
    licences.of_wheels(listed, folder / "licences")
    licences.of_the_rest(product, folder / "licences")
    tool = Path(sys.executable).parent / "cyclonedx-py"
    lock = ROOT / "scripts" / "frontend" / "package-lock.json"
    count = licences.bill(python, product, folder / "sbom.cdx.json", tool, lock)
    shutil.copy(product / "deploy" / "install.sh", folder)
    shutil.copy(product / "README.zh-CN.md", folder)
    facts(folder / "bundle.env", name, listed, pythons)
    archive.write_sums(folder)
    target.mkdir(parents=True, exist_ok=True)
    bundle = target / f"{folder.name}.tar.gz"
    archive.pack(folder, bundle, int(git("log", "-1", "--format=%ct")))
    print(f"{len(listed)} wheels, {count} components in the bill of materials")
    return bundle


def main() -> int:
    """0 with the path of the bundle printed, 1 with what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "dist", help="folder of the bundle")
    parser.add_argument(
        "--python", action="append", help="3.11 if left out; may be given several times"
    )
    options = parser.parse_args()
    if git("status", "--porcelain"):
        print("not committed changes are left out of the bundle", file=sys.stderr)
    with tempfile.TemporaryDirectory() as work:
        try:
            bundle = build(options.to, options.python or list(PYTHONS), Path(work))
        except (wheels.Gap, licences.Unlicensed) as problem:
            print(problem, file=sys.stderr)
            return 1
    sums = bundle.with_name(f"{bundle.name}.sha256")
    sums.write_text(f"{archive.sha256(bundle)}  {bundle.name}\n", encoding="utf-8")
    print(f"{bundle} ({bundle.stat().st_size / 1e6:.0f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
