"""The whole plug-in interface: frozen values, and what a plug-in can be.

A *verifier* replays one format of contract against a running provider. A *source* knows where contracts come from, a
*sink* where results go. All are plain Protocols: nothing has to be inherited. They are found through the entry-point
groups ``troth.verifiers`` (name = format, value = a callable without arguments that returns a `Verifier`),
``troth.sources`` and ``troth.sinks`` (name = URL scheme). Message brokers, handlers of provider states, formats and
comparisons have doors of their own: ``troth.transports``, ``troth.states``, ``troth.formats`` and ``troth.pairs``
(docs/plugins.md).

What a provider did is data (`Result`); what cannot be read is an exception (`troth_verifiers.errors`).
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Final, Protocol, TypeAlias, runtime_checkable


class Outcome(StrEnum):
    """How the replay of one interaction ended.

    *failed*: the provider answered, and not as promised. *errored*: nothing can be said about the provider (it could
    not be reached, a state could not be set up, the engine broke down). *skipped*: nothing of it can be observed from
    outside, whatever the provider does, and the result's cause says why; it counts neither as passed nor as broken.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something errored or was skipped: a stable `kind` for programs and a sentence for people."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A text that a source wants shown; `when` as on the Pact wire, such as ``before_verification``."""

    when: str
    text: str


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract as a source hands it over: who promises what to whom, and the exact bytes.

    `name` is what people are shown (a path, a URL, a short description), `origin` where the bytes came from. `format`
    picks the verifier. `files` are the documents that it refers to, by the names it calls them. `pending` and `wip` are
    the broker's word that a failure must not fail the build. `if_able` is the source's word that the contract is also
    judged in another way, so that it may stay unverified where no verifier for its format is installed. `unreadable` is
    the source's word, a sentence, that it cannot be made out: it is reported, and not replayed. `ref` belongs
    to the source and the sink alone (a link to publish results to, say); nobody else looks at it.
    """

    consumer: str
    provider: str
    content: bytes = field(repr=False)
    name: str
    consumer_version: str | None = None
    format: str = "pact"
    origin: str | None = None
    pending: bool = False
    wip: bool = False
    if_able: bool = False
    unreadable: str = ""
    notices: tuple[Notice, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    ref: object = field(default=None, repr=False, compare=False)

    @property
    def sha(self) -> str:
        """The SHA-256 of the exact bytes, in hexadecimal."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class State:
    """A provider state that an interaction asks for: its name and its parameters."""

    name: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interaction:
    """One thing that the consumer relies on.

    `index` is its place in the contract and, with the contract, its identity; `key` and `id` are the names that the
    contract and the broker gave it, if they did. `kind` is ``http``, ``message`` (one way) or ``sync-message``
    (request and response), or a plug-in's own word. `injects` are the names of values that the provider states must
    supply, or the interaction errors: an example in their place could pass without meaning anything. `pending` is the
    contract's own mark that a failure must not count. `body` is whatever the verifier needs to replay it alone; nobody
    else looks at it.
    """

    index: int
    description: str
    kind: str = "http"
    key: str | None = None
    id: str | None = None
    method: str | None = None
    path: str | None = None
    states: tuple[State, ...] = ()
    injects: tuple[str, ...] = ()
    pending: bool = False
    body: object = field(default=None, repr=False, compare=False)

    @property
    def title(self) -> str:
        """The interaction in one line for people: its states, then its description."""
        given = " and ".join(state.name for state in self.states)
        return f"{self.description} (given {given})" if given else self.description

    @property
    def asked(self) -> str:
        """What is asked for, as far as it is known: ``GET /orders/7``, ``query orders``, ``shop.Orders/GetOrder``."""
        return " ".join(part for part in (self.method, self.path) if part)


