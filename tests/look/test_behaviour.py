"""The page scripts in a real Chromium, under the policy the product sends: nothing inline runs."""

import json
import os
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import sync_playwright

from federation.dashboards.areas import Area
from federation.dashboards.outlines import outlines_of

pytestmark = pytest.mark.browser
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
ROW = (
    '<li role="treeitem"><div class="tn"><span class="nx"></span><a href="#{0}">{0}</a></div></li>'
)
REST = '<li role="treeitem" data-more-url="/more/"><button class="mr" data-more>其余</button></li>'
PICKED = [
    {"value": "1", "text": "荷花村", "note": "青石镇 · 曾用名 旧荷村"},
    {"value": "2", "text": "<b>柳溪村</b>", "note": "青石镇"},
]


class Anyone:
    is_authenticated = False
    text_size = ""


def sample():
    request = RequestFactory().get("/")
    request.user = Anyone()
    shapes = outlines_of("50")["areas"]
    areas = [
        Area(s["code"], s["name"], "#x", "ORG-02", 80 + i % 21, 100, 95)
        for i, s in enumerate(shapes)
    ]
    template = engines["django"].from_string((HERE / "sample.html").read_text("utf-8"))
    return template.render({"outlines": outlines_of("50"), "areas": areas}, request)


class Pages(SimpleHTTPRequestHandler):
    """The sample, its fragments and the static files."""

    answers: dict = {}

    def do_GET(self):
        path = self.path.split("?")[0]
        if path.startswith("/static/"):
            return super().do_GET()
        kind, body = self.answers.get(path, (None, ""))
        self.send_response(200 if kind else 500)
        self.send_header("Content-Type", f"{kind or 'text/plain'}; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body.encode())
        return None

    def translate_path(self, path):
        return str(ROOT / path.lstrip("/").split("?")[0])

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture(scope="module")
def address():
    Pages.answers = {
        "/": ("text/html", sample()),
        "/children/": ("text/html", ROW.format("荷花村") + REST),
        "/more/": ("text/html", ROW.format("柳溪村") + ROW.format("松坡村")),
        "/pick/": ("application/json", json.dumps({"results": PICKED})),
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def chromium():
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, address):
    opened = chromium.new_page(viewport={"width": 1440, "height": 900})
    opened.faults = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("console", lambda m: m.type == "error" and opened.faults.append(m.text))
    opened.goto(address)
    yield opened
    opened.close()


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def test_nothing_on_the_page_is_refused_by_the_policy(page):
    page.wait_for_selector(".ts-wrapper")
    assert page.faults == []


@pytest.mark.parametrize("width", [1440, 390])
def test_no_rule_of_accessibility_is_broken(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_selector(".ts-wrapper")
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]}
    broken = Axe().run(page, options=rules).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in broken] == []


@pytest.mark.parametrize("width", [1440, 1280, 820, 390])
def test_the_page_never_scrolls_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    if width == 1280:
        page.evaluate("document.documentElement.dataset.size = 'xl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_tree_opens_by_keyboard_and_fetches_once(page):
    page.focus("[role=treeitem]")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("text=荷花村")
    page.keyboard.press("ArrowDown")
    assert focused(page) == "荷花村"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=松坡村")
    assert focused(page) == "柳溪村"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    tree_item = page.locator("[role=treeitem]").first
    assert tree_item.get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowRight")
    assert page.locator("text=荷花村").count() == 1


def test_the_picker_searches_on_the_server_and_writes_names_as_text(page):
    page.click(".ts-control")
    page.keyboard.type("hhc")
    page.wait_for_selector(".ts-dropdown .option")
    assert page.locator(".ts-dropdown b").count() == 0
    assert "曾用名 旧荷村" in page.inner_text(".ts-dropdown")
    page.keyboard.press("Enter")
    assert page.input_value("#org") == "1"


def test_a_dialog_keeps_the_focus_and_gives_it_back(page):
    page.click("#undo")
    assert focused(page) == "不撤销"
    for _stop in range(3):
        page.keyboard.press("Tab")
    assert focused(page) == "不撤销"
    page.keyboard.press("Escape")
    assert page.locator("#sure").is_hidden()
    assert focused(page) == "撤销"


def test_a_failed_request_says_so_and_leaves_the_page_as_it_was(page):
    page.click("#broken")
    page.wait_for_selector(".toast")
    assert "没有完成" in page.inner_text(".toasts")
    assert page.inner_text("h1") == "组织覆盖总览"


def test_a_table_on_a_phone_names_its_columns_in_every_card(page):
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator("td").nth(1).get_attribute("data-l") == "手机号"
