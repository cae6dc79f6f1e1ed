"""Take pictures of the main pages at 1440 and 390 wide into docs/screens.

The pages come from a running demo: BASE_URL (default http://127.0.0.1:8000) with its accounts in
var/demo-accounts.json. Where none runs, the demo is made and served for the time of the pictures.
Names on the command line limit the pictures to those.
"""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Literal
from urllib.parse import urlparse

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts.import_shots import Here, shoot_collection, shoot_import, shoot_sources

ROOT = Path(__file__).resolve().parent.parent
SCREENS = ROOT / "docs" / "screens"
BASE = os.environ.get("BASE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}").rstrip("/")
ACCOUNTS = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "demo-accounts.json"
SIZES = {1440: 900, 390: 844}
# Long lists go on below; the picture shows how they begin.
TALLEST = {1440: 2600, 390: 4400}
COLOURS = 128
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
)
STRANGER = ""
SLIP_FOR = "邱月"
# Squares that look like a code and hold nothing.
SCRAMBLED = """() => {
  const path = document.querySelector("main svg[role=img] path");
  const side = path.ownerSVGElement.viewBox.baseVal.width;
  let drawn = "";
  for (let y = 4; y < side - 4; y += 1) {
    for (let x = 4; x < side - 4; x += 1) {
      if ((x * x * 7 + y * y * 5 + x * y * 3) % 11 < 5) drawn += `M${x} ${y}h1v1h-1z`;
    }
  }
  path.setAttribute("d", drawn);
}"""


@dataclass(frozen=True)
class Shot:
    """One page: who looks at it, where it is, and which links lead on from there.

    ``path`` may name the place of an account: "/orgs/{town_officer}/".
    """

    name: str
    role: str
    path: str
    follow: tuple[str, ...] = ()


SHOTS = (
    Shot("login", STRANGER, "/accounts/login/"),
    Shot("slip-login", STRANGER, "/accounts/slip/"),
    Shot("dashboard", "leader", "/"),
    Shot("dashboard-district", "leader", "/figures/{district_officer}/"),
    Shot("dashboard-town", "leader", "/figures/{town_officer}/"),
    Shot("dashboard-village", "leader", "/figures/{village_clerk}/"),
    Shot("rows", "leader", "/figures/{district_officer}/ORG-02/"),
    Shot("indicator", "leader", "/figures/{district_officer}/ORG-02/about/"),
    Shot("target", "city_officer", "/figures/{city_officer}/ORG-02/target/"),
    Shot("home", "district_officer", "/"),
    Shot("home-town", "town_officer", "/"),
    Shot("home-auditor", "auditor", "/"),
    Shot("home-administrator", "administrator", "/"),
    Shot("organisations", "district_officer", "/orgs/"),
    Shot("org-town", "district_officer", "/orgs/{town_officer}/"),
    Shot("org-village", "district_officer", "/orgs/{village_clerk}/"),
    Shot("org-edit", "district_officer", "/orgs/{village_clerk}/edit/"),
    Shot("tree", "district_officer", "/orgs/tree/"),
    Shot("terms", "district_officer", "/orgs/terms/"),
    Shot("people", "district_officer", "/cadres/people/"),
    Shot("person", "district_officer", "/cadres/people/", ("tbody a",)),
    Shot("person-edit", "district_officer", "/cadres/people/", ("tbody a", "a[href$='/edit/']")),
    Shot("collections", "town_officer", "/imports/collections/"),
    Shot("import-export", "district_officer", "/imports/export/"),
    Shot("overruled", "village_clerk", "/overruled/"),
    Shot("homes", "district_officer", "/homes/"),
    Shot("home-detail", "district_officer", "/homes/", ("tbody a[href^='/homes/']",)),
    Shot("home-tiles", "district_officer", "/homes/tiles/"),
    Shot("budget-board", "district_officer", "/funding/"),
    Shot("ledger", "district_officer", "/funding/of/{town_officer}/"),
    Shot("org-history", "district_officer", "/orgs/{village_clerk}/history/"),
    Shot("accounts", "district_officer", "/accounts/"),
    Shot("account", "district_officer", "/accounts/", ("tbody tr:last-child a",)),
    Shot("changes", "auditor", "/changes/"),
    Shot("home-clerk", "village_clerk", "/"),
    Shot("403", "leader", "/cadres/people/"),
    Shot("404", "district_officer", "/orgs/000000/"),
)


