"""The answer that a consumer expects: status, type and body."""

import json
from collections.abc import Iterable, Iterator

from troth_schemas.finding import Found
from troth_schemas.json_body import Json
from troth_schemas.pairs.pact_bodies import Misfit, takes
from troth_schemas.pairs.pact_openapi.meeting import Meeting
from troth_schemas.pairs.pact_words import shown_path
from troth_schemas.rule import Rule, rule


@rule(
    "pact-openapi/response-status-unknown",
    severity="breaking",
    aliases=("response.status.unknown",),
    mirror="a request has no status",
)
def response_status_unknown(meeting: Meeting) -> Iterator[Found]:
    """The consumer expects a status that the operation does not describe.

    Why it breaks: the provider never answers so.
    Instead: expect one of the described statuses, or describe this one (exactly, as a range or as the default).
    Note: a status that is no number cannot be judged; one that is written as text is read.
    """
    if meeting.answer is not None:
        return
    if meeting.exchange.status is None:
        stated = json.dumps(meeting.response.written.get("status"), ensure_ascii=False)
        message = f"{meeting.title!r} expects the status {stated}, which is none of HTTP, so its answer is not judged."
        described, element = meeting.operation.location, meeting.operation.name
        yield meeting.expects(
            message, "status", at="/response/status", described=described, element=element, severity="not-covered"
        )
        return
    known = [one.status for one in meeting.operation.responses]
    others = ", ".join(known) or "none"
    first = next((one for one in known if one.isdecimal()), None)
    asked = f"the status {meeting.exchange.status} of {meeting.operation.name}"
    yield meeting.expects(
        f"{meeting.title!r} expects {asked}, which describes {others}.",
        "status",
        at="/response/status",
        described=meeting.operation.location,
        witness=None if first is None else {"status": int(first)},
        element=meeting.operation.name,
    )


@rule(
    "pact-openapi/response-status-default",
    severity="risky",
    aliases=("response.status.default",),
    mirror="a request has no status",
)
def response_status_default(meeting: Meeting) -> Iterator[Found]:
    """The status that the consumer expects is described by nothing but the default response.

    Why it matters: a default stands for whatever else may come, mostly errors, so nobody has promised this status.
    Instead: describe the status by itself.
    """
    if meeting.answer is not None and meeting.answer.status == "default":
        status = meeting.exchange.status
        message = (
            f"Of {meeting.operation.name}, the status {status} that {meeting.title!r} expects is only the default."
        )
        described, element = meeting.answer.location, meeting.response_element()
        yield meeting.expects(message, "status", at="/response/status", described=described, element=element)


@rule(
    "pact-openapi/response-content-type-incompatible",
    severity="breaking",
    aliases=("response.content-type.incompatible",),
    mirror="pact-openapi/request-content-type-incompatible",
)
def response_content_type_incompatible(meeting: Meeting) -> Iterator[Found]:
    """The consumer expects a media type that the answer does not have.

    Why it breaks: the provider sends another type, which the consumer cannot read.
    Instead: expect one of the described media types, or describe this one.
    """
    answer, part = meeting.answer, meeting.response
    stated = part.content_type or (part.contents.media_type if part.contents.present else "")
    if answer is None or not answer.media or not stated or meeting.response_media is not None:
        return
    rules = part.rules.header.get("content-type")
    if rules is not None and any(takes(rules, stated, one.type) for one in answer.media):
        return
    described = ", ".join(one.type for one in answer.media)
    yield meeting.expects(
        f"{meeting.title!r} expects {stated}, but {meeting.answer_name} is {described}.",
        "type",
        at="/response/headers" if part.content_type else part.body_place,
        described=answer.location,
        witness={"status": meeting.exchange.status, "headers": {"content-type": answer.media[0].type}},
        element=meeting.response_element(),
    )


