"""What went over the wire, as people are shown it: JSON for messages, base64 for binary metadata."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Final

from google.protobuf.message import DecodeError

from troth_schemas.protobuf.trees import tree
from troth_verifiers.api import Payload

_SHOWN: Final = 4000
_RENDERED: Final = 200_000
"""Bytes of messages that are worth rendering to show their beginning."""


class Rendered(Payload):
    """A payload whose body is made when it is first read, because what has passed is seldom looked at."""

    def __init__(
        self,
        summary: str,
        headers: tuple[tuple[str, str], ...] = (),
        body: str | Callable[[], str] = "",
        size: int = 0,
    ) -> None:
        for name, value in (("summary", summary), ("headers", headers), ("size", size), ("_written", body)):
            object.__setattr__(self, name, value)

    @cached_property
    def body(self) -> str:
        """The text."""
        written: str | Callable[[], str] = self.__dict__.pop("_written")
        return written if isinstance(written, str) else written()


def payload(
    summary: str,
    metadata: Iterable[tuple[str, Any]],
    contents: Sequence[bytes],
    new: Callable[[], Any],
    *,
    streamed: bool,
) -> Payload:
    """Messages that went one way; large ones are rendered at once, so that only their beginning is kept."""
    size = sum(map(len, contents))
    if size > _RENDERED:
        body: str | Callable[[], str] = f"{size:,} bytes"
    elif size > _SHOWN:
        body = shown(contents, new, streamed=streamed)
    else:
        body = lambda: shown(contents, new, streamed=streamed)  # noqa: E731 - a name would say no more
    return Rendered(summary, texts(metadata), body, size)


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
