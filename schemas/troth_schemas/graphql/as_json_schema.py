"""What an operation takes and gives as JSON Schemas (2020-12): its variables, and every answer that is possible.

``places`` leads back from a pointer in the made schema to the path of names in the GraphQL schema.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    print_ast,
)

from troth_schemas.graphql.coming import comes
from troth_schemas.graphql.introspected import OF_QUERIES, introspected
from troth_schemas.graphql.model import Schema, Type, named
from troth_schemas.graphql.operations import Unit
from troth_schemas.json_body import Document, Json
from troth_schemas.problem import pointer

_INTEGER: Final[Document] = {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}
_GIVEN: Final[dict[str, Document]] = {
    "String": {"type": "string"},
    "ID": {"type": "string"},
    "Int": _INTEGER,
    "Float": {"type": "number"},
    "Boolean": {"type": "boolean"},
}
_TAKEN: Final[dict[str, Document]] = {**_GIVEN, "ID": {"type": ["string", "integer"]}}
_ANYTHING: Final[Document] = {"type": ["string", "number", "boolean", "object", "array"]}
_MOST_OBJECTS: Final = 5_000
_ERRORS: Final[Document] = {
    "type": "array",
    "items": {"type": "object", "properties": {"message": {"type": "string"}, "path": {"type": "array"},
                                               "locations": {"type": "array"}}, "additionalProperties": True},
}  # fmt: skip


class TooManyObjects(Exception):
    """An operation whose answers are of too many different kinds to be written down."""


@dataclass(frozen=True, slots=True)
class Made:
    """A JSON Schema, and the names in the GraphQL schema for places in it."""

    schema: Document
    places: dict[str, tuple[str, ...]]

    def path(self, at: str) -> tuple[str, ...]:
        """The names for the place, or for the nearest above it that has some; () for the whole schema."""
        while at and at not in self.places:
            at = at.rpartition("/")[0]
        return self.places.get(at, ())


def variables_schema(
    schema: Schema, operation: OperationDefinitionNode, never_null: Collection[str] = (), *, lists_only: bool = False
) -> Made:
    """What the variables of an operation may be; more than it declares may be given.

    ``never_null`` are variables that stand where null is refused, though they are declared as if it were not.
    ``lists_only`` leaves out that a single value stands for a list of one, for the sake of clearer reasons.
    """
    maker = _Inputs(schema, lists_only=lists_only)
    properties: Document = {}
    required: list[Json] = []
    for one in operation.variable_definitions or ():
        name, type_ = one.variable.name.value, print_ast(one.type)
        properties[name] = maker.of(f"{type_.removesuffix('!')}!" if name in never_null else type_)
        if type_.endswith("!") and one.default_value is None:
            required.append(name)
        maker.places[pointer("properties", name)] = (named(type_),)
    made: Document = {"type": "object", "properties": properties, "required": required, "additionalProperties": True}
    if maker.definitions:
        made["$defs"] = dict(maker.definitions)
    return Made(made, maker.places)


def answer_schema(
    schema: Schema, unit: Unit, operation: OperationDefinitionNode, given: Mapping[str, Json], *, failing: bool
) -> Made:
    """Every answer to a valid operation, of whose variables some values are known (``given``).

    ``failing`` also takes answers that have no data at all. Raises TooManyObjects.
    """
    root = schema.roots.get(operation.operation.value, "")
    maker = _Answers(schema, unit, given)
    data = maker.reference((root,), (operation.selection_set,), nullable=failing)
    made: Document = {
        "type": "object",
        "properties": {
            "data": data,
            "errors": _ERRORS,
            "extensions": {"type": "object", "additionalProperties": True},
        },
        "required": ["data"],
        "additionalProperties": False,
        "$defs": dict(maker.definitions),
    }
    return Made(made, maker.places)


class _Inputs:
    """Makes schemas of input types; input objects are definitions, for they may hold themselves."""

    def __init__(self, schema: Schema, *, lists_only: bool) -> None:
        self._schema = schema
        self._lists_only = lists_only
        self.definitions: dict[str, Json] = {}
        self.places: dict[str, tuple[str, ...]] = {}

    def of(self, type_: str) -> Document:
        """What is accepted for a type; a single value stands for a list of one."""
        nullable = not type_.endswith("!")
        bare = type_.removesuffix("!")
        if self._is_object(bare):
            return self._reference(self._schema.types[bare], nullable=nullable)
        return _or_null(self._some(bare)) if nullable else self._some(bare)

    def _is_object(self, name: str) -> bool:
        return name in self._schema.types and self._schema.types[name].kind == "input object"

    def _some(self, type_: str) -> Document:
        if type_.startswith("["):
            inner = self.of(type_[1:-1])
            listed: Document = {"type": "array", "items": inner}
            single = self.of(f"{type_[1:-1].removesuffix('!')}!")  # null stands for no list
            return listed if self._lists_only else {"anyOf": [listed, single]}
        owner = self._schema.types.get(type_)
        if owner is None or owner.kind != "enum":
            return dict(_TAKEN.get(type_, _ANYTHING) if owner is None else _ANYTHING)
        return {"enum": list(owner.values)}

    def _reference(self, owner: Type, *, nullable: bool) -> Document:
        name = f"{owner.name}-or-null" if nullable else owner.name
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = _typed(self._object(owner, name), nullable=nullable)
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, owner: Type, name: str) -> Document:
        at = pointer("$defs", name)
        self.places[at] = (owner.name,)
        properties: Document = {}
        for one in owner.inputs.values():
            properties[one.name] = self.of(one.type + "!" if owner.one_of else one.type)
            self.places[f"{at}{pointer('properties', one.name)}"] = (owner.name, one.name)
        required: list[Json] = [one.name for one in owner.inputs.values() if one.required]
        made: Document = {"type": "object", "properties": properties, "additionalProperties": False}
        if required:
            made["required"] = required
        if owner.one_of:
            made |= {"minProperties": 1, "maxProperties": 1}
        return made


class _Answers:
    """Makes schemas of what selections give out: one definition for each kind of object and selections on it."""

    def __init__(self, schema: Schema, unit: Unit, given: Mapping[str, Json]) -> None:
        self._schema = schema
        self._unit = unit
        self._given = given
        self._names: dict[tuple[tuple[str, ...], tuple[int, ...], bool], str] = {}
        self.definitions: dict[str, Json] = {}
        self.places: dict[str, tuple[str, ...]] = {}

    def reference(
        self, objects: tuple[str, ...], selections: tuple[SelectionSetNode, ...], *, nullable: bool
    ) -> Document:
        """The definition for objects that all answer to the selections in the same way."""
        key = (objects, tuple(map(id, selections)), nullable)
        if key not in self._names:
            if len(self._names) >= _MOST_OBJECTS:
                raise TooManyObjects
            self._names[key] = name = f"{objects[0] if objects else 'Nothing'}-{len(self._names)}"
            self.definitions[name] = _typed(self._object(name, objects, selections), nullable=nullable)
        return {"$ref": f"#/$defs/{self._names[key]}"}

    def _object(self, name: str, objects: tuple[str, ...], selections: tuple[SelectionSetNode, ...]) -> Document:
        properties: Document = {}
        required: list[Json] = []
        owner = self._type(objects[0]) if objects else None
        fields: dict[str, list[FieldNode]] = {}
        later: dict[str, bool] = {}
        for node, optional in self._fields(objects[0] if objects else "", selections):
            key = node.alias.value if node.alias else node.name.value
            fields.setdefault(key, []).append(node)
            later[key] = later.get(key, True) and optional
        for key, nodes in fields.items():
            field = nodes[0].name.value
            if field == "__typename":
                properties[key] = {"enum": list(objects)}
            else:
                declared = owner.fields.get(field, OF_QUERIES.get(field)) if owner else None
                inner = tuple(one.selection_set for one in nodes if one.selection_set is not None)
                properties[key] = self._of(declared.type, inner) if declared else {}
                if owner is not None and declared is not None:
                    self.places[pointer("$defs", name, "properties", key)] = (owner.name, field)
            if not later[key]:
                required.append(key)
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def _of(self, type_: str, selections: tuple[SelectionSetNode, ...]) -> Document:
        nullable = not type_.endswith("!")
        bare = type_.removesuffix("!")
        owner = self._type(bare)
        if owner is not None and owner.kind in ("object", "interface", "union"):
            alike = self._alike(bare, selections)
            if not alike:
                return {"type": "null"} if nullable else {"not": {}}
            kinds: list[Json] = [self.reference(one, selections, nullable=nullable) for one in alike]
            return {"anyOf": kinds} if len(kinds) != 1 else self.reference(alike[0], selections, nullable=nullable)
        made: Document
        if bare.startswith("["):
            made = {"type": "array", "items": self._of(bare[1:-1], selections)}
        elif owner is not None and owner.kind == "enum":
            made = {"enum": list(owner.values)}
        else:
            made = dict(_GIVEN.get(bare, _ANYTHING) if owner is None else _ANYTHING)
        return _or_null(made) if nullable else made

    def _type(self, name: str) -> Type | None:
        return self._schema.types.get(name) or introspected().get(name)

    def _alike(self, name: str, selections: tuple[SelectionSetNode, ...]) -> list[tuple[str, ...]]:
        """The possible objects, together where the same fields are selected of the same types."""
        possible = sorted(self._schema.possible(name)) or [one for one in (name,) if one in introspected()]
        conditions = sorted({one for part in selections for one in self._conditions(part)})
        groups: dict[tuple[object, ...], list[str]] = {}
        for one in possible:
            applied: tuple[object, ...] = tuple(self._applies(condition, one) for condition in conditions)
            owner = self._type(one)
            declared = owner.fields if owner is not None else {}
            types = tuple(
                declared[node.name.value].type if node.name.value in declared else ""
                for node, _ in self._fields(one, selections)
            )
            groups.setdefault((applied, types), []).append(one)
        return [tuple(group) for group in groups.values()]

    def _conditions(self, node: SelectionSetNode) -> Iterator[str]:
        seen: set[str] = set()
        left: list[SelectionNode] = list(node.selections)
        while left:
            one = left.pop()
            if isinstance(one, InlineFragmentNode):
                if one.type_condition is not None:
                    yield one.type_condition.name.value
                left.extend(one.selection_set.selections)
            elif isinstance(one, FragmentSpreadNode) and one.name.value not in seen:
                seen.add(one.name.value)
                fragment = self._unit.fragment(one.name.value)
                if fragment is not None:
                    yield fragment[0].type_condition.name.value
                    left.extend(fragment[0].selection_set.selections)

    def _fields(self, name: str, selections: Sequence[SelectionSetNode]) -> Iterator[tuple[FieldNode, bool]]:
        """The fields that are selected on an object, and whether they may be missing."""
        spread: dict[str, bool] = {}
        left = [(one, False) for part in reversed(selections) for one in reversed(part.selections)]
        while left:
            node, optional = left.pop()
            coming = comes(node, self._given)
            if coming is False:
                continue
            optional = optional or coming is None
            if isinstance(node, FieldNode):
                yield node, optional
                continue
            if isinstance(node, FragmentSpreadNode):
                if not spread.get(node.name.value, True) or (optional and node.name.value in spread):
                    continue  # the same fields have come, at least as surely
                spread[node.name.value] = optional
            condition, inner = self._fragment(node)
            if inner is not None and (condition is None or self._applies(condition, name)):
                left.extend((one, optional) for one in reversed(inner.selections))

    def _fragment(self, node: SelectionNode) -> tuple[str | None, SelectionSetNode | None]:
        if isinstance(node, InlineFragmentNode):
            return node.type_condition.name.value if node.type_condition else None, node.selection_set
        if isinstance(node, FragmentSpreadNode) and (found := self._unit.fragment(node.name.value)) is not None:
            return found[0].type_condition.name.value, found[0].selection_set
        return None, None

    def _applies(self, condition: str, name: str) -> bool:
        return condition == name or name in self._schema.possible(condition)


def _typed(schema: Document, *, nullable: bool) -> Document:
    return {**schema, "type": ["object", "null"]} if nullable else schema


def _or_null(schema: Document) -> Document:
    """The same, or null; plain types and enums stay plain, which reads better in sentences."""
    kind = schema.get("type")
    if isinstance(kind, str):
        return {**schema, "type": [kind, "null"]}
    if isinstance(kind, list):
        return {**schema, "type": [*kind, "null"]}
    if isinstance(values := schema.get("enum"), list):
        return {**schema, "enum": [*values, None]}
    return {"anyOf": [schema, {"type": "null"}]}