@dataclass(frozen=True, slots=True, order=True)
class Mismatch:
    """One difference between what was promised and what the provider did.

    `kind` is ``status``, ``header``, ``body``, ``body-content-type``, ``metadata``, ``message`` or a plug-in's word;
    `place` says where inside it (a header's name, a path such as ``$.items[0].id``). `expected` and `actual` are texts,
    cut to a readable length; `text` is a sentence that stands alone. `command` is a command line that does again what
    led to it, where there is one.
    """

    kind: str
    place: str
    text: str
    expected: str = ""
    actual: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Payload:
    """One side of an exchange as people are shown it.

    `summary` is its first line (``GET /orders/7``, ``200``, ``shop.Orders/GetOrder``, ``NOT_FOUND``); `headers` are
    headers, metadata or trailers in their order; `body` is a text, cut to a readable length (JSON for what is binary on
    the wire), and `size` the length of the whole in bytes.
    """

    summary: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was sent to the provider and what came back; `received` is None where nothing did.

    `protocol` is ``http``, ``grpc``, ``graphql``, ``message`` or a plug-in's word. `timings` are seconds by name, such
    as ``answer`` (from sending to the first byte of the answer) and ``whole``.
    """

    protocol: str
    sent: Payload | None = None
    received: Payload | None = None
    timings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What happened to one interaction: passed, failed with its mismatches (sorted), errored or skipped with its cause.

    `duration` is in seconds and includes setting up and tearing down the provider states. `exchanges` are what was sent
    and what came back, passed or not; empty where a verifier does not keep them.
    """

    interaction: Interaction
    outcome: Outcome
    mismatches: tuple[Mismatch, ...] = ()
    cause: Cause | None = None
    duration: float = 0.0
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request just before it is sent to the provider; a request filter may return another one."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""


PROTOCOLS: Final = ("graphql", "graphql-ws", "grpc", "messages", "outcomes", "registry")
"""What the built-in verifiers ask for in `Target.others`; a plug-in asks for the name of its format."""

ENGINES: Final = ("troth", "pact")
"""Who can replay pacts: Troth itself in this process, or the official pact library in child processes."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What the provider answered, as it came: `headers` are its lines, `content` the whole body.

    `unread` says why the body cannot be read, where it is in a content encoding that is not undone.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""
    unread: str = ""


HttpCheck: TypeAlias = Callable[[Outgoing, Incoming, Interaction], Sequence[Mismatch]]
"""Looks at one request and its answer once more, after the contract did, and says what else is wrong with them.

