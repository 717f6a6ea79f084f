"""Whether the API has what an interaction asks for at all, and lets it in."""

from collections.abc import Iterator

from troth_schemas.finding import Found
from troth_schemas.openapi import Missed
from troth_schemas.pairs.pact_openapi.meeting import Meeting, Spot
from troth_schemas.pairs.pact_openapi.references import broken_parts
from troth_schemas.pairs.pact_openapi.security import missing, unseen
from troth_schemas.rule import Rule, rule

ONE_WAY = "it is about what a consumer sends: there is one direction only"


@rule("pact-openapi/request-spec-missing", severity="breaking", aliases=("request.spec.missing",), mirror=ONE_WAY)
def request_spec_missing(spot: Spot) -> Iterator[Found]:
    """The API's description describes no operation, and the consumer makes a request.

    Why it breaks: nothing promises the consumer an answer.
    Instead: publish the description that has the provider's operations.
    """
    name = spot.api.root.document
    yield spot.sends(f"{spot.title!r} makes a request, but {name} describes no operations.", "spec")


@rule(
    "pact-openapi/request-path-or-method-unknown",
    severity="breaking",
    aliases=("request.path-or-method.unknown",),
    mirror=ONE_WAY,
)
def request_path_or_method_unknown(missed: tuple[Spot, Missed]) -> Iterator[Found]:
    """The API describes no operation for the method and path of a request.

    Why it breaks: the provider answers 404 or 405.
    Instead: describe the operation, or call one that is described; look at slashes at the end and at the base path.
    """
    spot, why = missed
    interaction = spot.exchange.interaction
    asked = f"{interaction.method} {interaction.path}"
    if why.why == "method":
        reason = f"the path has only {', '.join(sorted(one.upper() for one in why.known))}"
    elif why.known:
        reason = f"only {' and '.join(why.known)} is, which differs in the slash at its end"
    else:
        reason = "no path template fits"
    yield spot.sends(f"{asked}, which {spot.title!r} asks for, is not described: {reason}.", asked, at="/request/path")


@rule(
    "pact-openapi/request-authorization-missing",
    severity="breaking",
    aliases=("request.authorization.missing",),
    mirror=ONE_WAY,
)
def request_authorization_missing(meeting: Meeting) -> Iterator[Found]:
    """The operation asks who is calling, and the request carries nothing that says so.

    Why it breaks: the provider answers 401.
    Instead: send the credentials in the consumer's test (any value will do), or lift the security requirement.
    """
    lacking = missing(meeting.api, meeting.operation, meeting.request)
    if lacking:
        needed = ", or ".join(lacking)
        message = f"{meeting.title!r} does not send the credentials that {meeting.operation.name} wants: {needed}."
        described = meeting.operation.security[0].location
        yield meeting.sends(message, "security", described=described, element=meeting.operation.name)


@rule("pact-openapi/request-authorization-not-covered", severity="not-covered", mirror=ONE_WAY)
def request_authorization_not_covered(meeting: Meeting) -> Iterator[Found]:
    """The operation asks who is calling in a way that a request does not show.

    Why it matters: the provider decides by what nobody sees here, such as a certificate of the connection or
    a security scheme that is not described.
    Instead: describe the scheme; leave mutual TLS to a test of the connection, and switch this rule off.
    """
    for why in unseen(meeting.api, meeting.operation, meeting.request):
        message = f"What {meeting.operation.name} asks of its callers is not compared for {meeting.title!r}: {why}."
        described = meeting.operation.security[0].location
        element = meeting.operation.name
        yield meeting.sends(message, why, described=described, element=element, witness=False)


@rule(
    "pact-openapi/unknown-operation-not-covered",
    severity="not-covered",
    mirror=ONE_WAY,
)
def unknown_operation_not_covered(missed: tuple[Spot, Missed]) -> Iterator[Found]:
    """The consumer expects an error from a path or method that the API does not describe.

    Why it matters: the error may well come, since nothing answers there, but no description says how it looks.
    Instead: describe the operation with its errors, or leave it to replaying the pact.
    """
    spot, _ = missed
    asked = f"{spot.exchange.interaction.method} {spot.exchange.interaction.path}"
    message = f"{spot.title!r} expects the status {spot.exchange.status} of {asked}, which is not described."
    yield spot.sends(message, asked, at="/request/path", witness=False)


@rule("pact-openapi/interaction-not-covered", severity="not-covered", mirror="it is about neither direction")
def interaction_not_covered(spot: Spot) -> Iterator[Found]:
    """An interaction is not over HTTP, or was written with a plug-in.

    Why it matters: an OpenAPI description does not speak of it, so nothing is known of it.
    Instead: compare it with the provider's AsyncAPI, Protobuf, Avro or JSON Schema document.
    """
    interaction = spot.exchange.interaction
    plugins = f"written with the plug-in {', '.join(interaction.plugins)}"
    kind = plugins if interaction.plugins else "a message" if "message" in interaction.kind else "of an unknown type"
    message = f"{spot.title!r} is {kind}, of which OpenAPI does not speak."
    yield spot.expects(message, "interaction", at=interaction.pointer)


@rule("pact-openapi/operation-not-covered", severity="not-covered", mirror="it is about neither direction")
def operation_not_covered(meeting: Meeting) -> Iterator[Found]:
    """Parts of an operation's description cannot be read.

    Why it matters: what they would have said about the interaction is not known.
    Instead: mend the description; `troth lint` shows its problems.
    """
    for why in (*meeting.operation.partial, *broken_parts(meeting.operation, meeting.api.documents)):
        message = f"A part of {meeting.operation.name}, which {meeting.title!r} asks for, cannot be read: {why}."
        yield meeting.expects(message, why, described=meeting.operation.location, element=meeting.operation.name)


RULES: tuple[Rule, ...] = (
    request_spec_missing,
    request_path_or_method_unknown,
    request_authorization_missing,
    request_authorization_not_covered,
    unknown_operation_not_covered,
    interaction_not_covered,
    operation_not_covered,
)
