"""A message as an AsyncAPI document describes it, made to be sent: contents, headers, key, ids."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from troth_schemas.json_body import Json
from troth_schemas.problem import steps_of
from troth_verifiers.events.described import Described, codec_of, judged_as, key_schema
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.examples import headers_of, key_of, payload_of
from troth_verifiers.events.operations import Taken
from troth_verifiers.events.pointing import read_at
from troth_verifiers.transport import Event


@dataclass(frozen=True, slots=True)
class Made:
    """A message that is sent: as the broker gets it, as people read it, and what it says of itself to a handler."""

    event: Event
    shown: str
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Put:
    """A text for a place that a runtime expression names, such as ``$message.header#/replyTo``."""

    location: str
    text: str


async def made(
    taken: Taken, expected: Described, channel: str, reply_to: Put | None = None, answers: str | None = None
) -> Made:
    """The message to send. Raises `NotReplayable` where it would not be what the document describes.

    Its correlation id is that of the message that it `answers`; else a new one, unless the schemas do not take it or
    the message is an example without a reply.
    """
    fresh = str(uuid4())
    stated = taken.message.correlation
    asks = taken.operation.reply is not None
    puts = [] if reply_to is None else [reply_to]
    tries: list[str | None] = [None]
    if stated is not None:
        tries = [fresh, None] if asks or not taken.example.payload else [None, fresh]
    elif asks:
        tries = [fresh]
    if answers is not None:
        tries = [answers]
    troubles: tuple[str, ...] = ()
    for one in tries:
        found = await _tried(taken, expected, channel, puts, one)
        verdict = await judged_as(expected, found.event)
        if not verdict.mismatches:
            return found
        troubles = troubles or tuple(each.text for each in verdict.mismatches)
    what = f"The example {taken.example.name!r}" if taken.example.name else "The message"
    if not taken.example.payload and not taken.example.headers:
        what = "The message that was made of the schemas"
    raise NotReplayable(f"{what} of {taken.message.name!r} is not what the document describes: {troubles[0]}")


async def _tried(taken: Taken, expected: Described, channel: str, puts: Sequence[Put], correlation: str | None) -> Made:
    message = taken.message
    payload = payload_of(taken.api, message, taken.example)
    headers = headers_of(message, taken.example)
    tree = payload[0] if payload else None
    stated = message.correlation
    everything = [*puts, Put(stated, correlation)] if stated is not None and correlation is not None else puts
    for one in everything:
        tree = _placed(one, tree, headers)
    codec = codec_of(expected)
    contents = await codec.encode(tree, channel, message.content_type) if payload else b""
    shown: Json = await codec.decode(contents, message.content_type) if payload else None
    texts = tuple((name, value if isinstance(value, str) else json.dumps(value)) for name, value in headers.items())
    if correlation is None and stated is not None:
        correlation = read_at(stated, shown, dict(texts))
    event = Event(
        channel,
        contents,
        message.content_type,
        texts,
        key_of(message, key_schema(message)),
        correlation_id=correlation,
        reply_to=next((one.text for one in puts), None),
    )
    request = {"contents": shown, "contentType": message.content_type, "metadata": headers, "channel": channel}
    more = {"key": event.key, "correlationId": correlation}
    return Made(event, json.dumps(shown, ensure_ascii=False), {**request, **{k: v for k, v in more.items() if v}})


def _placed(one: Put, tree: Any, headers: dict[str, Json]) -> Any:
    """Put a text into the headers, or give the tree with the text in it."""
    where, _, pointer = one.location.partition("#")
    steps = steps_of(pointer)
    if not steps:
        return tree
    if where.endswith("header"):
        headers[steps[0]] = one.text
        return tree
    return _with(tree, steps, one.text)


def _with(tree: Any, steps: Sequence[str], text: str) -> Any:
    if not steps:
        return text
    inner = tree if isinstance(tree, dict) else {}
    return {**inner, steps[0]: _with(inner.get(steps[0]), steps[1:], text)}
