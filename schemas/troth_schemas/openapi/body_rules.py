"""Rules about bodies and answers: that they are there, under which media types and statuses."""

from collections.abc import Iterator
from dataclasses import dataclass

from troth_schemas.finding import Found
from troth_schemas.openapi.model import Body, Media, Response
from troth_schemas.openapi.pair import Pair
from troth_schemas.rule import rule

BodyPair = Pair[Body]


@dataclass(frozen=True, slots=True)
class MediaPair:
    """One media type of a body on both sides; None where a side has none for the other's."""

    body: "Pair[Body] | Pair[Response]"
    reader: Media | None
    writer: Media | None


@rule("openapi/request-body-added-required", severity="breaking", mirror="openapi/request-body-removed",
      aliases=("request-body-added-required",))  # fmt: skip
def request_body_added_required(pair: BodyPair) -> Iterator[Found]:
    """Requests must have a body now.

    Why it breaks: clients send none and get 400.
    Instead: let the body be optional, or add another operation.
    """
    one = pair.only_reader
    if one is not None and one.required:
        yield pair.subject.found(
            "A required request body was added", reader=one.location, witness=pair.probe() if pair.probe else None
        )


@rule("openapi/request-body-added-optional", severity="safe", mirror="openapi/request-body-removed",
      aliases=("request-body-added-optional",))  # fmt: skip
def request_body_added_optional(pair: BodyPair) -> Iterator[Found]:
    """Requests may have a body now.

    Why it matters: clients may begin to send one.
    Instead: nothing, additions break nobody.
    """
    one = pair.only_reader
    if one is not None and not one.required:
        yield pair.subject.found("An optional request body was added", reader=one.location)


@rule("openapi/request-body-removed", severity="risky", mirror="openapi/request-body-added-optional")
def request_body_removed(pair: BodyPair) -> Iterator[Found]:
    """Requests have no body any more.

    Why it breaks: clients go on sending one; many servers ignore it, so what was asked for does not happen.
    Instead: keep the body, or add another operation.
    """
    one = pair.only_writer
    if one is not None:
        yield pair.subject.found("The request body was removed", writer=one.location)


@rule("openapi/request-body-became-required", severity="breaking", mirror="openapi/request-body-became-optional",
      aliases=("request-body-became-required",))  # fmt: skip
def request_body_became_required(pair: BodyPair) -> Iterator[Found]:
    """A body that could be left out is needed now.

    Why it breaks: clients that send none get 400.
    Instead: keep it optional, and say what counts when it is absent.
    """
    if pair.both:
        reader, writer = pair.both
        if reader.required and not writer.required:
            yield pair.subject.found(
                "The request body became required",
                reader=reader.location,
                writer=writer.location,
                witness=pair.probe() if pair.probe else None,
            )


@rule("openapi/request-body-became-optional", severity="safe", mirror="openapi/request-body-became-required",
      aliases=("request-body-became-optional",))  # fmt: skip
def request_body_became_optional(pair: BodyPair) -> Iterator[Found]:
    """A body that was needed may be left out now.

    Why it matters: clients may leave it out.
    Instead: nothing, it breaks nobody.
    """
    if pair.both:
        reader, writer = pair.both
        if writer.required and not reader.required:
            yield pair.subject.found("The request body became optional", reader=reader.location, writer=writer.location)


@rule("openapi/request-body-media-type-removed", severity="breaking", mirror="openapi/request-body-media-type-added",
      aliases=("request-body-media-type-removed",))  # fmt: skip
def request_body_media_type_removed(pair: MediaPair) -> Iterator[Found]:
    """Bodies of a media type are no longer accepted.

    Why it breaks: clients that send it get 415.
    Instead: go on accepting it.
    """
    if pair.body.direction == "request" and pair.reader is None and pair.writer is not None:
        yield _media_removed(pair, pair.writer)


@rule("openapi/request-body-media-type-added", severity="safe", mirror="openapi/request-body-media-type-removed",
      aliases=("request-body-media-type-added",))  # fmt: skip
def request_body_media_type_added(pair: MediaPair) -> Iterator[Found]:
    """Bodies of another media type are accepted too.

    Why it matters: clients may begin to send it.
    Instead: nothing, additions break nobody.
    """
    if pair.body.direction == "request" and pair.writer is None and pair.reader is not None:
        yield _media_added(pair, pair.reader)


@rule("openapi/response-media-type-removed", severity="breaking", mirror="openapi/response-media-type-added",
      aliases=("response-media-type-removed",))  # fmt: skip
def response_media_type_removed(pair: MediaPair) -> Iterator[Found]:
    """Answers no longer come in a media type.

    Why it breaks: clients that accept only that get 406, or something that they cannot read.
    Instead: go on offering it.
    """
    if pair.body.direction == "response" and pair.reader is None and pair.writer is not None:
        yield _media_removed(pair, pair.writer)


@rule("openapi/response-media-type-added", severity="safe", mirror="openapi/response-media-type-removed",
      aliases=("response-media-type-added",))  # fmt: skip
def response_media_type_added(pair: MediaPair) -> Iterator[Found]:
    """Answers may come in another media type too.

    Why it matters: clients may ask for it.
    Instead: nothing, clients say what they accept.
    """
    if pair.body.direction == "response" and pair.writer is None and pair.reader is not None:
        yield _media_added(pair, pair.reader)


def _media_removed(pair: MediaPair, one: Media) -> Found:
    other = pair.body.reader
    return pair.body.subject.found(
        f"The media type {one.type} of the {pair.body.subject.words} was removed",
        one.type,
        writer=one.location,
        reader=other.location if other is not None else None,
        witness=pair.body.probe(one.type) if pair.body.probe else None,
    )


