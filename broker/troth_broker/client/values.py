"""What a broker's answers mean, as frozen values; `document` keeps the answer itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Notice:
    """A text that the broker wants shown; `type` is its colour (success, warning, …) or the moment to show it."""

    type: str
    text: str


@dataclass(frozen=True, slots=True)
class PactFile:
    """A pact to publish: who relies on whom, and the exact bytes."""

    consumer: str
    provider: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ContractFiles:
    """A contract of any format to publish: its documents by name, the root first.

    `name` tells several contracts of one format of a provider apart.
    """

    format: str
    files: Mapping[str, bytes] = field(repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class SelfVerification:
    """How a provider's own test of its contract ended: `content` is what the test told, `verifier` what ran it."""

    success: bool
    content: bytes = field(default=b"", repr=False)
    content_type: str = ""
    verifier: str = ""
    verifier_version: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What the broker said to a publication."""

    notices: tuple[Notice, ...]
    document: Document = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PactLink:
    """A contract that a provider should verify, and why: still to be fetched from `url`."""

    url: str
    name: str
    short_description: str
    pending: bool = False
    wip: bool = False
    notices: tuple[Notice, ...] = ()
    format: str = "pact"


@dataclass(frozen=True, slots=True)
class Pact:
    """A pact as the broker serves it, with the place where results about it go."""

    consumer: str
    provider: str
    consumer_version: str | None
    url: str
    results_url: str | None
    content: bytes = field(repr=False)
    document: Document = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ConsumerContract:
    """A consumer's contract of another format than pact as the broker serves it; `root` names the first of its `files`.

    `format` is what this client calls it, as `ContractFiles` does.
    """

    consumer: str
    provider: str
    consumer_version: str | None
    format: str
    url: str
    results_url: str | None
    root: str
    files: Mapping[str, bytes] = field(repr=False)
    document: Document = field(repr=False, compare=False)
    partial_replays_url: str | None = None
    """Where to publish a replay of a part; None where the broker takes none."""


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """What a provider's version did with a pact; `test_results` is as its verifier published it, None if it did not."""

    provider_version: str
    success: bool
    test_results: Any = field(repr=False, default=None)
    document: Document = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Environment:
    """A place where versions are deployed to or released for."""

    uuid: str
    name: str
    display_name: str | None
    production: bool
    contacts: tuple[tuple[str, str], ...] = ()
    document: Document = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Application:
    """A consumer, a provider or both; on the Pact wire a pacticipant."""

    name: str
    display_name: str | None = None
    main_branch: str | None = None
    repository_url: str | None = None
    document: Document = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Secret:
    """What may be told about a secret: never its value."""

    name: str
    description: str | None
    changed_at: str
    document: Document = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts as proof; `rules` has the members that it says something about, version 0 says nothing."""

    version: int
    rules: Document
    since: str | None = None
    document: Document = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A call that the broker makes when something is published; None watches every consumer or provider."""

    uuid: str
    description: str
    enabled: bool
    method: str
    url: str
    events: tuple[str, ...]
    consumer: str | None = None
    provider: str | None = None
    document: Document = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """A call that a webhook made to try it out: whether the target took it, and the log."""

    success: bool
    logs: str
    document: Document = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an application: the branches it is on, its tags, and where it is."""

    application: str
    number: str
    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    build_url: str | None = None
    deployed_to: tuple[str, ...] = ()
    released_to: tuple[str, ...] = ()
    document: Document = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A version in an environment: deployed as one application instance, or released there."""

    uuid: str
    application: str
    version: str
    environment: str
    current: bool
    instance: str | None = None
    document: Document = field(repr=False, compare=False, default_factory=dict)
