"""The rules of a pact's messages against an AsyncAPI document."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.asyncapi import Operation
from troth_schemas.finding import Found
from troth_schemas.pairs.pact_asyncapi.meeting import Judged, Meeting
from troth_schemas.pairs.pact_messages import Sending
from troth_schemas.rule import Rule, rule

_ONE_WAY: Final = "one way only: what no consumer expects harms nobody"
_BOTH: Final = "itself: what is sent and what is read are judged by one rule"


def _parts(meeting: Meeting) -> Iterator[tuple[Operation, Sending, Judged]]:
    """Each message of the interaction with what it was held against, once it is sure which operation is meant."""
    if meeting.matched and meeting.best is not None:
        operation, judged = meeting.best
        for sending, one in zip(meeting.sendings, judged, strict=True):
            if one is not None:
                yield operation, sending, one


@rule("pact-asyncapi/document-empty", severity="breaking", aliases=("message.spec.missing",), mirror=_ONE_WAY)
def document_empty(meeting: Meeting) -> Iterator[Found]:
    """The document describes no operation at all.

    Why it breaks: the consumer relies on messages that the provider does not speak of.
    Instead: publish the document that has the operations.
    """
    if not meeting.api.operations and not meeting.unread:
        yield meeting.about("The provider's document has no operations.", proved=True)


@rule("pact-asyncapi/operation-unknown", severity="breaking", aliases=("message.operation.unknown",), mirror=_ONE_WAY)
def operation_unknown(meeting: Meeting) -> Iterator[Found]:
    """The interaction names an operation that the document does not have.

    Why it breaks: the provider does not do what the consumer relies on.
    Instead: name the operation as the document does (its operationId), or add it.
    """
    if meeting.wanted is not None and not meeting.candidates and meeting.api.operations and not meeting.unread:
        message = f"The provider's document has no operation {meeting.wanted}."
        yield meeting.about(message, meeting.wanted, element=f"operation {meeting.wanted}", proved=True)


@rule("pact-asyncapi/operation-not-covered", severity="not-covered", mirror=_ONE_WAY)
def operation_not_covered(meeting: Meeting) -> Iterator[Found]:
    """The operation that is meant could not be read, or may be one that could not: a reference leads nowhere.

    Why it matters: whatever the operation says may break.
    Instead: mend the references that the problems of the document name.
    """
    if meeting.unread:
        yield meeting.about(f"The operation may be one that could not be read ({meeting.unread}).")


@rule("pact-asyncapi/reference-missing", severity="breaking", aliases=("message.references.missing",), mirror=_ONE_WAY)
def reference_missing(meeting: Meeting) -> Iterator[Found]:
    """The interaction refers to an AsyncAPI document, but to no operation of it.

    Why it breaks: which operation is meant cannot be told, so nothing is verified.
    Instead: write comments.references.AsyncAPI.operationId; without any reference the contents decide.
    """
    if meeting.reference is not None and meeting.wanted is None:
        yield meeting.about("The interaction refers to AsyncAPI without an operationId.", proved=True)


@rule("pact-asyncapi/no-match", severity="breaking", aliases=("message.no.match",), mirror=_ONE_WAY)
def no_match(meeting: Meeting) -> Iterator[Found]:
    """No message of the document fits the contents of the interaction, which names no operation.

    Why it breaks: the provider sends nothing like it, or takes nothing like it.
    Instead: look at the message that comes closest, or name the operation that is meant.
    """
    if meeting.wanted is not None or meeting.reference is not None or meeting.matched or not meeting.api.operations:
        return
    if meeting.unread:
        return
    if meeting.best is None:
        yield meeting.about(
            f"No operation of the provider {'receives' if meeting.asks else 'sends'} messages.", proved=True
        )
        return
    operation, judged = meeting.best
    closest = next((one for one in judged if one is not None and one.wrongs), None)
    hint = ""
    if closest is not None:
        reason = (*closest.payload.wrong, *closest.headers.wrong)[0].sentence
        hint = f" Closest is {closest.message.name} of {operation.title}, but something {reason}."
    yield meeting.about(f"No message of the document fits.{hint}", at=operation.at, proved=True)


@rule(
    "pact-asyncapi/payload-incompatible", severity="breaking", aliases=("message.payload.incompatible",), mirror=_BOTH
)
def payload_incompatible(meeting: Meeting) -> Iterator[Found]:
    """The contents do not fit the message's payload: something that is read never comes, or what is sent is refused.

    Why it breaks: the consumer's code fails on real messages, or the provider refuses what it sends.
    Instead: let the consumer's test expect what the schema says, or change the schema.
    """
    for operation, sending, judged in _parts(meeting):
        for misfit in judged.payload.wrong:
            yield meeting.found(sending, misfit, operation, proved=True)


@rule(
    "pact-asyncapi/headers-incompatible", severity="breaking", aliases=("message.headers.incompatible",), mirror=_BOTH
)
def headers_incompatible(meeting: Meeting) -> Iterator[Found]:
    """The metadata of the message do not fit its headers.

    Why it breaks: the header comes with another value or type, or the provider refuses it.
    Instead: let the consumer's test expect what the schema of the headers says.
    """
    for operation, sending, judged in _parts(meeting):
        for misfit in judged.headers.wrong:
            yield meeting.found(sending, misfit, operation, part="metadata", proved=True)


@rule(
    "pact-asyncapi/content-type-incompatible",
    severity="breaking",
    aliases=("message.payload.incompatible",),
    mirror=_BOTH,
)
def content_type_incompatible(meeting: Meeting) -> Iterator[Found]:
    """The message has another content type than the document says.

    Why it breaks: what the one side encodes the other cannot decode.
    Instead: use the content type of the document.
    """
    for operation, sending, judged in _parts(meeting):
        mine = sending.part.contents.media_type
        theirs = judged.message.content_type.partition(";")[0].strip().lower()
        if mine and theirs and not judged.message.broken and not _same_media(mine, theirs):
            message = f"The contents are {mine}, but {judged.message.name} of {operation.title} is {theirs}."
            yield meeting.about(
                message, *sending.key, at=judged.message.at, element=f"operation {operation.title}", proved=True
            )


@rule(
    "pact-asyncapi/reply-missing",
    severity="breaking",
    aliases=("message.reply.missing",),
    mirror="pact-asyncapi/response-missing",
)
def reply_missing(meeting: Meeting) -> Iterator[Found]:
    """The consumer waits for an answer, but the operation has no reply.

    Why it breaks: it waits in vain.
    Instead: add the reply to the operation, or make the interaction a one-way message.
    """
    if meeting.without_reply is not None and meeting.api.version.startswith("3"):
        operation = meeting.without_reply
        yield meeting.about(
            f"{operation.title} has no reply.", at=operation.at, element=f"operation {operation.title}", proved=True
        )


@rule("pact-asyncapi/reply-not-covered", severity="not-covered", mirror=_BOTH)
def reply_not_covered(meeting: Meeting) -> Iterator[Found]:
    """The consumer waits for an answer, and the document is of a version that knows no replies.

    Why it matters: nothing says what the answer may be.
    Instead: describe the reply with AsyncAPI 3.
    """
    if meeting.without_reply is not None and meeting.api.version.startswith("2"):
        operation = meeting.without_reply
        yield meeting.about(f"AsyncAPI 2 cannot say what answers {operation.title}.", at=operation.at)


@rule(
    "pact-asyncapi/response-missing",
    severity="risky",
    aliases=("message.response.missing",),
    mirror="pact-asyncapi/reply-missing",
)
def response_missing(meeting: Meeting) -> Iterator[Found]:
    """The operation has a reply, which the interaction says nothing of.

    Why it matters: what the consumer does with the answer is not verified.
    Instead: make it a synchronous message with a response.
    """
    if meeting.matched and meeting.best is not None and meeting.best[0].reply is not None:
        operation = meeting.best[0]
        if not meeting.asks or not meeting.exchange.responses or meeting.exchange.response.contents.state == "missing":
            message = f"The interaction has no response, but {operation.title} has a reply."
            yield meeting.about(message, at=operation.at, element=f"operation {operation.title}")


@rule("pact-asyncapi/payload-unknown", severity="risky", aliases=("message.payload.unknown",), mirror=_BOTH)
def payload_unknown(meeting: Meeting) -> Iterator[Found]:
    """The document says nothing of the payload of the message.

    Why it matters: whatever the consumer expects may come or not.
    Instead: give the message a payload.
    """
    for operation, sending, judged in _parts(meeting):
        if judged.message.payload is None and not judged.message.broken and sending.part.contents.present:
            message = f"The message {judged.message.name} of {operation.title} has no payload in the document."
            yield meeting.about(message, *sending.key, at=judged.message.at, element=f"operation {operation.title}")


@rule("pact-asyncapi/message-doubtful", severity="risky", mirror=_BOTH)
def message_doubtful(meeting: Meeting) -> Iterator[Found]:
    """A matching rule stands for values that the schema does not have, or the example is one of them.

    Why it matters: the example alone proves less than the rule claims.
    Instead: choose an example that the schema allows, and a rule no wider than it.
    """
    for operation, sending, judged in _parts(meeting):
        for misfit in judged.payload.doubt:
            yield meeting.found(sending, misfit, operation)
        for misfit in judged.headers.doubt:
            yield meeting.found(sending, misfit, operation, part="metadata")


@rule(
    "pact-asyncapi/payload-not-covered",
    severity="not-covered",
    aliases=("message.payload.unvalidatable",),
    mirror=_BOTH,
)
def payload_not_covered(meeting: Meeting) -> Iterator[Found]:
    """The contents, the headers or the schema of the message could not be judged.

    Why it matters: whatever is in there may break.
    Instead: use contents and a schema format that are read: JSON, and JSON Schema or Avro.
    """
    for operation, sending, judged in _parts(meeting):
        if judged.uncovered:
            at = judged.message.at if judged.message.payload is None else judged.message.payload.at
            yield meeting.about(f"The contents are not judged: {judged.uncovered}.", *sending.key, at=at)
        for misfit in judged.payload.uncovered:
            yield meeting.found(sending, misfit, operation)
        for misfit in judged.headers.uncovered:
            yield meeting.found(sending, misfit, operation, part="metadata")
    for operation, sending in meeting.undescribed:
        message = f"The contents are not judged: {operation.title} has no message in the document."
        yield meeting.about(message, *sending.key, at=operation.at, element=f"operation {operation.title}")


def _same_media(one: str, other: str) -> bool:
    """Whether two content types are written alike: any JSON is JSON."""
    first, second = ("json" if each.endswith(("/json", "+json")) else each for each in (one, other))
    return first == second


RULES: Final[tuple[Rule, ...]] = (
    document_empty, operation_unknown, operation_not_covered, reference_missing, no_match, payload_incompatible,
    headers_incompatible, content_type_incompatible, reply_missing, reply_not_covered, response_missing,
    payload_unknown, message_doubtful, payload_not_covered,
)  # fmt: skip
