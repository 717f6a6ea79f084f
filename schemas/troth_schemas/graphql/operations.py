"""A consumer's operations: .graphql documents, or manifests of persisted queries, each operation with its place."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    Source,
    SourceLocation,
    parse,
    print_ast,
)

from troth_schemas.documents import Documents
from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Place
from troth_schemas.graphql.joining import decoded, syntax_error
from troth_schemas.graphql.schema_document import without_collecting
from troth_schemas.json_body import Json
from troth_schemas.problem import Problem, pointer
from troth_schemas.sources import Sources

MOST_TOKENS: Final = 300_000
"""Lexical tokens of one document; reading them takes about three seconds."""

_LINE_ENDS: Final = re.compile(r"\r\n|[\n\r]")

Body = OperationDefinitionNode | FragmentDefinitionNode


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``name`` is what findings call it: its own name, or what stands for one, and its document."""

    name: str
    node: OperationDefinitionNode
    unit: "Unit"


class Unit:
    """The definitions of one document or persisted query, which see each other, with the way to their places.

    ``beside`` holds the fragments of the other documents, for those that this one lacks.
    """

    def __init__(
        self,
        document: str,
        definitions: tuple[Node, ...],
        locate: Callable[[Node, Node], Place],
        called: str | None = None,
    ) -> None:
        self.document = document
        self._locate = locate
        self.operations: list[Operation] = []
        self.fragments: dict[str, FragmentDefinitionNode] = {}
        self.strangers: list[Node] = []
        self.twice: list[FragmentDefinitionNode] = []
        self.beside: Mapping[str, tuple[FragmentDefinitionNode, Unit]] = {}
        self._spread: dict[int, tuple[Node, tuple[str, ...]]] = {}
        anonymous = 0
        for node in definitions:
            if isinstance(node, OperationDefinitionNode):
                anonymous += node.name is None
                number = f" {anonymous}" if node.name is None and anonymous > 1 else ""
                name = node.name.value if node.name else called or f"anonymous {node.operation.value}{number}"
                self.operations.append(Operation(f"{name} ({document})", node, self))
            elif isinstance(node, FragmentDefinitionNode):
                if node.name.value in self.fragments:
                    self.twice.append(node)
                self.fragments.setdefault(node.name.value, node)
            else:
                self.strangers.append(node)

    def place(self, node: Node, definition: Node | None = None) -> Place:
        """Where a node stands, within its definition if it is not one itself."""
        return self._locate(node, definition or node)

    def fragment(self, name: str) -> "tuple[FragmentDefinitionNode, Unit] | None":
        """A fragment by its name, of this document or of one beside it."""
        own = self.fragments.get(name)
        return self.beside.get(name) if own is None else (own, self)

    def reached(self, node: Body) -> dict[str, "tuple[FragmentDefinitionNode, Unit]"]:
        """The fragments that a definition spreads, and those that they spread."""
        found: dict[str, tuple[FragmentDefinitionNode, Unit]] = {}
        left = list(self._spreads(node))
        while left:
            name = left.pop()
            fragment = None if name in found else self.fragment(name)
            if fragment is not None:
                found[name] = fragment
                left.extend(self._spreads(fragment[0]))
        return found

    def _spreads(self, node: Body) -> tuple[str, ...]:
        known = self._spread.get(id(node))
        if known is None:
            known = self._spread[id(node)] = (node, tuple(spreads(node)))
        return known[1]

    @cached_property
    def whole(self) -> DocumentNode:
        """All definitions that can be executed, with the fragments that they need from beside."""
        own: list[Body] = [one.node for one in self.operations]
        own.extend(self.fragments.values())
        foreign = {
            name: fragment
            for node in own
            for name, (fragment, unit) in self.reached(node).items()
            if unit is not self and name not in self.fragments
        }
        return DocumentNode(definitions=(*own, *foreign.values()))


class Operations:
    """Everything that a consumer asks."""

    def __init__(self, units: tuple[Unit, ...]) -> None:
        self.units = units
        fragments = {name: (node, unit) for unit in reversed(units) for name, node in unit.fragments.items()}
        for unit in units:
            unit.beside = fragments
        self.operations = tuple(one for unit in units for one in unit.operations)

    @cached_property
    def unused(self) -> tuple[tuple[FragmentDefinitionNode, Unit], ...]:
        """The fragments that no operation reaches."""
        used: set[int] = set()
        for one in self.operations:
            used.update(id(node) for node, _ in one.unit.reached(one.node).values())
        return tuple((node, unit) for unit in self.units for node in unit.fragments.values() if id(node) not in used)


def load_operations(sources: Sources) -> tuple[Operations, tuple[Problem, ...]]:
    """The operations of every document, the root first. Raises ContractUnreadable."""
    names = [sources.root, *(name for name in sorted(sources.files) if name != sources.root)]
    documents = Documents(sources)
    with without_collecting():
        units = tuple(unit for name in names for unit in _units(documents, name))
    operations = Operations(units)
    return operations, tuple(_problems(operations, sources.root))


