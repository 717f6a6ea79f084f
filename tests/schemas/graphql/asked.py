"""Operations drawn for a schema, with their variables: fragments, aliases, directives, values of all kinds."""

from random import Random
from typing import Any, Final, NamedTuple

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationType,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
)
from graphql.type import is_required_input_field

_DEEPEST: Final = 3
_LEAVES: Final[dict[str, tuple[Any, ...]]] = {
    "Int": (0, 7, -2147483648), "Float": (1.5, 2), "String": ("", "text", 'a "b"'), "ID": ("id", 5),
    "Boolean": (True, False),
}  # fmt: skip


class Asked(NamedTuple):
    """An operation with the variables that are sent with it."""

    text: str
    variables: dict[str, Any]


def drawn(schema: GraphQLSchema, chance: Random) -> Asked:
    """An operation that is meant to be valid, though fields that cannot be merged may make it invalid."""
    return _Drawing(schema, chance).operation()


class _Drawing:
    def __init__(self, schema: GraphQLSchema, chance: Random) -> None:
        self.schema = schema
        self.chance = chance
        self.declared: list[str] = []
        self.variables: dict[str, Any] = {}
        self.fragments: list[str] = []
        self.aliases = 0

    def operation(self) -> Asked:
        roots = {kind.value: root for kind in OperationType if (root := self.schema.get_root_type(kind))}
        kind = self.chance.choice(list(roots))
        body = self.selections(roots[kind], 0, only=kind == "subscription")
        directive = self.directive(kind.upper())
        head = f"({', '.join(self.declared)})" if self.declared else ""
        text = "\n".join([f"{kind} Q{head}{directive} {body}", *self.fragments])
        return Asked(text, self.variables)

    def selections(self, owner: Any, depth: int, *, only: bool = False) -> str:
        """Some fields of a type, its name (as typed clients ask for it), and fragments on what its objects may be."""
        chosen = [] if only else ["__typename"]
        fields = list(getattr(owner, "fields", {}).items())
        for name, field in self.chance.sample(
            fields, min(len(fields), 1 if only else self.chance.choice((1, 1, 2, 3)))
        ):
            made = self.field(name, field, depth)
            if made is not None:
                chosen.append(made)
        if not only and depth < _DEEPEST and self.chance.random() < 0.5:
            chosen.append(self.fragment(owner, depth))
        return f"{{ {' '.join(chosen or ['__typename'])} }}"

    def field(self, name: str, field: Any, depth: int) -> str | None:
        of = get_named_type(field.type)
        if is_composite_type(of) and depth >= _DEEPEST:
            return None
        below = f" {self.selections(of, depth + 1)}" if is_composite_type(of) else ""
        arguments = self.arguments(field.args)
        self.aliases += 1
        alias = f"x{self.aliases}: " if self.chance.random() < (0.9 if arguments else 0.2) else ""
        return f"{alias}{name}{arguments}{self.skipped()}{self.directive('FIELD')}{below}"

    def fragment(self, owner: Any, depth: int) -> str:
        possible = self.schema.get_possible_types(owner) if is_abstract_type(owner) else [owner]
        others = [one for each in possible for one in getattr(each, "interfaces", ())]
        on = self.chance.choice([*possible, *others, owner])
        body = self.selections(on, depth + 1)
        if self.chance.random() < 0.5:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {on.name}{self.directive('FRAGMENT_DEFINITION')} {body}")
            return f"...{name}{self.skipped()}{self.directive('FRAGMENT_SPREAD')}"
        condition = "" if on is owner and self.chance.random() < 0.5 else f" on {on.name}"
        return f"...{condition}{self.skipped()}{self.directive('INLINE_FRAGMENT')} {body}"

    def skipped(self) -> str:
        if self.chance.random() > 0.15:
            return ""
        boolean = GraphQLNonNull(self.schema.type_map.get("Boolean"))  # type: ignore[type-var]  # it is there
        return f" @{self.chance.choice(('skip', 'include'))}(if: {self.given(boolean, None)})"

    def directive(self, location: str) -> str:
        found = self.schema.get_directive("d")
        if found is None or location not in {one.name for one in found.locations} or self.chance.random() < 0.4:
            return ""
        times = 2 if found.is_repeatable and self.chance.random() < 0.5 else 1
        constant = location == "VARIABLE_DEFINITION"
        return "".join(f" @d{self.arguments(found.args, constant=constant)}" for _ in range(times))

    def arguments(self, arguments: dict[str, GraphQLArgument], *, constant: bool = False) -> str:
        given = [
            f"{name}: {self.literal(one.type, self.value(one.type)) if constant else self.given(one.type, one)}"
            for name, one in arguments.items()
            if is_required_argument(one) or self.chance.random() < 0.6
        ]
        return f"({', '.join(given)})" if given else ""

    def given(self, type_: Any, held: GraphQLArgument | None) -> str:
        """A literal, or a variable that is declared for it and sent, or left to its default."""
        if self.chance.random() < 0.5:
            return self.literal(type_, self.value(type_))
        name, kind, declared, sent = f"v{len(self.declared)}", self.chance.random(), type_, type_
        if kind < 0.2 and not isinstance(type_, GraphQLNonNull):
            declared = sent = GraphQLNonNull(type_)
        elif kind < 0.4 and isinstance(type_, GraphQLNonNull) and held is not None and not is_required_argument(held):
            declared = type_.of_type  # the argument's default makes up for it, if it is not given
        default = f" = {self.literal(declared, self.value(sent))}" if self.chance.random() < 0.3 else ""
        self.declared.append(f"${name}: {declared}{default}{self.directive('VARIABLE_DEFINITION')}")
        optional = bool(default) or not isinstance(declared, GraphQLNonNull)
        if not optional or self.chance.random() < 0.7:
            self.variables[name] = self.value(sent)
        return f"${name}"

    def value(self, type_: Any, depth: int = 0) -> Any:
        """A JSON value that the type takes in."""
        if isinstance(type_, GraphQLNonNull):
            return self._some(type_.of_type, depth)
        return None if self.chance.random() < 0.2 else self._some(type_, depth)

    def _some(self, type_: Any, depth: int) -> Any:
        if isinstance(type_, GraphQLList):
            inner = get_nullable_type(type_.of_type)
            if self.chance.random() < 0.15 and not isinstance(inner, GraphQLList):
                return self._some(inner, depth)  # one stands for a list of one
            return [self.value(type_.of_type, depth) for _ in range(self.chance.choice((0, 1, 2)))]
        if isinstance(type_, GraphQLEnumType):
            return self.chance.choice(list(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, depth)
        return self.chance.choice(_LEAVES.get(type_.name, ("any", 1, True)))

    def _object(self, type_: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        fields: dict[str, GraphQLInputField] = type_.fields
        if type_.is_one_of:
            name = self.chance.choice(list(fields))
            return {name: self._some(fields[name].type, depth + 1)}
        return {
            name: self.value(one.type, depth + 1)
            for name, one in fields.items()
            if is_required_input_field(one) or (depth < _DEEPEST and self.chance.random() < 0.6)
        }

    def literal(self, type_: Any, value: Any) -> str:
        """A value as it is written in GraphQL."""
        bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if value is None:
            return "null"
        if isinstance(value, list):
            inner = bare.of_type if isinstance(bare, GraphQLList) else bare
            return f"[{', '.join(self.literal(inner, one) for one in value)}]"
        of: Any = get_named_type(bare)
        if isinstance(value, dict):
            assert isinstance(of, GraphQLInputObjectType)
            return (
                "{" + ", ".join(f"{key}: {self.literal(of.fields[key].type, one)}" for key, one in value.items()) + "}"
            )
        if isinstance(value, str):
            quoted = value.replace('"', '\\"')
            return value if isinstance(of, GraphQLEnumType) else f'"{quoted}"'
        return str(value).lower() if isinstance(value, bool) else str(value)


def drawn_value(schema: GraphQLSchema, type_: Any, chance: Random) -> Any:
    """A JSON value that a type takes in."""
    return _Drawing(schema, chance).value(type_)
