"""OpenAPI descriptions that real services publish, from the packages of tests/schemas/real; what is done to them."""

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from troth_schemas.openapi import Api, load
from troth_schemas.sources import Sources

PACKAGES = Path(__file__).parents[3] / ".cache" / "contracts" / "node_modules"
GITBOOK = PACKAGES / "@gitbook/api/spec/openapi.json"
"""OpenAPI 3.0, 1.7 MB, 377 operations, recursive schemas."""
OKTA = PACKAGES / "@okta/openapi/dist/spec.json"
"""OpenAPI 2.0, 0.6 MB, 340 operations."""
REAL = {"gitbook": GITBOOK, "okta": OKTA}

needed = pytest.mark.skipif(not GITBOOK.exists(), reason="the real contracts are not set up: make contracts needs npm")


@cache
def content(name: str) -> bytes:
    return REAL[name].read_bytes()


def value(name: str) -> Any:
    return json.loads(content(name))


def api(body: bytes, name: str = "openapi.json") -> Api:
    loaded = load(Sources(name, {name: body}))
    assert loaded.usable, [str(one) for one in loaded.problems[:5]]
    found = loaded.document
    assert isinstance(found, Api)
    return found


def of(document: Any) -> Api:
    return api(json.dumps(document).encode())


def reversed_keys(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: reversed_keys(document[key]) for key in reversed(list(document))}
    return [reversed_keys(one) for one in document] if isinstance(document, list) else document


def inlined(document: Any) -> Any:
    """Every ``$ref`` that stands in a path, written out once."""

    def at(reference: str) -> Any:
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        return found

    def write(one: Any) -> Any:
        if isinstance(one, dict):
            reference = one.get("$ref")
            if isinstance(reference, str) and len(one) == 1:
                return copy.deepcopy(at(reference))
            return {key: write(inner) for key, inner in one.items()}
        return [write(inner) for inner in one] if isinstance(one, list) else one

    return {**document, "paths": write(document["paths"])}


def without_words(document: Any) -> Any:
    """Without descriptions and examples, which nobody judges by."""

    def write(one: Any, *, names: bool) -> Any:
        if isinstance(one, dict):
            silent = {"summary", "example"} if names else {"summary", "example", "x-internal"}
            return {
                key: write(inner, names=key in ("properties", "schemas", "definitions"))
                for key, inner in one.items()
                if names or key not in silent
            }
        return [write(inner, names=False) for inner in one] if isinstance(one, list) else one

    return write(document, names=False)


# Breaking changes that people make


def operations(document: Any) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]


def component(document: Any, wanted: Callable[[dict[str, Any]], bool], skip: int) -> dict[str, Any]:
    schemas = document.get("components", document).get("schemas", document.get("definitions"))
    found = [one for one in schemas.values() if one.get("type") == "object" and wanted(one)]
    return found[skip % len(found)]  # type: ignore[no-any-return]  # JSON


def remove_operations(document: Any) -> None:
    for path, method, _ in operations(document)[5:60:11]:
        del document["paths"][path][method]


def require_a_parameter(document: Any) -> None:
    for _, _, operation in operations(document)[7:120:9]:
        schema = {"type": "string"} if "swagger" in document else {"schema": {"type": "string"}}
        operation.setdefault("parameters", []).append({"name": "tenant", "in": "query", "required": True, **schema})


def require_properties(document: Any) -> None:
    for skip in range(0, 60, 4):
        one = component(document, lambda each: bool(each.get("properties")), skip)
        one["required"] = list(one["properties"])


def let_properties_go(document: Any) -> None:
    for skip in range(1, 60, 5):
        one = component(document, lambda each: len(each.get("required", ())) > 1, skip)
        name = one["required"][-1]
        one["required"] = one["required"][:-1]
        one["properties"].pop(name, None)


def change_types(document: Any) -> None:
    for skip in range(2, 80, 6):
        one = component(document, lambda each: any(_is_text(p) for p in each.get("properties", {}).values()), skip)
        name = next(key for key, inner in one["properties"].items() if _is_text(inner))
        one["properties"][name] = {"type": "integer"}


def tighten_texts(document: Any) -> None:
    for skip in range(3, 80, 7):
        one = component(document, lambda each: any(_is_text(p) for p in each.get("properties", {}).values()), skip)
        for inner in one["properties"].values():
            if _is_text(inner):
                inner["maxLength"] = 8


def close_models(document: Any) -> None:
    for skip in range(4, 80, 9):
        one = component(document, lambda each: len(each.get("properties", {})) > 2, skip)
        one["properties"].pop(next(iter(one["properties"])))
        one["additionalProperties"] = False


def drop_values_of_enums(document: Any) -> None:
    left: list[Any] = [document]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            if isinstance(one.get("enum"), list) and len(one["enum"]) > 2:
                one["enum"] = one["enum"][:-1]
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)


def rename_success(document: Any) -> None:
    for _, _, operation in operations(document)[3:100:13]:
        if "200" in operation["responses"]:
            operation["responses"]["202"] = operation["responses"].pop("200")


def _is_text(one: dict[str, Any]) -> bool:
    return one.get("type") == "string" and not one.keys() & {"enum", "format", "pattern", "maxLength"}


CHANGES = (
    remove_operations,
    require_a_parameter,
    require_properties,
    let_properties_go,
    change_types,
    tighten_texts,
    close_models,
    drop_values_of_enums,
    rename_success,
)


def broken(name: str) -> Any:
    document = value(name)
    for change in CHANGES:
        change(document)
    return document


def properties(document: Any) -> int:
    """How many properties and parameters a description declares."""
    if isinstance(document, dict):
        own = len(document["properties"]) if isinstance(document.get("properties"), dict) else "in" in document
        return own + sum(map(properties, document.values()))
    return sum(map(properties, document)) if isinstance(document, list) else 0
