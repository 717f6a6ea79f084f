"""Swagger 2.0 in the words of OpenAPI 3.0, so that what reads and generates needs to know one of them only."""

from collections.abc import Iterator, Mapping
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_verifiers.openapi.bundling import FURTHER, followed

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch")
_STYLES: Final[Mapping[str, tuple[str, bool]]] = {
    "multi": ("form", True), "ssv": ("spaceDelimited", False), "pipes": ("pipeDelimited", False),
}  # fmt: skip
_NOT_SCHEMA: Final = frozenset({"name", "in", "description", "required", "collectionFormat", "allowEmptyValue"})
_KEPT: Final = ("operationId", "tags", "deprecated", "security")
_FORMS: Final = ("multipart/form-data", "application/x-www-form-urlencoded")


def upgraded(document: Document) -> Document:
    """A bundled document of 2.0 as one of 3.0.3, for reading requests and answers; its addresses are left out."""
    paths = document.get("paths")
    made: Document = {
        "openapi": "3.0.3",
        "info": document.get("info"),
        "paths": {
            path: _item(document, followed(document, item))
            for path, item in (paths.items() if isinstance(paths, dict) else ())
            if path.startswith("/")
        },
        "components": {
            "schemas": _schemas(document.get("definitions") or {}),
            "securitySchemes": document.get("securityDefinitions") or {},
        },
        "security": document.get("security") or [],
    }
    if FURTHER in document:
        made[FURTHER] = _schema(document[FURTHER])
    return made


def _item(document: Document, item: Document) -> Document:
    return {
        method: _operation(document, item, operation)
        for method in _METHODS
        if isinstance(operation := item.get(method), dict)
    }


def _operation(document: Document, item: Document, operation: Document) -> Document:
    parameters: dict[tuple[Json, Json], Document] = {}
    for holder in (item, operation):
        for entry in _list(holder.get("parameters")):
            one = followed(document, entry)
            parameters[str(one.get("in")), str(one.get("name"))] = one
    consumes = _texts(operation.get("consumes", document.get("consumes")))
    produces = _texts(operation.get("produces", document.get("produces"))) or ["*/*"]
    responses = operation.get("responses")
    made: Document = {name: operation[name] for name in _KEPT if name in operation}
    made["parameters"] = [
        _parameter(one) for one in parameters.values() if one.get("in") in ("path", "query", "header")
    ]
    made["responses"] = {
        status: _response(followed(document, entry), produces)
        for status, entry in (responses.items() if isinstance(responses, dict) else ())
        if not status.startswith("x-")
    }
    body = _body(list(parameters.values()), consumes)
    return made | ({"requestBody": body} if body else {})


def _parameter(one: Document) -> Document:
    made: Document = {"name": one.get("name"), "in": one.get("in"), "schema": _plain_schema(one)}
    if one.get("required") is True or one.get("in") == "path":
        made["required"] = True
    if "x-example" in one:
        made["example"] = one["x-example"]
    written = str(one.get("collectionFormat", "csv"))
    if one.get("type") == "array" and one.get("in") == "query":
        style, explode = _STYLES.get(written, ("form", False))
        made |= {"style": style, "explode": explode}
    return made


def _body(parameters: list[Document], consumes: list[str]) -> Document:
    whole = next((one for one in parameters if one.get("in") == "body"), None)
    if whole is not None:
        media: Document = {"schema": _schema(whole.get("schema") or {})}
        if "x-example" in whole:
            media["example"] = whole["x-example"]
        content: Document = dict.fromkeys(consumes or ["application/json"], media)
        return {"required": whole.get("required") is True, "content": content}
    fields = [one for one in parameters if one.get("in") == "formData"]
    if not fields:
        return {}
    usual = _FORMS[0] if any(one.get("type") == "file" for one in fields) else _FORMS[1]
    required: list[Json] = [str(one.get("name")) for one in fields if one.get("required") is True]
    schema: Document = {"type": "object", "properties": {str(one.get("name")): _plain_schema(one) for one in fields}}
    if required:
        schema["required"] = required
    kinds = [kind for kind in consumes if kind in _FORMS] or [usual]
    return {"required": bool(required), "content": {kind: {"schema": schema} for kind in kinds}}


def _response(one: Document, produces: list[str]) -> Document:
    made: Document = {"description": str(one.get("description", ""))}
    headers, examples = one.get("headers"), one.get("examples")
    if isinstance(headers, dict):
        made["headers"] = {name: {"schema": _plain_schema(value)} for name, value in headers.items()}
    if "schema" in one:
        given = examples if isinstance(examples, dict) else {}
        made["content"] = {
            kind: {"schema": _schema(one["schema"]), **({"example": given[kind]} if kind in given else {})}
            for kind in produces
        }
    return made


def _plain_schema(one: Json) -> Json:
    """The schema that shares its object with a parameter or a header."""
    members = one.items() if isinstance(one, dict) else ()
    return _schema({name: value for name, value in members if name not in _NOT_SCHEMA and not name.startswith("x-e")})


def _schema(value: Json) -> Json:
    """A schema, or what else holds some, with everything that is below it."""
    if isinstance(value, list):
        return [_schema(one) for one in value]
    return dict(_members(value)) if isinstance(value, dict) else value


def _schemas(value: Json) -> Json:
    """Schemas by names, which may be those of keywords."""
    return {name: _schema(one) for name, one in value.items()} if isinstance(value, dict) else value


def _members(value: Document) -> Iterator[tuple[str, Json]]:
    for name, one in value.items():
        if name == "$ref" and isinstance(one, str):
            yield name, one.replace("#/definitions/", "#/components/schemas/", 1)
        elif name in ("example", "default", "enum"):
            yield name, one
        elif name in ("properties", "definitions"):
            yield name, _schemas(one)
        elif name == "discriminator" and isinstance(one, str):
            yield name, {"propertyName": one}
        elif name == "x-nullable" and isinstance(one, bool):
            yield "nullable", one
        elif name == "type" and one == "file":
            yield from (("type", "string"), ("format", "binary"))
        else:
            yield name, _schema(one)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _texts(value: Json) -> list[str]:
    return [one for one in _list(value) if isinstance(one, str)]
