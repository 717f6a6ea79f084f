"""Data made up from a schema: the same for the same operation, executed by graphql-core.

A text is called like its field, an id is "1", a list has one element, an enum its first value. A field called like an
argument of the field above it has that argument's value, so that ``order(id: "7") { id }`` gives the order 7. Beside
data that a contract states there are as many elements as it states, each of the type that it speaks of.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    execute_sync,
    is_leaf_type,
    validate,
)

from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.json_body import Document, Json

_SAMPLES: Final[Mapping[str, Json]] = {
    "Int": 1, "Float": 1.5, "ID": "1", "Boolean": True, "BigInt": 1, "Long": 1, "Decimal": "1.5",
    "Date": "2024-01-31", "DateTime": "2024-01-31T12:30:00Z", "Time": "12:30:00Z", "Timestamp": "2024-01-31T12:30:00Z",
    "UUID": "00000000-0000-4000-8000-000000000001", "URL": "https://example.com", "URI": "https://example.com",
    "Email": "somebody@example.com", "EmailAddress": "somebody@example.com", "JSON": {}, "JSONObject": {},
}  # fmt: skip
_MOST_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Mocked:
    """The answer to an operation, or why the schema refuses it."""

    data: Json = None
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Object:
    """An object that is made up: the values that its fields take over, its type, if it is known, and what is stated."""

    given: Mapping[str, Any] = field(default_factory=dict)
    type: str = ""
    stated: Json = None


class Mock:
    """Executes operations against made-up data."""

    def __init__(self, document: SchemaDocument) -> None:
        self._schema = document.prepared

    def refusals(self, document: DocumentNode) -> tuple[str, ...]:
        """What the schema says against a document."""
        return tuple(one.message for one in validate(self._schema, document)[:_MOST_TOLD])

    def execute(self, document: DocumentNode, variables: Document, name: str | None, stated: Json = None) -> Mocked:
        """The data of a valid document, of the form of what is stated; variables that do not fit are refusals."""
        result = execute_sync(
            self._schema,
            document,
            root_value=_Object(stated=stated),
            variable_values=variables,
            operation_name=name,
            field_resolver=_resolved,
            type_resolver=self._type,
        )
        if result.errors:
            return Mocked(refusals=tuple(one.message for one in result.errors[:_MOST_TOLD]))
        return Mocked(result.data)

    def _type(self, value: Any, _info: Any, kind: GraphQLInterfaceType | GraphQLUnionType) -> str:
        possible = self._schema.model.possible(kind.name)
        made = value if isinstance(value, _Object) else _Object()
        stated = made.stated if isinstance(made.stated, dict) else {}
        for named in (made.type, stated.get("__typename")):
            if isinstance(named, str) and named in possible:
                return named
        return min(possible, key=lambda one: (len(stated.keys() - self._fields(one)), one))

    def _fields(self, name: str) -> AbstractSet[str]:
        found = self._schema.get_type(name)
        return found.fields.keys() if isinstance(found, GraphQLObjectType) else frozenset()


def _resolved(source: Any, info: Any, **arguments: Any) -> Any:
    made = source if isinstance(source, _Object) else _Object()
    stated = made.stated.get(info.path.key) if isinstance(made.stated, dict) else None
    representations = arguments.get("representations")
    if isinstance(representations, list):  # the look-up of entities, as Federation has it
        beside = stated if isinstance(stated, list) else []
        return [
            _Object(one, str(one.get("__typename", "")), part)
            for one, part in zip_longest(representations, beside[: len(representations)])
            if isinstance(one, dict)
        ]
    return _value(info.return_type, info.field_name, made.given, arguments, stated)


def _value(kind: Any, name: str, given: Mapping[str, Any], arguments: Mapping[str, Any], stated: Json) -> Any:
    if isinstance(kind, GraphQLNonNull):
        return _value(kind.of_type, name, given, arguments, stated)
    if isinstance(kind, GraphQLList):
        if isinstance(stated, list):
            return [_value(kind.of_type, name, {}, arguments, one) for one in stated]
        taken = given.get(name)
        return taken if isinstance(taken, list) else [_value(kind.of_type, name, {}, arguments, None)]
    if not is_leaf_type(kind):
        return _Object(arguments, stated=stated)
    if isinstance(kind, GraphQLEnumType):
        return given[name] if given.get(name) in kind.values else next(iter(kind.values))
    taken = given.get(name)
    if taken is not None and not isinstance(taken, dict | list):
        return taken
    return _SAMPLES.get(kind.name, name)