def _media_added(pair: MediaPair, one: Media) -> Found:
    other = pair.body.writer
    return pair.body.subject.found(
        f"The media type {one.type} of the {pair.body.subject.words} was added",
        one.type,
        reader=one.location,
        writer=other.location if other is not None else None,
    )


@rule("openapi/request-body-encoding-changed", severity="risky", mirror="openapi/response-body-encoding-changed")
def request_body_encoding_changed(pair: MediaPair) -> Iterator[Found]:
    """The parts of a form are written in another way (`encoding`).

    Why it breaks: what clients send may be read as something else.
    Instead: keep the encoding of the parts that there were.
    """
    yield from _encoding(pair, "request")


@rule("openapi/response-body-encoding-changed", severity="risky", mirror="openapi/request-body-encoding-changed")
def response_body_encoding_changed(pair: MediaPair) -> Iterator[Found]:
    """The parts of an answer are written in another way (`encoding`).

    Why it breaks: clients may read something else in what is sent.
    Instead: keep the encoding of the parts that there were.
    """
    yield from _encoding(pair, "response")


def _encoding(pair: MediaPair, direction: str) -> Iterator[Found]:
    if pair.body.direction == direction and pair.reader is not None and pair.writer is not None:
        for part in sorted({*pair.reader.encoding} | {*pair.writer.encoding}):
            if pair.reader.encoding.get(part) != pair.writer.encoding.get(part):
                yield pair.body.subject.found(
                    f"The part {part!r} of the {pair.body.subject.words} is encoded in another way",
                    pair.reader.type,
                    part,
                    reader=pair.reader.location,
                    writer=pair.writer.location,
                )


ResponsePair = Pair[Response]


def _is_success(status: str) -> bool:
    return status.startswith("2")


@rule("openapi/response-success-status-removed", severity="breaking", mirror="openapi/response-success-status-added",
      aliases=("response-success-status-removed",))  # fmt: skip
def response_success_status_removed(pair: ResponsePair) -> Iterator[Found]:
    """A status of success is no longer answered.

    Why it breaks: clients that wait for it take every other answer for a failure.
    Instead: go on answering with it.
    """
    one = pair.only_writer
    if one is not None and _is_success(one.status):
        yield pair.subject.found(
            f"The success status {one.status} was removed",
            writer=one.location,
            witness=pair.probe() if pair.probe else None,
        )


@rule("openapi/response-non-success-status-removed", severity="risky",
      mirror="openapi/response-non-success-status-added", aliases=("response-non-success-status-removed",))  # fmt: skip
def response_non_success_status_removed(pair: ResponsePair) -> Iterator[Found]:
    """A status other than success is no longer answered.

    Why it breaks: what clients do on that answer no longer happens; they meet another one.
    Instead: keep it, unless the case itself is gone.
    """
    one = pair.only_writer
    if one is not None and not _is_success(one.status):
        yield pair.subject.found(f"The status {one.status} was removed", writer=one.location)


@rule("openapi/response-success-status-added", severity="risky", mirror="openapi/response-success-status-removed",
      aliases=("response-success-status-added",))  # fmt: skip
def response_success_status_added(pair: ResponsePair) -> Iterator[Found]:
    """There is another status of success.

    Why it breaks: clients that know only the other ones may take it for a failure.
    Instead: keep the statuses that there are, or send the new one only to clients that ask for what is new.
    """
    one = pair.only_reader
    if one is not None and _is_success(one.status):
        yield pair.subject.found(f"The success status {one.status} was added", reader=one.location)


@rule("openapi/response-non-success-status-added", severity="safe",
      mirror="openapi/response-non-success-status-removed", aliases=("response-non-success-status-added",))  # fmt: skip
def response_non_success_status_added(pair: ResponsePair) -> Iterator[Found]:
    """There is another status that is no success.

    Why it matters: clients may tell one more failure from the others.
    Instead: nothing, clients must be ready for failures that nobody described.
    """
    one = pair.only_reader
    if one is not None and not _is_success(one.status):
        yield pair.subject.found(f"The status {one.status} was added", reader=one.location)


@rule("openapi/response-link-changed", severity="safe", mirror="the same fact in both directions")
def response_link_changed(pair: ResponsePair) -> Iterator[Found]:
    """A link of a response is gone or leads elsewhere.

    Why it matters: a link is a hint at what can be asked next. No request and no answer is another one for it, and an
    operation that is gone is told by itself.
    Instead: nothing, unless clients are generated that follow links by their names.
    """
    if pair.both is None:
        return
    reader, writer = pair.both
    now = {one.name: one for one in reader.links}
    for one in writer.links:
        new = now.get(one.name)
        if new is None:
            yield pair.subject.found(f"The link {one.name!r} was removed", one.name, writer=one.location)
        elif new.leads != one.leads:
            message = f"The link {one.name!r} leads elsewhere"
            yield pair.subject.found(message, one.name, reader=new.location, writer=one.location)


BODY_RULES = (
    request_body_added_required,
    request_body_added_optional,
    request_body_removed,
    request_body_became_required,
    request_body_became_optional,
)
MEDIA_RULES = (
    request_body_media_type_removed,
    request_body_media_type_added,
    response_media_type_removed,
    response_media_type_added,
    request_body_encoding_changed,
    response_body_encoding_changed,
)
RESPONSE_RULES = (
    response_success_status_removed,
    response_non_success_status_removed,
    response_success_status_added,
    response_non_success_status_added,
    response_link_changed,
)
