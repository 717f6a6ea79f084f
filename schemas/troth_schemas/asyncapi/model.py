"""What an AsyncAPI document says, as frozen values that know where they stand; versions 2 and 3 in one model.

An operation is seen from the application that the document describes: it *sends* or it *receives*. Version 2 speaks of
the other side, so that its ``publish`` is a receive and its ``subscribe`` a send.

``broken`` says of each why something of it could not be read: a reference leads nowhere. What it seems to lack must
then not be taken as absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from troth_schemas.documents import Documents, Location
from troth_schemas.finding import Place
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt

Action: TypeAlias = Literal["send", "receive"]


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """The schema of a payload or of headers, in one of the languages that AsyncAPI allows.

    ``json`` is set for JSON Schema and OpenAPI's schemas. For Avro and Protobuf ``language`` names the format and
    ``loaded`` is that format's own document. Where neither is set, ``why`` says what keeps it from being read.
    ``text``: it is written as one text, so that nothing inside it has a place of its own; ``written`` is that text.
    """

    at: Location
    language: str
    json: SchemaAt | None = None
    loaded: Any = None
    why: str = ""
    text: bool = False
    written: str = ""

    def inside(self, pointer: str) -> Location:
        """The place in the AsyncAPI document of a place in the schema."""
        return self.at if self.text else Location(self.at.document, self.at.pointer + pointer)


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A message by its name. ``headers`` has several schemas where traits add theirs. ``lost``: nothing of it could be
    read, so that it may be any. ``nameless``: its name is made of where it stands among others."""

    name: str
    at: Location
    payload: Schema | None = None
    headers: tuple[Schema, ...] = ()
    content_type: str = ""
    correlation: str | None = None
    bindings: Mapping[str, Json] | None = None
    broken: str = ""
    lost: bool = False
    nameless: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A parameter of a channel's address, with the texts that it allows, if they are listed, or its schema.

    ``location`` is the expression that says where a message has its value.
    """

    name: str
    at: Location
    values: tuple[str, ...] | None = None
    schema: SchemaAt | None = None
    broken: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """A channel: its name in the document, its address (None where it is only known at run time)."""

    name: str
    address: str | None
    at: Location
    parameters: Mapping[str, Parameter]
    messages: Mapping[str, Message]
    servers: tuple[str, ...] | None
    bindings: Mapping[str, Json]
    broken: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """The answer to an operation: where it goes, and what it may be."""

    at: Location
    address: str | None
    messages: Mapping[str, Message]
    broken: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An operation of the application. ``security`` are alternatives, each the schemes and the
    scopes of schemes (``scheme: scope``) that it takes; an empty one takes nobody's credentials."""

    name: str
    action: Action
    channel: Channel
    messages: Mapping[str, Message]
    at: Location
    reply: Reply | None
    security: tuple[frozenset[str], ...]
    bindings: Mapping[str, Json]
    broken: str = ""

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.action} {self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Server:
    """A server by its name."""

    name: str
    at: Location
    host: str
    protocol: str
    security: tuple[frozenset[str], ...]
    bindings: Mapping[str, Json]
    broken: str = ""


UnreadKind: TypeAlias = Literal["server", "channel", "operation"]


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that is in the document though nobody can tell what it is. ``kind`` is what may be hidden there; an
    operation has its ``name``, or that of the channel which hides it (``hides``)."""

    kind: UnreadKind
    name: str
    at: Location
    why: str
    hides: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Api:
    """An AsyncAPI document, everything resolved that its references lead to."""

    documents: Documents
    version: str
    channels: Mapping[str, Channel]
    operations: Mapping[str, Operation]
    servers: Mapping[str, Server]
    unread: tuple[Unread, ...] = ()

    def hidden(self, kind: UnreadKind, name: str) -> str:
        """Why something that is not here may be there all the same: it, or what may be it, could not be read."""
        here = [one for one in self.unread if one.kind == kind]
        return next((one.why for one in sorted(here, key=lambda one: one.name != name)), "")

    def place(self, at: Location) -> Place:
        """A location as findings show it."""
        return self.documents.place(at)

    @property
    def root(self) -> Location:
        """The top of the root document."""
        return Location(self.documents.root.name)
