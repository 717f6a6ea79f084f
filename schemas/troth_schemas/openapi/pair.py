"""Two things of one kind in two descriptions, side by side: what a rule sees. Either may be missing.

``reader`` is the side that must go on serving what the ``writer``'s users rely on: the new version against the old one,
the provider's description against the consumer's copy. So requests are written by the writer's users and read by the
reader; responses go the other way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from troth_schemas.documents import Location
from troth_schemas.finding import Found, Place, Severity, Witness
from troth_schemas.openapi.addresses import Met
from troth_schemas.openapi.model import Api, Body, Operation, Parameter, Response
from troth_schemas.openapi.sameness import Sameness
from troth_schemas.options import Options

T = TypeVar("T", Operation, Parameter, Response, Body)

Direction: TypeAlias = Literal["request", "response"]
"""Which way a value goes: requests are read by the reader, responses by the writer's users."""
DIRECTIONS: Final[tuple[Direction, ...]] = ("request", "response")


@dataclass(frozen=True, slots=True)
class Sides:
    """The two APIs, and what helps to compare them."""

    reader: Api
    writer: Api
    options: Options
    sameness: Sameness

    def same(self, reader: Location | None, writer: Location | None) -> bool:
        """Whether two places say the very same thing."""
        if reader is None or writer is None:
            return reader is writer
        return self.sameness.same(reader, writer)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about, in words: the operation, the place in it, and its names for people and programs."""

    sides: Sides
    operation: str
    words: str
    """The thing itself, such as "query parameter 'limit'": equal wherever a component is shared."""
    key: tuple[str, ...] = ()
    element: str | None = None

    def inner(self, words: str, *key: str, element: str | None = None) -> "Subject":
        """Something within this."""
        return Subject(self.sides, self.operation, words, (*self.key, *key), element or self.element)

    def of_all(self) -> "Subject":
        """The same, as what concerns everybody who asks for the operation, such as what may not be left out now."""
        return self.inner(self.words, element=self.operation)

    def found(
        self,
        message: str,
        *key: str,
        reader: Location | None = None,
        writer: Location | None = None,
        witness: Witness | None = None,
        severity: Severity | None = None,
        aliases: tuple[str, ...] | None = None,
    ) -> Found:
        """What a rule has found about it."""
        return Found(
            message=message,
            key=(self.operation, *self.key, *key),
            reader=_place(self.sides.reader, reader),
            writer=_place(self.sides.writer, writer),
            interaction=self.operation,
            element=self.element,
            witness=witness,
            severity=severity,
            aliases=aliases,
        )


def _place(api: Api, location: Location | None) -> Place | None:
    return None if location is None else api.documents.place(location)


@dataclass(frozen=True, slots=True)
class Pair(Generic[T]):
    """Two of a kind. ``probe`` makes a request of the operation that this belongs to, for a witness."""

    subject: Subject
    reader: T | None
    writer: T | None
    direction: Direction = "request"
    probe: Callable[..., Witness | None] | None = None

    @property
    def both(self) -> tuple[T, T] | None:
        """Reader and writer where there are both."""
        return (self.reader, self.writer) if self.reader is not None and self.writer is not None else None

    @property
    def only_reader(self) -> T | None:
        """The reader's, where the writer has none: it was added."""
        return self.reader if self.writer is None else None

    @property
    def only_writer(self) -> T | None:
        """The writer's, where the reader has none: it was removed."""
        return self.writer if self.reader is None else None


@dataclass(frozen=True, slots=True)
class ApiPair:
    """The two APIs as wholes, and which of their operations were met."""

    subject: Subject
    sides: Sides
    probe: Callable[..., Witness | None] | None = None
    met: tuple[Met, ...] = ()
