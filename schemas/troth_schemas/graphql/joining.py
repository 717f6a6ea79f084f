"""The definitions and extensions of several SDL documents as one schema, with what is wrong with them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, Literal, TypeAlias, TypeVar

from graphql import GraphQLSyntaxError, Source, parse

from troth_schemas.errors import ContractUnreadable
from troth_schemas.graphql.checking import check, with_article
from troth_schemas.graphql.federation import Links
from troth_schemas.graphql.literals import NotFollowed
from troth_schemas.graphql.model import At, Directive, Field, Input, OperationKind, Schema, Text, Type, Usage, Value
from troth_schemas.graphql.reading import Definition, Reader
from troth_schemas.problem import Problem, pointer
from troth_schemas.sources import Sources

_ROOTS: Final[Mapping[OperationKind, str]] = {
    "query": "Query",
    "mutation": "Mutation",
    "subscription": "Subscription",
}
Severity: TypeAlias = Literal["error", "warning"]
P = TypeVar("P", Field, Input, Value)
_LINE_END: Final = "\n"
_SHOWN: Final = 2_000
"""Characters after a mistake that graphql-core is given to say what it is."""


def join(sources: Sources) -> tuple[Schema, tuple[Problem, ...]]:
    """The schema of all documents, the root first, and its problems. Raises ContractUnreadable."""
    names = [sources.root, *(name for name in sorted(sources.files) if name != sources.root)]
    text = Text({name: decoded(name, sources.files[name]) for name in names})
    joined = _Joined(text)
    for index, start in enumerate(text.starts):
        end = text.starts[index + 1] - 1 if index + 1 < len(text.starts) else len(text.whole)
        reader = Reader(text.whole, start, end)
        try:
            for one in reader.definitions():
                joined.add(one)
        except NotFollowed as refused:
            raise _unreadable(text, names[index], reader.began, refused, end) from None
        for twice in reader.twice:
            severity: Severity = "error" if twice.differs else "warning"
            joined.problem(twice.at, f"The {twice.what} is there twice in one definition.", severity=severity)
    schema, links = joined.schema()
    return schema, (*joined.problems, *check(schema, links))


class _Joined:
    """What was read so far."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self._types: dict[str, Type] = {}
        self._directives: dict[str, Directive] = {}
        self._extensions: list[Definition] = []
        self._schemas: list[Definition] = []

    def add(self, one: Definition | Directive) -> None:
        if isinstance(one, Directive):
            if one.name in self._directives:
                self.problem(one.at, f"The directive @{one.name} is defined twice.", f"@{one.name}")
            self._directives.setdefault(one.name, one)
        elif one.kind is None:
            self._schemas.append(one)
        elif one.extends:
            self._extensions.append(one)
        elif one.name in self._types:
            self.problem(one.at, f"The type {one.name} is defined twice.", one.name)
            self._extend(one)
        else:
            self._types[one.name] = _type(one)

    def schema(self) -> tuple[Schema, Links]:
        usages = tuple(usage for one in self._schemas for usage in one.usages)
        every: list[Type | Definition] = [*self._types.values(), *self._extensions]
        links = Links(usages, {one.name for owner in every for one in _usages_of(owner)}, self._directives)
        for one in self._extensions:
            if one.name not in self._types:
                if not links.federated:
                    self.problem(one.at, f"The type {one.name} is extended, but not defined.", one.name)
                self._types[one.name] = _type(one)
            else:
                self._extend(one)
        types = {name: meant(one, links) for name, one in self._types.items()} if links.imported else self._types
        definition = next((one for one in self._schemas if not one.extends), None)
        made = Schema(
            types=types,
            directives=self._directives,
            roots=self._roots(definition),
            locate=self.text.place,
            at=definition.at if definition else 0,
            description=definition.description if definition else None,
            usages=usages,
            federated=links.federated,
            text=None if links.renames else self.text.whole,
        )
        return made, links

    def _roots(self, definition: Definition | None) -> dict[OperationKind, str]:
        roots: dict[OperationKind, str] = {}
        for one in self._schemas:
            if one is not definition and not one.extends:
                self.problem(one.at, "The schema is defined twice.")
            for kind, name, at in one.roots:
                if roots.setdefault(kind, name) != name:
                    self.problem(at, f"The schema has two types for every {kind}: {roots[kind]} and {name}.")
        if definition is None:
            for kind, name in _ROOTS.items():
                if name in self._types:
                    roots.setdefault(kind, name)
        return roots

    def _extend(self, one: Definition) -> None:
        base = self._types[one.name]
        if base.kind != one.kind:
            sentence = f"{one.name} is extended as {with_article(one.kind or '')}, but it is {with_article(base.kind)}."
            self.problem(one.at, sentence, one.name)
            return
        self._fill(one.name, base.fields, one.fields)
        self._fill(one.name, base.inputs, one.inputs)
        self._fill(one.name, base.values, one.values)
        base.members.update(one.members)
        base.interfaces.update(one.interfaces)
        self._types[one.name] = replace(
            base,
            usages=base.usages + one.usages,
            description=base.description or one.description,
            spans=(*base.spans, one.span),
        )

    def _fill(self, owner: str, mine: dict[str, P], more: Mapping[str, P]) -> None:
        for name, part in more.items():
            if name in mine:
                self.problem(part.at, f"{owner}.{name} is there already.", owner, name)
            mine.setdefault(name, part)

    def problem(self, at: At, sentence: str, *path: str, severity: Severity = "error") -> None:
        place = self.text.place(pointer(*path), at)
        document = "" if place.document == self.text.names[0] else place.document
        self.problems.append(Problem(place.pointer, sentence, severity, place.line, document))