def _units(documents: Documents, name: str) -> Iterator[Unit]:
    content = documents.sources.files[name]
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and not name.endswith((".graphql", ".gql")):
        try:
            value = documents.document(name).value
        except ContractUnreadable:
            if name.endswith(".json"):
                raise
        else:
            yield from _manifest(documents, name, value)
            return
    text = decoded(name, content)
    yield Unit(name, _parsed(name, text), _in_text(name))


def _manifest(documents: Documents, name: str, value: Json) -> Iterator[Unit]:
    """The operations of a persisted-query manifest: Apollo's, or a plain map from ids to texts."""
    listed = value.get("operations") if isinstance(value, dict) else None
    entries: list[tuple[str, str | None, Json]] = []
    if isinstance(listed, list):
        for index, one in enumerate(listed):
            members = one if isinstance(one, dict) else {}
            called = members.get("name") or members.get("id")
            entries.append((pointer("operations", index, "body"), str(called) if called else None, members.get("body")))
    elif isinstance(listed, dict):
        entries = [(pointer("operations", key), key, one) for key, one in listed.items()]
    elif isinstance(value, dict):
        entries = [(pointer(key), key, one) for key, one in value.items()]
    for at, called, body in entries:
        place = Place(at, documents.document(name).line(at), name)
        if not isinstance(body, str):
            raise ContractUnreadable(
                f"the manifest {name}", "has no text of an operation", index=0, place=f"{at} (line {place.line})",
                fix="Each entry is the text of an operation, or an object whose `body` is.",
            )  # fmt: skip
        yield Unit(name, _parsed(name, body, place), _always(place), called)


def unit_of(name: str, text: str, place: Place) -> Unit:
    """One text that stands as a value in another document, such as a pact. Raises ContractUnreadable."""
    return Unit(name, _parsed(name, text, place), _always(place))


def _parsed(name: str, text: str, place: Place | None = None) -> tuple[Node, ...]:
    try:
        return parse(_Text(text, name), max_lexical_tokens=MOST_TOKENS, max_comments=MOST_TOKENS).definitions
    except GraphQLSyntaxError as problem:
        error = syntax_error(name, text, problem)
        if place is None:
            raise error from None
        where = f"{place.pointer} (line {place.line}), {error.place} of the operation"
        raise ContractUnreadable(error.what, error.reason, index=error.index, place=where, fix=error.fix) from None


class _Text(Source):
    """A source that finds lines by halving: graphql-core reads the text from its beginning for every error."""

    __slots__ = ("_begins",)

    def __init__(self, body: str, name: str) -> None:
        super().__init__(body, name)
        self._begins: list[int] = []

    def get_location(self, position: int) -> SourceLocation:
        """The line and column of a character, both from 1."""
        if not self._begins:
            self._begins = [0, *(found.end() for found in _LINE_ENDS.finditer(self.body))]
        line = bisect_right(self._begins, position)
        return SourceLocation(line, position - self._begins[line - 1] + 1)


def _in_text(name: str) -> Callable[[Node, Node], Place]:
    def place(node: Node, definition: Node) -> Place:
        return Place(path_of(definition), node.loc.start_token.line if node.loc else None, name)

    return place


def _always(place: Place) -> Callable[[Node, Node], Place]:
    return lambda _node, _definition: place


def path_of(node: Node) -> str:
    """The pointer of a definition in a .graphql document: its name, where it has one."""
    if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode) and node.name is not None:
        return pointer(node.name.value)
    return ""


def spreads(node: Body) -> Iterator[str]:
    """The names of the fragments that a definition spreads itself."""
    left: list[SelectionSetNode] = [node.selection_set]
    while left:
        for selection in left.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                yield selection.name.value
            else:
                inner = getattr(selection, "selection_set", None)
                if inner is not None:
                    left.append(inner)


def text_of(one: Operation) -> str:
    """An operation as it would be sent: with its fragments and nothing else."""
    nodes: Iterable[Node] = (one.node, *(node for node, _ in one.unit.reached(one.node).values()))
    return "\n\n".join(print_ast(node) for node in nodes)


def _problems(operations: Operations, root: str) -> Iterator[Problem]:
    def problem(unit: Unit, node: Node, sentence: str) -> Problem:
        place = unit.place(node)
        document = "" if unit.document == root else unit.document
        return Problem(place.pointer, sentence, "warning", place.line, document)

    if not operations.operations:
        yield Problem("", "There is no operation in it, so nothing can be judged.", "warning")
    for node, unit in operations.unused:
        yield problem(unit, node, f"No operation uses the fragment {node.name.value}.")
    for unit in operations.units:
        for fragment in unit.twice:
            yield problem(unit, fragment, f"The fragment {fragment.name.value} is defined twice.")
        for stranger in unit.strangers:
            yield problem(unit, stranger, "This is a definition of a schema, which no operation is.")
