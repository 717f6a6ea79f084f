"""The facts that a matrix or a gate decision stands on: frozen values that a test can write by hand.

Everything is named by id. A version's id is its place in the order of versions: versions of all applications share one
growing sequence, so a greater id also means created later. A result's number grows in the same way.

`Facts` may hold the whole store or only what a question needs; decisions must not differ. Where a question reaches into
whole histories, `tallies` count what was left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeAlias

from troth_broker.core.policy import Policy
from troth_schemas.pairs.union import Said


@dataclass(frozen=True, slots=True)
class Application:
    """An application that publishes or answers contracts (a pacticipant on the wire)."""

    id: int
    name: str
    main_branch: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an application."""

    id: int
    application: int
    number: str


@dataclass(frozen=True, slots=True)
class OnBranch:
    """A version is on a branch; `head` if it was the last to join it."""

    version: int
    application: int
    branch: str
    head: bool = False


@dataclass(frozen=True, slots=True)
class Tagged:
    """A version carries a tag."""

    version: int
    application: int
    tag: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A version is deployed now, or released and supported now, in an environment."""

    version: int
    application: int
    environment: str
    instance: str | None = None
    released: bool = False


@dataclass(frozen=True, slots=True)
class Integration:
    """A consumer has had a contract with a provider."""

    consumer: int
    provider: int


@dataclass(frozen=True, slots=True)
class Publication:
    """A consumer version's contract with a provider, in one revision; equal contracts have equal content."""

    id: int
    version: int
    consumer: int
    provider: int
    content: int
    revision: int = 1
    created_at: int = 0
    format: str = "pact"

    @property
    def slot(self) -> tuple[int, int, str]:
        """What a later revision takes the place of: a version's contract of one format with a provider."""
        return self.version, self.provider, self.format


@dataclass(frozen=True, slots=True)
class Result:
    """What a provider version showed when it was verified against a content."""

    number: int
    content: int
    version: int
    success: bool
    at: int = 0


class Unobserved(NamedTuple):
    """An interaction that nobody could observe, and why."""

    interaction: str
    cause: str


@dataclass(frozen=True, slots=True)
class Part:
    """What a provider version showed of a content of which it could not show all: neither a yes nor a no.

    `replayed` interactions passed, `skipped` ones could not be observed, the first of which `unobserved` names.
    """

    id: int
    content: int
    version: int
    replayed: int
    skipped: int
    unobserved: tuple[Unobserved, ...] = ()
    at: int = 0

    @property
    def extent(self) -> str:
        """How much passed, such as "3 of 5"."""
        return f"{self.replayed} of {self.replayed + self.skipped}"


@dataclass(frozen=True, slots=True)
class Provided:
    """A document that a provider's version publishes about itself; equal documents have equal provider content."""

    version: int
    provider: int
    provider_content: int
    format: str = "openapi"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a checker said of a consumer's content and a provider's: true for every version that publishes the two.

    `partial` counts what was not covered within interactions that were judged, `unjudged` names the interactions of
    which nothing could be said ("*" for all of them), `error` tells why there is no report at all. `told` is what it
    says of each interaction, where the provider's version publishes more than this document.
    """

    id: int
    content: int
    provider_content: int
    checker: str
    success: bool | None
    breaking: int = 0
    risky: int = 0
    partial: int = 0
    judged: int = 0
    unjudged: tuple[str, ...] = ()
    error: str | None = None
    at: int = 0
    told: Said | None = None


Older: TypeAlias = Literal["reader", "writer"]
"""Which of two versions came first: a new one that reads an old one's data is not an old one that reads a new one's."""


class Meeting(NamedTuple):
    """Two documents of one provider, as a reader and a writer of which one is the older."""

    reader: int
    writer: int
    older: Older


@dataclass(frozen=True, slots=True)
class Evolution:
    """What a checker said of two documents of one provider: whether the reader accepts what the writer may write."""

    id: int
    reader: int
    writer: int
    older: Older
    success: bool | None
    breaking: int = 0
    error: str | None = None
    not_covered: int = 0
    checker: str = ""
    asked_of: str | None = None
    """Which other version of the checker is asked for its word; this one counts until that has spoken."""
    elements: tuple[str | None, ...] = ()
    """What each breaking change touches, in the words of `Uses`; None where a change names nothing."""

    @property
    def meeting(self) -> Meeting:
        """What it is about."""
        return Meeting(self.reader, self.writer, self.older)


@dataclass(frozen=True, slots=True)
class Uses:
    """Which elements of a provider's document a consumer's contract relies on."""

    content: int
    provider_content: int
    elements: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tally:
    """How much of a content's history a question reaches: publications, passing and failing results, and the verdict of
    the highest provider version among them. `inner` if publications without results do not count as rows."""

    consumer: int
    provider: int
    publications: int
    passed: int
    failed: int
    top: bool | None = None
    inner: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A verification of a content was asked for and has not come: by one version, or by whichever the provider builds.

    `expected` as long as it may still come: somebody was reached, and is asked again when it takes too long.
    """

    content: int
    version: int | None
    times: int = 1
    since: int = 0
    last: int = 0
    expected: bool = True
    reached: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known: all of it, or all that one question needs."""

    applications: tuple[Application, ...] = ()
    versions: tuple[Version, ...] = ()
    branches: tuple[OnBranch, ...] = ()
    tags: tuple[Tagged, ...] = ()
    placed: tuple[Placed, ...] = ()
    integrations: tuple[Integration, ...] = ()
    publications: tuple[Publication, ...] = ()
    results: tuple[Result, ...] = ()
    environments: frozenset[str] = frozenset()
    tallies: Mapping[int, Tally] = field(default_factory=dict)
    requests: tuple[Request, ...] = ()
    parts: tuple[Part, ...] = ()
    provided: tuple[Provided, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    evolutions: tuple[Evolution, ...] = ()
    uses: tuple[Uses, ...] = ()
    policies: tuple[Policy, ...] = ()
    documented: bool = False
    """Whether a provider among them has published anything about itself, in whichever version."""
    now: int = 0
    """The moment of the decision, in microseconds; only evidence that can become stale depends on it."""

    def with_(self, **more: Iterable[object]) -> "Facts":
        """These facts and more of the named kinds."""
        grown: dict[str, Any] = {name: (*getattr(self, name), *values) for name, values in more.items()}
        return replace(self, **grown)
