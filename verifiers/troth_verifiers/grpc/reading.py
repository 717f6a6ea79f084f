"""Expectations of gRPC calls as interactions; a mistake in one is its own trouble, and the others are replayed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from troth_schemas import errors
from troth_schemas.expectations import Expectation, read_expectations
from troth_schemas.json_body import Document, Json
from troth_schemas.pact.rules import MatchingRules
from troth_schemas.problem import Problem, steps_of
from troth_schemas.protobuf.statuses import CODES
from troth_verifiers.api import Cause, Contract, Interaction, State
from troth_verifiers.errors import ContractUnreadable, InteractionUnreadable, NothingToVerify
from troth_verifiers.grpc.metadata import Metadata, sendable
from troth_verifiers.grpc.spec import Documents, Promise, Spec, code_of, place_of

_PROMISES: Final = frozenset({"response", "responses", "status", "cancelAfter"})
_MORE_PROMISED: Final = frozenset({"headers", "trailers"})


def interactions(contract: Contract) -> tuple[Interaction, ...]:
    """Every call that the contract expects, in its order.

    Raises `ContractUnreadable` if the bytes are no expectations of gRPC, `NothingToVerify` if there are none of them.
    """
    try:
        expectations, problems = read_expectations(contract.name, contract.content)
    except errors.ContractUnreadable as problem:
        raise ContractUnreadable(contract.name, [f"it {problem.reason} at {problem.place}. {problem.fix}"]) from None
    except errors.ExtraMissing as problem:
        raise ContractUnreadable(contract.name, [str(problem)]) from None
    if not expectations.interactions:
        raise NothingToVerify(f"{contract.name} expects no call, so nothing would be verified.")
    whole = [one for one in problems if one.severity == "error" and _index(one) is None]
    if expectations.protocol != "grpc" or whole:
        raise ContractUnreadable(contract.name, [_told(one) for one in whole] or ["its protocol is not grpc"])
    documents = Documents(contract.name, expectations.schemas, contract.files)
    mistakes: dict[int, list[str]] = {}
    for found in problems:
        index = _index(found)
        if index is not None and found.severity == "error":
            mistakes.setdefault(index, []).append(_told(found))
    return tuple(_interaction(one, mistakes.get(one.index, ()), documents) for one in expectations.interactions)


def _index(problem: Problem) -> int | None:
    steps = steps_of(problem.pointer)
    inside = len(steps) > 1 and steps[0] == "interactions" and steps[1].isdecimal()
    return int(steps[1]) if inside else None


def _told(problem: Problem) -> str:
    line = f", line {problem.line}" if problem.line else ""
    return f"{problem.pointer or 'its top'}{line}: {problem.sentence}"


class Written(NamedTuple):
    """A call as it stands in its contract, and what is wrong with it there.

    What it says is made out only when it is replayed: many of them are held long before and after.
    """

    expectation: Expectation
    mistakes: tuple[str, ...]
    service: str
    documents: Documents

    @property
    def spec(self) -> Spec:
        """What it says."""
        one = self.expectation
        spec = _spec(one, self.service, self.documents)
        mistakes = [*self.mistakes, *(f"{place_of(one)}: {sentence}" for sentence in _mistakes(one))]
        return spec if not mistakes else spec._replace(trouble=Cause(InteractionUnreadable.kind, " ".join(mistakes)))


def written_of(interaction: Interaction) -> Written:
    """The call that an interaction of this verifier is about."""
    body = interaction.body
    assert isinstance(body, Written), "this interaction was not listed by the gRPC verifier"
    return body


def _interaction(one: Expectation, said: Sequence[str], documents: Documents) -> Interaction:
    service = _text(one.get("service")).removeprefix(".")
    return Interaction(
        index=one.index,
        description=one.description,
        kind="grpc",
        id=one.id,
        path=f"{service}/{_text(one.get('method'))}",
        states=tuple(State(state.name, state.params) for state in one.states),
        pending=one.pending,
        body=Written(one, tuple(said), service, documents),
    )


def _spec(one: Expectation, service: str, documents: Documents) -> Spec:
    says = one.says
    requests, asks_stream = _messages(says, "request", "requests")
    responses, tells_stream = _messages(says, "response", "responses")
    metadata, cancel = says.get("metadata"), says.get("cancelAfter")
    return Spec(
        one,
        service,
        _text(says.get("method")),
        ({},) if requests is None else requests,
        (asks_stream, tells_stream),
        _promise(one, responses),
        documents,
        () if metadata is None else _metadata(metadata),
        one.timeout,
        cancel if isinstance(cancel, int) else None,
    )


def _messages(says: Document, single: str, several: str) -> tuple[tuple[Json, ...] | None, bool | None]:
    """What is written of one side, and whether as a list; None for both where nothing is."""
    listed = says.get(several)
    if isinstance(listed, list):
        return tuple(listed), True
    return ((says[single],), False) if single in says else (None, None)


def _promise(one: Expectation, responses: tuple[Json, ...] | None) -> Promise:
    status = one.get("status")
    if status is None and _MORE_PROMISED.isdisjoint(one.says):
        return Promise(responses=responses, rules=_lower(one.rules))
    members: Document = status if isinstance(status, dict) else {"code": "OK" if status is None else status}
    details, message = members.get("details"), members.get("message")
    headers, trailers = dict(_expected(one.get("headers"))), dict(_expected(one.get("trailers")))
    return Promise(
        code=code_of(members.get("code", "OK")) or "OK",
        message=message if isinstance(message, str) else None,
        details=tuple(details) if isinstance(details, list) else None,
        metadata={**headers, **trailers},
        trailing=frozenset(trailers),
        responses=responses,
        rules=_lower(one.rules),
    )


def _lower(rules: MatchingRules) -> MatchingRules:
    """The rules with names of metadata in lower case, as gRPC sends them; ``header`` means the same there."""
    if not rules.header and not rules.metadata:
        return rules
    named = {**rules.header, **{name.lower(): found for name, found in rules.metadata.items()}}
    return replace(rules, metadata=named)


def _expected(written: Json) -> Iterator[tuple[str, Json]]:
    for name, value in written.items() if isinstance(written, dict) else ():
        yield name.lower(), _one_text(value)


def _one_text(value: Json) -> str:
    return ", ".join(map(_one_text, value)) if isinstance(value, list) else _plain(value)


def _plain(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _metadata(written: Json) -> Metadata:
    """What is sent; nothing where something of it cannot be, which is a mistake of its own."""
    if not isinstance(written, dict):
        return ()
    pairs = [
        (name, _plain(one))
        for name, value in written.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    try:
        return sendable(pairs)
    except ValueError:
        return ()


def _mistakes(one: Expectation) -> Iterator[str]:
    """What is wrong with the shape of one call; its types are known only with the schema."""
    for member in ("service", "method"):
        if not _text(one.get(member)):
            yield f"The call needs a {member}, a text."
    for member in [] if _WRONG.keys().isdisjoint(one.says) else _WRONG:
        if member in one.says:
            yield from _WRONG[member](member, one)
    if "headers" in one.says and "trailers" in one.says:
        for name in dict(_expected(one.get("headers"))).keys() & dict(_expected(one.get("trailers"))).keys():
            yield f"{name} stands under headers and under trailers; write it under one of them."
    cancel = one.get("cancelAfter")
    if cancel is not None and (isinstance(cancel, bool) or not isinstance(cancel, int) or cancel < 1):
        yield "cancelAfter is a number of responses, at least 1."
    if one.timeout is not None and one.timeout <= 0:
        yield "timeout is a number of seconds above 0."
    if _PROMISES.isdisjoint(one.says):
        yield "It expects nothing, so any answer would pass; write response, responses or status."


def _wrong_stream(several: str, one: Expectation) -> Iterator[str]:
    single = several.removesuffix("s")
    if single in one.says:
        yield f"Both {single} and {several} are written; write {several} for a stream, {single} else."
    if not isinstance(one.get(several), list):
        yield f"{several} is a list of messages."


def _wrong_metadata(member: str, one: Expectation) -> Iterator[str]:
    written = one.get(member)
    if written is None:
        return
    if not isinstance(written, dict):
        yield f"{member} is an object of names and texts."
        return
    for name, value in written.items():
        listed: list[Json] = value if isinstance(value, list) else [value]
        if any(isinstance(each, dict | list) or each is None for each in listed):
            yield f"{member}: the value of {name} is a text, or a list of texts."
        elif member == "metadata":
            yield from _unsendable(name, listed)


def _unsendable(name: str, listed: list[Json]) -> Iterator[str]:
    try:
        sendable((name, _plain(each)) for each in listed)
    except ValueError as problem:
        yield f"metadata: {problem}"


def _wrong_status(member: str, one: Expectation) -> Iterator[str]:
    written = one.get(member)
    known = f"there are {', '.join(CODES)}, or their numbers"
    if isinstance(written, dict):
        for member in written:
            if member not in ("code", "message", "details"):
                yield f"status: {member!r} is not known; there are code, message and details."
        if code_of(written.get("code", "OK")) is None:
            yield f"status: {written.get('code')!r} is no status of gRPC; {known}."
        if not isinstance(written.get("message", ""), str):
            yield "status: message is a text."
        details = written.get("details", [])
        if not isinstance(details, list) or not all(isinstance(each, dict) and "@type" in each for each in details):
            yield "status: details is a list of messages, each with its @type."
    elif written is not None and code_of(written) is None:
        yield f"status: {written!r} is no status of gRPC; {known}."


_WRONG: Final[Mapping[str, Callable[[str, Expectation], Iterator[str]]]] = {
    "requests": _wrong_stream,
    "responses": _wrong_stream,
    "metadata": _wrong_metadata,
    "headers": _wrong_metadata,
    "trailers": _wrong_metadata,
    "status": _wrong_status,
}
"""What tells what is wrong with a member that few calls have."""


def _text(written: Json) -> str:
    return written if isinstance(written, str) else ""
