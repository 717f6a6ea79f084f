"""Pairs of schemas that are alike but for chance, and data of them."""

import random
from typing import Any

PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
SYMBOLS = ("A", "B", "C", "D")


class Schemas:
    """Makes schemas whose named types have few names, so that two of them meet often."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.defined: set[str] = set()

    def record(self, depth: int = 0) -> Any:
        return self._named("record", "R", depth)

    def any(self, depth: int) -> Any:
        kinds = ["primitive"] * 4 + ["enum", "fixed"] + (["array", "map", "union", "record"] if depth < 3 else [])
        return self._of_kind(self.chance.choice(kinds), depth)

    def _of_kind(self, kind: str, depth: int) -> Any:
        if kind == "primitive":
            return self.chance.choice(PRIMITIVES)
        if kind in ("array", "map"):
            return {"type": kind, "items" if kind == "array" else "values": self.any(depth + 1)}
        if kind == "union":
            return self._union(depth)
        return self._named(kind, {"record": "R", "enum": "E", "fixed": "F"}[kind], depth)

    def _union(self, depth: int) -> Any:
        kinds = ["primitive"] * 3 + ["enum", "fixed", "record", "record", "array", "map"]
        found: dict[str, Any] = {}
        for kind in self.chance.sample(kinds, self.chance.randint(1, 4)):
            one = self._of_kind(kind if depth < 3 else "primitive", depth + 1)
            found.setdefault(one if isinstance(one, str) else one.get("name", one["type"]), one)
        return list(found.values())

    def _named(self, kind: str, letter: str, depth: int) -> Any:
        name = f"{letter}{self.chance.randint(0, 1)}"
        if name in self.defined:
            return name
        self.defined.add(name)
        made: dict[str, Any] = {"type": kind, "name": name}
        if self.chance.random() < 0.15:
            made["aliases"] = [f"{letter}{self.chance.randint(0, 1)}"]
        if kind == "enum":
            made["symbols"] = self.chance.sample(SYMBOLS, self.chance.randint(1, 4))
            if self.chance.random() < 0.3:
                made["default"] = made["symbols"][0]
        elif kind == "fixed":
            made["size"] = self.chance.choice([2, 2, 2, 3])
        else:
            made["fields"] = [
                self._field(name, depth) for name in self.chance.sample("abcd", self.chance.randint(0, 3))
            ]
        return made

    def _field(self, name: str, depth: int) -> Any:
        made = {"name": name, "type": self.any(depth + 1)}
        defaults = {"null": None, "int": 1, "long": 1, "string": "x", "boolean": True, "double": 0.5}
        first = made["type"][0] if isinstance(made["type"], list) else made["type"]
        if isinstance(first, str) and first in defaults and self.chance.random() < 0.6:
            made["default"] = defaults[first]
        return made


def pair(seed: int) -> tuple[Any, Any]:
    """A reader's and a writer's schema; the reader's is the writer's with a few places drawn anew."""
    chance = random.Random(seed)
    writer = Schemas(chance).record()
    if chance.random() < 0.2:
        return Schemas(chance).record(), writer
    return _changed(writer, chance), writer


def _changed(schema: Any, chance: random.Random) -> Any:
    if isinstance(schema, str):
        if schema in PRIMITIVES and chance.random() < 0.15:
            return chance.choice(PRIMITIVES)
        return schema
    if isinstance(schema, list):
        branches = [_changed(one, chance) for one in schema]
        branches = [one for one in branches if not isinstance(one, list)]
        if chance.random() < 0.3:
            branches.append(chance.choice(PRIMITIVES))
        kept = {one if isinstance(one, str) else one.get("name", one["type"]): one for one in branches}
        return list(kept.values())
    made = dict(schema)
    if "items" in made:
        made["items"] = _changed(made["items"], chance)
    if "values" in made:
        made["values"] = _changed(made["values"], chance)
    if "symbols" in made and chance.random() < 0.3:
        made["symbols"] = sorted({*made["symbols"][:-1], chance.choice(SYMBOLS)})
        made.pop("default", None)
    if "fields" in made:
        made["fields"] = fields = [_changed_field(one, _changed(one["type"], chance)) for one in made["fields"]]
        if chance.random() < 0.3 and not any(one["name"] == "e" for one in fields):
            extra = {"name": "e", "type": "int"}
            made["fields"].append(extra if chance.random() < 0.4 else {**extra, "default": 3})
        _rename_one(made["fields"], chance)
    return made


def _rename_one(fields: list[Any], chance: random.Random) -> None:
    """Perhaps call a field something else, with its old name, and perhaps others', as aliases."""
    if fields and chance.random() < 0.3:
        index = chance.randrange(len(fields))
        old, new = fields[index]["name"], chance.choice("abcdefg")
        if all(one["name"] != new for one in fields):
            fields[index] = {
                **fields[index],
                "name": new,
                "aliases": [old, *chance.sample("abcd", chance.randint(0, 2))],
            }


def _changed_field(field: Any, new: Any) -> Any:
    """The field with its new type; a default stays only with the old one."""
    if new == field["type"]:
        return field
    return {**{key: value for key, value in field.items() if key != "default"}, "type": new}


class TooDeep(Exception):
    """A datum that does not end."""


def datum(schema: Any, chance: random.Random, known: dict[str, Any], depth: int = 0) -> Any:
    """A datum of a schema as fastavro writes it; raises TooDeep where chance leads on and on."""
    if depth > 12:
        raise TooDeep
    if isinstance(schema, list):
        branch = chance.choice(schema)
        name = branch if isinstance(branch, str) else branch.get("name", branch["type"])
        return name, datum(branch, chance, known, depth + 1)
    if isinstance(schema, str) and schema in known:
        return datum(known[schema], chance, known, depth + 1)
    kind = schema if isinstance(schema, str) else schema["type"]
    if kind in ("array", "map"):
        values = [
            datum(schema["items" if kind == "array" else "values"], chance, known, depth + 1)
            for _ in range(chance.randint(0, 2))
        ]
        return values if kind == "array" else {str(index): value for index, value in enumerate(values)}
    if kind == "record":
        return {one["name"]: datum(one["type"], chance, known, depth + 1) for one in schema["fields"]}
    if kind == "enum":
        return chance.choice(schema["symbols"])
    if kind == "fixed":
        return bytes(schema["size"])
    return {
        "null": None, "boolean": chance.random() < 0.5, "int": chance.randint(-9, 2**31 - 1),
        "long": chance.randint(-9, 2**62), "float": 0.5, "double": chance.random(), "bytes": b"xy", "string": "xy",
    }[kind]  # fmt: skip


def named(schema: Any, found: dict[str, Any]) -> dict[str, Any]:
    """The named types of a schema by their names."""
    if isinstance(schema, list):
        for one in schema:
            named(one, found)
    elif isinstance(schema, dict):
        if "name" in schema:
            found[schema["name"]] = schema
        for one in (schema.get("items"), schema.get("values"), *(one["type"] for one in schema.get("fields", []))):
            named(one, found)
    return found
