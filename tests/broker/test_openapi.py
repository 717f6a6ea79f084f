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
    refusals = {"400", "401", "403", "404", "406", "408", "413", "415", "422", "503", "507"}
    assert set(patch["responses"]) == {"200"} | refusals
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


def test_the_document_says_who_may_ask_and_what_keeps_a_change_out(sqlite_broker: Broker) -> None:
    document = sqlite_broker.client.get("/openapi.json").json()
    assert document["security"] == [{}, {"basic": []}, {"bearer": []}]
    assert set(document["components"]["securitySchemes"]) == {"basic", "bearer"}
    assert {"401", "403", "408", "413", "507"} <= set(document["paths"]["/contracts/publish"]["post"]["responses"])
    asks = document["paths"]["/pacts/provider/{provider}/for-verification"]["post"]["responses"]
    assert "401" in asks
    assert "507" not in asks
