"""Parameters of a request: path, query, headers and cookies."""

from collections.abc import Iterator

from troth_schemas.documents import Location
from troth_schemas.finding import Found
from troth_schemas.openapi import Parameter
from troth_schemas.pairs.pact_openapi import headers
from troth_schemas.pairs.pact_openapi.claims import Claim, claims
from troth_schemas.pairs.pact_openapi.meeting import Meeting
from troth_schemas.pairs.pact_openapi.parameters import Given, consumed
from troth_schemas.pairs.pact_words import shown
from troth_schemas.rule import Rule, rule

ONE_WAY = "parameters go one way, from consumer to provider"


def named(parameter: Parameter) -> str:
    """How people call a parameter."""
    kind = parameter.where if parameter.where in ("header", "cookie") else f"{parameter.where} parameter"
    return f"the {kind} {parameter.name!r}"


def _refused(meeting: Meeting, where: str, part: str) -> Iterator[Found]:
    """Parameters of one place that are missing or that their schema refuses."""
    name = meeting.operation.name
    for one in meeting.parameters:
        parameter = one.parameter
        if parameter.where != where or one.uncovered:
            continue
        what = named(parameter)
        described = parameter.schema.location if parameter.schema is not None else parameter.location
        if not one.present:
            if parameter.required and not _is_security(meeting, one):
                message = f"{meeting.title!r} does not send {what}, which {name} requires."
                yield meeting.sends(message, parameter.name, at=part, described=parameter.location, element=name)
        elif one.errors:
            message = f"{meeting.title!r} sends {shown(one.value)} for {what} of {name}: {one.errors[0]}."
            yield meeting.sends(message, parameter.name, at=part, described=described, element=name)


def _is_security(meeting: Meeting, one: Given) -> bool:
    """Whether a parameter repeats what a security scheme asks for, which is judged there."""
    where, name = one.parameter.where, one.parameter.name
    return (name.lower() if where == "header" else name) in meeting.secured_names(where)


@rule(
    "pact-openapi/request-path-incompatible",
    severity="breaking",
    aliases=("request.path-or-method.unknown",),
    mirror=ONE_WAY,
)
def request_path_incompatible(meeting: Meeting) -> Iterator[Found]:
    """A path parameter's schema refuses what the consumer has in the path.

    Why it breaks: the provider takes it for another path, or answers 400 or 404.
    Instead: use a value that the schema allows, or widen the schema.
    """
    yield from _refused(meeting, "path", "/request/path")


@rule(
    "pact-openapi/request-query-incompatible",
    severity="breaking",
    aliases=("request.query.incompatible",),
    mirror=ONE_WAY,
)
def request_query_incompatible(meeting: Meeting) -> Iterator[Found]:
    """A required query parameter is not sent, or its schema refuses what is sent.

    Why it breaks: the provider answers 400.
    Instead: send a value that the schema allows, or make the parameter optional or its schema wider.
    """
    yield from _refused(meeting, "query", "/request/query")


@rule(
    "pact-openapi/request-header-incompatible",
    severity="breaking",
    aliases=("request.header.incompatible",),
    mirror="pact-openapi/response-header-incompatible",
)
def request_header_incompatible(meeting: Meeting) -> Iterator[Found]:
    """A required header is not sent, or its schema refuses what is sent.

    Why it breaks: the provider answers 400.
    Instead: send a value that the schema allows, or make the header optional or its schema wider.
    """
    yield from _refused(meeting, "header", "/request/headers")


@rule(
    "pact-openapi/request-cookie-incompatible",
    severity="breaking",
    aliases=("request.header.incompatible",),
    mirror=ONE_WAY,
)
def request_cookie_incompatible(meeting: Meeting) -> Iterator[Found]:
    """A required cookie is not sent, or its schema refuses what is sent.

    Why it breaks: the provider answers 400 or 401.
    Instead: send a value that the schema allows, or make the cookie optional or its schema wider.
    """
    yield from _refused(meeting, "cookie", "/request/headers")


