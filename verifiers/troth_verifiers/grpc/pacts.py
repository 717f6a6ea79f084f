"""gRPC interactions of pacts, as the Pact protobuf plug-in writes them, replayed without that plug-in."""

from collections.abc import Mapping
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.document import pact_of
from troth_schemas.pact.matchers import RuleList
from troth_schemas.pact.parts import Part
from troth_schemas.pairs.pact_protobuf.examples import astray, example_of
from troth_schemas.pairs.pact_protobuf.reading import Binary, Call, Unclear, grpc_status, read
from troth_schemas.protobuf.trees import parsed, tree
from troth_verifiers.api import Interaction, Result, Target
from troth_verifiers.errors import InteractionUnreadable
from troth_verifiers.grpc.metadata import Metadata, sendable
from troth_verifiers.grpc.prepared import Prepared, Wanted, kind_of
from troth_verifiers.grpc.replaying import Replaying
from troth_verifiers.grpc.schemas import Known
from troth_verifiers.grpc.spec import code_of
from troth_verifiers.pact.expected import with_values

_OWN: Final = ("contenttype", "content-type", "grpc-status", "grpc-message")
"""Metadata that is not sent as such."""

Values = Mapping[str, object]


class PactCalls:
    """Replays the gRPC interactions of pacts, over one connection for each address."""

    def __init__(self) -> None:
        self._replaying = Replaying()

    async def verify(self, interaction: Interaction, element: Document, head: Document, target: Target) -> Result:
        """Make the call of a raw interaction; ``head`` is the pact without its interactions."""
        call = prepared(element, head, target.values)
        return await self._replaying.replay(interaction, call, target)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._replaying.aclose()


def prepared(element: Document, head: Document, values: Values) -> Prepared:
    """The call of a raw interaction, with values of its provider state; raises `InteractionUnreadable`."""
    call = next(read(pact_of({**head, "interactions": [element]})), None)
    if not isinstance(call, Call):
        why = call.why if isinstance(call, Unclear) else "it is no call of gRPC"
        raise InteractionUnreadable(f"The gRPC interaction cannot be read: {why}.")
    kind = kind_of(Known(call.schema), call.method, "the pact")
    request, metadata = b"", {}
    if call.exchange.request is not None:
        metadata = _metadata(_changed(call.exchange.request, None, values))
    if call.request is not None:
        request = _request(call.request, values)
    return Prepared(
        kind,
        requests=(request or kind.new_request().SerializePartialToString(),),
        metadata=_sent(metadata),
        wanted=_wanted(call, values),
    )


def _sent(metadata: Mapping[str, str]) -> Metadata:
    try:
        return sendable(metadata.items())
    except ValueError as problem:
        raise InteractionUnreadable(f"The metadata of the request: {problem}") from None


def _request(binary: Binary, values: Values) -> bytes:
    """The bytes to send, with values of the provider state in their places."""
    before = tree(binary.data)
    after = _contents(_changed(binary.part, before, values))
    if after == before:
        return binary.content
    try:
        content: bytes = parsed(after, type(binary.data)()).SerializePartialToString()
    except ValueError as problem:
        raise InteractionUnreadable(f"A value of the provider state does not fit the request: {problem}.") from None
    return content


def _wanted(call: Call, values: Values) -> Wanted:
    parts = call.exchange.responses
    stated = grpc_status(parts[0]) if parts else ""
    code = code_of(stated or "OK")
    if code is None:
        raise InteractionUnreadable(f"The expected grpc-status {stated!r} is no status of gRPC.")
    metadata: dict[str, Json] = {}
    rules: dict[str, RuleList] = {}
    message = None
    for part in parts:
        changed = _changed(part, None, values)
        metadata |= _metadata(changed)
        rules |= {name.lower(): found for name, found in part.rules.metadata.items()}
        message = _texts(changed).get("grpc-message", message)
    for one in call.responses:
        _heed(one)
    examples = tuple(
        _contents(_changed(one.part, example_of(one, one.part.rules.body), values)) for one in call.responses
    )
    wanted = Wanted(code, message, None, metadata, rules, responses=None)
    if not examples:
        return wanted
    return wanted._replace(responses=examples, each_rules=tuple(one.part.rules.body for one in call.responses))


def _heed(binary: Binary) -> None:
    """Refuse matching rules that nothing would be held against, of which nobody would know."""
    rules = binary.part.rules
    for path in rules.unread:
        raise InteractionUnreadable(f"The path of the matching rule {path} cannot be read.")
    for path in astray(binary.data.DESCRIPTOR, rules.body):
        raise InteractionUnreadable(f"The matching rule {path} leads to no field of {binary.type}.")


def _changed(part: Part, content: Json, values: Values) -> Document:
    """A part as it is written with decoded contents, and with values of the provider state in their places."""
    decoded: Document = {**part.written, "contents": {"content": content, "contentType": ""}}
    changed = with_values({"request": decoded, "response": []}, values)["request"]
    return changed if isinstance(changed, dict) else decoded


def _contents(part: Document) -> Json:
    contents = part["contents"]
    return contents["content"] if isinstance(contents, dict) else None


def _texts(part: Document) -> dict[str, str]:
    written = part.get("metadata")
    found = written if isinstance(written, dict) else {}
    return {name.lower(): _text(value) for name, value in found.items()}


def _text(value: Json) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _metadata(part: Document) -> dict[str, str]:
    return {name: value for name, value in _texts(part).items() if name not in _OWN}
