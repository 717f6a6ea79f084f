"""The API keeps the promises of its document, whatever it is sent: no failure, no answer that is not written there.

Schemathesis makes the requests from `/openapi.json`, good and bad ones, and judges the answers. Half of the names in
its paths are those of a small store, so that it also reaches what lies behind them.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from tests.support.brokers import Broker, in_thread
from tests.support.databases import SqliteDatabases
from tests.support.pacts import pact, put
from troth_broker.http.openapi import document
from troth_broker.http.table import ROUTES

_USUAL = 12
EXAMPLES = int(os.environ.get("TROTH_TEST_EXAMPLES", _USUAL))
"""Requests for each operation, good ones and bad ones; a greater number makes a longer hunt, other ones each time."""

KNOWN = {
    "pacticipant": ["shop", "billing"],
    "consumer": ["shop"],
    "provider": ["billing"],
    "version": ["1", "2", "b1"],
    "comparison": ["1", "2"],
    "branch": ["main", "feature"],
    "tag": ["prod"],
    "to": ["prod"],
    "label": ["team-a"],
    "environment": ["test"],
    "number": ["1", "2"],
}


def _names(variable: str) -> dict[str, Any]:
    """What a variable of a path may be: something known, or anything that can be a segment."""
    anything = {"type": "string", "minLength": 1, "pattern": r"^[^\u0000-\u001f\ud800-\udfff]+$"}
    return {"anyOf": [{"enum": KNOWN[variable]}, anything]} if variable in KNOWN else anything


def _described() -> dict[str, Any]:
    made = document(ROUTES, "http://127.0.0.1")
    del made["paths"]["/test/error"]  # it fails, as it is meant to
    for item in made["paths"].values():
        for parameter in item.get("parameters", ()):
            parameter["schema"] = _names(parameter["name"])
    return made


schema = schemathesis.openapi.from_dict(_described())
Operation = APIOperation[Any, Any, Any, Any]
CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
]


@pytest.fixture(scope="module")
def running(sqlite_databases: SqliteDatabases) -> Iterator[Broker]:
    """A broker for all the requests."""
    with sqlite_databases.migrated() as url, in_thread(url) as broker:
        yield broker


@pytest.fixture
def shop(running: Broker) -> Broker:
    """The broker with a little of everything, also after requests that delete it all."""
    for version, branch in (("1", "main"), ("2", "feature")):
        put(running, pact("shop", "billing"), version, branch=branch, tags=["prod"])
    result = {"success": True, "providerApplicationVersion": "b1"}
    found = running.read("/pacts/provider/billing/consumer/shop/latest")["_links"]
    running.client.post(found["pb:publish-verification-results"]["href"], json=result)
    running.client.put("/pacticipants/shop/labels/team-a", json={})
    running.client.post("/environments", json={"name": "test", "production": False})
    return running


EVERYTHING = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
OPERATIONS = [operation for operation in EVERYTHING if operation.method != "options"]
TAKING = [operation for operation in OPERATIONS if operation.body or operation.query]


def _label(operation: Operation) -> str:
    return operation.label


@pytest.mark.parametrize("operation", OPERATIONS, ids=_label)
def test_a_request_that_the_document_allows_gets_a_documented_answer(operation: Operation, shop: Broker) -> None:
    _hunt(operation, GenerationMode.POSITIVE, shop)


@pytest.mark.parametrize("operation", TAKING, ids=_label)
def test_a_request_that_the_document_forbids_gets_a_documented_answer(operation: Operation, shop: Broker) -> None:
    _hunt(operation, GenerationMode.NEGATIVE, shop)


def _hunt(operation: Operation, mode: GenerationMode, broker: Broker) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=EXAMPLES == _USUAL,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def hold(case: Case[Any]) -> None:
        case.call_and_validate(base_url=broker.url, checks=CHECKS)

    hold()


def test_the_hunt_covers_the_whole_document() -> None:
    written = schema.raw_schema["paths"].values()
    methods = [method for item in written for method in item if method not in {"parameters", "options"}]
    assert len(OPERATIONS) == len(methods)
