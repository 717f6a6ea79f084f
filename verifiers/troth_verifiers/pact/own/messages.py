"""A message as the provider produces it against the message that the consumer expects."""

import base64
import json
from collections.abc import Mapping
from contextlib import suppress

import httpx

from troth_schemas.json_body import Document, Json
from troth_schemas.matching import Body, match_metadata
from troth_schemas.pact.rules import read_rules
from troth_verifiers.api import Exchange, Interaction, Mismatch, Outgoing, Payload, Target
from troth_verifiers.pact.own.decoding import Decoding, Undecodable
from troth_verifiers.pact.own.judging import body_mismatches, mismatches
from troth_verifiers.pact.own.sending import Answer, send, shown
from troth_verifiers.pact.own.wanted import Wanted, body_of


async def ask(client: httpx.AsyncClient, interaction: Interaction, element: Document, target: Target) -> Answer:
    """Let the runner's endpoint produce the message."""
    asked: dict[str, object] = {
        "description": interaction.description,
        "providerStates": [{"name": state.name, "params": dict(state.params)} for state in interaction.states],
    }
    if "request" in element:
        asked["request"] = element["request"]
    request = Outgoing(
        "POST", target.message_url(interaction), (("Content-Type", "application/json"),), json.dumps(asked).encode()
    )
    return await send(client, request, target, follow=False)


def message_mismatches(expected: Document, answer: Answer, decoding: Decoding | None = None) -> tuple[Mismatch, ...]:
    """Where a message is not as promised, sorted. ``expected`` is a message, or a response of a synchronous one."""
    if answer.status != 200:
        return (Mismatch("message", "", f"The message could not be had: the answer was {answer.status}."),)
    return differing(expected, _metadata(answer), answer.content, decoding)


def differing(
    expected: Document, came: Mapping[str, Json], content: bytes, decoding: Decoding | None = None
) -> tuple[Mismatch, ...]:
    """Where contents with what goes with them are not as promised, sorted."""
    promised = metadata_of(expected)
    rules = read_rules(expected.get("matchingRules"))
    body = body_of(expected, "contents", stated=_content_type(promised))
    wanted = Wanted(headers={}, body=body, rules=rules)
    actual = Body(content, _content_type(came))
    found = [
        *mismatches("metadata", match_metadata(promised, came, rules.metadata)),
        *body_mismatches(wanted, actual, {}, decoding),
    ]
    return tuple(sorted(found))


def exchange_of(answer: Answer, decoding: Decoding | None = None) -> Exchange:
    """What came, as people are shown it: the message with its metadata; decoded where that can be."""
    headers = tuple(
        (name, value if isinstance(value, str) else json.dumps(value)) for name, value in _metadata(answer).items()
    )
    received = answer.exchange.received
    body = received.body if received else ""
    if decoding is not None:
        with suppress(Undecodable):
            body = shown(decoding.answer(Body(answer.content)).content or b"")
    return Exchange("message", None, Payload("message", headers, body, len(answer.content)), answer.exchange.timings)


def metadata_of(part: Document) -> Mapping[str, Json]:
    """The metadata that is expected, under any of its spellings."""
    for name in ("metadata", "metaData"):
        written = part.get(name)
        if isinstance(written, dict):
            return written
    return {}


def _metadata(answer: Answer) -> dict[str, Json]:
    lines = {name.lower(): value for name, value in answer.headers}
    found: dict[str, Json] = {}
    try:
        decoded = json.loads(base64.b64decode(lines.get("pact-message-metadata", "")) or b"{}")
    except ValueError:
        decoded = {}
    if isinstance(decoded, dict):
        found.update(decoded)
    if "content-type" in lines and not _content_type(found):
        found["contentType"] = lines["content-type"]
    return found


def _content_type(metadata: Mapping[str, Json]) -> str:
    for name, value in metadata.items():
        if name.lower() in ("contenttype", "content-type") and isinstance(value, str):
            return value
    return ""
