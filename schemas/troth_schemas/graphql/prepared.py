"""A schema as graphql-core has it, made of our model when an operation is to be validated.

Only the types that operations reach are ever filled: a schema of five thousand types is ready in the time of fifty.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from graphql import (
    DirectiveLocation,
    GraphQLAbstractType,
    GraphQLArgument,
    GraphQLDefaultInput,
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    parse_const_value,
    specified_directives,
    specified_scalar_types,
)
from graphql.type.schema import InterfaceImplementations

from troth_schemas.graphql.model import Field, Input, OperationKind, Schema, Type

_STANDARD: Final = {one.name: one for one in specified_directives}


class Prepared(GraphQLSchema):
    """The schema of a model, its types filled when they are first looked at."""

    def __init__(self, model: Schema) -> None:
        super().__init__(assume_valid=True)
        self.model = model
        self.type_map.update(specified_scalar_types)
        self.type_map.update((name, self._type(one)) for name, one in model.types.items())
        self.query_type = self._root("query")
        self.mutation_type = self._root("mutation")
        self.subscription_type = self._root("subscription")
        self.directives = (*_STANDARD.values(), *self._directives())
        self._by_name = {one.name: one for one in self.directives}

    def get_directive(self, name: str) -> GraphQLDirective | None:
        """A directive by its name."""
        return self._by_name.get(name)

    def get_implementations(self, interface_type: GraphQLInterfaceType) -> InterfaceImplementations:
        """What implements an interface, by our model."""
        found = [self.type_map[name] for name in self.model.implementations.get(interface_type.name, ())]
        return InterfaceImplementations(
            objects=[one for one in found if isinstance(one, GraphQLObjectType)],
            interfaces=[one for one in found if isinstance(one, GraphQLInterfaceType)],
        )

    def is_sub_type(self, abstract_type: GraphQLAbstractType, maybe_sub_type: GraphQLNamedType) -> bool:
        """Whether a type is a member of a union or implements an interface, by our model."""
        owner = self.model.types[abstract_type.name]
        if owner.kind == "union":
            return maybe_sub_type.name in owner.members
        return maybe_sub_type.name in self.model.implementations.get(owner.name, ())

    def _root(self, kind: OperationKind) -> GraphQLObjectType | None:
        found = self.type_map.get(self.model.roots.get(kind, ""))
        return found if isinstance(found, GraphQLObjectType) else None

    def _type(self, one: Type) -> GraphQLNamedType:
        match one.kind:
            case "scalar":
                standard = specified_scalar_types.get(one.name)
                return standard or GraphQLScalarType(one.name)
            case "enum":
                return GraphQLEnumType(
                    one.name,
                    {each.name: GraphQLEnumValue(each.name) for each in one.values.values()},
                )
            case "input object":
                fields = partial(self._input_fields, one)
                return GraphQLInputObjectType(one.name, fields, is_one_of=one.one_of)
            case "union":
                return GraphQLUnionType(one.name, partial(self._objects, tuple(one.members)))
            case "interface":
                return GraphQLInterfaceType(one.name, partial(self._fields, one), partial(self._interfaces, one))
            case "object":
                return GraphQLObjectType(one.name, partial(self._fields, one), partial(self._interfaces, one))

    def _fields(self, one: Type) -> dict[str, GraphQLField]:
        return {name: self._field(each) for name, each in one.fields.items()}

    def _field(self, one: Field) -> GraphQLField:
        return GraphQLField(self.wrapped(one.type), self._arguments(one.arguments))

    def _arguments(self, arguments: Mapping[str, Input]) -> dict[str, GraphQLArgument] | None:
        return {name: GraphQLArgument(self.wrapped(one.type), default=_default(one)) for name, one in arguments.items()}

    def _input_fields(self, one: Type) -> dict[str, GraphQLInputField]:
        return {
            name: GraphQLInputField(self.wrapped(each.type), default=_default(each))
            for name, each in one.inputs.items()
        }

    def _interfaces(self, one: Type) -> list[GraphQLInterfaceType]:
        found = (self.type_map.get(name) for name in one.interfaces)
        return [each for each in found if isinstance(each, GraphQLInterfaceType)]

    def _objects(self, names: tuple[str, ...]) -> list[GraphQLObjectType]:
        found = (self.type_map.get(name) for name in names)
        return [each for each in found if isinstance(each, GraphQLObjectType)]

    def wrapped(self, type_: str) -> Any:
        """The type of a text such as ``[Order!]!``; a name that is not defined is a scalar of which nothing is known.

        It is for the caller to know whether it goes in or out.
        """
        if type_.endswith("!"):
            return GraphQLNonNull(self.wrapped(type_[:-1]))
        if type_.startswith("["):
            return GraphQLList(self.wrapped(type_[1:-1]))
        found = self.type_map.get(type_)
        return GraphQLScalarType(type_) if found is None else found

    def _directives(self) -> Iterator[GraphQLDirective]:
        for one in self.model.directives.values():
            if one.name not in _STANDARD:
                yield GraphQLDirective(
                    one.name,
                    [DirectiveLocation[each] for each in one.locations if each in DirectiveLocation.__members__],
                    self._arguments(one.arguments),
                    is_repeatable=one.repeatable,
                )


def _default(one: Input) -> GraphQLDefaultInput | None:
    if one.default is None:
        return None
    try:
        return GraphQLDefaultInput(literal=parse_const_value(one.default))
    except GraphQLError:  # a broken default of an introspection result, which its problems name
        return GraphQLDefaultInput(value=None)