def meant(one: Type, links: Links) -> Type:
    """A type whose directives have the names that Federation gave them."""

    def usages(found: tuple[Usage, ...]) -> tuple[Usage, ...]:
        return tuple(each._replace(name=links.meaning(each.name)) for each in found)

    for name, field in one.fields.items():
        arguments = {key: each._replace(usages=usages(each.usages)) for key, each in field.arguments.items()}
        one.fields[name] = field._replace(usages=usages(field.usages), arguments=arguments)
    for name, member in one.inputs.items():
        one.inputs[name] = member._replace(usages=usages(member.usages))
    for name, value in one.values.items():
        one.values[name] = value._replace(usages=usages(value.usages))
    return replace(one, usages=usages(one.usages))


def decoded(name: str, content: bytes) -> str:
    """The text of a document. Raises ContractUnreadable."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        reason = f"is not UTF-8: byte 0x{content[problem.start]:02x} cannot stand"
        raise ContractUnreadable(
            f"the document {name}", reason, index=problem.start, place=f"line {line}", fix="Save it as UTF-8."
        ) from None


def syntax_error(name: str, text: str, problem: GraphQLSyntaxError, offset: int = 0) -> ContractUnreadable:
    """What graphql-core says of a text that it cannot read."""
    said = problem.message.removeprefix("Syntax Error: ").rstrip(".")
    index = offset + _first(problem)
    place = f"line {text.count(_LINE_END, 0, index) + 1}, column {index - text.rfind(_LINE_END, 0, index)}"
    fix = "Look at what stands there and just before it."
    if index >= len(text.rstrip()):
        fix = "The text ends too early; was it cut off?"
    return ContractUnreadable(f"the document {name}", f"is not GraphQL: {said}", index=index, place=place, fix=fix)


def _unreadable(text: Text, name: str, began: int, refused: NotFollowed, end: int) -> ContractUnreadable:
    start = text.starts[text.names.index(name)]
    if refused.why is None:
        piece = text.whole[began : min(refused.at + _SHOWN, end)]
        try:
            parse(Source(piece, name))
        except GraphQLSyntaxError as problem:
            if began + _first(problem) < refused.at + _SHOWN:
                return syntax_error(name, text.whole[start:end], problem, began - start)
    _, line = text.line(refused.at)
    column = refused.at - max(text.whole.rfind("\n", start, refused.at) + 1, start) + 1
    return ContractUnreadable(
        f"the document {name}",
        f"cannot be read as a GraphQL schema: {refused.why or 'what stands there is not known'}",
        index=refused.at - start,
        place=f"line {line}, column {column}",
        fix="Keep operations in documents of their own." if "operation" in (refused.why or "") else "Look at it there.",
    )


def _type(one: Definition) -> Type:
    assert one.kind is not None
    return Type(
        name=one.name,
        kind=one.kind,
        at=one.at,
        description=one.description,
        usages=one.usages,
        fields=one.fields,
        inputs=one.inputs,
        values=one.values,
        members=dict(one.members),
        interfaces=dict(one.interfaces),
        spans=(one.span,),
    )


def _usages_of(one: Type | Definition) -> Iterator[Usage]:
    yield from one.usages
    parts: Iterable[Field | Input | Value] = (*one.fields.values(), *one.inputs.values(), *one.values.values())
    for part in parts:
        yield from part.usages


def _first(problem: GraphQLSyntaxError) -> int:
    return next(iter(problem.positions or ()), 0)
