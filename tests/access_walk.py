"""Walking every route as every role, and looking into every answer."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from federation.access.routes import Route, routes
from federation.access.scope import Grant
from tests.access_world import BELOW_VIEWER, OUTSIDE, Spot, World, key_of
from tests.cast import BACKEND

ROLES = (
    "village_clerk",
    "town_officer",
    "district_officer",
    "city_officer",
    "leader",
    "auditor",
    "administrator",
)
MATRIX = Path(__file__).parent / "access_matrix.csv"
WORDS = {"public", "any", "own", "subtree", "refused", "root", "no"}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>")
# Values that differ from one answer to the next though the page says the same.
TOKEN = re.compile(r'value="[A-Za-z0-9]{64}"')
UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOBODY = "00000000-0000-7000-8000-000000000000"
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Line:
    """One line of the matrix: what each role gets from a route by a method."""

    route: str
    method: str
    cells: dict[str, str] = field(hash=False, compare=False)


def matrix() -> list[Line]:
    """The lines of the hand-kept file."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return [
            Line(row["route"], row["method"], {name: row[name] for name in ROLES})
            for row in csv.DictReader(file)
        ]


def parameters(route: Route) -> list[str]:
    """The names in the address of a route."""
    return [one or other for one, other in PARAMETER.findall(route.pattern)]


def methods(route: Route) -> list[str]:
    """The methods a route answers: declared, of its class, of its viewset, else GET."""
    if declared := getattr(route.callback, "methods", None):
        return sorted(declared)
    actions = getattr(route.callback, "actions", None)
    if actions:
        return sorted(method.upper() for method in actions if method in METHODS)
    view = getattr(route.callback, "view_class", None) or getattr(route.callback, "cls", None)
    if view is None:
        return ["GET"]
    found = [method for method in METHODS if hasattr(view, method)]
    # Django's form views answer PUT as they answer POST.
    if "post" in found and "put" in found and view.put.__qualname__ == "ProcessFormView.put":
        found.remove("put")
    return [method.upper() for method in found]


def required_lines() -> set[tuple[str, str]]:
    """Every (route, method) that must stand in the matrix."""
    return {(route.name, method) for route in routes() for method in methods(route)}


def text_of(response: Any) -> str:
    """Everything an answer tells: headers and body, workbooks unpacked."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    heads = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    if body[:2] != b"PK":
        return heads + body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        parts = [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    return heads + "".join(parts)


class Walk:
    """One viewer's way through routes; ``problems`` holds a sentence for everything found."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.problems: list[str] = []
        self.requests = 0
        self.unknown: dict[Line, tuple[int, str]] = {}
        self.client = Client()
        self.client.force_login(world.viewer, backend=BACKEND)
        self.cookies = self.client.cookies.output(header="", sep=";")
        # The session is older than the move.
        world.move_two()
        self.foreign = world.foreign_marks() | world.full_numbers()
        if not world.viewer.scope(Grant.VIEW).people_paths:
            self.foreign |= world.people_marks()

    def take(self, line: Line) -> None:
        """Send what the line speaks of, for every position of an object."""
        route = next(found for found in routes() if found.name == line.route)
        cell = line.cells[self.world.role_code]
        names = parameters(route)
        if not names:
            self._judge(line, cell, "", self._send(line, reverse(line.route)))
            if line.method == "GET" and cell in ("own", "subtree"):
                self._ask_for_others(line)
            return
        positions = ("own",) if cell in ("no", "root") else (*BELOW_VIEWER, *OUTSIDE)
        for position in positions:
            spot = self.world.positions[position]
            address = self._address(line, names, spot)
            self._judge(line, cell, position, self._send(line, address), address)

    def _address(self, line: Line, names: list[str], spot: Spot) -> str:
        values = {name: key_of(line.route, name, spot) for name in names}
        assert None not in values.values(), f"no object for {line.route} {names}: add it to KEYS"
        return reverse(line.route, kwargs=values)

    def _ask_for_others(self, line: Line) -> None:
        for position in OUTSIDE:
            code = self.world.positions[position].organisation.code
            address = f"{reverse(line.route)}?organisation={code}&reach=own"
            self._look(line, position, self._send(line, address))

    def _send(self, line: Line, address: str, data: Any = None) -> Any:
        """One request, undone afterwards; a write is held against the rows outside."""
        self.requests += 1
        writes = line.method != "GET"
        # The database forgets what a request did, so the browser must forget a logout, too.
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        with transaction.atomic():
            before = self.world.rows_outside() if writes else {}
            response = getattr(self.client, line.method.lower())(address, data or {})
            if writes and self.world.rows_outside() != before:
                self.problems.append(f"{self._title(line)} wrote rows outside at {address}")
            response.told = text_of(response)
            transaction.set_rollback(True)
        return response

    def _title(self, line: Line) -> str:
        return f"{self.world.role_code} {line.method} {line.route}"

    def _look(self, line: Line, position: str, response: Any) -> None:
        for mark, what in self.foreign.items():
            if mark in response.told:
                self.problems.append(f"{self._title(line)} at {position or 'list'} shows {what}")
        if response.status_code >= 500:
            self.problems.append(f"{self._title(line)} at {position}: {response.status_code}")

    def _judge(
        self, line: Line, cell: str, position: str, response: Any, address: str = ""
    ) -> None:
        self._look(line, position, response)
        status = response.status_code
        if cell in ("no", "root"):
            right = status == 403
        elif position in OUTSIDE and cell not in ("public", "any"):
            right = status == 404 and self._is_like_unknown(line, address, response)
        elif cell == "refused":
            right = status == 403
        else:
            # 409: an edit that does not say which state of the record it was made on.
            right = status in (200, 302, 400, 409, 422, 428)
        if not right:
            self.problems.append(f"{self._title(line)} at {position or '-'}: {cell} got {status}")

    def _is_like_unknown(self, line: Line, address: str, response: Any) -> bool:
        """Whether the answer is the one for an object that does not exist at all."""
        if line not in self.unknown:
            self.unknown[line] = self._ask_for_nobody(line, address)
        status, page = self.unknown[line]
        return status == 404 and page == page_without(response, address)

    def _ask_for_nobody(self, line: Line, address: str) -> tuple[int, str]:
        nobody = UID.sub(NOBODY, address)
        if nobody == address:
            codes = [spot.organisation.code for spot in self.world.spots.values()]
            code = max((code for code in codes if f"/{code}/" in address), key=len)
            nobody = address.replace(f"/{code}/", "/000000/")
        response = self._send(line, nobody)
        return response.status_code, page_without(response, nobody)


def page_without(response: Any, address: str) -> str:
    """A page without what differs though it says the same: its address and its token."""
    return TOKEN.sub("", response.content.decode()).replace(address, "")
