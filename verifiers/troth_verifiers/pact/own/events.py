"""The messages of a pact listened to on a message broker, while the states of the interaction let them be sent.

A pact has no word for the channel, so that it stands in the message's metadata, under one of the names in `CHANNELS`.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Document, Json, parse
from troth_schemas.pact.rules import read_rules
from troth_verifiers.api import Exchange, Interaction, Mismatch, Target
from troth_verifiers.events.asking import Asking
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.judging import alike, hexadecimal, named_alike, shown, typed
from troth_verifiers.events.judging import metadata_of as came_with
from troth_verifiers.events.opening import broker_of
from troth_verifiers.events.producing import produced
from troth_verifiers.events.watching import Delivery, Judge, Judged
from troth_verifiers.json_bodies import is_json, read_json
from troth_verifiers.pact.expected import with_values
from troth_verifiers.pact.own.decoding import Decoding
from troth_verifiers.pact.own.messages import differing, metadata_of
from troth_verifiers.pact.own.wanted import body_of
from troth_verifiers.transport import Event

CHANNELS: Final = ("channel", "topic", "kafka_topic", "queue", "subject", "stream", "destination", "exchange")
"""The metadata that may name the channel; the first of these that is there does."""

Exchanges: TypeAlias = tuple[Exchange, ...]


def listens(interaction: Interaction, target: Target) -> bool:
    """Whether the message comes from a broker: a one-way message, and the target has a broker's address."""
    return interaction.kind == "message" and broker_of(target) is not None


async def listened(
    interaction: Interaction, element: Document, target: Target, asking: Asking, decoding: Decoding | None = None
) -> tuple[tuple[Mismatch, ...], Exchanges]:
    """Listen, let the message be sent, and judge it. Raises a `VerifierError`."""
    name = next((one for one in CHANNELS if isinstance(metadata_of(element).get(one), str)), None)
    if name is None:
        raise NotReplayable(
            f"The message's metadata names no channel to listen to; let it have one of {', '.join(CHANNELS)}."
        )
    channel = metadata_of(element)[name]
    assert isinstance(channel, str)

    def judging(values: Mapping[str, object]) -> Judge:
        expected = with_values(element, values)
        reading = None if decoding is None else decoding.with_values(element, values)

        async def judge(event: Event) -> Judged:
            return _judged(expected, event, name, reading)

        return judge

    return await produced(interaction, target, channel, asking, judging, Delivery())


def _judged(expected: Document, event: Event, channel: str, decoding: Decoding | None) -> Judged:
    promised = metadata_of(expected)
    around: dict[str, Json] = {**came_with(event), channel: promised[channel]}
    came = typed(promised, named_alike(promised, around), read_rules(expected.get("matchingRules")).metadata)
    if event.content_type:
        came.setdefault("contentType", event.content_type)
    found = differing(expected, came, event.contents, decoding) + _repeated(expected, event, decoding)
    example, tree = (_tree(one, decoding) for one in (body_of(expected, "contents").content, event.contents))
    text = hexadecimal(event.contents) if tree is None else shown(tree)
    return Judged(found, tree is None or alike(example, tree), text, tree, decoded=tree is not None)


def _repeated(expected: Document, event: Event, decoding: Decoding | None) -> tuple[Mismatch, ...]:
    """What of JSON would be read as one thing or another: names that one object has more than once."""
    stated = named_alike({"contentType": ""}, metadata_of(expected)).get("contentType", "")
    body = body_of(expected, "contents", stated=str(stated))
    if decoding is not None or not body.content or not is_json(body.media):
        return ()
    try:
        _, repeated = read_json(event.contents)
    except (ValueError, RecursionError):
        return ()  # which was told where it was compared
    return tuple(Mismatch("body", "$", f"{one.told}.") for one in repeated[:1])


def _tree(contents: bytes | None, decoding: Decoding | None) -> Json:
    try:
        if decoding is not None:
            return decoding.decode(contents or b"", None)
        return parse(contents or b"null", what="the message")
    except (ContractUnreadable, ValueError):
        return None
