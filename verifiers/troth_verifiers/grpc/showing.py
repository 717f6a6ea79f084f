"""What went over the wire, as people are shown it: JSON for messages, base64 for binary metadata."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from google.protobuf.message import DecodeError

from troth_schemas.protobuf.trees import tree
from troth_verifiers.api import Exchange, Payload
from troth_verifiers.grpc.metadata import Metadata

_SHOWN: Final = 4000
_RENDERED: Final = 200_000
"""Bytes of messages that are worth rendering to show their beginning."""


class Side(NamedTuple):
    """One side of a call as it went over the wire; ``kind`` makes empty messages of it."""

    summary: str
    metadata: Metadata
    contents: Sequence[bytes]
    kind: Callable[[], Any]
    streamed: bool

    @property
    def size(self) -> int:
        """Bytes of all messages."""
        return sum(map(len, self.contents))

    def payload(self) -> Payload:
        """The same as people are shown it."""
        size = self.size
        body = f"{size:,} bytes" if size > _RENDERED else shown(self.contents, self.kind, streamed=self.streamed)
        return Payload(self.summary, texts(self.metadata), body, size)


class Kept(Exchange):
    """An exchange whose sides are made readable when they are first looked at, because what passed seldom is.

    Large ones are at once, so that only their beginning is kept.
    """

    def __init__(
        self,
        protocol: str,
        sent: Side | Payload | None = None,
        received: Side | Payload | None = None,
        timings: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        object.__setattr__(self, "protocol", protocol)
        object.__setattr__(self, "timings", timings)
        self.__dict__["_sent"] = _small(sent)
        self.__dict__["_received"] = _small(received)

    @cached_property
    def sent(self) -> Payload | None:
        """What went to the provider."""
        return _shown(self.__dict__.pop("_sent"))

    @cached_property
    def received(self) -> Payload | None:
        """What came back; None where nothing did."""
        return _shown(self.__dict__.pop("_received"))

    def __reduce__(self) -> tuple[Any, ...]:
        return Exchange, (self.protocol, self.sent, self.received, dict(self.timings))


def _small(side: Side | Payload | None) -> Side | Payload | None:
    return side.payload() if isinstance(side, Side) and side.size > _SHOWN else side


def _shown(side: Side | Payload | None) -> Payload | None:
    return side.payload() if isinstance(side, Side) else side


def shown(contents: Sequence[bytes], new: Callable[[], Any], *, streamed: bool) -> str:
    """One message, or a list of them, as JSON of a readable length; what is no such message as its first bytes."""
    if not contents:
        return "[]" if streamed else ""
    messages = [new() for _ in contents]
    try:
        for message, content in zip(messages, contents, strict=True):
            message.MergeFromString(content)
    except DecodeError:
        return " ".join(f"{len(one)} bytes: {one[:64].hex(' ')}" for one in contents[:3])
    trees = [tree(message, unknown=True) for message in messages]
    text = json.dumps(trees if streamed else trees[0], ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def texts(metadata: Iterable[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Metadata as texts; binary values in base64."""
    return tuple(
        (str(name), b64encode(value).decode() if isinstance(value, bytes) else str(value)) for name, value in metadata
    )
