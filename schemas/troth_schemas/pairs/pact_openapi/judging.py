"""A pact's HTTP interactions against an OpenAPI description, one after the other."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from troth_schemas.finding import Finding
from troth_schemas.openapi import Api, Match, Operation
from troth_schemas.options import DEFAULT, Options
from troth_schemas.pact import Pact
from troth_schemas.pact.parts import Exchange
from troth_schemas.pairs.pact_openapi import (
    header_rules,
    operation_rules,
    parameter_rules,
    request_rules,
    response_rules,
)
from troth_schemas.pairs.pact_openapi.meeting import Meeting, Spot
from troth_schemas.report import Report, make_report
from troth_schemas.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *operation_rules.RULES, *parameter_rules.RULES, *request_rules.RULES,
    *response_rules.RULES, *header_rules.RULES,
)  # fmt: skip
_ABOUT_REQUESTS: Final = (
    operation_rules.request_authorization_missing, operation_rules.request_authorization_not_covered,
    *parameter_rules.RULES, *request_rules.RULES,
)  # fmt: skip
_ABSENT: Final = {
    operation_rules.request_spec_missing.id,
    operation_rules.request_path_or_method_unknown.id,
}
"""What is said of an interaction that the document does not declare."""
_ABOUT_RESPONSES: Final = (*response_rules.RULES, *header_rules.RULES)


def judge(pact: Pact, api: Api, options: Options) -> Report:
    """Whether the API keeps what the consumer expects of it over HTTP."""
    findings: list[Finding] = []
    scope: list[str] = []
    unjudged: list[str] = []
    absent: list[str] = []
    for exchange in pact.exchanges:
        title = exchange.interaction.title
        found, judged = _of_exchange(Spot(pact, api, exchange, options))
        findings += found
        (scope if judged else unjudged).append(title)
        if any(one.rule in _ABSENT for one in found):
            absent.append(title)
    return make_report(findings, len(scope), scope, unjudged, absent)


def _of_exchange(spot: Spot) -> tuple[list[Finding], bool]:
    """What was found about one interaction, and whether it was judged."""
    interaction = spot.exchange.interaction
    if interaction.kind != "http" or interaction.plugins:
        return list(operation_rules.interaction_not_covered(spot)), False
    if not spot.api.operations:
        return list(operation_rules.request_spec_missing(spot)), True
    found = spot.api.find(interaction.method or "GET", interaction.path or "/")
    if isinstance(found, Match):
        meeting = _meeting(spot, found)
        unread = list(operation_rules.operation_not_covered(meeting))
        return (unread, False) if unread else (list(_of_meeting(meeting)), True)
    if spot.expects_error:
        return list(operation_rules.unknown_operation_not_covered((spot, found))), False
    return list(operation_rules.request_path_or_method_unknown((spot, found))), True


def _meeting(spot: Spot, found: Match[Operation]) -> Meeting:
    base = found.base or ""
    return Meeting(spot.pact, spot.api, spot.exchange, spot.options, found.operation, found.parameters, base)


def _of_meeting(meeting: Meeting) -> Iterator[Finding]:
    if not meeting.expects_error:
        yield from _each(_ABOUT_REQUESTS, meeting)
    yield from _each(_ABOUT_RESPONSES, meeting)


def _each(rules: Iterable[Rule], subject: Any) -> Iterator[Finding]:
    for one in rules:
        yield from one(subject)


def uses(pact: Pact, api: Api) -> frozenset[str]:
    """The operations that the consumer relies on, and what it sends and reads there: parameters, bodies, headers."""
    found: set[str] = set()
    for exchange in pact.exchanges:
        found.update(_used(pact, api, exchange))
    return frozenset(found)


def _used(pact: Pact, api: Api, exchange: Exchange) -> Iterator[str]:
    interaction = exchange.interaction
    if interaction.kind != "http" or interaction.plugins:
        return
    match = api.find(interaction.method or "GET", interaction.path or "/")
    if not isinstance(match, Match):
        return
    meeting, name = _meeting(Spot(pact, api, exchange, DEFAULT), match), match.operation.name
    yield name
    yield f"{name} request"  # what may be sent as a whole concerns who sends nothing, too
    keys = (one.parameter.key for one in meeting.parameters if one.present)
    yield from (f"{name} {where} {called}" for where, called in keys)
    if meeting.answer is not None:
        yield meeting.response_element()
        yield from (f"{meeting.response_element()} header {one}" for one in exchange.response.headers)
        yield from (meeting.response_element(path) for path in paths(exchange.response.contents.value))
    if meeting.request.contents.present:
        yield from (meeting.request_element(path) for path in paths(meeting.request.contents.value))


def paths(value: object, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every place inside of a value, elements of arrays as one."""
    inner = (
        value.items() if isinstance(value, dict) else [("*", one) for one in value] if isinstance(value, list) else ()
    )
    for name, one in inner:
        yield (*at, name)
        yield from paths(one, (*at, name))
