"""An API as any version of OpenAPI describes it: one frozen model for 2.0, 3.0, 3.1 and what 3.2 shares with it.

Every value knows where it stands, after ``$ref``s were followed, so two operations that share a component hold the very
same value. Schemas are not copied: a `SchemaAt` says where one stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, TypeAlias

from troth_schemas.documents import Documents, Location
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.openapi.bases import Base, Values, with_roots
from troth_schemas.openapi.path_index import Match, Missed, PathIndex

Version: TypeAlias = Literal["2.0", "3.0", "3.1", "3.2"]

In: TypeAlias = Literal["path", "query", "header", "cookie", "querystring"]
"""Where a parameter stands in the request."""

Style: TypeAlias = Literal[
    "simple", "form", "label", "matrix", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject", "cookie"
]
"""How a value is written as text. 2.0's ``collectionFormat`` is told in these words; tabs exist only there."""

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

ANY_STATUS: Final = "default"


@dataclass(frozen=True, slots=True)
class Media:
    """What a body looks like under one media type, as written: ``application/json; charset=utf-8``, ``text/*``."""

    type: str
    location: Location
    schema: SchemaAt | None = None
    encoding: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """How long a thing stays: deprecated, until when (``x-sunset``), how settled it is (``x-stability-level``)."""

    deprecated: bool = False
    sunset: str | None = None
    stability: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a request, or a header of a response (``where`` is then "header").

    Its value is described by ``schema``, written as ``style`` and ``explode`` say, or by the one media of ``content``.
    """

    name: str
    where: In
    location: Location
    required: bool = False
    schema: SchemaAt | None = None
    content: tuple[Media, ...] = ()
    style: Style = "simple"
    explode: bool = False
    allow_reserved: bool = False
    allow_empty: bool = False
    lifecycle: Lifecycle = Lifecycle()

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others: headers' names know no case."""
        return self.where, self.name.lower() if self.where == "header" else self.name


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request."""

    location: Location
    required: bool = False
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A hint at what can be asked after an answer: ``leads`` is the operation and its values, as one text."""

    name: str
    location: Location
    leads: str


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: ``status`` is "200", a range in capitals ("2XX") or "default"."""

    status: str
    location: Location
    headers: tuple[Parameter, ...] = ()
    media: tuple[Media, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """A way to prove who asks.

    ``type`` is in 3.x's words (2.0's "basic" is "http" with the scheme "basic"). ``where`` and ``parameter`` are an API
    key's; ``scopes`` an OAuth flow's, by flow.
    """

    name: str
    type: str
    location: Location
    scheme: str | None = None
    where: str | None = None
    parameter: str | None = None
    scopes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One of the alternatives: all of these schemes, each with its scopes. None at all: anybody may ask."""

    schemes: tuple[tuple[str, tuple[str, ...]], ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a server's address. Without ``enum`` any value will do."""

    name: str
    default: str
    enum: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """Where an API is served: the address as written, and what its variables may be."""

    url: str
    location: Location
    variables: tuple[Variable, ...] = ()

    @property
    def bases(self) -> tuple[Base, ...]:
        """The address, with its variables, as the paths of requests are looked up."""
        return tuple(with_roots(self.url, self.values))

    @property
    def usual(self) -> str:
        """The address with the defaults of its variables."""
        address = self.url
        for one in self.variables:
            address = address.replace(f"{{{one.name}}}", one.default)
        return address

    @property
    def values(self) -> Values:
        """What the variables may be; one that lists nothing takes whatever there is besides its default."""
        return {one.name: (one.enum or (one.default,), not one.enum) for one in self.variables}


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path. ``servers`` are those that count for it: its own, the path's or the API's."""

    method: str
    path: str
    location: Location
    path_location: Location
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: tuple[Response, ...] = ()
    security: tuple[Requirement, ...] = ()
    servers: tuple[Server, ...] = ()
    operation_id: str | None = None
    tags: tuple[str, ...] = ()
    lifecycle: Lifecycle = Lifecycle()
    extensions: Mapping[str, Json] = field(default_factory=dict)
    partial: tuple[str, ...] = ()
    """What could not be read of it, as sentences: whoever judges it says that this is not covered."""

    @property
    def name(self) -> str:
        """The operation as people name it: ``GET /orders/{id}``."""
        return f"{self.method.upper()} {self.path}"

    def response(self, status: int | str) -> Response | None:
        """What answers with a status: the exact one, else its range, else the default."""
        by_status = {one.status: one for one in self.responses}
        exact = str(status)
        return by_status.get(exact) or by_status.get(f"{exact[:1]}XX") or by_status.get(ANY_STATUS)

    def parameter(self, where: In, name: str) -> Parameter | None:
        """A parameter by its place and name."""
        wanted = (where, name.lower() if where == "header" else name)
        return next((one for one in self.parameters if one.key == wanted), None)


@dataclass(frozen=True)
class Api:
    """A whole API. ``webhooks`` are operations that the provider calls on the consumer."""

    version: Version
    documents: Documents
    root: Location
    operations: tuple[Operation, ...] = ()
    webhooks: tuple[Operation, ...] = ()
    servers: tuple[Server, ...] = ()
    security_schemes: Mapping[str, SecurityScheme] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str], Operation]:
        """The operations by path and method (in small letters)."""
        return {(one.path, one.method): one for one in self.operations}

    @cached_property
    def _index(self) -> "PathIndex[Operation]":
        return PathIndex(
            (one.method, one.path, [base for each in one.servers for base in each.bases], one)
            for one in self.operations
        )

    def find(self, method: str, path: str) -> "Match[Operation] | Missed":
        """The operation that a request (its path without the query, still percent-encoded) is for."""
        return self._index.find(method.lower(), path)
