"""A browser, and the portals it visits: real processes with a database of their own."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.installation import ROOT, SAMPLES, Installation
from tests.browser.people import PASSWORD

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEIGHTS = {1440: 900, 390: 844}
# Portals of two engines share the machine, and what is asked for is there at some time.
expect.set_options(timeout=60_000)
Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


def collect(portal: Installation) -> None:
    """The hashed files of the clone, which portals of several engines share: written by one."""
    folder = ROOT / "staticfiles"
    folder.mkdir(exist_ok=True)
    with (folder / ".collecting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = folder / "staticfiles.json"
        newest = max(path.stat().st_mtime for path in (ROOT / "static").rglob("*"))
        if not known.exists() or known.stat().st_mtime < newest:
            portal.manage("collectstatic", "--noinput", "-v", "0")


@pytest.fixture(scope="package")
def empty_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Chongqing's tree and the people, without a single record; it is not served."""
    portal = Installation(tmp_path_factory.mktemp("portals"), "empty")
    try:
        collect(portal)
        portal.create()
        yield portal
    finally:
        portal.end()


@pytest.fixture(scope="package")
def reporting_city(empty_city: Installation) -> Iterator[Installation]:
    """A served city in which one district has sent the report of its villages."""
    portal = empty_city.copy("reporting")
    try:
        report = [str(SAMPLES / "clean_villages.xlsx"), "--sheet", "villages"]
        portal.manage("import_workbook", *report, "--scope", "500101", "--apply")
        portal.manage("rebuild_coverage")
        portal.serve()
        yield portal
    finally:
        portal.end()


@pytest.fixture(scope="package")
def silent_city(empty_city: Installation) -> Iterator[Installation]:
    """A served city from which nobody has reported anything."""
    portal = empty_city.copy("silent")
    try:
        portal.serve()
        yield portal
    finally:
        portal.end()


@pytest.fixture(scope="module")
def collecting_city(empty_city: Installation) -> Iterator[Installation]:
    """A served city of its own for the workbooks that are written in and stay."""
    portal = empty_city.copy("collecting")
    try:
        portal.serve()
        yield portal
    finally:
        portal.end()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """``visit(portal, "lan", width=390)``: a page on which she has just logged in."""
    contexts = []

    def logged_in(portal: Installation, username: str = "", width: int = 1440) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{portal.url}/accounts/login/")
        if username:
            page.fill("#id_username", username)
            page.fill("#id_password", PASSWORD)
            page.click("main form button.p")
            page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield logged_in
    for context in contexts:
        context.close()


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """The roster of 24 committees of one district, under the name an officer would give it."""
    copy = tmp_path / f"执委花名册{date.today():%Y%m%d}.xlsx"
    copy.write_bytes((SAMPLES / "clean_committee.xlsx").read_bytes())
    return copy
