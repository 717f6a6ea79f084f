"""An Avro schema as a JSON Schema of its data written as JSON, plainly or in Avro's own JSON encoding.

Plainly, as a consumer sees decoded data: a union's value stands by itself, and a logical type may be spelled as a text
or as a number. In the encoding of the specification a union's value is wrapped in an object with the type's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from troth_schemas.avro.model import Array, Avro, Enum, Fixed, Logical, Map, Node, Primitive, Record, Union, title
from troth_schemas.documents import Documents, Location
from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.problem import pointer, steps_of

Spelling: TypeAlias = Literal["plain", "encoded"]
SPELLINGS: Final[tuple[Spelling, ...]] = ("plain", "encoded")

_NAME: Final = "avro"
_TYPES: Final[Mapping[str, str]] = {
    "null": "null", "boolean": "boolean", "int": "integer", "long": "integer", "float": "number", "double": "number",
    "bytes": "string", "string": "string",
}  # fmt: skip
_BOUNDS: Final[Mapping[str, Document]] = {
    "int": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "long": {"minimum": -(2**63), "maximum": 2**63 - 1},
}
_SPELLED: Final[Mapping[str, tuple[str, ...]]] = {
    "decimal": ("string", "number"),
    "big-decimal": ("string", "number"),
    "duration": ("string",),
    "uuid": ("string",),
}
"""How people write a logical type plainly; all others are times, written as a text or as a whole number."""


@dataclass(frozen=True, slots=True, eq=False)
class Spelled:
    """The JSON Schema of a type, and where each part of it comes from."""

    schema: SchemaAt
    places: Mapping[str, Location]

    def origin(self, at: Location) -> Location:
        """The place in the Avro schema that a place in the JSON Schema stands for."""
        steps = steps_of(at.pointer)
        found = (self.places.get(pointer(*steps[:count])) for count in range(len(steps), -1, -1))
        return next(one for one in found if one is not None)


def spelled(avro: Avro, root: Node, spelling: Spelling) -> Spelled:
    """The JSON Schema of one type's data."""
    made = _Spelling(avro, spelling)
    top = made.of(root, "")
    made.places.setdefault("", avro.whole(root).at)
    definitions: Document = {}
    while made.left:
        record = made.left.pop()
        definitions[record.name] = made.record(record, pointer("$defs", record.name))
    documents = Documents.of(_NAME, {**top, "$defs": definitions})
    return Spelled(SchemaAt(documents, Location(_NAME), "2020-12"), made.places)


class _Spelling:
    def __init__(self, avro: Avro, spelling: Spelling) -> None:
        self.avro = avro
        self.plain = spelling == "plain"
        self.places: dict[str, Location] = {}
        self.left: list[Record] = []
        self._seen: set[str] = set()

    def of(self, node: Node, at: str) -> Document:
        whole = self.avro.whole(node)
        self.places[at] = whole.at
        match whole:
            case Primitive(kind, _, logical):
                return {"type": self._types(_TYPES[kind], logical), **_BOUNDS.get(kind, {})}
            case Array(items):
                return {"type": "array", "items": self.of(items, f"{at}/items")}
            case Map(values):
                return {"type": "object", "additionalProperties": self.of(values, f"{at}/additionalProperties")}
            case Union():
                return self._union(whole, at)
            case Enum(symbols=symbols):
                return {"enum": [*symbols]}
            case Fixed(logical=logical):
                return {"type": self._types("string", logical)}
            case Record(name):
                if name not in self._seen:
                    self._seen.add(name)
                    self.left.append(whole)
                return {"$ref": f"#{pointer('$defs', name)}"}
        return {}

    def record(self, record: Record, at: str) -> Document:
        self.places[at] = record.at
        members: Document = {}
        for field in record.fields:
            members[field.name] = self.of(field.type, f"{at}{pointer('properties', field.name)}")
        required: list[Json] = [field.name for field in record.fields if field.default is None]
        made: Document = {"type": "object", "properties": members, "additionalProperties": False}
        return {**made, "required": required} if required else made

    def _types(self, usual: str, logical: Logical | None) -> Json:
        if logical is None or not self.plain:
            return usual
        return [*dict.fromkeys((usual, *_SPELLED.get(logical.name, ("string", "integer"))))]

    def _union(self, union: Union, at: str) -> Document:
        branches: list[Json] = []
        for index, branch in enumerate(union.branches):
            name, here = title(self.avro.whole(branch)), f"{at}/anyOf/{index}"
            if self.plain or name == "null":
                branches.append(self.of(branch, here))
                continue
            inner = self.of(branch, f"{here}{pointer('properties', name)}")
            wrapped: Document = {"type": "object", "properties": {name: inner}, "required": [name]}
            branches.append({**wrapped, "additionalProperties": False})
        return branches[0] if len(branches) == 1 and isinstance(branches[0], dict) else {"anyOf": branches}
