"""Operations really executed: a schema that answers at random within its types, and a client made of a schema.

Nothing here asks the code under test: both sides are graphql-core's schemas.
"""

from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any, Final

from graphql import (
    BooleanValueNode,
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    execute_sync,
    is_abstract_type,
    is_composite_type,
    parse,
    validate,
)

from tests.schemas.graphql.asked import Asked

_LEAVES: Final[dict[str, tuple[Any, ...]]] = {
    "Int": (0, 2147483647), "Float": (1.5, 3), "String": ("", "text"), "ID": ("id", "7"), "Boolean": (True, False),
}  # fmt: skip
_LEAVING: Final = {"skip": True, "include": False}
_OPAQUE: Final = ("any", 1, {"of": ["a", "kind"]})


def run(schema: GraphQLSchema, asked: Asked, chance: Random) -> ExecutionResult:
    """What a provider with this schema answers: refusals before it runs, else data that is drawn."""
    document = parse(asked.text)
    errors = validate(schema, document)
    if errors:
        return ExecutionResult(None, errors)

    def resolve(_source: Any, info: Any, **_arguments: Any) -> Any:
        return given(schema, info.return_type, chance)

    return execute_sync(schema, document, {}, field_resolver=resolve, variable_values=asked.variables)


def given(schema: GraphQLSchema, type_: Any, chance: Random) -> Any:
    """A value that a provider may give out for a type; the fields of objects are drawn when they are asked for."""
    if isinstance(type_, GraphQLNonNull):
        return _some(schema, type_.of_type, chance)
    return None if chance.random() < 0.2 else _some(schema, type_, chance)


def _some(schema: GraphQLSchema, type_: Any, chance: Random) -> Any:
    if isinstance(type_, GraphQLList):
        return [given(schema, type_.of_type, chance) for _ in range(chance.choice((0, 1, 1, 2)))]
    if isinstance(type_, GraphQLEnumType):
        return chance.choice(list(type_.values))
    if is_abstract_type(type_):
        possible = schema.get_possible_types(type_)
        return {"__typename": chance.choice(possible).name} if possible else None
    if isinstance(type_, GraphQLObjectType):
        return {"__typename": type_.name}
    return chance.choice(_LEAVES.get(type_.name, _OPAQUE))


class Client:
    """What code that was generated for an operation and a schema takes in.

    ``open`` clients have a way out for values of enums and kinds of objects that they do not know.
    """

    def __init__(self, schema: GraphQLSchema, asked: Asked, *, is_open: bool) -> None:
        document: DocumentNode = parse(asked.text)
        self.schema = schema
        self.is_open = is_open
        self.variables: Mapping[str, Any] = asked.variables
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        (self.operation,) = (one for one in document.definitions if isinstance(one, OperationDefinitionNode))
        self.defaults = {
            one.variable.name.value: one.default_value.value
            for one in self.operation.variable_definitions or ()
            if isinstance(one.default_value, BooleanValueNode)
        }

    def misread(self, data: Any) -> str | None:
        """The first thing that the client cannot take; None if it reads all."""
        root = self.schema.get_root_type(self.operation.operation)
        return next(self._object(root, [self.operation.selection_set], data, "data"), None)

    def _object(self, type_: Any, selected: list[SelectionSetNode], value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at} is no object"
            return
        name = value.get("__typename")
        named: Any = self.schema.type_map.get(name) if name is not None else type_
        possible = self.schema.get_possible_types(type_) if is_abstract_type(type_) else [type_]
        if named not in possible:
            if not self.is_open or not is_abstract_type(type_):
                yield f"{at} is of {name}, which is no {type_}"
                return
            named = type_
        fields: dict[str, list[FieldNode]] = {}
        for one in self._fields(named, selected):
            fields.setdefault(one.alias.value if one.alias else one.name.value, []).append(one)
        more = value.keys() - fields.keys()
        if more and not self.is_open:
            yield f"{at} has {sorted(more)}, which was not asked for"
        for key, nodes in fields.items():
            if key not in value:
                yield f"{at} lacks {key}"
            elif nodes[0].name.value != "__typename":
                below = [one.selection_set for one in nodes if one.selection_set is not None]
                yield from self._value(named.fields[nodes[0].name.value].type, below, value[key], f"{at}.{key}")

    def _value(self, type_: Any, selected: list[SelectionSetNode], value: Any, at: str) -> Iterator[str]:
        if isinstance(type_, GraphQLNonNull):
            if value is None:
                yield f"{at} is null"
                return
            type_ = type_.of_type
        if value is None:
            return
        if isinstance(type_, GraphQLList):
            if not isinstance(value, list):
                yield f"{at} is no list"
                return
            for one in value:
                yield from self._value(type_.of_type, selected, one, f"{at}[]")
        elif is_composite_type(type_):
            yield from self._object(type_, selected, value, at)
        elif not self._leaf(type_, value):
            yield f"{at} is {value!r}, which is no {type_}"

    def _leaf(self, type_: Any, value: Any) -> bool:
        if isinstance(type_, GraphQLEnumType):
            return isinstance(value, str) and (self.is_open or value in type_.values)
        kinds: dict[str, Any] = {"Int": int, "Float": (int, float), "String": str, "ID": str, "Boolean": bool}
        wanted = kinds.get(type_.name)
        if wanted is None:
            return True
        return isinstance(value, wanted) and (type_.name == "Boolean") == isinstance(value, bool)

    def _fields(self, owner: Any, selected: Iterable[SelectionSetNode]) -> Iterator[FieldNode]:
        for part in selected:
            for one in part.selections:
                if self._is_left_out(one):
                    continue
                if isinstance(one, FieldNode):
                    yield one
                    continue
                inner = self.fragments[one.name.value] if isinstance(one, FragmentSpreadNode) else one
                assert isinstance(inner, FragmentDefinitionNode | InlineFragmentNode)
                if inner.type_condition is None or self._is(owner, inner.type_condition.name.value):
                    yield from self._fields(owner, [inner.selection_set])

    def _is(self, owner: Any, condition: str) -> bool:
        wanted = self.schema.type_map[condition]
        return wanted is owner or (is_abstract_type(wanted) and self.schema.is_sub_type(wanted, owner))

    def _is_left_out(self, node: Any) -> bool:
        said = {one.name.value: one.arguments[0].value for one in node.directives or () if one.name.value in _LEAVING}
        return any(name in said and self._holds(said[name]) == leaves for name, leaves in _LEAVING.items())

    def _holds(self, node: Any) -> bool:
        given = {**self.defaults, **self.variables}
        return bool(given[node.name.value] if isinstance(node, VariableNode) else node.value)
