"""The question of containment and its answer, as frozen values."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from troth_schemas.documents import Documents, Location
from troth_schemas.json_body import Json

Dialect: TypeAlias = Literal[
    "draft-04", "draft-06", "draft-07", "2019-09", "2020-12", "openapi-2.0", "openapi-3.0", "openapi-3.1", "asyncapi"
]
"""How keywords are read. OpenAPI 2.0 and 3.0 have dialects of their own (``nullable``, ``discriminator``, boolean
``exclusiveMaximum``, siblings of ``$ref`` ignored); 3.1 is 2020-12 with ``discriminator``, AsyncAPI's draft 7 with
a ``discriminator`` that nobody here judges."""

Axis: TypeAlias = str
"""What about a value two schemas disagree on, in kebab-case: ``type``, ``nullability``, ``enum``, ``required`` …"""

AXES: Final[tuple[Axis, ...]] = (
    "type", "nullability", "enum", "const", "format", "minimum", "maximum", "multiple-of", "min-length", "max-length",
    "pattern", "content-encoding", "content-media-type", "items", "prefix-items", "min-items", "max-items",
    "unique-items", "contains", "required", "property", "pattern-properties", "additional-properties",
    "unevaluated-properties", "unevaluated-items", "property-names", "min-properties", "max-properties", "dependent",
    "all-of", "any-of", "one-of", "not", "if", "discriminator", "read-only", "write-only", "schema",
)  # fmt: skip
"""Every axis. ``minimum`` and ``maximum`` include the exclusive bounds; ``property`` is a property that the reader
refuses by itself (closed model, or ``false``); ``schema`` is a whole schema that is ``false``."""


@dataclass(frozen=True, slots=True)
class SchemaAt:
    """A schema: where it stands, among which documents, and how its keywords are read."""

    documents: Documents
    location: Location
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class View:
    """How the reader is looked at.

    ``required=False``: members that the reader requires may be absent (a consumer may use a subset of a response).
    ``undeclared="refused"``: a member that the reader does not declare is refused, unless it says on purpose
    (``additionalProperties`` or ``patternProperties``) that others may come. ``access``: in a request, ``readOnly``
    properties must not be sent and are not required; in a response, ``writeOnly`` ones do not come back.
    ``discriminated``: sets of values must be valid for the schemas that they name to OpenAPI's discriminators.
    """

    required: bool = True
    undeclared: Literal["schema", "refused"] = "schema"
    access: Literal["request", "response"] | None = None
    discriminated: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether objects are seen in part."""
        return not self.required or self.undeclared == "refused"


AS_WRITTEN: Final = View()


@dataclass(frozen=True, slots=True)
class Gap:
    """One reason why not every instance of the writer is valid for the reader.

    ``path`` leads to the value in an instance (a member's name, ``*`` for any array element, ``{}`` for any other
    member); ``reader`` and ``writer`` are the schemas that disagree there. ``change`` says how the reader differs:
    it has a constraint that the writer lacks (``added``), a narrower one (``narrowed``), another one (``changed``), or
    lacks something that the writer may send (``removed``). ``detail`` is what disagrees, such as "string, not integer",
    and part of what makes two gaps different. ``witness`` is a whole instance, valid for the writer's and not for the
    reader's schema, checked with both; absent where none was found.
    """

    axis: Axis
    change: Literal["added", "removed", "narrowed", "changed"]
    path: tuple[str, ...]
    detail: str
    reader: Location
    writer: Location
    witness: tuple[Json] | None = None


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A place where containment could not be decided, with the keyword that is the reason."""

    keyword: str
    path: tuple[str, ...]
    reader: Location
    writer: Location
    sentence: str


@dataclass(frozen=True, slots=True)
class Containment:
    """The answer: contained if there are neither gaps nor unjudged places. ``judged`` counts compared schemas."""

    gaps: tuple[Gap, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    judged: int = 0

    @property
    def contained(self) -> bool | None:
        """True, False, or None where it could not be decided."""
        if self.gaps:
            return False
        return None if self.unjudged else True
