"""The body of a request, its type, and the types that the consumer accepts in return."""

from collections.abc import Iterable, Iterator

from troth_schemas.finding import Found
from troth_schemas.pairs.pact_bodies import Misfit
from troth_schemas.pairs.pact_openapi import media
from troth_schemas.pairs.pact_openapi.meeting import Meeting
from troth_schemas.pairs.pact_words import shown_path
from troth_schemas.rule import Rule, rule


def _bodies(
    meeting: Meeting, misfits: Iterable[Misfit], verb: str, so: str = "it", *, witness: bool = True
) -> Iterator[Found]:
    for one in misfits:
        yield meeting.sends(
            f"{meeting.title!r} {verb} {shown_path(one.path)} to {meeting.operation.name}: {so} {one.sentence}.",
            *one.path,
            one.axis,
            at=f"{meeting.request.body_place}{one.pointer}",
            described=one.schema,
            body=None if meeting.request.contents.kind == "form" else one.witness,
            element=meeting.request_element(one.path),
            witness=witness,
        )


@rule(
    "pact-openapi/request-body-incompatible",
    severity="breaking",
    aliases=("request.body.incompatible",),
    mirror="pact-openapi/response-body-incompatible",
)
def request_body_incompatible(meeting: Meeting) -> Iterator[Found]:
    """The schema refuses a body that the consumer sends, or one that its matching rules say it may send.

    Why it breaks: the provider answers 400 or 422, or misunderstands the request.
    Instead: send what the schema allows (required members, no read-only ones), narrow the matching rule, or widen the
    schema.
    """
    yield from _bodies(meeting, meeting.sent.wrong, "sends")
    described = meeting.operation.body
    if described is not None and described.required and not meeting.request.contents.present:
        message = f"{meeting.title!r} sends no body, which {meeting.operation.name} requires."
        element = meeting.request_element()
        yield meeting.sends(message, "required", described=described.location, element=element)


@rule(
    "pact-openapi/request-body-rule-too-wide",
    severity="risky",
    aliases=("request.body.incompatible",),
    mirror="pact-openapi/response-body-example-impossible",
)
def request_body_rule_too_wide(meeting: Meeting) -> Iterator[Found]:
    """A matching rule lets the consumer send more than the schema accepts, though its example is accepted.

    Why it matters: the consumer's tests pass with values that the provider refuses.
    Instead: say what is really sent, with an expression, a bound or without a rule.
    """
    yield from _bodies(meeting, meeting.sent.doubt, "may by its matching rules send")


@rule(
    "pact-openapi/request-body-unvalidatable",
    severity="not-covered",
    aliases=("request.body.unvalidatable",),
    mirror="pact-openapi/response-body-unvalidatable",
)
def request_body_unvalidatable(meeting: Meeting) -> Iterator[Found]:
    """A body that is sent cannot be held against the schema, or a part of it cannot.

    Why it matters: whether the provider accepts it is not known.
    Instead: leave it to replaying the pact, or mend what keeps the schema from being read.
    """
    if not meeting.request.contents.present:
        return
    described = meeting.request_media
    if described is not None and described.schema is None:
        message = f"What {meeting.title!r} sends to {meeting.operation.name} has no schema under {described.type}."
        element = meeting.request_element()
        at = meeting.request.body_place
        yield meeting.sends(message, "schema", at=at, described=described.location, element=element, witness=False)
    yield from _bodies(meeting, meeting.sent.uncovered, "sends", "not compared, since it", witness=False)


@rule(
    "pact-openapi/request-body-unknown",
    severity="risky",
    aliases=("request.body.unknown",),
    mirror="pact-openapi/response-body-unknown",
)
def request_body_unknown(meeting: Meeting) -> Iterator[Found]:
    """The consumer sends a body to an operation that describes none.

    Why it matters: the provider most likely ignores it.
    Instead: describe the body, or stop sending it.
    """
    if meeting.request.contents.present and not (meeting.operation.body and meeting.operation.body.media):
        message = f"{meeting.title!r} sends a body, but {meeting.operation.name} describes none."
        described, element = meeting.operation.location, meeting.request_element()
        yield meeting.sends(message, "body", at=meeting.request.body_place, described=described, element=element)


