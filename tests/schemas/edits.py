"""Small edits of contracts as people make them: two versions of a document, and what is certain of them."""

import json
from typing import Any

from troth_schemas.contract import Contract, compare
from troth_schemas.report import Report
from troth_schemas.sources import Sources

NAMES = {"protobuf": "contract.proto", "graphql": "schema.graphql"}


def edited(format_name: str, old: Any, new: Any) -> Report:
    """The new version against the old one, which everybody keeps to."""
    return compare(_contract(format_name, new), _contract(format_name, old))


def _contract(format_name: str, value: Any) -> Contract:
    name = NAMES.get(format_name, "contract.json")
    files = value if isinstance(value, dict) and name in value else {name: value}
    content = {key: (one if isinstance(one, str) else json.dumps(one)).encode() for key, one in files.items()}
    contract = Contract(format_name, Sources(name, content))
    errors = [str(each) for each in contract.loaded.problems if each.severity == "error"]
    assert errors == [], "the document itself is sound"
    return contract


def told(report: Report) -> list[tuple[str, str, str]]:
    return [(each.severity, each.rule, each.message) for each in (*report.findings, *report.not_covered)]


JSON = "application/json"


def api(
    answer: Any = None,
    *,
    body: Any = None,
    parameters: Any = (),
    schemas: Any = None,
    version: str = "3.0.3",
    answers: Any = None,
    **members: Any,
) -> Any:
    """A description of one operation, with the schema of its answer or of its request's body."""
    operation: Any = {"parameters": list(parameters), "responses": answers or {"200": {"description": "fine"}}}
    if answer is not None:
        operation["responses"]["200"]["content"] = {JSON: {"schema": answer}}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    operation |= members.pop("operation", {})
    document: Any = {
        "openapi": version, "info": {"title": "Shop", "version": "1"}, "paths": {"/orders": {"post": operation}},
    }  # fmt: skip
    return document | ({"components": {"schemas": schemas}} if schemas else {}) | members


def swagger(answer: Any = None, *, body: Any = None, parameters: Any = (), **members: Any) -> Any:
    """The same in Swagger 2.0."""
    inside = [{"in": "body", "name": "body", "required": True, "schema": body}] if body is not None else []
    response = {"description": "fine"} | ({"schema": answer} if answer is not None else {})
    operation = {"parameters": [*parameters, *inside], "responses": {"200": response}}
    return {
        "swagger": "2.0", "info": {"title": "Shop", "version": "1"}, "paths": {"/orders": {"post": operation}},
        "consumes": [JSON], "produces": [JSON], **members,
    }  # fmt: skip


def query(name: str, schema: Any, **members: Any) -> Any:
    return {"name": name, "in": "query", "schema": schema, **members}


def record(*required: str, **properties: Any) -> Any:
    """A schema of an object; a type's name stands for its schema."""
    inner = {name: {"type": one} if isinstance(one, str) else one for name, one in properties.items()}
    return {"type": "object", "properties": inner} | ({"required": list(required)} if required else {})


def reference(name: str) -> Any:
    return {"$ref": f"#/components/schemas/{name}"}


def avro(*fields: Any, **members: Any) -> Any:
    made = [one if isinstance(one, dict) else {"name": one[0], "type": one[1]} for one in fields]
    return {"type": "record", "name": "Order", "fields": made, **members}


def events(payload: Any, action: str = "send", message: Any = None, **members: Any) -> Any:
    """An AsyncAPI document of one operation."""
    said = {"payload": payload, **(message or {})}
    return {
        "asyncapi": "3.0.0", "info": {"title": "Shop", "version": "1"},
        "channels": {"orders": {"address": "orders", "messages": {"placed": said}}},
        "operations": {"told": {"action": action, "channel": {"$ref": "#/channels/orders"}}}, **members,
    }  # fmt: skip


def proto(body: str, head: str = "") -> str:
    return f'syntax = "proto3";\npackage shop;\n{head}\n{body}\n'
