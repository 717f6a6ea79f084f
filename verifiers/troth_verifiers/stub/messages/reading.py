"""The messages of message pacts, with generated values."""

import json
from collections.abc import Iterator, Sequence
from functools import partial

from troth_schemas.json_body import Document
from troth_verifiers.api import Interaction
from troth_verifiers.errors import InteractionUnreadable
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.pact.own.events import CHANNELS
from troth_verifiers.pact.own.messages import metadata_of
from troth_verifiers.pact.own.wanted import body_of
from troth_verifiers.pact.pieces import piece_of
from troth_verifiers.stub.generating import Making, Unmade
from troth_verifiers.stub.messages.promised import Promised, event_of
from troth_verifiers.transport import Broker, Event


def pact_messages(found: Sequence[Interaction], making: Making) -> Iterator[Promised]:
    """The one-way messages among the interactions of a pact. Raises `InteractionUnreadable`."""
    for interaction in found:
        piece = piece_of(interaction)
        if piece.trouble is not None:
            raise InteractionUnreadable(f"The message {interaction.title!r} cannot be sent: {piece.trouble.text}")
        yield Promised(interaction.title, interaction.description, partial(_made, piece.element, making))


async def _made(element: Document, making: Making, _broker: Broker) -> Event:
    try:
        ready = making.made(element, body="contents")
    except Unmade as problem:
        raise NotReplayable(f"The message cannot be made. {problem}") from None
    metadata = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in metadata_of(ready).items()
    }
    channel = next((metadata.pop(name) for name in CHANNELS if name in metadata), "")
    stated = next((text for name, text in metadata.items() if name.lower() in ("contenttype", "content-type")), "")
    body = body_of(ready, "contents", stated=stated)
    return event_of(channel, body.content or b"", body.content_type, metadata)
