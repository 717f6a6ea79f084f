"""What a comparison may be told: one frozen value for every format."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

Category: TypeAlias = Literal["FILE", "PACKAGE", "WIRE_JSON", "WIRE"]
"""How strictly Protobuf is compared, each containing the next: generated code by file, by package, JSON, bytes."""

CATEGORIES: Final[tuple[Category, ...]] = ("FILE", "PACKAGE", "WIRE_JSON", "WIRE")

Mode: TypeAlias = Literal[
    "NONE", "BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE", "FORWARD_TRANSITIVE", "FULL_TRANSITIVE"
]
"""What a new version of a schema owes its past, in Confluent's words."""

MODES: Final[tuple[Mode, ...]] = (
    "NONE",
    "BACKWARD",
    "FORWARD",
    "FULL",
    "BACKWARD_TRANSITIVE",
    "FORWARD_TRANSITIVE",
    "FULL_TRANSITIVE",
)


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of a comparison.

    ``format_assertion``: whether JSON Schema's ``format`` refuses values. ``open_models``: whether adding an optional
    property to an open JSON model is an error (``strict``) or not (``lenient``). ``client_directives``: GraphQL
    directives that clients handle themselves. ``today``: against which sunset dates are judged (None: none has
    passed). ``registry``: judge as schema registries do, where that differs. ``older``: which of two versions came
    first; ``reader`` where an old reader meets a new writer, as FORWARD asks.
    """

    category: Category = "WIRE_JSON"
    format_assertion: bool = False
    open_models: Literal["strict", "lenient"] = "lenient"
    client_directives: tuple[str, ...] = ("client", "connection", "defer", "stream", "live", "nonreactive")
    today: date | None = None
    registry: bool = False
    older: Literal["reader", "writer"] = "writer"


DEFAULT: Final = Options()
