"""Schemathesis asks every address of the API what its document allows, and what it does not.

No answer may be a fault of ours, none may differ from the document, and nothing may be answered
with what a page or a workbook would be.
"""

from contextlib import suppress
from datetime import date, timedelta

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from federation.coverage.services import rebuild
from federation.registers.api.admission import Rate
from federation.tokens.services import token_make
from homes.models import Home, HomeCheck, HomeKind, Standard
from orgs.models import Term
from tests.funding.records import budget, line, women
from tests.registers.records import member

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
EXAMPLES = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 8}


@pytest.fixture
def application():
    """The portal as a server runs it, within the transaction of the test."""
    # As Django's own test client does: the end of a request must not close the connection.
    for ending in (request_started, request_finished):
        ending.disconnect(close_old_connections)
    yield WSGIHandler()
    for ending in (request_started, request_finished):
        ending.connect(close_old_connections)


@pytest.fixture
def headers(tree, su, monkeypatch):
    """The token of a city officer, in a city with a record of each sort."""
    monkeypatch.setattr(Rate, "THROTTLE_RATES", {"api": "1000000/min"})
    for place in (tree["lotus"], tree["bamboo"]):
        member("何小荷", place)
        seen = Home.objects.create(
            organisation=place, kind=HomeKind.objects.first(), name="荷塘之家"
        )
        HomeCheck.objects.create(
            home=seen,
            standard=Standard.objects.get(),
            checked_on=date(2026, 5, 1),
            answers={"place": True},
        )
        Term.objects.create(organisation=place, starts_on=date(2024, 5, 1), due_on=date(2029, 5, 1))
        line(place, 5000, 2024)
        budget(place, 2024, is_in_fiscal_budget=True)
        women(place, 900)
    rebuild()
    _token, code = token_make(
        owner=su,
        organisation=tree["city"],
        purpose="试接口",
        parts=["records", "figures", "people"],
        expires_on=timezone.localdate() + timedelta(days=1),
    )
    return {"Authorization": f"Token {code}"}


def ask(operation, mode, headers, found):
    """Send what one operation may get, the same in every run, and gather the answers."""
    alone = settings(
        max_examples=EXAMPLES[mode],
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @alone
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS, headers=headers)
        found.append((operation.path, mode, response.status_code))

    # An address whose every parameter is free text cannot be asked wrongly.
    with suppress(Unsatisfiable):
        send()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_question_meets_a_fault_or_an_answer_the_document_does_not_know(
    application, headers, mode
):
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application, headers=headers)
    found = []
    for operation in schema.get_all_operations():
        ask(operation.ok(), mode, headers, found)
    assert len(found) > 50
    assert {status for _path, _mode, status in found} <= {200, 400, 404}
    if mode == GenerationMode.POSITIVE:
        assert {path for path, _mode, _status in found} == set(schema.raw_schema["paths"])
        answered = {path for path, _mode, status in found if status == 200}
        lists = {path for path in schema.raw_schema["paths"] if "{" not in path}
        assert lists <= answered
