"""The rules of a pact's messages against an Avro schema."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.finding import Found
from troth_schemas.pairs.pact_avro.meeting import Meeting, stated_type
from troth_schemas.rule import Rule, rule


@rule(
    "pact-avro/message-impossible",
    severity="breaking",
    aliases=("message.payload.incompatible",),
    mirror="pact-avro/request-refused",
)
def message_impossible(meeting: Meeting) -> Iterator[Found]:
    """The consumer relies on something in a message that no datum of the provider's schema has.

    Why it breaks: the field never comes, or comes as another type, and the consumer's code fails on every real message.
    Instead: let the consumer's test expect what the schema has, or add the field to the schema.
    """
    if not meeting.sending.by_consumer:
        for misfit in meeting.verdict.wrong:
            yield meeting.found(misfit, witness=True)


@rule(
    "pact-avro/request-refused",
    severity="breaking",
    aliases=("message.payload.incompatible",),
    mirror="pact-avro/message-impossible",
)
def request_refused(meeting: Meeting) -> Iterator[Found]:
    """The consumer sends a message that is no datum of the provider's schema.

    Why it breaks: it cannot be written with that schema, or lacks a field without a default.
    Instead: send what the schema demands, or give the field a default.
    """
    if meeting.sending.by_consumer:
        for misfit in meeting.verdict.wrong:
            yield meeting.found(misfit, witness=True)


@rule("pact-avro/message-doubtful", severity="risky", mirror="itself: sent or read, the doubt is the same")
def message_doubtful(meeting: Meeting) -> Iterator[Found]:
    """A matching rule stands for values that the provider's schema does not have, or the example is one of them.

    Why it matters: the example alone proves less than the rule claims.
    Instead: choose an example that the schema allows, and a rule no wider than it.
    """
    for misfit in meeting.verdict.doubt:
        yield meeting.found(misfit)


@rule(
    "pact-avro/record-unknown",
    severity="breaking",
    aliases=("message.spec.missing",),
    mirror="one way only: records that no message names do no harm",
)
def record_unknown(meeting: Meeting) -> Iterator[Found]:
    """The message names a record that the provider's schema does not have.

    Why it breaks: the consumer waits for data of a type that nobody writes.
    Instead: look for the record's new name, or publish the document that defines it with the others.
    """
    if meeting.wanted is not None and not meeting.candidates:
        yield meeting.about_all(f"The provider's schema has no record {meeting.wanted}.", meeting.wanted)


@rule(
    "pact-avro/contents-not-covered",
    severity="not-covered",
    aliases=("message.payload.unvalidatable",),
    mirror="itself: sent or read, it is not judged",
)
def contents_not_covered(meeting: Meeting) -> Iterator[Found]:
    """The contents of a message cannot be held against the schema.

    Why it matters: whatever is in there may break.
    Instead: write the contents as JSON, or as binary Avro with the schema beside them (the plug-in keeps it).
    """
    for misfit in meeting.verdict.uncovered:
        yield meeting.found(misfit)
    if meeting.value is None and not meeting.empty and meeting.candidates:
        reason = meeting.sending.part.contents.unreadable or "they are no data of the schema that can be decoded"
        media = stated_type(meeting.sending) or meeting.sending.part.contents.kind
        yield meeting.about_all(f"The contents ({media}) are not judged: {reason}.")


RULES: Final[tuple[Rule, ...]] = (
    message_impossible,
    request_refused,
    message_doubtful,
    record_unknown,
    contents_not_covered,
)
