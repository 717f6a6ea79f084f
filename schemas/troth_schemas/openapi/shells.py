"""What is left of two schemas when the parts that are judged on their own have been taken out, and whether anything has
to be asked of it at all: two open objects that differ only in optional properties refuse each other nothing.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import Dialect, SchemaAt
from troth_schemas.openapi.declared import says
from troth_schemas.openapi.reading import into
from troth_schemas.openapi.sameness import same_data
from troth_schemas.problem import steps_of

Object: TypeAlias = dict[str, Json]
Objects: TypeAlias = tuple[Object, Object]
"""The reader's and the writer's."""

SHELL: Final = "x-troth-shell"

_SILENT: Final = frozenset(
    {"title", "description", "example", "examples", "default", "deprecated", "externalDocs", "xml", "format"}
)
_OF_ALL_MEMBERS: Final = frozenset(
    {
        "patternProperties", "propertyNames", "minProperties", "maxProperties", "dependencies", "dependentRequired",
        "dependentSchemas", "enum", "const", "not", "if", "then", "else", *("allOf", "anyOf", "oneOf"),
    }
)  # fmt: skip
"""Keywords for which it counts which members there are, whatever those may be."""
_FLAGS: Final = ("readOnly", "writeOnly")


class Shells:
    """One side's documents with room for shells, so that what a shell refers to is found."""

    def __init__(self, side: SchemaAt) -> None:
        self._dialect: Dialect = side.dialect
        self._made: dict[str, dict[str, Json]] = {}
        values: dict[str, Json] = {}
        for name in side.documents.sources.files:
            try:
                value = side.documents.document(name).value
            except ContractUnreadable:
                continue
            if isinstance(value, dict):
                self._made[name] = {}
                values[name] = {**value, SHELL: self._made[name]}
        self._documents = side.documents.replacing(values)

    def put(self, home: Location, shell: Object) -> SchemaAt:
        """A shell as a schema of its own, in the document of the schema that it was made of."""
        made = self._made[home.document]
        name = str(len(made))
        made[name] = shell
        return SchemaAt(self._documents, Location(home.document, f"/{SHELL}/{name}"), self._dialect)


def back(place: Location, home: Location) -> Location:
    """Where a place in a shell stands in truth."""
    if not place.pointer.startswith(f"/{SHELL}/"):
        return place
    _, _, rest = place.pointer[len(SHELL) + 2 :].partition("/")
    return into(home, *steps_of(f"/{rest}")) if rest else home


def flags(documents: Documents, place: Location) -> Object:
    """What a property leaves behind in a shell: who may send it."""
    value = documents.value(place)
    if not isinstance(value, dict) or not ("$ref" in value or "allOf" in value):
        return {key: True for key in _FLAGS if isinstance(value, dict) and value.get(key) is True}
    known: dict[Location, Object] = documents.prepared.setdefault("openapi: who may send", {})
    if place not in known:
        known[place] = {key: True for key in _FLAGS if says(documents, place, key) is True}
    return known[place]


def empty(
    shells: Objects, common: Iterable[str], changed: Iterable[str], flags_of: Callable[[int, str], Object]
) -> None:
    """Take out the properties that both sides have; ``changed`` are those that they do not write alike.

    Where nothing counts members, those go that both sides require or neither, and that the same may send. The others
    stay, with nothing but who may send them; ``flags_of`` tells that for a side, 0 or 1, and a name.
    """
    counted = any(not _OF_ALL_MEMBERS.isdisjoint(shell) for shell in shells)
    needed = [_texts(shell.get("required")) for shell in shells]
    gone = set() if counted else set(common) - (needed[0] ^ needed[1])
    gone -= {name for name in changed if name in gone and flags_of(0, name) != flags_of(1, name)}
    for side, shell in enumerate(shells):
        properties, required = shell["properties"], shell.get("required")
        assert isinstance(properties, dict)
        kept: Object = {name: one for name, one in properties.items() if name not in gone}
        kept.update({name: flags_of(side, name) for name in common if name not in gone})
        shell["properties"] = kept
        if isinstance(required, list) and gone:
            shell["required"] = [name for name in required if name not in gone]


def refuse_nothing(shells: Objects, *, lenient: bool) -> bool:
    """Whether it is plain that the reader's shell takes whatever the writer's does.

    ``lenient``: nobody sends a property that an open model does not declare.
    """
    reader, writer = map(_telling, shells)
    if same_data(reader, writer):
        return True
    mine, yours = reader.pop("properties", {}), writer.pop("properties", {})
    if not isinstance(mine, dict) or not isinstance(yours, dict) or not mine.keys().isdisjoint(yours):
        return False
    if not all(isinstance(one, dict | bool) for one in (*mine.values(), *yours.values())):
        return False  # what makes no sense is told
    if not _texts(writer.get("required")).isdisjoint(mine):
        return False  # what is always there is sent, declared or not
    if not same_data(reader, writer) or not _OF_ALL_MEMBERS.isdisjoint(reader):
        return False
    additional = reader.get("additionalProperties", True)
    if additional is True:
        return lenient or not mine
    return additional is False and not yours


def _telling(shell: Object) -> Object:
    found = {key: value for key, value in shell.items() if key not in _SILENT and not key.startswith("x-")}
    if found.get("required") == []:
        del found["required"]
    return found


def _texts(value: Json) -> set[str]:
    return {one for one in value if isinstance(one, str)} if isinstance(value, list) else set()
