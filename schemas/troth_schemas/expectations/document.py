"""The form as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from troth_schemas.documents import Document as Read
from troth_schemas.json_body import Document, Json
from troth_schemas.pact.interactions import ProviderState
from troth_schemas.pact.rules import MatchingRules
from troth_schemas.problem import pointer

PROTOCOLS: Final[Mapping[str, tuple[str, ...]]] = {
    "grpc": (
        "service", "method", "request", "requests", "metadata", "response", "responses", "status", "headers",
        "trailers", "cancelAfter",
    ),
    "graphql": (
        "operation", "operationName", "variables", "headers", "method", "persisted", "representations", "trigger",
        "connection",
        "data", "errors", "events",
    ),
    "message": (
        "contents", "contentType", "metadata", "key", "channel", "schemaName", "writer", "encoding", "delivery",
        "outcome", "outcomeRules",
    ),
}  # fmt: skip
"""The protocols, and the members that an interaction may have under each besides the common ones."""

COMMON: Final = ("description", "id", "states", "pending", "rules", "timeout", "comment")
"""The members that every interaction may have."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One interaction: what is common to all protocols, and under ``says`` all members as they are written.

    ``index`` counts from 0; ``rules`` are matching rules of what comes back (``body`` and ``metadata``); ``timeout``
    is in seconds, None for the run's own; ``document`` is what it stands in.
    """

    index: int
    description: str
    id: str | None = None
    states: tuple[ProviderState, ...] = ()
    pending: bool = False
    rules: MatchingRules = field(default_factory=MatchingRules)
    timeout: float | None = None
    says: Document = field(default_factory=dict)
    document: Read | None = field(default=None, repr=False, compare=False)

    @property
    def line(self) -> int | None:
        """Where it begins, found when somebody asks; None in a document that was made."""
        return None if self.document is None else self.document.line(pointer("interactions", self.index))

    def get(self, member: str) -> Json:
        """A member of its protocol's own as it is written; None where it is not."""
        return self.says.get(member)


@dataclass(frozen=True, slots=True)
class Expectations:
    """A whole document. ``schemas`` are the names of the documents that it refers to, as they are written."""

    protocol: str
    consumer: str
    provider: str
    schemas: tuple[str, ...]
    interactions: tuple[Expectation, ...]
    value: Document = field(default_factory=dict, repr=False, compare=False)