@rule("pact-openapi/request-query-unknown", severity="risky", aliases=("request.query.unknown",), mirror=ONE_WAY)
def request_query_unknown(meeting: Meeting) -> Iterator[Found]:
    """The consumer sends a query parameter that the operation does not describe.

    Why it matters: the provider most likely ignores it, so the consumer gets other data than it asked for.
    Instead: describe the parameter, or stop sending it.
    """
    known = meeting.secured_names("query")
    for one in meeting.operation.parameters:
        if one.where == "querystring":
            return
        if one.where == "query":
            known |= consumed(one, meeting.request.query)
    for name in meeting.request.query:
        if name not in known:
            yield _unknown(meeting, f"query parameter {name!r}", name, "/request/query")


@rule(
    "pact-openapi/request-header-unknown",
    severity="risky",
    aliases=("request.header.unknown",),
    mirror="pact-openapi/response-header-unknown",
)
def request_header_unknown(meeting: Meeting) -> Iterator[Found]:
    """The consumer sends a header that the operation does not describe and that is no standard one.

    Why it matters: the provider most likely ignores it, so what the consumer wants by it does not happen.
    Instead: describe the header, or stop sending it.
    """
    known = meeting.secured_names("header") | headers.STANDARD_REQUEST
    known |= {one.name.lower() for one in meeting.operation.parameters if one.where == "header"}
    for name in meeting.request.headers:
        if name not in known:
            yield _unknown(meeting, f"header {name!r}", name, "/request/headers")


def _unknown(meeting: Meeting, what: str, name: str, at: str) -> Found:
    operation = meeting.operation
    message = f"{meeting.title!r} sends the {what}, which {operation.name} does not describe."
    return meeting.sends(message, name, at=at, described=operation.location, element=operation.name)


@rule("pact-openapi/request-parameter-not-covered", severity="not-covered", mirror=ONE_WAY)
def request_parameter_not_covered(meeting: Meeting) -> Iterator[Found]:
    """A parameter is written or described in a way that is not compared.

    Why it matters: whether the provider accepts what is sent for it is not known.
    Instead: describe it with a schema and a style, or leave it to replaying the pact.
    """
    for one in meeting.parameters:
        if one.uncovered:
            what = f"{named(one.parameter)} of {meeting.operation.name}"
            yield meeting.sends(
                f"{what[:1].upper()}{what[1:]} is not compared: {one.uncovered}.",
                one.parameter.where,
                one.parameter.name,
                described=one.parameter.location,
                witness=False,
                element=meeting.operation.name,
            )
    for claim in claims(meeting):
        if claim.text is None:
            what = _what(meeting, claim)
            at, described = _places(meeting, claim)
            message = f"{what[:1].upper()}{what[1:]} is compared by its example alone: {claim.why}."
            yield meeting.sends(message, what, at=at, described=described, witness=False)


@rule(
    "pact-openapi/request-parameter-rule-too-wide",
    severity="risky",
    aliases=("request.query.incompatible", "request.header.incompatible", "request.path-or-method.unknown"),
    mirror="pact-openapi/response-header-example-impossible",
)
def request_parameter_rule_too_wide(meeting: Meeting) -> Iterator[Found]:
    """An expression lets the consumer send a path, a query parameter or a header that the schema refuses.

    Why it matters: the consumer's tests pass with texts that the provider refuses.
    Instead: narrow the expression, or widen the schema. It is taken to be about the whole text.
    """
    for one in claims(meeting):
        if one.text is not None:
            what = _what(meeting, one)
            at, described = _places(meeting, one)
            message = f"{meeting.title!r} may send {shown(one.text)} for {what} by its matching rule, which is refused."
            yield meeting.sends(message, what, at=at, described=described, element=meeting.operation.name)


def _what(meeting: Meeting, one: Claim) -> str:
    if one.parameter is None:
        return f"the path of {meeting.operation.name}"
    return f"{named(one.parameter)} of {meeting.operation.name}"


def _places(meeting: Meeting, one: Claim) -> tuple[str, Location]:
    if one.parameter is None:
        return "/request/path", meeting.operation.path_location
    at = "/request/headers" if one.parameter.where == "header" else "/request/query"
    return at, one.parameter.location


RULES: tuple[Rule, ...] = (
    request_path_incompatible,
    request_query_incompatible,
    request_header_incompatible,
    request_cookie_incompatible,
    request_query_unknown,
    request_header_unknown,
    request_parameter_rule_too_wide,
    request_parameter_not_covered,
)
