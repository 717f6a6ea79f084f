"""Operations made of a schema: the way from a root to any type or input, and the smallest values that are accepted."""

from collections import deque
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final, NamedTuple

from troth_schemas.graphql.model import OPERATIONS, Directive, Field, Input, OperationKind, Schema, Type, named
from troth_schemas.graphql.using import EXECUTABLE, with_directive
from troth_schemas.json_body import Json

_SAMPLES: Final = {"Int": "1", "Float": "1.5", "String": '"a"', "ID": '"1"', "Boolean": "true"}
_DEEPEST: Final = 30


class Step(NamedTuple):
    """How a type is reached: through a field of another type, or as what an abstract type may be (no field)."""

    above: str
    field: str | None


class Taken(NamedTuple):
    """Where an input type is taken in: an argument of a field or directive (``@owner``), or an input's field."""

    owner: str
    field: str | None
    name: str
    type: str


class Sampler:
    """Makes texts of operations for one schema. Everything is looked up in the schema, nothing is guessed."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @cached_property
    def steps(self) -> Mapping[str, Step | OperationKind]:
        """The last step of a shortest way to each type that an operation can reach."""
        found: dict[str, Step | OperationKind] = {}
        left: deque[str] = deque()
        for kind in OPERATIONS:
            root = self.schema.roots.get(kind)
            if root is not None and root in self.schema.types and root not in found:
                found[root] = kind
                left.append(root)
        while left:
            name = left.popleft()
            for following, step in self._following(name):
                if following not in found and following in self.schema.types:
                    found[following] = step
                    left.append(following)
        return found

    def _following(self, name: str) -> Iterator[tuple[str, Step]]:
        one = self.schema.types[name]
        for field in one.fields.values():
            yield named(field.type), Step(name, field.name)
        if one.kind in ("interface", "union"):
            for possible in sorted(self.schema.possible(name)):
                yield possible, Step(name, None)
        for interface in one.interfaces:
            yield interface, Step(name, None)

    @cached_property
    def takers(self) -> Mapping[str, tuple[Taken, ...]]:
        """Where each input type is taken in."""
        found: dict[str, list[Taken]] = {}
        for owner in self.schema.types.values():
            for one in owner.inputs.values():
                found.setdefault(named(one.type), []).append(Taken(owner.name, None, one.name, one.type))
            for field in owner.fields.values():
                for one in field.arguments.values():
                    found.setdefault(named(one.type), []).append(Taken(owner.name, field.name, one.name, one.type))
        for directive in self.schema.directives.values():
            if any(location in EXECUTABLE for location in directive.locations):
                for one in directive.arguments.values():
                    taken = Taken(f"@{directive.name}", None, one.name, one.type)
                    found.setdefault(named(one.type), []).append(taken)
        return {name: tuple(takers) for name, takers in found.items()}

    def reaches(self, name: str) -> bool:
        """Whether an operation can select on a type."""
        return name in self.steps

    def operation(self, type_: str, selection: str, variables: str = "") -> str | None:
        """An operation that selects something on a type; None where no operation reaches the type."""
        inner, name = selection, type_
        for _ in range(len(self.schema.types) + 1):
            step = self.steps.get(name)
            if step is None:
                return None
            if isinstance(step, str):
                head = f"{step}{f' Witness({variables})' if variables else ''}"
                return f"{head} {{ {inner} }}"
            if step.field is None:
                inner = f"... on {name} {{ {inner} }}"
            else:
                field = self.schema.types[step.above].fields[step.field]
                arguments = self.arguments(field.arguments)
                if arguments is None:
                    return None
                inner = f"{field.name}{arguments} {{ {inner} }}"
            name = step.above
        return None

    def way(self, type_: str) -> Iterator[Step]:
        """The steps back from a type that an operation reaches to a root."""
        while isinstance(step := self.steps[type_], Step):
            yield step
            type_ = step.above

    def answer(self, type_: str, member: str, value: Json) -> Json:
        """The data of the answer to ``operation`` whose selection on the type has this member."""
        inner: Json = {member: value}
        for step in self.way(type_):
            if step.field is not None:
                field = self.schema.types[step.above].fields[step.field]
                for _ in range(field.type.count("[")):
                    inner = [inner]
                inner = {field.name: inner}
        return inner

    def field(self, field: Field, without: str | None = None, extra: Mapping[str, str] | None = None) -> str | None:
        """The selection of a field with the arguments that it needs; None if they cannot be given."""
        arguments = self.arguments({key: one for key, one in field.arguments.items() if key != without}, extra)
        return None if arguments is None else f"{field.name}{arguments}{self.below(field)}"

    def below(self, field: Field) -> str:
        """What must be selected below a field."""
        owner = self.schema.types.get(named(field.type))
        return " { __typename }" if owner is not None and owner.kind in ("object", "interface", "union") else ""

    def arguments(self, inputs: Mapping[str, Input], extra: Mapping[str, str] | None = None) -> str | None:
        """Arguments in parentheses: those that are required, and ``extra``."""
        given = dict(extra or {})
        for one in inputs.values():
            if one.required and one.name not in given:
                value = self.value(one.type)
                if value is None:
                    return None
                given[one.name] = value
        return f"({', '.join(f'{name}: {value}' for name, value in given.items())})" if given else ""

    def value(self, type_: str, depth: int = 0) -> str | None:
        """A literal of an input type, as small as it can be, but never null; None where none can be made."""
        bare = type_.removesuffix("!")
        if bare.startswith("["):
            return "[]"
        owner = self.schema.types.get(bare)
        if owner is None or owner.kind == "scalar":
            return _SAMPLES.get(bare, '"a"')
        if owner.kind == "enum":
            return next(iter(owner.values), None)
        return self.object(owner, {}, depth + 1) if depth < _DEEPEST else None

    def object(self, owner: Type, given: Mapping[str, str], depth: int = 0) -> str | None:
        """The literal of an input object with some fields given and the required ones filled in."""
        members = dict(given)
        wanted = list(owner.inputs.values())
        if owner.one_of:
            wanted = [] if members else wanted[:1]
        for one in wanted:
            if one.name not in members and (one.required or owner.one_of):
                value = self.value(one.type, depth)
                if value is None:
                    return None
                members[one.name] = value
        return "{" + ", ".join(f"{name}: {value}" for name, value in members.items()) + "}"

    def taking(self, input_type: str, literal: str, variables: str = "") -> Iterator[str]:
        """Operations that give a literal of an input type, by the shortest ways to where it is taken in."""
        seen = {input_type}
        left = deque([(input_type, literal)])
        while left:
            name, value = left.popleft()
            for taken in self.takers.get(name, ()):
                shown = f"[{value}]" if "[" in taken.type else value
                if taken.type.count("[") > 1:
                    shown = "[" * (taken.type.count("[") - 1) + shown + "]" * (taken.type.count("[") - 1)
                if taken.owner.startswith("@"):
                    yield from self._using(self.schema.directives[taken.owner[1:]], {taken.name: shown}, variables)
                    continue
                owner = self.schema.types[taken.owner]
                if taken.field is not None:
                    selection = self.field(owner.fields[taken.field], extra={taken.name: shown})
                    made = None if selection is None else self.operation(owner.name, selection, variables)
                    if made is not None:
                        yield made
                elif owner.name not in seen:
                    seen.add(owner.name)
                    whole = self.object(owner, {taken.name: shown})
                    if whole is not None:
                        left.append((owner.name, whole))

    def _using(self, directive: Directive, given: Mapping[str, str], variables: str) -> Iterator[str]:
        arguments = self.arguments(directive.arguments, given)
        if arguments is not None:
            yield from with_directive(directive, arguments, variables, self.schema.roots.get("query", "Query"))