def accounts() -> dict[str, dict[str, str]]:
    """The demo's accounts by role."""
    return {one["role"]: one for one in json.loads(ACCOUNTS.read_text("utf-8"))}


def answers() -> bool:
    """Whether a portal is there."""
    there = HTTPConnection(urlparse(BASE).netloc, timeout=5)
    try:
        there.request("GET", "/healthz")
        return there.getresponse().status == 200
    except OSError:
        return False
    finally:
        there.close()


@contextmanager
def running_portal() -> Iterator[None]:
    """The portal that runs already, or one of its own for as long as it is needed."""
    if answers():
        yield
        return
    subprocess.run(["make", "setup", "demo-data"], cwd=ROOT, check=True)
    command = [sys.executable, "manage.py", "serve"]
    server = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while not answers():
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit("the portal does not start; try `make serve`")
            time.sleep(0.3)
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def logged_in(browser: Browser, role: str, width: int) -> BrowserContext:
    """A browser of its own for one role at one width."""
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=width < 760,
        reduced_motion="reduce",
    )
    if role != STRANGER:
        account = accounts()[role]
        page = context.new_page()
        page.goto(f"{BASE}/accounts/login/")
        page.fill("#id_username", account["username"])
        page.fill("#id_password", account["password"])
        page.click("form button.p")
        page.wait_for_load_state("load")
        page.close()
    return context


def take(
    page: Page, name: str, width: int, *, until: Literal["load", "networkidle"] = "networkidle"
) -> None:
    """A picture of the whole page, with as many colours as it needs to look the same."""
    page.wait_for_load_state(until)
    page.evaluate("document.fonts.ready")
    # The page before may have left the window as tall as itself.
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    height = page.evaluate("document.documentElement.scrollHeight")
    # A window as tall as the page keeps what is fixed to its bottom at the bottom.
    page.set_viewport_size({"width": width, "height": min(height, TALLEST[width])})
    drawn = page.screenshot(animations="disabled")
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = SCREENS / f"{name}-{width}.png"
    few.save(file, optimize=True)
    wide = page.evaluate("document.documentElement.scrollWidth")
    note = f"  wider than the screen: {wide}" if wide > width else ""
    print(f"{file.name}  {file.stat().st_size // 1024} KB{note}")


def shoot(context: BrowserContext, shot: Shot, width: int) -> None:
    """Go where the shot says and take it."""
    places = {role: one["organisation_code"] for role, one in accounts().items()}
    page = context.new_page()
    page.goto(BASE + shot.path.format(**places))
    for link in shot.follow:
        address = page.locator(link).first.get_attribute("href")
        page.goto(BASE + str(address))
    take(page, shot.name, width)
    page.close()


def shoot_slip(here: Here) -> None:
    """A slip whose code opens nothing: the real one is painted over before the picture."""
    page = here.context.new_page()
    page.goto(f"{BASE}/accounts/")
    address = page.locator("tbody a", has_text=SLIP_FOR).get_attribute("href")
    page.goto(BASE + str(address))
    page.click("form[action$='/slip/'] button")
    page.wait_for_selector("code")
    page.evaluate("document.querySelector('main code').textContent = 'XXXX-XXXX-XXXX'")
    page.evaluate(SCRAMBLED)
    here.take(page, "slip", here.width)
    page.close()


WALKS = (
    ("import", "district_officer", shoot_import),
    ("sources", "district_officer", shoot_sources),
    ("collection", "town_officer", shoot_collection),
    ("slip", "district_officer", shoot_slip),
)


def main() -> None:
    """All pictures, or those named."""
    wanted = [shot for shot in SHOTS if not sys.argv[1:] or shot.name in sys.argv[1:]]
    SCREENS.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with running_portal(), sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium,
            args=list(QUIET),
            env=os.environ | {"LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"},
        )
        for width in SIZES:
            for role in dict.fromkeys(shot.role for shot in wanted):
                context = logged_in(browser, role, width)
                for shot in wanted:
                    if shot.role == role:
                        shoot(context, shot, width)
                context.close()
            for name, role, walk in WALKS:
                if not sys.argv[1:] or name in sys.argv[1:]:
                    context = logged_in(browser, role, width)
                    here = Here(context, BASE, width, accounts()[role]["organisation_code"], take)
                    walk(here)
                    context.close()
        browser.close()


if __name__ == "__main__":
    main()
