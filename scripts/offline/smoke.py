"""Use an installed portal through its web server, as an officer would on her first morning.

``smoke.py HOST CERTIFICATE USER CODE DISTRICT VILLAGE``: HOST answers on 80 and 443, CODE is the
login code of USER, an officer of DISTRICT; VILLAGE is one of its villages without a home (妇女之家)
so far. Runs with the installed interpreter and needs nothing of the repository. Ends with 0, or
at the first thing that is not as it must be.
"""

import datetime
import gzip
import html
import http.client
import http.cookiejar
import io
import json
import re
import secrets
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from openpyxl import Workbook

PASSWORD = secrets.token_urlsafe(18)
WAIT_SECONDS = 60
INDICATOR = "POS-01"


class Wrong(Exception):
    """Something is not as it must be."""


class Browser:
    """Cookies, the form token and redirects of one visitor."""

    def __init__(self, host: str, certificate: str) -> None:
        self.root = f"https://{host}"
        secure = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=certificate))
        self.opener = urllib.request.build_opener(
            secure, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        self.url, self.text = "", ""
        self.headers = http.client.HTTPMessage()

    def open(self, path: str, data: bytes | None = None, kind: str = "") -> str:
        """The text of a page, redirects followed. Raises Wrong for anything but 200."""
        url = urllib.parse.urljoin(self.root, path)
        request = urllib.request.Request(url, data, {"Accept-Encoding": "gzip"})  # noqa: S310
        if data is not None:
            request.add_header("Content-Type", kind)
            request.add_header("Referer", self.root + "/")
        try:
            with self.opener.open(request, timeout=60) as answer:
                body, self.url, self.headers = answer.read(), answer.url, answer.headers
        except urllib.error.HTTPError as problem:
            raise Wrong(f"{path}: {problem.code}") from problem
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.text = body.decode("utf-8")
        return self.text

    def send(self, path: str, **fields: str) -> str:
        """Send the form of the page last opened."""
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": self._token()})
        return self.open(path, data.encode(), "application/x-www-form-urlencoded")

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> str:
        """Send a form with a file."""
        edge = secrets.token_hex(16)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in {**fields, "csrfmiddlewaretoken": self._token()}.items()
        ]
        opening = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"'
        kind = "Content-Type: application/octet-stream"
        parts += [f"{opening}\r\n{kind}\r\n\r\n".encode(), content, f"\r\n--{edge}--\r\n".encode()]
        return self.open(path, b"".join(parts), f"multipart/form-data; boundary={edge}")

    def _token(self) -> str:
        return need(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.text, "a form")


def need(pattern: str, text: str, what: str) -> str:
    """The first group of ``pattern``. Raises Wrong where there is none."""
    found = re.search(pattern, text)
    if found is None:
        raise Wrong(f"{what} is not there")
    return html.unescape(found.group(1))


def check(is_right: object, what: str) -> None:
    """Say that ``what`` holds. Raises Wrong if it does not."""
    if not is_right:
        raise Wrong(what)
    print(f"ok  {what}", flush=True)


def doors(browser: Browser, host: str) -> None:
    """Health, the way to HTTPS, the login page with its headers, and static files from nginx."""
    plain = http.client.HTTPConnection(host, 80, timeout=10)
    plain.request("GET", "/accounts/login/?next=/")
    answer = plain.getresponse()
    target = answer.getheader("Location")
    check(target == f"{browser.root}/accounts/login/?next=/", "plain HTTP leads to HTTPS")
    check(json.loads(browser.open("/healthz")) == {"status": "ok"}, "healthz answers")
    page = browser.open("/accounts/login/")
    check("登录" in page, "the login page opens")
    sent = {name.lower() for name in browser.headers}
    wanted = {"strict-transport-security", "content-security-policy", "x-content-type-options"}
    check(wanted <= sent, "pages carry the security headers")
    check("nginx/" not in browser.headers.get("Server", ""), "the server tells no version")
    check(browser.headers.get("Content-Encoding") == "gzip", "pages are gzipped")
    style = need(r'href="(/static/built/portal\.[0-9a-f]+\.css)"', page, "the style sheet")
    browser.open(style)
    check(browser.headers.get("Content-Encoding") == "gzip", "static files are gzipped")
    check("immutable" in browser.headers.get("Cache-Control", ""), "static files are kept for good")


def enter(browser: Browser, user: str, code: str) -> None:
    """Open the account with its slip, set a password, leave, and log in with it."""
    browser.open("/accounts/slip/")
    browser.send("/accounts/slip/", code=code)
    browser.send("/accounts/password/", new_password1=PASSWORD, new_password2=PASSWORD)
    check("/accounts/" not in browser.url, "the slip opens the account, a password is set")
    browser.open("/accounts/logout/")
    browser.send("/accounts/logout/")
    browser.send("/accounts/login/", username=user, password=PASSWORD, next="/")
    check("/accounts/" not in browser.url, "the password opens it again")


def bring_in(browser: Browser, district: str, village: str) -> None:
    """Import a small workbook through every step; a worker does the work."""
    before = figure(browser, district)
    book, content = Workbook(), io.BytesIO()
    book.active.append(["行政村（社区）代码", "是否建有妇女之家"])
    book.active.append([village, "是"])
    book.save(content)
    browser.open("/imports/new/?sheet=villages")
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
    browser.upload(
        "/imports/new/", "村情况.xlsx", content.getvalue(),
        sheet="villages", organisation=district, as_of=today.isoformat(),
    )  # fmt: skip
    batch = need(r"(/imports/[0-9a-f-]{36}/)", browser.url, "the page of the import")
    wait(browser, batch, lambda: browser.url.endswith(("/columns/", "/rows/")))
    page = browser.open(f"{batch}rows/")
    check("1 行都可以写入" in page, "the worker has checked the workbook")
    browser.send(f"{batch}apply/")
    wait(browser, batch, lambda: "已写入" in browser.text)
    check("已写入" in browser.text, "the worker has written it")
    check(figure(browser, district) == before + 1, f"{INDICATOR} has gone up by one")


def wait(browser: Browser, path: str, is_there: object) -> None:
    """Look again until a job is done. Raises Wrong after a minute."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        browser.open(path)
        if is_there():  # type: ignore[operator]
            return
        if time.monotonic() > until:
            raise Wrong(f"no end of {path}")
        time.sleep(0.5)


def figure(browser: Browser, district: str) -> int:
    """The number on the page of figures."""
    page = browser.open(f"/figures/{district}/")
    marks = re.findall(rf'<[^>]*data-indicator="{INDICATOR}"[^>]*>', page)
    own = [mark for mark in marks if f'data-organisation="{district}"' in mark]
    return int(need(r'data-numerator="(\d+)"', "".join(own), INDICATOR))


def main() -> int:
    """0 when everything is as it must be."""
    host, certificate, user, code, district, village = sys.argv[1:]
    browser = Browser(host, certificate)
    try:
        doors(browser, host)
        enter(browser, user, code)
        bring_in(browser, district, village)
    except Wrong as problem:
        print(f"NOT AS IT MUST BE: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
