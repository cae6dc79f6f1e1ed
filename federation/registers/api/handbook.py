"""The documentation of the API: as a document for programs, as a page for people."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from federation.access.gates import ANYONE_LOGGED_IN

PAGED = "results"
# Keys of records carry no words of their own.
KEYS = {"uid": gettext_lazy("记录编号"), "code": gettext_lazy("组织编号")}


def description() -> dict[str, Any]:
    """The API as an OpenAPI 3 document."""
    return SchemaGenerator().get_schema(public=True)


class Schema(APIView):
    """The document from which clients are made and against which the API is tested."""

    gate = ANYONE_LOGGED_IN

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(description())


@dataclass(frozen=True)
class Named:
    """A parameter or a field: its name, what it means, and the values it may take."""

    name: str
    meaning: str
    values: str = ""


@dataclass(frozen=True)
class Operation:
    """One address of the API."""

    path: str
    anchor: str
    summary: str
    about: str
    parameters: list[Named]
    fields: list[Named]
    is_paged: bool


class Handbook(View):
    """Every address with its parameters and fields, made from the document itself."""

    gate = ANYONE_LOGGED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        document = description()
        context = {
            "operations": operations(document),
            "base_url": request.build_absolute_uri("/")[:-1],
            "can_make": request.user.may("tokens:token_list"),  # type: ignore[union-attr]
        }
        return render(request, "registers/handbook.html", context)


def operations(document: dict[str, Any]) -> list[Operation]:
    """The operations of an OpenAPI document in the order of their addresses."""
    return [
        _operation(path, methods["get"], document)
        for path, methods in document["paths"].items()
        if "get" in methods
    ]


def _operation(path: str, found: dict[str, Any], document: dict[str, Any]) -> Operation:
    answer = _answer_of(found, document)
    is_paged = PAGED in answer.get("properties", {})
    record = _resolved(answer["properties"][PAGED], document) if is_paged else answer
    return Operation(
        path=path,
        anchor=found["operationId"],
        summary=found.get("summary", ""),
        about=found.get("description", ""),
        parameters=[_parameter(one) for one in found.get("parameters", [])],
        fields=list(_fields(record, document)),
        is_paged=is_paged,
    )


def _answer_of(found: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    content = found["responses"]["200"].get("content", {})
    return _resolved(content.get("application/json", {}).get("schema", {}), document)


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """A schema behind its reference; of a list, the schema of one entry."""
    if schema.get("type") == "array":
        return _resolved(schema["items"], document)
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return document["components"]["schemas"][name]
    return schema


def _parameter(one: dict[str, Any]) -> Named:
    values = [str(value) for value in one["schema"].get("enum", []) if value]
    meaning = one.get("description", "").split("\n")[0] or str(KEYS.get(one["name"], ""))
    return Named(one["name"], meaning, "、".join(values))


def _fields(record: dict[str, Any], document: dict[str, Any], above: str = "") -> list[Named]:
    """The fields of a record, those of inner records behind a dot."""
    found = []
    for name, schema in record.get("properties", {}).items():
        meaning = schema.get("description") or schema.get("title") or str(KEYS.get(name, ""))
        found.append(Named(f"{above}{name}", meaning.split("\n")[0]))
        inner = _resolved(schema, document)
        if "properties" in inner:
            found += _fields(inner, document, f"{above}{name}.")
    return found
