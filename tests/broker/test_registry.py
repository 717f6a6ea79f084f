"""The schema registry: Confluent's REST API, to the key and the error code."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.registry import (
    ORDER,
    PROTO,
    V1,
    WITH_NOTE,
    WITHOUT_DEFAULT,
    client_of,
    number,
    refused,
    register,
)
from troth_broker.core.registry import application_of


@pytest.fixture
def registry(broker: Broker) -> Iterator[httpx.Client]:
    """A client of the registry alone."""
    with client_of(broker.url) as client:
        yield client


def test_a_schema_is_registered_once_and_read_by_id_subject_and_version(registry: httpx.Client) -> None:
    first = number(register(registry, "orders-value", ORDER))
    assert number(register(registry, "orders-value", json.dumps(ORDER, indent=4))) == first
    assert number(register(registry, "copies-value", ORDER)) == first
    second = number(register(registry, "orders-value", WITH_NOTE))
    assert second > first
    text = json.dumps(ORDER, separators=(",", ":"))
    answer = registry.get(f"/schemas/ids/{first}")
    assert answer.headers["content-type"] == V1
    assert answer.json() == {"schema": text}
    assert registry.get(f"/schemas/ids/{first}?fetchMaxId=true").json() == {"schema": text, "maxId": second}
    assert registry.get(f"/schemas/ids/{first}/schema").text == text
    assert registry.get(f"/schemas/ids/{first}/subjects").json() == ["copies-value", "orders-value"]
    assert registry.get(f"/schemas/ids/{first}/versions").json() == [
        {"subject": "copies-value", "version": 1},
        {"subject": "orders-value", "version": 1},
    ]
    assert registry.get("/subjects").json() == ["copies-value", "orders-value"]
    assert registry.get("/subjects?subjectPrefix=or").json() == ["orders-value"]
    assert registry.get("/subjects?offset=1&limit=1").json() == ["orders-value"]
    assert registry.get("/subjects/orders-value/versions").json() == [1, 2]
    shown = {"subject": "orders-value", "version": 1, "id": first, "schema": text}
    assert registry.get("/subjects/orders-value/versions/1").json() == shown
    assert list(registry.get("/subjects/orders-value/versions/1").json()) == list(shown)
    assert registry.get("/subjects/orders-value/versions/latest").json()["version"] == 2
    assert registry.get("/subjects/orders-value/versions/-1").json()["version"] == 2
    assert registry.get("/subjects/orders-value/versions/1/schema").text == text
    assert registry.post("/subjects/orders-value", json={"schema": json.dumps(ORDER)}).json() == shown
    newest = registry.get("/schemas?latestOnly=true").json()
    assert [(one["subject"], one["version"]) for one in newest] == [("copies-value", 1), ("orders-value", 2)]
    assert len(registry.get("/schemas").json()) == 3
    assert registry.get("/schemas/types").json() == ["JSON", "PROTOBUF", "AVRO"]
    assert registry.get("/contexts").json() == ["."]


def test_a_subject_whose_name_holds_slashes_is_one_subject(registry: httpx.Client) -> None:
    number(register(registry, "a%2Fb c", ORDER))
    assert registry.get("/subjects").json() == ["a/b c"]
    assert registry.get("/subjects/a%2Fb%20c/versions").json() == [1]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/subjects/none/versions", None, (404, 40401, "Subject 'none' not found.")),
        ("GET", "/subjects/none/versions/1", None, (404, 40401, "Subject 'none' not found.")),
        ("GET", "/subjects/orders/versions/7", None, (404, 40402, "Version 7 not found.")),
        ("GET", "/subjects/orders/versions/0", None, (422, 42202, "The specified version '0' is not a valid version")),
        ("GET", "/subjects/orders/versions/x", None, (422, 42202, "The specified version 'x' is not a valid version")),
        ("GET", "/schemas/ids/99999", None, (404, 40403, "Schema 99999 not found")),
        ("GET", "/schemas/ids/99999/versions", None, (404, 40403, "Schema 99999 not found")),
        ("GET", "/schemas/ids/x", None, (404, 404, "HTTP 404 Not Found")),
        ("POST", "/subjects/none", {"schema": '"int"'}, (404, 40401, "Subject 'none' not found.")),
        ("POST", "/subjects/orders", {"schema": '"int"'}, (404, 40403, "Schema not found")),
        ("POST", "/subjects/orders/versions", {}, (422, 42201, "Empty schema")),
        ("POST", "/subjects/orders/versions", {"schema": '{"type":'}, (422, 42201, "Invalid schema")),
        (
            "POST",
            "/subjects/o/versions",
            {"schema": "[" * 9999},
            (422, 42201, "Invalid schema: it is nested too deeply"),
        ),
        ("POST", "/subjects/orders/versions", {"schema": '{"type": "nothing"}'}, (422, 42201, "Invalid schema")),
        (
            "POST",
            "/subjects/o/versions",
            {"schema": "x", "schemaType": "XML"},
            (422, 42201, "Invalid schema type 'XML'"),
        ),
        ("POST", "/subjects/o/versions", {"schema": "1", "references": 3}, (422, 42201, "references must be a list")),
        ("POST", "/subjects/o/versions", {"schema": "1", "references": [{}]}, (422, 42201, "each reference needs")),
        (
            "POST",
            "/subjects/o/versions",
            {"schema": '"int"', "references": [{"name": "a", "subject": "none", "version": 1}]},
            (422, 42201, "Invalid schema: its reference 'a' leads to version 1 of subject 'none', which is not there"),
        ),
        (
            "POST",
            "/subjects/orders/versions",
            {"schema": '"string"', "id": 5},
            (422, 42205, "Subject orders is not in"),
        ),
        ("POST", "/subjects/a%7Fb/versions", {"schema": '"int"'}, (422, 42208, "The specified subject 'a?b'")),
        (
            "POST",
            "/compatibility/subjects/orders/versions/9",
            {"schema": '"int"'},
            (404, 40402, "Version 9 not found."),
        ),
        ("POST", "/compatibility/subjects/no/versions/9", {"schema": '"int"'}, (404, 40401, "Subject 'no' not found.")),
        ("GET", "/config/orders", None, (404, 40408, "Subject 'orders' does not have subject-level compatibility")),
        ("DELETE", "/config/orders", None, (404, 40401, "Subject 'orders' not found.")),
        ("PUT", "/config", {"compatibility": "SIDEWARDS"}, (422, 42203, "Invalid compatibility level. Valid values")),
        ("PUT", "/config", {}, (422, 42203, "Invalid compatibility level. Valid values")),
        ("GET", "/mode/orders", None, (404, 40409, "Subject 'orders' does not have subject-level mode configured")),
        ("DELETE", "/mode/orders", None, (404, 40401, "Subject 'orders' not found.")),
        ("PUT", "/mode", {"mode": "OPEN"}, (422, 42204, "Invalid mode. Valid values are READWRITE")),
        ("PUT", "/mode", {"mode": "IMPORT"}, (422, 42205, "Cannot import since found existing subjects")),
        ("PUT", "/mode/orders", {"mode": "IMPORT"}, (422, 42205, "Cannot import since found existing subjects")),
        ("DELETE", "/subjects/none", None, (404, 40401, "Subject 'none' not found.")),
        ("DELETE", "/subjects/orders?permanent=true", None, (404, 40405, "Subject 'orders' was not deleted first")),
        (
            "DELETE",
            "/subjects/orders/versions/1?permanent=true",
            None,
            (404, 40407, "Subject 'orders' Version 1 was not deleted first before being permanently deleted"),
        ),
    ],
)
def test_a_refusal_has_the_references_code(
    registry: httpx.Client, method: str, path: str, body: object, expected: tuple[int, int, str]
) -> None:
    number(register(registry, "orders", ORDER))
    answer = registry.request(method, path, json=body) if body is not None else registry.request(method, path)
    status, code, message = refused(answer)
    assert (status, code) == expected[:2]
    assert message.startswith(expected[2])


def test_what_never_reaches_the_registry_is_refused_in_its_words_too(
    registry: httpx.Client, database_url: str, start_broker: StartBroker
) -> None:
    assert refused(registry.put("/subjects")) == (405, 405, "HTTP 405 Method Not Allowed")
    assert refused(registry.get("/subjects", headers={"Accept": "text/csv"})) == (406, 406, "HTTP 406 Not Acceptable")
    answer = registry.post("/subjects/o/versions", content=b"{}", headers={"Content-Type": "text/plain"})
    assert refused(answer)[:2] == (415, 415)
    assert refused(registry.post("/subjects/o/versions"))[1:] == (42201, "Empty schema")
    closed = start_broker(database_url, basic_auth_username="us", basic_auth_password="secret")
    with client_of(closed.url) as client:
        answer = client.get("/subjects")
        assert refused(answer)[:2] == (401, 401)
        assert answer.headers["content-type"] == V1
        assert answer.headers["www-authenticate"].startswith("Basic")
        assert client.get("/subjects", auth=("us", "secret")).json() == []
        assert client.get("/subjects", headers={"Accept": "application/problem+json"}).json()["status"] == 401


def test_a_body_that_is_no_json_is_refused(registry: httpx.Client) -> None:
    answer = registry.post("/subjects/orders/versions", content=b"{", headers={"Content-Type": V1})
    assert refused(answer)[:2] == (400, 400)


def test_what_breaks_the_past_is_refused_with_the_subject_and_the_reasons(registry: httpx.Client) -> None:
    number(register(registry, "orders", ORDER))
    status, code, message = refused(register(registry, "orders", WITHOUT_DEFAULT))
    assert (status, code) == (409, 40901)
    assert message.startswith(
        'Schema being registered is incompatible with an earlier schema for subject "orders", details: ['
    )
    assert "READER_FIELD_MISSING_DEFAULT_VALUE" in message
    assert registry.get("/subjects/orders/versions").json() == [1]
    check = registry.post(
        "/compatibility/subjects/orders/versions/latest?verbose=true", json={"schema": json.dumps(WITHOUT_DEFAULT)}
    ).json()
    assert check["is_compatible"] is False
    assert "READER_FIELD_MISSING_DEFAULT_VALUE" in check["messages"][0]
    quiet = registry.post("/compatibility/subjects/orders/versions/1", json={"schema": json.dumps(WITH_NOTE)})
    assert quiet.json() == {"is_compatible": True}
    everything = registry.post("/compatibility/subjects/orders/versions", json={"schema": json.dumps(WITH_NOTE)})
    assert everything.json() == {"is_compatible": True}
    new = registry.post("/compatibility/subjects/new/versions/latest", json={"schema": json.dumps(ORDER)})
    assert new.json() == {"is_compatible": True}


@pytest.mark.parametrize(
    ("level", "fits"),
    [
        ("NONE", (True, True)),
        ("BACKWARD", (False, True)),
        ("FORWARD", (True, True)),
        ("FULL", (False, True)),
        ("BACKWARD_TRANSITIVE", (False, True)),
        ("FULL_TRANSITIVE", (False, True)),
    ],
)
def test_a_level_says_what_a_new_version_owes(registry: httpx.Client, level: str, fits: tuple[bool, bool]) -> None:
    number(register(registry, "orders", ORDER))
    assert registry.put("/config/orders", json={"compatibility": level.lower()}).json() == {
        "compatibility": level.lower()
    }
    assert registry.get("/config/orders").json() == {"compatibilityLevel": level}
    for schema, expected in zip((WITHOUT_DEFAULT, WITH_NOTE), fits, strict=True):
        answer = registry.post("/compatibility/subjects/orders/versions", json={"schema": json.dumps(schema)})
        assert answer.json() == {"is_compatible": expected}, level


def test_levels_are_set_for_all_and_for_one_and_taken_back(registry: httpx.Client) -> None:
    assert registry.get("/config").json() == {"compatibilityLevel": "BACKWARD"}
    assert registry.put("/config", json={"compatibility": "FULL"}).json() == {"compatibility": "FULL"}
    assert registry.get("/config/orders?defaultToGlobal=true").json() == {"compatibilityLevel": "FULL"}
    registry.put("/config/orders", json={"compatibility": "NONE"})
    assert registry.get("/config/orders").json() == {"compatibilityLevel": "NONE"}
    assert registry.delete("/config/orders").json() == {"compatibilityLevel": "NONE"}
    assert registry.get("/config/orders?defaultToGlobal=true").json() == {"compatibilityLevel": "FULL"}
    assert registry.delete("/config").json() == {"compatibilityLevel": "FULL"}
    assert registry.get("/config").json() == {"compatibilityLevel": "BACKWARD"}


def test_a_subject_that_is_read_only_is_not_written_and_one_in_import_takes_ids_and_versions(
    registry: httpx.Client,
) -> None:
    number(register(registry, "orders", ORDER))
    assert registry.get("/mode").json() == {"mode": "READWRITE"}
    assert registry.put("/mode/orders", json={"mode": "readonly"}).json() == {"mode": "readonly"}
    assert refused(register(registry, "orders", WITH_NOTE))[1] == 42205
    assert refused(registry.delete("/subjects/orders"))[1] == 42205
    assert registry.get("/mode/orders").json() == {"mode": "READONLY"}
    assert registry.delete("/mode/orders").json() == {"mode": "READONLY"}
    assert registry.get("/mode/orders?defaultToGlobal=true").json() == {"mode": "READWRITE"}
    assert registry.put("/mode/imported", json={"mode": "IMPORT"}).json() == {"mode": "IMPORT"}
    assert number(register(registry, "imported", '"string"', id=700, version=3)) == 700
    assert registry.get("/subjects/imported/versions").json() == [3]
    assert registry.put("/mode/orders?force=true", json={"mode": "IMPORT"}).json() == {"mode": "IMPORT"}
    assert refused(register(registry, "orders", '"long"', id=700))[1] == 42205
    registry.delete("/mode/imported")
    assert number(register(registry, "others", '"long"')) > 700


def test_versions_are_taken_away_first_and_then_forgotten(registry: httpx.Client) -> None:
    first, second = number(register(registry, "orders", ORDER)), number(register(registry, "orders", WITH_NOTE))
    assert registry.delete("/subjects/orders/versions/latest").json() == 2
    assert registry.get("/subjects/orders/versions").json() == [1]
    assert registry.get("/subjects/orders/versions?deleted=true").json() == [1, 2]
    assert registry.get("/subjects/orders/versions?deletedOnly=true").json() == [2]
    assert registry.get(f"/schemas/ids/{second}").status_code == 200
    assert registry.get(f"/schemas/ids/{second}/versions").json() == []
    assert refused(registry.delete("/subjects/orders/versions/2"))[:2] == (404, 40406)
    assert refused(registry.get("/subjects/orders/versions/2"))[1] == 40402
    assert registry.get("/subjects/orders/versions/2?deleted=true").json()["id"] == second
    assert number(register(registry, "orders", WITH_NOTE)) == second
    assert registry.get("/subjects/orders/versions").json() == [1, 3]
    assert registry.delete("/subjects/orders/versions/2?permanent=true").json() == 2
    assert registry.delete("/subjects/orders").json() == [1, 3]
    assert registry.get("/subjects").json() == []
    assert registry.get("/subjects?deleted=true").json() == ["orders"]
    assert registry.get("/subjects?deletedOnly=true").json() == ["orders"]
    assert refused(registry.delete("/subjects/orders"))[:2] == (404, 40404)
    assert registry.delete("/subjects/orders?permanent=true").json() == [1, 3]
    assert refused(registry.get(f"/schemas/ids/{first}"))[1] == 40403
    assert registry.get("/subjects?deleted=true").json() == []


def test_a_schema_stands_on_others_that_are_then_not_taken_away(registry: httpx.Client) -> None:
    money = number(register(registry, "money", {"type": "record", "name": "Money", "fields": []}))
    order = {"type": "record", "name": "Order", "fields": [{"name": "price", "type": "Money"}]}
    references = [{"name": "Money", "subject": "money", "version": 1}]
    made = number(register(registry, "orders", order, references=references))
    assert made > money
    shown = registry.get("/subjects/orders/versions/1").json()
    assert list(shown) == ["subject", "version", "id", "references", "schema"]
    assert shown["references"] == references
    assert registry.get(f"/schemas/ids/{made}").json()["references"] == references
    assert registry.get("/subjects/money/versions/1/referencedby").json() == [made]
    assert refused(registry.delete("/subjects/money/versions/1"))[:2] == (422, 42206)
    assert refused(registry.delete("/subjects/money"))[1] == 42206
    registry.delete("/subjects/orders")
    assert registry.delete("/subjects/money").json() == [1]


def test_a_schema_may_stand_on_the_same_one_twice(registry: httpx.Client) -> None:
    leaf = 'syntax = "proto3";\npackage leaf;\nmessage Leaf {}\n'
    middle = 'syntax = "proto3";\npackage middle;\nimport "leaf.proto";\nmessage Middle { leaf.Leaf leaf = 1; }\n'
    root = (
        'syntax = "proto3";\nimport "leaf.proto";\nimport "middle.proto";\nmessage Root { middle.Middle middle = 1; }\n'
    )
    of_leaf = {"name": "leaf.proto", "subject": "leaf", "version": 1}
    of_middle = {"name": "middle.proto", "subject": "middle", "version": 1}
    number(register(registry, "leaf", leaf, schemaType="PROTOBUF"))
    number(register(registry, "middle", middle, schemaType="PROTOBUF", references=[of_leaf]))
    number(register(registry, "root", root, schemaType="PROTOBUF", references=[of_leaf, of_middle]))
    assert registry.get("/subjects/root/versions/1").json()["references"] == [of_leaf, of_middle]


def test_whoever_registers_at_once_is_compared_with_what_the_other_left(registry: httpx.Client) -> None:
    schemas = [{"type": "record", "name": "R", "fields": [{"name": f"f{one}", "type": "int"}]} for one in range(6)]
    start = threading.Barrier(len(schemas))

    def run(schema: object) -> int:
        start.wait()
        return register(registry, "race", schema).status_code

    with ThreadPoolExecutor(len(schemas)) as pool:
        statuses = list(pool.map(run, schemas))
    assert sorted(statuses) == [200, *[409] * 5]
    assert registry.get("/subjects/race/versions").json() == [1]


def test_json_schemas_and_protobuf_say_their_type(registry: httpx.Client) -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}, "additionalProperties": False}
    made = number(register(registry, "json-value", schema, schemaType="JSON"))
    assert registry.get(f"/schemas/ids/{made}").json()["schemaType"] == "JSON"
    closed = {"type": "object", "properties": {"id": {"type": "string"}}, "additionalProperties": False}
    assert refused(register(registry, "json-value", closed, schemaType="JSON"))[1] == 40901
    proto = number(register(registry, "proto-value", PROTO, schemaType="PROTOBUF"))
    assert registry.get(f"/schemas/ids/{proto}").json() == {"schema": PROTO, "schemaType": "PROTOBUF"}
    changed = PROTO.replace("int32 id", "string id")
    assert refused(register(registry, "proto-value", changed, schemaType="PROTOBUF"))[1] == 40901
    assert refused(register(registry, "proto-value", ORDER))[1] == 40901
    assert refused(register(registry, "broken", "message {", schemaType="PROTOBUF"))[1] == 42201


def test_an_equal_schema_in_other_words_is_found_when_it_is_normalized(registry: httpx.Client) -> None:
    schema = {"type": "object", "title": "Order"}
    turned = json.dumps(dict(reversed(schema.items())))
    number(register(registry, "orders", schema, schemaType="JSON"))
    asked = {"schema": turned, "schemaType": "JSON"}
    assert refused(registry.post("/subjects/orders", json=asked))[1] == 40403
    assert registry.post("/subjects/orders?normalize=true", json=asked).json()["version"] == 1
    registry.post("/subjects/orders/versions?normalize=true", json=asked)
    assert registry.get("/subjects/orders/versions").json() == [1]


def test_an_avro_schema_is_one_however_its_members_are_ordered(registry: httpx.Client) -> None:
    first = number(register(registry, "orders", ORDER))
    assert number(register(registry, "orders", json.dumps(dict(reversed(ORDER.items()))))) == first
    assert number(register(registry, "keys", '{"type": "string"}')) == number(register(registry, "keys", '"string"'))


@pytest.mark.parametrize(
    ("subject", "rules", "application"),
    [
        ("orders-value", (), None),
        ("orders-value", ("*-value={topic}",), "orders"),
        ("orders-key", ("*={topic}-app",), "orders-app"),
        ("shop.orders-value", ("shop.*=shop",), "shop"),
        ("orders", ("orders=web", "*=other"), "web"),
        ("order", ("orders=web",), None),
        ("a", ("a*a=x",), None),
    ],
)
def test_a_rule_names_an_application(subject: str, rules: tuple[str, ...], application: Any) -> None:
    assert application_of(subject, rules) == application
