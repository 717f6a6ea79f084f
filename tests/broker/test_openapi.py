"""The document of the API, over HTTP."""

from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.support.brokers import Broker
from troth_broker.http.bodies import BODIES
from troth_broker.http.table import ROUTES


def _document(broker: Broker) -> dict[str, Any]:
    answer = broker.client.get("/openapi.json", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    found: dict[str, Any] = answer.json()
    return found


def test_the_document_is_valid_openapi(sqlite_broker: Broker) -> None:
    document = _document(sqlite_broker)
    assert document["servers"] == [{"url": sqlite_broker.url}]
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_route_and_method_is_in_the_document(sqlite_broker: Broker) -> None:
    paths = _document(sqlite_broker)["paths"]
    for route in ROUTES:
        item = paths[route.path.template_text]
        assert {method.lower() for method in route.actions} == set(item) - {"parameters", "options"}
        named = {parameter["name"] for parameter in item.get("parameters", ())}
        assert named == set(route.path.variables)
        for operation in (item[method.lower()] for method in route.actions):
            assert operation["summary"]


def test_the_document_says_what_a_resource_reads_and_answers(sqlite_broker: Broker) -> None:
    document = _document(sqlite_broker)
    patch = document["paths"]["/deployed-versions/{uuid}"]["patch"]
    assert list(patch["requestBody"]["content"]) == ["application/merge-patch+json"]
    assert set(patch["responses"]) == {"200", "400", "404", "406", "413", "415", "422", "503"}
    assert patch["requestBody"]["content"]["application/merge-patch+json"]["schema"]["properties"] == {
        "currentlyDeployed": {"const": False}
    }
    branches = document["paths"]["/pacticipants/{pacticipant}/branches"]
    assert [parameter["name"] for parameter in branches["get"]["parameters"]] == ["q", "page", "size"]
    assert branches["delete"]["parameters"][0]["schema"] == {"type": "array", "items": {"type": "string"}}
    described = {tag["name"]: tag["description"] for tag in document["tags"]}
    assert described["branches"].startswith("Branches")
    identifiers = [
        operation["operationId"]
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    assert len(identifiers) == len(set(identifiers))


def test_every_body_that_a_resource_reads_is_described() -> None:
    described = {(method, path.template_text) for method, path in BODIES}
    there = {(method, route.path.template_text): action for route in ROUTES for method, action in route.actions.items()}
    assert described <= set(there)
    assert {key for key, action in there.items() if action.consumes} <= described
