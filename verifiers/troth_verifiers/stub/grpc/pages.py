"""One call that a contract knows: what it is to be asked with, and what it answers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from google.protobuf.message import DecodeError

from troth_schemas.json_body import Json
from troth_schemas.matching import match_metadata, match_tree
from troth_schemas.pact.matchers import RuleList
from troth_schemas.pact.rules import NO_RULES, Cursor, Rules
from troth_schemas.protobuf.elements import Method
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.trees import tree
from troth_verifiers.grpc.metadata import Metadata
from troth_verifiers.stub.states import STATE, state_trouble


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it came, as far as it has come: `method` is ``package.Service/Method``, metadata are texts.

    `read` is what was read of it, by schema and request: each is decoded once, however many pages it is held against.
    """

    method: str
    metadata: tuple[tuple[str, str], ...] = ()
    requests: tuple[bytes, ...] = field(default=(), repr=False)
    read: "dict[tuple[int, int], Read]" = field(default_factory=dict, repr=False, compare=False)

    def and_then(self, content: bytes) -> "Call":
        """The call with one more request."""
        return replace(self, requests=(*self.requests, content))

    def named(self, name: str) -> str:
        """The metadata of a name; "" where it did not come."""
        return ", ".join(value for key, value in self.metadata if key == name)


@dataclass(frozen=True, slots=True)
class Read:
    """A request that was decoded, and the same as a tree with all its fields."""

    message: Any
    tree: Json


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: `code` is the status's name, `contents` are the responses, and `shown` the same as trees."""

    code: str = "OK"
    message: str = ""
    initial: Metadata = ()
    trailing: Metadata = ()
    contents: tuple[bytes, ...] = field(default=(), repr=False)
    shown: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """A request as it is expected: a tree with all its fields, and the rules about it."""

    tree: Json
    rules: Rules = NO_RULES
    settled: Mapping[str, Json] = field(init=False)
    """The fields of which no rule speaks: they are equal, or the request is another."""

    def __post_init__(self) -> None:
        root = Cursor.at_root(self.rules)
        members = self.tree.items() if isinstance(self.tree, dict) and root.rules is None else ()
        object.__setattr__(self, "settled", {name: value for name, value in members if root.step(name).silent})

    def unlike(self, actual: Json) -> int:
        """How many of the fields of which no rule speaks are another."""
        came = actual if isinstance(actual, dict) else {}
        return sum(1 for name, value in self.settled.items() if came.get(name) != value)


@dataclass(frozen=True, slots=True)
class Page:
    """A call that a contract knows. `requests` None: any will do. `answer` is asked with the requests that came."""

    title: str
    schema: Schema
    method: Method
    requests: tuple[Expected, ...] | None
    answer: Callable[[Sequence[Any]], Answer]
    metadata: Mapping[str, Json] = field(default_factory=dict)
    metadata_rules: Mapping[str, RuleList] = field(default_factory=dict)
    states: tuple[str, ...] = ()

    def state_trouble(self, call: Call) -> str | None:
        """Why a call that asks for a provider state does not mean it; what is made up is of every state."""
        return None if self.requests is None else state_trouble(self.states, call.named(STATE))

    def read(self, call: Call, index: int) -> Read:
        """A request of a call. Raises ValueError for one that is none."""
        key = id(self.schema), index
        known = call.read.get(key)
        if known is None:
            message = self.schema.pool.new(self.method.request)
            try:
                message.MergeFromString(call.requests[index])
            except DecodeError as problem:
                raise ValueError(f"What was sent is no {self.method.request}: {problem}.") from None
            known = call.read[key] = Read(message, tree(message, filled=True, unknown=True))
        return known

    def messages(self, call: Call) -> tuple[Any, ...]:
        """All requests of a call. Raises ValueError for one that is none."""
        return tuple(self.read(call, index).message for index in range(len(call.requests)))

    def unlike(self, call: Call) -> int:
        """How different a whole call is at first sight: 0 where it may be this one."""
        if self.requests is None:
            return 0
        pairs = zip(self.requests, range(len(call.requests)), strict=False)
        return abs(len(self.requests) - len(call.requests)) + sum(
            expected.unlike(self.read(call, index).tree) for expected, index in pairs
        )

    def differences(self, call: Call) -> Iterator[str]:
        """What is different about a whole call, in sentences."""
        if trouble := self.state_trouble(call):
            yield trouble
        for one in match_metadata(self.metadata, _named(call), self.metadata_rules):
            yield f"metadata {one.path}: {one.text}"
        for index in range(len(call.requests)):
            yield from self.differences_at(call, index)
        if self.requests is not None and len(call.requests) != len(self.requests):
            wanted, came = len(self.requests), len(call.requests)
            yield f"Expected {wanted} request{'' if wanted == 1 else 's'}, but the number that came is {came}."

    def differences_at(self, call: Call, index: int) -> Iterator[str]:
        """What is different about one request of a call; that there are too many is for `differences` to say."""
        try:
            actual = self.read(call, index).tree
        except ValueError as problem:
            yield str(problem)
            return
        if self.requests is None or index >= len(self.requests):
            return
        expected = self.requests[index]
        path = f"requests[{index}]" if self.method.proto.client_streaming else "request"
        for one in match_tree(expected.tree, actual, expected.rules, more_members=False, path=path):
            yield f"{one.path}: {one.text}"


def _named(call: Call) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, text in call.metadata:
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found