@rule(
    "pact-openapi/request-content-type-incompatible",
    severity="breaking",
    aliases=("request.content-type.incompatible",),
    mirror="pact-openapi/response-content-type-incompatible",
)
def request_content_type_incompatible(meeting: Meeting) -> Iterator[Found]:
    """The body is sent as a media type that the operation does not take.

    Why it breaks: the provider answers 415.
    Instead: send one of the described media types, or describe this one.
    """
    described = meeting.operation.body
    if described is None or not described.media or not meeting.request.contents.present or meeting.request_media:
        return
    sent = meeting.request.content_type or meeting.request.contents.media_type
    taken = ", ".join(one.type for one in described.media)
    message = f"{meeting.title!r} sends {sent} to {meeting.operation.name}, which takes {taken}."
    element = meeting.request_element()
    yield meeting.sends(message, "type", at="/request/headers", described=described.location, element=element)


@rule(
    "pact-openapi/request-content-type-missing",
    severity="risky",
    aliases=("request.content-type.missing",),
    mirror="a response without a stated type is read by the one that is described",
)
def request_content_type_missing(meeting: Meeting) -> Iterator[Found]:
    """A body is sent without saying of which type it is.

    Why it matters: the provider has to guess, and may answer 415.
    Instead: send a Content-Type header in the consumer's test.
    """
    request, described = meeting.request, meeting.operation.body
    stated = request.content_type or (request.contents.pointer != "/body" and request.contents.media_type)
    if request.contents.present and not stated and described is not None and described.media:
        message = f"{meeting.title!r} sends a body to {meeting.operation.name} without a Content-Type."
        element = meeting.request_element()
        yield meeting.sends(message, "type", at="/request", described=described.location, element=element)


@rule(
    "pact-openapi/request-content-type-unknown",
    severity="risky",
    aliases=("request.content-type.unknown",),
    mirror="pact-openapi/response-content-type-unknown",
)
def request_content_type_unknown(meeting: Meeting) -> Iterator[Found]:
    """The consumer sends a Content-Type to an operation that takes no body.

    Why it matters: either a body is missing in the description, or the header says nothing.
    Instead: describe the body, or stop sending the header.
    """
    request, described = meeting.request, meeting.operation.body
    if request.content_type and not (described is not None and described.media):
        name, described_at = meeting.operation.name, meeting.operation.location
        message = f"{meeting.title!r} sends the Content-Type {request.content_type}, but {name} describes no body."
        yield meeting.sends(message, "type", at="/request/headers", described=described_at, element=name)


@rule(
    "pact-openapi/request-accept-incompatible",
    severity="breaking",
    aliases=("request.accept.incompatible",),
    mirror="what is accepted in return goes one way",
)
def request_accept_incompatible(meeting: Meeting) -> Iterator[Found]:
    """The consumer accepts only media types that the operation does not answer with.

    Why it breaks: the provider answers 406, or something that the consumer cannot read.
    Instead: accept one of the described media types, or describe this one.
    """
    answer, ranges = meeting.answer, meeting.request.headers.get("accept", ())
    if answer is not None and answer.media and ranges and not media.accepted(ranges, answer.media):
        given = ", ".join(one.type for one in answer.media)
        message = f"{meeting.title!r} accepts {', '.join(ranges)}, but {meeting.answer_name} is {given}."
        element = meeting.operation.name
        yield meeting.sends(message, "accept", at="/request/headers", described=answer.location, element=element)


@rule(
    "pact-openapi/request-accept-unknown",
    severity="risky",
    aliases=("request.accept.unknown",),
    mirror="what is accepted in return goes one way",
)
def request_accept_unknown(meeting: Meeting) -> Iterator[Found]:
    """The consumer says which media types it accepts, and the expected answer describes no content.

    Why it matters: either the content is missing in the description, or the header says nothing.
    Instead: describe the content of the answer, or stop sending the header.
    """
    answer, ranges = meeting.answer, meeting.request.headers.get("accept", ())
    if answer is not None and not answer.media and any(one.strip() != "*/*" for one in ranges):
        message = f"{meeting.title!r} accepts {', '.join(ranges)}, but {meeting.answer_name} has no content."
        element = meeting.operation.name
        yield meeting.sends(message, "accept", at="/request/headers", described=answer.location, element=element)


RULES: tuple[Rule, ...] = (
    request_accept_incompatible,
    request_accept_unknown,
    request_content_type_incompatible,
    request_content_type_missing,
    request_content_type_unknown,
    request_body_incompatible,
    request_body_rule_too_wide,
    request_body_unknown,
    request_body_unvalidatable,
)