@rule(
    "pact-openapi/response-content-type-unknown",
    severity="risky",
    aliases=("response.content-type.unknown",),
    mirror="pact-openapi/request-content-type-unknown",
)
def response_content_type_unknown(meeting: Meeting) -> Iterator[Found]:
    """The consumer expects a media type, and the answer describes no content.

    Why it matters: either the content is missing in the description, or there is none.
    Instead: describe the content of the answer.
    """
    answer, stated = meeting.answer, meeting.response.content_type
    if answer is not None and not answer.media and stated:
        message = f"{meeting.title!r} expects {stated}, but {meeting.answer_name} describes no content."
        element = meeting.response_element()
        at = "/response/headers"
        yield meeting.expects(message, "type", at=at, described=answer.location, element=element)


def _bodies(meeting: Meeting, misfits: Iterable[Misfit], verb: str, so: str = "it") -> Iterator[Found]:
    for one in misfits:
        status = meeting.exchange.status
        witness: Json = None if one.witness is None else {"status": status, "body": one.witness[0]}
        yield meeting.expects(
            f"{meeting.title!r} {verb} {shown_path(one.path)} in {meeting.answer_name}: {so} {one.sentence}.",
            *one.path,
            one.axis,
            at=f"{meeting.response.body_place}{one.pointer}",
            described=one.schema,
            witness=witness,
            element=meeting.response_element(one.path),
        )


@rule(
    "pact-openapi/response-body-incompatible",
    severity="breaking",
    aliases=("response.body.incompatible",),
    mirror="pact-openapi/request-body-incompatible",
)
def response_body_incompatible(meeting: Meeting) -> Iterator[Found]:
    """The consumer relies on something in the body that the schema makes impossible.

    Why it breaks: a member that is not described, of another type, or with a value that is not allowed never comes.
    Instead: rely on what is described, or describe it. What the consumer does not use does not matter, nor does it
    matter whether a member is required.
    """
    yield from _bodies(meeting, meeting.expected.wrong, "relies on")


@rule(
    "pact-openapi/response-body-example-impossible",
    severity="risky",
    aliases=("response.body.incompatible",),
    mirror="pact-openapi/request-body-rule-too-wide",
)
def response_body_example_impossible(meeting: Meeting) -> Iterator[Found]:
    """The schema refuses an example that the consumer was tested with, though its matching rule takes others.

    Why it matters: the consumer is tested with a value that never comes.
    Instead: use an example that the schema allows.
    """
    yield from _bodies(meeting, meeting.expected.doubt, "was tested with")


@rule(
    "pact-openapi/response-body-unknown",
    severity="breaking",
    aliases=("response.body.unknown",),
    mirror="pact-openapi/request-body-unknown",
)
def response_body_unknown(meeting: Meeting) -> Iterator[Found]:
    """The consumer expects a body, and the answer describes no content.

    Why it breaks: the provider answers without a body.
    Instead: describe the content of the answer, or do not expect any.
    """
    answer = meeting.answer
    if answer is not None and not answer.media and meeting.response.contents.present:
        yield meeting.expects(
            f"{meeting.title!r} expects a body, but {meeting.answer_name} describes none.",
            "body",
            at=meeting.response.body_place,
            described=answer.location,
            witness={"status": meeting.exchange.status},
            element=meeting.response_element(),
        )


@rule(
    "pact-openapi/response-body-unvalidatable",
    severity="not-covered",
    aliases=("response.body.unvalidatable",),
    mirror="pact-openapi/request-body-unvalidatable",
)
def response_body_unvalidatable(meeting: Meeting) -> Iterator[Found]:
    """A body that the consumer expects cannot be held against the schema, or a part of it cannot.

    Why it matters: whether it may come is not known.
    Instead: leave it to replaying the pact, or mend what keeps the schema from being read.
    """
    if not meeting.response.contents.present:
        return
    described = meeting.response_media
    if described is not None and described.schema is None:
        message = f"What {meeting.title!r} expects has no schema under {described.type} in {meeting.answer_name}."
        element = meeting.response_element()
        at = meeting.response.body_place
        yield meeting.expects(message, "schema", at=at, described=described.location, element=element)
    yield from _bodies(meeting, meeting.expected.uncovered, "relies on", "not compared, since it")


RULES: tuple[Rule, ...] = (
    response_status_unknown,
    response_status_default,
    response_content_type_incompatible,
    response_content_type_unknown,
    response_body_incompatible,
    response_body_example_impossible,
    response_body_unknown,
    response_body_unvalidatable,
)
