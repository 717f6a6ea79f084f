"""Avro schemas as text, in the one spelling that Avro's own library for Java prints and Confluent's registry keeps.

Members stand in a fixed order, a namespace is told where it changes, `{"type": "int"}` is `"int"`; documentation,
defaults and what Avro does not know stay. So the same schema has one id, whichever language's client sends it.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

_PRIMITIVES: Final = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
_OF_NAMED: Final = ("type", "name", "namespace", "doc", "fields", "symbols", "size", "default", "aliases")
_OF_FIELD: Final = ("name", "type", "doc", "default", "order", "aliases")

Definitions = Mapping[str, Any]
"""Named types by their full names, as JSON values."""


def avro_text(value: Any, definitions: Definitions | None = None) -> str:
    """A schema's text. With `definitions`, a type of those is written where it is first named.

    A value that is no schema is written as it is.
    """
    try:
        written = _Writer(definitions or {}).schema(value, "")
    except (KeyError, TypeError, AttributeError, RecursionError):
        written = value
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def full_name(value: Any) -> str:
    """The full name of a named type; "" for a schema that has none."""
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(name, str):
        return ""
    space = value.get("namespace")
    return f"{space}.{name}" if space and "." not in name else name


class _Writer:
    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._known: set[str] = set()

    def schema(self, value: Any, space: str) -> Any:
        if isinstance(value, str):
            return self._name(value, space)
        if isinstance(value, list):
            return [self.schema(one, space) for one in value]
        kind = value["type"]
        if kind in ("array", "map"):
            inside = "items" if kind == "array" else "values"
            return {"type": kind, inside: self.schema(value[inside], space), **_others(value, ("type", inside))}
        if kind in ("record", "error", "enum", "fixed"):
            return self._named(value, space)
        others = _others(value, ("type",))
        if not isinstance(kind, str):
            return value if others else self.schema(kind, space)
        return {"type": kind, **others} if others else self._name(kind, space)

    def _name(self, name: str, space: str) -> Any:
        full = f"{space}.{name}" if space and "." not in name and name not in _PRIMITIVES else name
        if full in self._definitions and full not in self._known:
            return self.schema(self._definitions[full], space)
        if full not in self._known:
            return name
        own, _, short = full.rpartition(".")
        return short if own == space else full

    def _named(self, value: dict[str, Any], space: str) -> dict[str, Any]:
        own, dot, short = value["name"].rpartition(".")
        if not dot:
            own = value.get("namespace", space) or ""
        self._known.add(f"{own}.{short}" if own else short)
        written = {"type": value["type"], "name": short}
        if own != space:
            written["namespace"] = own
        for member in ("doc", "fields", "symbols", "size", "default"):
            if member == "fields" and value["type"] in ("record", "error"):
                written["fields"] = [self._field(one, own) for one in value["fields"]]
            elif member in value:
                written[member] = value[member]
        return {**written, **_others(value, _OF_NAMED), **_aliases(value)}

    def _field(self, value: dict[str, Any], space: str) -> dict[str, Any]:
        written = {"name": value["name"], "type": self.schema(value["type"], space)}
        written |= {member: value[member] for member in ("doc", "default") if member in value}
        order = value.get("order", "ascending")
        if order != "ascending":
            written["order"] = order
        return {**written, **_aliases(value), **_others(value, _OF_FIELD)}


def _others(value: dict[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    return {name: one for name, one in value.items() if name not in known}


def _aliases(value: dict[str, Any]) -> dict[str, Any]:
    return {"aliases": value["aliases"]} if value.get("aliases") else {}
