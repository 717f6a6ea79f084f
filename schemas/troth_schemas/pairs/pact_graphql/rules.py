"""Rules about GraphQL requests in a pact; those about the operations themselves are the operations' own."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Found, Witness
from troth_schemas.graphql.answers import shown
from troth_schemas.graphql.operations import Unit
from troth_schemas.json_body import Json
from troth_schemas.pairs.pact_bodies import Misfit
from troth_schemas.pairs.pact_graphql.meeting import Meeting
from troth_schemas.pairs.pact_words import shown_path
from troth_schemas.rule import rule

_NOT_DESCRIBED: Final = "is not described"
_NOT_SELECTED: Final = "is not among what the operation selects there"
_MOST_NAMED: Final = 10
_MEMBERS: Final = ("property", "additional-properties", "schema", "not")
_ONE_WAY: Final = "one way only: a schema has no interactions"


@rule("pact-graphql/unreadable-operation", severity="breaking", mirror=_ONE_WAY)
def unreadable_operation(meeting: Meeting) -> Iterator[Found]:
    """The query of a request is not GraphQL.

    Why it breaks: the provider refuses it before it looks at its schema.
    Instead: mend the query at the place that is named.
    """
    if isinstance(meeting.unit, ContractUnreadable) and not meeting.expects_refusal:
        said = f"{meeting.unit.reason} at {meeting.unit.place}"
        yield _asked(meeting, f"The query {said}.", "unreadable", note=said)


@rule("pact-graphql/operation-not-chosen", severity="breaking", mirror=_ONE_WAY)
def operation_not_chosen(meeting: Meeting) -> Iterator[Found]:
    """A request does not say which of its operations is to run, or names one that it does not have.

    Why it breaks: the provider refuses to guess.
    Instead: give `operationName` the name of one of the operations.
    """
    if isinstance(meeting.unit, Unit) and meeting.operation is None and not meeting.expects_refusal:
        name, count = meeting.request.operation_name, len(meeting.unit.operations)
        said = f"operationName is {shown(name)}" if name is not None else "no operationName is given"
        has = {0: "no operation", 1: "one operation"}.get(count, f"{count} operations")
        called = sorted(one.node.name.value for one in meeting.unit.operations if one.node.name)
        names = f" ({', '.join(called[:_MOST_NAMED])})" if called else ""
        yield _asked(meeting, f"The query has {has}{names}, but {said}.", "operation")


@rule("pact-graphql/not-by-get", severity="breaking", mirror=_ONE_WAY)
def not_by_get(meeting: Meeting) -> Iterator[Found]:
    """A mutation is sent by GET.

    Why it breaks: providers answer 405, as whatever fetches an address again (caches, crawlers) must change nothing.
    Instead: send it by POST, in a body of JSON.
    """
    by_get = meeting.exchange.interaction.method == "GET" and not meeting.expects_refusal
    if by_get and meeting.operation is not None and meeting.operation.node.operation.value == "mutation":
        yield _asked(meeting, "A mutation is sent by GET, which providers only take queries by.", "method")


@rule("pact-graphql/variables-refused", severity="breaking", mirror="pact-graphql/answer-impossible")
def variables_refused(meeting: Meeting) -> Iterator[Found]:
    """The variables of a request are not what the schema takes.

    Why it breaks: the provider refuses the operation before it runs.
    Instead: send values of the declared types, or let the provider widen them.
    """
    if meeting.expects_refusal:
        return
    if meeting.request.unreadable:
        yield _asked(meeting, f"The variables cannot be read: {meeting.request.unreadable}", "variables")
    for one in meeting.taken.wrong:
        yield meeting.told(one, f"The provider does not take {shown_path(one.path)}: it {one.sentence}.", sending=True)


@rule("pact-graphql/variables-doubtful", severity="risky", mirror="pact-graphql/answer-doubtful")
def variables_doubtful(meeting: Meeting) -> Iterator[Found]:
    """The example of the variables is accepted, but their matching rules let in values that are not.

    Why it breaks: the consumer may send what its own rules allow, and the provider refuses some of that.
    Instead: narrow the matching rule.
    """
    if not meeting.expects_refusal:
        for one in meeting.taken.doubt:
            message = f"The provider may not take {shown_path(one.path)}: it {one.sentence}."
            yield meeting.told(one, message, sending=True)


@rule("pact-graphql/undeclared-variable", severity="risky", mirror=_ONE_WAY)
def undeclared_variable(meeting: Meeting) -> Iterator[Found]:
    """A request gives a variable that its operation does not declare.

    Why it matters: providers pass it by, so it does not do what the consumer thinks.
    Instead: declare and use the variable, or do not send it.
    """
    variables = meeting.request.variables
    if meeting.operation is None or not isinstance(variables, dict):
        return
    declared = {one.variable.name.value for one in meeting.operation.node.variable_definitions or ()}
    for name in variables:
        if name not in declared:
            yield _asked(meeting, f"The variable {name} is given, but the operation does not declare it.", name)


@rule("pact-graphql/member-not-asked-for", severity="breaking", mirror=_ONE_WAY)
def member_not_asked_for(meeting: Meeting) -> Iterator[Found]:
    """The consumer expects a member that the operation does not ask for, or that no answer has.

    Why it breaks: an answer holds what was selected, under the names that were given, and nothing else.
    Instead: select the field in the operation, or do not expect it.
    """
    for one in meeting.given.wrong:
        if one.axis in _MEMBERS:
            selected = replace(one, sentence=_NOT_SELECTED) if one.sentence == _NOT_DESCRIBED else one
            yield _given(meeting, selected, "never comes")


@rule("pact-graphql/answer-impossible", severity="breaking", mirror="pact-graphql/variables-refused")
def answer_impossible(meeting: Meeting) -> Iterator[Found]:
    """The consumer expects a value that the schema never gives out there.

    Why it breaks: what the consumer was tested with cannot happen.
    Instead: expect what the type of the field allows: its kind, its list, its enum, null only where it may be null.
    """
    if meeting.misses_batch is not None:
        yield _asked(meeting, f"{meeting.misses_batch[0].upper()}{meeting.misses_batch[1:]}.", "batch")
    for one in meeting.given.wrong:
        if one.axis not in _MEMBERS:
            yield _given(meeting, one, "cannot be answered")


@rule("pact-graphql/answer-doubtful", severity="risky", mirror="pact-graphql/variables-doubtful")
def answer_doubtful(meeting: Meeting) -> Iterator[Found]:
    """The example of the expected answer never comes, though other values that its matching rules allow do.

    Why it breaks: the consumer was tested with something that the provider cannot give it.
    Instead: take an example that the schema allows.
    """
    for one in meeting.given.doubt:
        yield _given(meeting, one, "is doubtful")


@rule("pact-graphql/not-decided", severity="not-covered", mirror=_ONE_WAY)
def not_decided(meeting: Meeting) -> Iterator[Found]:
    """Something about a request or its answer could not be judged.

    Why it matters: it may fit or not.
    Instead: replay the interaction against the provider.
    """
    if meeting.request.query is None:
        yield _asked(meeting, "Only the hash of a persisted query is sent, not the query.", "persisted")
    for one in meeting.taken.uncovered:
        yield meeting.told(one, f"{shown_path(one.path)} could not be judged: it {one.sentence}.", sending=True)
    for one in meeting.given.uncovered:
        yield _given(meeting, one, "could not be judged")
    if meeting.valid and meeting.answer_schema is None:
        yield _asked(meeting, "The operation has answers of too many kinds to judge the one expected.", "kinds")


def _given(meeting: Meeting, misfit: Misfit, verb: str) -> Found:
    return meeting.told(misfit, f"{shown_path(misfit.path)} of the answer {verb}: it {misfit.sentence}.", sending=False)


def _asked(meeting: Meeting, message: str, key: str, note: str = "") -> Found:
    place = meeting.pact.place(meeting.request.place)
    witness = Witness("request", _sent(meeting), note or message)
    schema = meeting.document.served
    return Found(
        message,
        (meeting.title, key),
        reader=schema.place(schema.at),
        writer=place,
        interaction=meeting.title,
        witness=witness,
    )


def _sent(meeting: Meeting) -> Json:
    request = meeting.request
    return {"query": request.query, "operationName": request.operation_name, "variables": request.variables}


RULES: Final = (
    unreadable_operation,
    operation_not_chosen,
    not_by_get,
    variables_refused,
    variables_doubtful,
    undeclared_variable,
    member_not_asked_for,
    answer_impossible,
    answer_doubtful,
    not_decided,
)
