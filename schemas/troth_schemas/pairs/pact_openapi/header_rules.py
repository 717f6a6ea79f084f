"""The headers that a consumer expects in an answer."""

from collections.abc import Iterator

from troth_schemas.finding import Found
from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import View, sample
from troth_schemas.openapi import Parameter
from troth_schemas.pairs.broken_references import broken, garbled
from troth_schemas.pairs.pact_openapi import headers
from troth_schemas.pairs.pact_openapi.meeting import Meeting
from troth_schemas.pairs.pact_openapi.parameters import Given, given
from troth_schemas.pairs.pact_words import shown
from troth_schemas.rule import Rule, rule

READ = View(access="response")


def _expected(meeting: Meeting) -> Iterator[tuple[str, tuple[str, ...], Parameter | None]]:
    """Each header that the consumer expects, and its description."""
    described = {one.name.lower(): one for one in (meeting.answer.headers if meeting.answer is not None else ())}
    for name, values in meeting.response.headers.items():
        if name != "content-type" and meeting.answer is not None:
            yield name, values, described.get(name)


def _header(meeting: Meeting, message: str, name: str, **more: Json) -> Found:
    answer = meeting.answer
    assert answer is not None, "headers belong to an answer"
    parameter = next((one for one in answer.headers if one.name.lower() == name), None)
    return meeting.expects(
        message,
        name,
        at="/response/headers",
        described=answer.location if parameter is None else parameter.location,
        witness=more.get("witness"),
        element=meeting.response_element(),
    )


def _read_header(parameter: Parameter, name: str, values: tuple[str, ...]) -> Given:
    return given(parameter, {name: values}, READ)


@rule(
    "pact-openapi/response-header-incompatible",
    severity="breaking",
    aliases=("response.header.incompatible",),
    mirror="pact-openapi/request-header-incompatible",
)
def response_header_incompatible(meeting: Meeting) -> Iterator[Found]:
    """The consumer expects a value of a header that the header's schema refuses.

    Why it breaks: that value never comes.
    Instead: expect a value that the schema allows, or correct the schema.
    """
    for name, values, parameter in _expected(meeting):
        if parameter is None or _uncovered(parameter) or name in meeting.response.rules.header:
            continue
        found = _read_header(parameter, name, values)
        if found.errors:
            expected, why = shown(found.value), found.errors[0]
            message = f"{meeting.title!r} expects {expected} in the header {name!r} of {meeting.answer_name}: {why}."
            yield _header(meeting, message, name, witness=_other_header(meeting, parameter))


def _other_header(meeting: Meeting, parameter: Parameter) -> Document | None:
    """An answer as it may come: with a value of the header that is described."""
    found = sample(parameter.schema) if parameter.schema is not None else None
    status = meeting.exchange.status
    return None if found is None else {"status": status, "headers": {parameter.name: found[0]}}


@rule(
    "pact-openapi/response-header-example-impossible",
    severity="risky",
    aliases=("response.header.incompatible",),
    mirror="pact-openapi/request-header-incompatible",
)
def response_header_example_impossible(meeting: Meeting) -> Iterator[Found]:
    """A header's schema refuses the example that the consumer was tested with, though its matching rule takes others.

    Why it matters: the consumer is tested with a value that never comes.
    Instead: use an example that the schema allows.
    """
    for name, values, parameter in _expected(meeting):
        if parameter is None or _uncovered(parameter) or name not in meeting.response.rules.header:
            continue
        found = _read_header(parameter, name, values)
        if found.errors:
            expected, why = shown(found.value), found.errors[0]
            message = (
                f"{meeting.title!r} has the example {expected} for the header {name!r} of {meeting.answer_name}: {why}."
            )
            yield _header(meeting, message, name)


@rule(
    "pact-openapi/response-header-unknown",
    severity="breaking",
    aliases=("response.header.unknown",),
    mirror="pact-openapi/request-header-unknown",
)
def response_header_unknown(meeting: Meeting) -> Iterator[Found]:
    """The consumer relies on a header that the answer does not describe and that is no standard one.

    Why it breaks: nobody has promised that it comes.
    Instead: describe the header, or do not rely on it.
    """
    for name, _, parameter in _expected(meeting):
        if parameter is None and name not in headers.STANDARD_RESPONSE:
            message = f"{meeting.title!r} relies on the header {name!r}, which {meeting.answer_name} does not describe."
            yield _header(meeting, message, name, witness={"status": meeting.exchange.status, "headers": {}})


@rule(
    "pact-openapi/response-header-undefined",
    severity="risky",
    aliases=("response.header.undefined",),
    mirror="a standard header of a request needs no description",
)
def response_header_undefined(meeting: Meeting) -> Iterator[Found]:
    """The consumer relies on a standard header that the answer does not describe.

    Why it matters: servers send such headers by themselves, but nobody has promised it.
    Instead: describe the header.
    """
    for name, _, parameter in _expected(meeting):
        if parameter is None and name in headers.STANDARD_RESPONSE:
            what = f"the header {name!r}, a standard one"
            message = f"{meeting.title!r} relies on {what} that {meeting.answer_name} does not describe."
            yield _header(meeting, message, name)


def _uncovered(parameter: Parameter) -> str | None:
    schemas = [one for one in (parameter.schema, *(media.schema for media in parameter.content)) if one is not None]
    return next((why for one in schemas if (why := broken(one) or garbled(one)) is not None), None)


@rule(
    "pact-openapi/response-header-not-covered",
    severity="not-covered",
    mirror="pact-openapi/request-parameter-not-covered",
)
def response_header_not_covered(meeting: Meeting) -> Iterator[Found]:
    """A header is described in a way that is not compared.

    Why it matters: whether what the consumer expects may come is not known.
    Instead: describe it with a schema that can be read, or leave it to replaying the pact.
    """
    for name, values, parameter in _expected(meeting):
        why = None if parameter is None else _uncovered(parameter) or _read_header(parameter, name, values).uncovered
        if why:
            yield _header(meeting, f"The header {name!r} of {meeting.answer_name} is not compared: {why}.", name)


RULES: tuple[Rule, ...] = (
    response_header_incompatible,
    response_header_example_impossible,
    response_header_unknown,
    response_header_undefined,
    response_header_not_covered,
)