Raises `EngineError` where it cannot tell.
"""

Trust: TypeAlias = tuple[str | None, str | None, str | None, bool]
"""Authority, own certificate, own key, and whether any certificate will do: what connections are told apart by."""

RequestFilter: TypeAlias = Callable[[Outgoing, Interaction], "Outgoing | Awaitable[Outgoing]"]
"""Changes what is sent to the provider, such as by a fresh token in a header."""


@dataclass(frozen=True, slots=True)
class Target:
    """The running provider: where it listens and how to speak to it.

    `url` is where it answers HTTP; `others` are its addresses by protocol (``grpc``, ``graphql``, ``messages``), where
    it speaks more than one. `request_filter` is asked before each request is sent. `engine` names who replays pacts:
    ``troth`` or ``pact``, or "" for the default. `checks` look at each request and answer of a pact that Troth's own
    engine replays.
    `timeout` is in seconds, for one request with its whole answer. `headers` are sent with every request and win over
    the contract's. `ca_file` names the only certificates to trust; `insecure` trusts any. `client_cert` is a file with
    the certificate to come as, in PEM, and `client_key` its key, where that is not in the same file. At most
    `concurrency` interactions are in flight at once, and only such as need no provider state; the others go one after
    the other.
    `endpoint` and `values` are filled in by the runner: the address under which it answers for states and messages (see
    `state_url` and `message_url`), and what the provider states of the interaction at hand supplied.
    """

    url: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    timeout: float = 5.0
    ca_file: str | None = None
    insecure: bool = False
    client_cert: str | None = None
    client_key: str | None = None
    follow_redirects: bool = True
    concurrency: int = 2
    others: Mapping[str, str] = field(default_factory=dict)
    engine: str = ""
    request_filter: RequestFilter | None = None
    checks: tuple[HttpCheck, ...] = ()
    endpoint: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def trust(self) -> Trust:
        """Whom to believe and as whom to come."""
        return self.ca_file, self.client_cert, self.client_key, self.insecure

    def at(self, protocol: str) -> str | None:
        """The provider's address for a protocol: its own, else the one for HTTP; None where neither is known."""
        return self.others.get(protocol) or self.url

    def state_url(self, interaction: Interaction) -> str:
        """Where to POST ``{"state", "params"}`` for this interaction; answers with the injected values as JSON.

        A state is set up once per interaction however often it is asked for; the runner tears it down. A failure is
        answered with status 409 and a reason, and ends the interaction as errored whatever the verifier reports.
        """
        return f"{self._endpoint()}/{interaction.index}/state"

    def message_url(self, interaction: Interaction) -> str:
        """Where to POST ``{"description", "providerStates", "request"?}`` to get this interaction's message.

        The answer is the message's contents with its content type; its metadata stands as base64 of JSON in the header
        ``Pact-Message-Metadata``.
        """
        return f"{self._endpoint()}/{interaction.index}/message"

    def _endpoint(self) -> str:
        if self.endpoint is None:
            raise ValueError("this target has no endpoint: only the runner can give it one")
        return self.endpoint


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sink is given: a contract of which every interaction ran, and how it ended.

    `success` leaves out the interactions that the contract itself marks pending. `test_results` says the same in
    detail, as JSON values in the layout of the Pact wire: ``[{"interactionId", "interactionDescription", "success",
    "mismatches": [{"attribute", "identifier", "description"}], "exceptions": [{"message"}], …}]``.
    """

    contract: Contract
    success: bool
    results: tuple[Result, ...]
    test_results: tuple[Mapping[str, object], ...]


class Verifier(Protocol):
    """A plug-in that replays one format of contract.

    It may set ``calls_states = True`` (or have a method ``calls_states(interaction, target)`` that says so) to say that
    it drives the provider states itself, by calling `Target.state_url`; otherwise the runner sets them up before
    `verify` and tears them down after it. It may have ``async def aclose(self)``, called once at the end of a run.
    """

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        """List what the contract holds, in its order. Pure; raises `ContractUnreadable`."""
        ...

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        """Replay one interaction and say what happened; raises `VerifierError` where nothing can be said."""
        ...


@runtime_checkable
class BatchVerifier(Verifier, Protocol):
    """A verifier that does better with many interactions at once, and still reports each by itself."""

    def verify_all(self, interactions: Sequence[Interaction], target: Target) -> AsyncIterator[Result]:
        """Replay interactions that need no provider state; yield one result for each, in any order, when known."""
        ...


class Source(Protocol):
    """Where contracts come from: files, a broker."""

    def contracts(self) -> AsyncIterator[Contract]:
        """Yield the contracts to verify; raises `SourceUnreadable` where they cannot be had."""
        ...


class SourceFactory(Protocol):
    """What an entry point of the group ``troth.sources`` holds: makes the source for an address such as a URL."""

    def __call__(self, address: str, *, provider: str | None) -> Source:
        """Return the source of the contracts of `provider` at `address`; credentials come from the environment."""
        ...


class Sink(Protocol):
    """Where results go. It is called for each contract of which every interaction could be judged."""

    async def publish(self, verdict: Verdict) -> str:
        """Publish the results of one contract and return where they are now, for people; raises `PublishFailed`."""
        ...


@runtime_checkable
class PartSink(Sink, Protocol):
    """A sink that can also keep what was replayed of a contract that could not be observed as a whole."""

    async def publish_part(self, verdict: Verdict) -> str | None:
        """Publish a replay of a part, neither a yes nor a no, and return where it is now; None where it is not taken.

        Raises `PublishFailed`.
        """
        ...


@runtime_checkable
class Progress(Protocol):
    """Is told what happens while it happens; every method returns at once."""

    def contract_started(self, contract: Contract, interactions: Sequence[Interaction]) -> None:
        """A contract's turn has come."""
        ...

    def interaction_done(self, contract: Contract, result: Result) -> None:
        """One interaction of it passed, failed, errored or was skipped."""
        ...
