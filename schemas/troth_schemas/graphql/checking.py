"""What is wrong with a schema by the specification's rules of type validation, each problem with its place.

graphql-core knows the same rules but needs seven seconds for a schema that this reads in a tenth; a test holds the two
together.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from graphql import GraphQLDirective, is_required_argument, specified_directives

from troth_schemas.graphql.federation import Links
from troth_schemas.graphql.model import (
    BUILT_IN,
    INPUTS,
    OUTPUTS,
    At,
    Directive,
    Field,
    Input,
    Schema,
    Type,
    Usage,
    named,
)
from troth_schemas.graphql.typing_rules import narrower_output
from troth_schemas.problem import Problem

_KNOWN: Final = {one.name: one for one in specified_directives}
_TYPE_LOCATION: Final = {
    "scalar": "SCALAR",
    "object": "OBJECT",
    "interface": "INTERFACE",
    "union": "UNION",
    "enum": "ENUM",
    "input object": "INPUT_OBJECT",
}
_PARTS: Final = {
    "object": "fields",
    "interface": "fields",
    "input object": "fields",
    "enum": "values",
    "union": "members",
}
_MOST_HINTS: Final = 20
"""Names that close ones are looked for: it takes milliseconds in a large schema."""


def check(schema: Schema, links: Links | None = None, root: str | None = None) -> tuple[Problem, ...]:
    """Every problem of a schema that could be read, in the order of its types."""
    return tuple(_Checked(schema, links, root).problems())


class _Checked:
    """A schema under examination."""

    def __init__(self, schema: Schema, links: Links | None, root: str | None) -> None:
        self.schema = schema
        self.links = links
        self.hinted: dict[str, list[str]] = {}
        self.root = root if root is not None else schema.place(0 if isinstance(schema.at, int) else "").document

    def problems(self) -> Iterator[Problem]:
        yield from self._roots()
        for directive in self.schema.directives.values():
            if directive.name.startswith("__"):
                yield self._reserved(directive.at, f"@{directive.name}")
            yield from self._inputs(directive.arguments, f"@{directive.name}", "ARGUMENT_DEFINITION")
        yield from self._usages(self.schema.usages, "SCHEMA", ())
        for one in self.schema.types.values():
            yield from self._type(one)
        yield from self._endless()

    def _roots(self) -> Iterator[Problem]:
        roots = self.schema.roots
        if "query" not in roots and not (self.links and self.links.federated):
            yield self._problem(
                self.schema.at, "There is no type for queries: define the type Query, or name one in `schema`."
            )
        seen: dict[str, str] = {}
        for kind, name in roots.items():
            owner = self.schema.types.get(name)
            if owner is None:
                yield self._problem(
                    self.schema.at, f"{kind.capitalize()} is the type {name}, which is not defined.", name
                )
            elif owner.kind != "object":
                yield self._problem(
                    owner.at, f"The {kind} type {name} must be an object, not {with_article(owner.kind)}.", name
                )
            if name in seen:
                yield self._problem(self.schema.at, f"{name} is the type for {seen[name]} and for {kind}.", name)
            seen[name] = kind

    def _type(self, one: Type) -> Iterator[Problem]:
        if one.name.startswith("__"):
            yield self._reserved(one.at, one.name)
        if one.name in BUILT_IN and one.kind != "scalar":
            yield self._problem(one.at, f"{one.name} is a scalar that GraphQL defines itself.", one.name)
        yield from self._usages(one.usages, _TYPE_LOCATION[one.kind], (one.name,))
        parts = _PARTS.get(one.kind)
        if parts and not (one.fields or one.inputs or one.values or one.members) and not self._may_be_empty(one):
            yield self._problem(
                one.at, f"{one.name} has no {parts}: {with_article(one.kind)} needs at least one.", one.name
            )
        for field in one.fields.values():
            yield from self._field(one, field)
        yield from self._inputs(one.inputs, one.name, "INPUT_FIELD_DEFINITION", one_of=one.one_of)
        for value in one.values.values():
            yield from self._usages(value.usages, "ENUM_VALUE", (one.name, value.name))
        yield from self._members(one)
        for interface in one.interfaces:
            yield from self._interface(one, interface)

    def _may_be_empty(self, one: Type) -> bool:
        return bool(self.links and self.links.federated and one.name in self.schema.roots.values())

    def _field(self, owner: Type, one: Field) -> Iterator[Problem]:
        path = (owner.name, one.name)
        if one.name.startswith("__"):
            yield self._reserved(one.at, f"{owner.name}.{one.name}")
        yield from self._named(one.type, one.at, path, OUTPUTS, "given out")
        if one.usages:
            yield from self._usages(one.usages, "FIELD_DEFINITION", path)
        if one.arguments:
            yield from self._inputs(one.arguments, f"{owner.name}.{one.name}", "ARGUMENT_DEFINITION", path)

    def _inputs(
        self, inputs: Mapping[str, Input], owner: str, location: str, path: tuple[str, ...] = (), one_of: bool = False
    ) -> Iterator[Problem]:
        for one in inputs.values():
            where = (*(path or (owner,)), one.name)
            name = f"{owner}({one.name}:)" if location == "ARGUMENT_DEFINITION" else f"{owner}.{one.name}"
            if one.name.startswith("__"):
                yield self._reserved(one.at, name)
            yield from self._named(one.type, one.at, where, INPUTS, "taken in")
            if one.usages:
                yield from self._usages(one.usages, location, where)
                if one.required and any(each.name == "deprecated" for each in one.usages):
                    yield self._problem(one.at, f"{name} is required, so it cannot be deprecated.", *where)
            if one_of and (one.type.endswith("!") or one.default is not None):
                yield self._problem(
                    one.at, f"{name} belongs to a @oneOf input: it must be nullable and have no default.", *where
                )

    def _named(self, type_: str, at: At, path: tuple[str, ...], kinds: tuple[str, ...], way: str) -> Iterator[Problem]:
        name = named(type_)
        owner = self.schema.types.get(name)
        if owner is None:
            if name not in BUILT_IN and not (self.links and self.links.knows_type(name)):
                yield self._unknown(name, at, path)
        elif owner.kind not in kinds:
            yield self._problem(
                at, f"{'.'.join(path)} is {way}, so it cannot be of {name}, {with_article(owner.kind)}.", *path
            )

    def _members(self, one: Type) -> Iterator[Problem]:
        for name, at in one.members.items():
            member = self.schema.types.get(name)
            kind = member.kind if member is not None else "scalar" if name in BUILT_IN else None
            if kind is None:
                yield self._unknown(name, at, (one.name, name))
            elif kind != "object":
                yield self._problem(
                    at, f"The union {one.name} can only have objects, not {name}, {with_article(kind)}.", one.name, name
                )

    def _interface(self, one: Type, name: str) -> Iterator[Problem]:
        at = one.interfaces[name]
        interface = self.schema.types.get(name)
        if interface is None:
            yield self._unknown(name, at, (one.name, name))
            return
        if interface.kind != "interface":
            yield self._problem(
                at, f"{one.name} cannot implement {name}, which is {with_article(interface.kind)}.", one.name
            )
            return
        if name == one.name:
            yield self._problem(at, f"{name} cannot implement itself.", name)
            return
        if one.name in interface.interfaces:
            yield self._problem(at, f"{one.name} and {name} implement each other.", one.name)
            return
        for above in interface.interfaces:
            if above not in one.interfaces:
                yield self._problem(at, f"{one.name} must implement {above} too, because {name} does.", one.name)
        for wanted in interface.fields.values():
            yield from self._implemented(one, interface, wanted)

    def _implemented(self, one: Type, interface: Type, wanted: Field) -> Iterator[Problem]:
        promise = f"{interface.name}.{wanted.name}"
        mine = one.fields.get(wanted.name)
        if mine is None:
            yield self._problem(
                one.at, f"{one.name} implements {interface.name} but has no field {wanted.name}.", one.name
            )
            return
        path = (one.name, mine.name)
        if not narrower_output(self.schema, mine.type, wanted.type):
            yield self._problem(
                mine.at, f"{'.'.join(path)} is {mine.type}, but {promise} promises {wanted.type}.", *path
            )
        for argument in wanted.arguments.values():
            given = mine.arguments.get(argument.name)
            if given is None:
                yield self._problem(
                    mine.at, f"{'.'.join(path)} lacks the argument {argument.name} of {promise}.", *path
                )
            elif given.type != argument.type:
                sentence = f"{'.'.join(path)}({given.name}:) is {given.type}, but {promise} takes {argument.type}."
                yield self._problem(given.at, sentence, *path, given.name)
        for extra in mine.arguments.values():
            if extra.name not in wanted.arguments and extra.required:
                sentence = f"{'.'.join(path)}({extra.name}:) is required, but {promise} does not have it."
                yield self._problem(extra.at, sentence, *path, extra.name)
        deprecated = any(each.name == "deprecated" for each in mine.usages)
        if deprecated and not any(each.name == "deprecated" for each in wanted.usages):
            sentence = f"{'.'.join(path)} is deprecated, but {promise} is not."
            yield replace(self._problem(mine.at, sentence, *path), severity="warning")

    def _usages(self, usages: Iterable[Usage], location: str, path: tuple[str, ...]) -> Iterator[Problem]:
        seen: set[str] = set()
        for one in usages:
            defined = self.schema.directives.get(one.name)
            built_in = _KNOWN.get(one.name) if defined is None else None
            if defined is not None:
                yield from self._usage(one, defined, location, path, one.name in seen)
            elif built_in is not None:
                yield from self._built_in(one, built_in, location, path, one.name in seen)
            elif not (self.links and self.links.means(one.name)):
                yield self._problem(one.at, f"The directive @{one.name} is not defined.", *path)
            seen.add(one.name)

    def _built_in(
        self, one: Usage, known: GraphQLDirective, location: str, path: tuple[str, ...], again: bool
    ) -> Iterator[Problem]:
        if location not in {each.name for each in known.locations}:
            yield self._misplaced(one, location, path)
        if again:
            yield self._problem(one.at, f"@{one.name} may be used only once here.", *path)
        for name in one.arguments:
            if name not in known.args:
                yield self._problem(one.at, f"@{one.name} has no argument {name}.", *path)
        for name, wanted in known.args.items():
            if is_required_argument(wanted) and one.arguments.get(name, "null") == "null":
                yield self._problem(one.at, f"@{one.name} needs its argument {name}.", *path)

    def _usage(
        self, one: Usage, defined: Directive, location: str, path: tuple[str, ...], again: bool
    ) -> Iterator[Problem]:
        if location not in defined.locations:
            yield self._misplaced(one, location, path)
        if again and not defined.repeatable:
            yield self._problem(one.at, f"@{one.name} may be used only once here.", *path)
        for name in one.arguments:
            if name not in defined.arguments:
                yield self._problem(one.at, f"@{one.name} has no argument {name}.", *path)
        for argument in defined.arguments.values():
            if argument.required and one.arguments.get(argument.name, "null") == "null":
                yield self._problem(one.at, f"@{one.name} needs its argument {argument.name}.", *path)

    def _endless(self) -> Iterator[Problem]:
        """Inputs that need themselves through required fields: no value can be given for them."""
        done: set[str] = set()
        for start in self.schema.types.values():
            if start.kind != "input object" or start.name in done:
                continue
            path = {start.name: iter(self._needed(start))}
            while path:
                name, needed = next(reversed(path.items()))
                following = next(needed, None)
                if following is None:
                    done.add(name)
                    del path[name]
                    continue
                if following in path:
                    names = list(path)
                    cycle = " → ".join([*names[names.index(following) :], following])
                    yield self._problem(
                        self.schema.types[following].at,
                        f"No value can be given for {following}: it needs itself ({cycle}).",
                        following,
                    )
                elif following not in done:
                    path[following] = iter(self._needed(self.schema.types[following]))

    def _needed(self, one: Type) -> tuple[str, ...]:
        return tuple(
            each.type[:-1]
            for each in one.inputs.values()
            if each.type.endswith("!")
            and (below := self.schema.types.get(each.type[:-1])) is not None
            and below.kind == "input object"
        )

    def _misplaced(self, one: Usage, location: str, path: tuple[str, ...]) -> Problem:
        return self._problem(one.at, f"@{one.name} may not be used here, on {location}.", *path)

    def _reserved(self, at: At, name: str) -> Problem:
        return self._problem(at, f"{name} begins with two underscores, which GraphQL keeps for itself.", name)

    def _unknown(self, name: str, at: At, path: tuple[str, ...]) -> Problem:
        close: list[str] = []
        if len(self.hinted) < _MOST_HINTS or name in self.hinted:
            if name not in self.hinted:
                self.hinted[name] = get_close_matches(name, (*self.schema.types, *BUILT_IN), 1)
            close = self.hinted[name]
        hint = f" Did you mean {close[0]}?" if close else ""
        return self._problem(at, f"The type {name} is not defined.{hint}", *path)

    def _problem(self, at: At, sentence: str, *path: str) -> Problem:
        place = self.schema.place(at, *path)
        return Problem(
            place.pointer, sentence, "error", place.line, "" if place.document == self.root else place.document
        )


def with_article(kind: str) -> str:
    """A kind of types in a sentence: ``an object``."""
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"
