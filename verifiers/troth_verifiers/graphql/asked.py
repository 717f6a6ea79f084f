"""What a contract asks of a GraphQL server and what it expects, ready to be replayed."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from graphql import DirectiveNode, FieldNode

from troth_schemas.graphql.operations import Operation
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.json_body import Document, Json
from troth_schemas.pact.rules import NO_RULES, Rules
from troth_verifiers.api import Cause, Interaction
from troth_verifiers.graphql.selecting import Selection

SCHEMA_KIND: Final = "graphql-schema"
"""The kind of the interaction that compares the running schema with the published one."""

Persisted: TypeAlias = Literal["no", "required", "tried"]
"""Whether only the hash is sent first: never; and the server must know persisted queries; or it may not."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as it is sent."""

    query: str
    operation: Operation
    name: str | None = None
    variables: Document = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    method: Literal["POST", "GET"] = "POST"
    persisted: Persisted = "no"
    connection: Document = field(default_factory=dict)
    """What a subscription's connection is opened with."""
    conditions: tuple[DirectiveNode, ...] = ()
    """Its ``@skip`` and ``@include``."""
    fixed: Selection | None = None
    """What it selects, where no variable decides that."""

    @property
    def selection(self) -> Selection:
        """What it selects with its variables."""
        return self.fixed or Selection(self.operation, self.variables)

    @property
    def kind(self) -> str:
        """``query``, ``mutation`` or ``subscription``."""
        return self.operation.node.operation.value

    @property
    def called(self) -> str:
        """Its name, or else the fields that it asks for."""
        selections = self.operation.node.selection_set.selections
        return self.name or ", ".join(one.name.value for one in selections if isinstance(one, FieldNode))


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of the answer: the members ``data``, ``errors`` and ``events``, as far as they are written.

    With none of them the answer must have no errors, and the shape that the operation asks for. ``rules`` are about
    the whole of it, such as ``$.data.order.total``.
    """

    says: Document = field(default_factory=dict)
    rules: Rules = NO_RULES

    @property
    def errors(self) -> list[Json]:
        """The errors that are expected."""
        written = self.says.get("errors")
        return written if isinstance(written, list) else []

    @property
    def events(self) -> list[Json]:
        """The events of a subscription; at least one of any content, where none is written."""
        written = self.says.get("events")
        return written if isinstance(written, list) and written else [{}]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a contract says that the server is asked, below the provider's address; "" where it says nothing."""

    path: str = ""
    subscriptions: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """All that replaying one interaction takes.

    ``asked`` is None for the interaction that compares schemas. ``schema`` is the published one, where it is given.
    ``trigger`` is sent while a subscription is open. ``trouble`` says why nothing is sent. ``additions`` makes what
    the running schema has and the published one lacks a difference too.
    """

    asked: Asked | None = None
    expected: Expected = field(default_factory=Expected)
    schema: SchemaDocument | None = None
    trigger: Asked | None = None
    timeout: float | None = None
    place: Place = field(default_factory=Place)
    trouble: Cause | None = None
    additions: bool = False


def fault(sentence: str) -> Cause:
    """The contract itself is wrong here."""
    return Cause("contract-unreadable", sentence)


def interaction(index: int, description: str, piece: Piece, **more: Any) -> Interaction:
    """An operation as people and the runner see it: its kind and its name stand for method and path."""
    method, path = (piece.asked.kind, piece.asked.called) if piece.asked else (None, None)
    return Interaction(index, description, kind="graphql", method=method, path=path, body=piece, **more)


def schema_interaction(index: int, piece: Piece) -> Interaction:
    """The interaction that compares the running schema with the published one."""
    return Interaction(index, "the schema is as published", kind=SCHEMA_KIND, body=piece)
