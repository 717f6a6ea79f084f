"""What a test run says about an interaction that did not pass, and about the whole."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from troth_verifiers.api import Cause, Exchange, Interaction, Mismatch, Outcome, Payload, Result, State
from troth_verifiers.errors import MessageHandlerMissing, StateHandlerFailed
from troth_verifiers.pytest_plugin.plan import Planned
from troth_verifiers.pytest_plugin.tracing import traced
from troth_verifiers.secrecy import hidden, hidden_in_query
from troth_verifiers.text import first_things_first, named_functions, parameters, plain

_LINES: Final = 40
_WIDTH: Final = 400
_NOTHING: Final = "(nothing)"


def failure_text(planned: Planned, result: Result, raised: Sequence[BaseException] = ()) -> str:
    """Why an interaction did not pass: its states, what was sent, what came back, and what is wrong with that."""
    return "\n".join(map(plain, _failure(planned, result, raised)))


def problem_text(planned: Planned, problem: Cause) -> str:
    """Why a contract cannot be verified at all."""
    name = planned.contract.name
    return "\n".join(map(plain, [*([] if name in problem.text else [name, ""]), f"! {problem.kind}: {problem.text}"]))


def short_text(cause: Cause | None, mismatches: Sequence[Mismatch]) -> str:
    """The same in one line."""
    parts = [cause.text] if cause else []
    return plain("; ".join([*parts, *(f"{_where(one)}: {one.text}" for one in first_things_first(mismatches))]))


def template_of(states: Sequence[State], messages: Sequence[str]) -> Iterator[str]:
    """Something to paste into a conftest.py as it is, for states that nobody handles and messages nobody produces."""
    decorators = [*(["provider_message"] if messages else []), *(["provider_state"] if states else [])]
    what = [*(["handles these provider states"] if states else []), *(["produces these messages"] if messages else [])]
    yield f"Nobody {' or '.join(what)}; a start, for a conftest.py:"
    yield ""
    yield f"from troth_verifiers.pytest_plugin import {', '.join(decorators)}"
    told = [State(description) for description in messages]
    for number, (name, state) in enumerate(named_functions([*states, *told])):
        decorator = "provider_state" if number < len(states) else "provider_message"
        yield ""
        yield ""
        yield f"@{decorator}({json.dumps(state.name, ensure_ascii=False)})"
        yield f"def {name}({', '.join(parameters(state))}): ..."
    yield ""


def _failure(planned: Planned, result: Result, raised: Sequence[BaseException]) -> Iterator[str]:
    interaction = result.interaction
    version = f" {planned.contract.consumer_version}" if planned.contract.consumer_version else ""
    yield f"{planned.contract.consumer}{version} → {planned.contract.provider}: {interaction.description}"
    for state in interaction.states:
        params = f"  {json.dumps(dict(state.params), ensure_ascii=False, default=str)}" if state.params else ""
        yield f"  given     {state.name}{params}"
    if not result.exchanges and interaction.asked:
        yield f"  request   {interaction.asked}"
    nobody = result.cause is not None and result.cause.kind == MessageHandlerMissing.kind
    for exchange in () if nobody else result.exchanges:
        yield from _exchange(exchange)
    yield ""
    if result.cause is not None:
        yield f"! {result.cause.kind}: {result.cause.text}"
    for mismatch in first_things_first(result.mismatches):
        yield from _mismatch(mismatch)
    for command in dict.fromkeys(one.command for one in result.mismatches if one.command):
        yield f"  again     {command}"
    for lines in dict.fromkeys(tuple(traced(error)) for error in raised):
        yield ""
        yield f"{_who(result.cause)} raised:"
        yield from (f"  {line}" for line in lines)


def _who(cause: Cause | None) -> str:
    return "The handler" if cause is not None and cause.kind == StateHandlerFailed.kind else "The application"


def _exchange(exchange: Exchange) -> Iterator[str]:
    yield from _payload("sent", exchange.sent)
    if exchange.sent is not None and exchange.sent.body:
        yield ""
    seconds = exchange.timings.get("whole")
    yield from _payload("received", exchange.received, "" if seconds is None else f"  after {seconds:.3f} s")


def _payload(name: str, payload: Payload | None, more: str = "") -> Iterator[str]:
    if payload is None:
        yield f"  {name:<8}  nothing"
        return
    yield f"  {name:<8}  {hidden_in_query(payload.summary)}{more}"
    yield from (f"            {key}: {hidden(key, value)[:_WIDTH]}" for key, value in payload.headers)
    if payload.body:
        lines = payload.body.expandtabs(4).splitlines()
        yield ""
        yield from (f"            {line[:_WIDTH]}" for line in lines[:_LINES])
        if len(lines) > _LINES or len(payload.body.encode()) < payload.size:
            yield f"            … ({payload.size} bytes)"


def _mismatch(mismatch: Mismatch) -> Iterator[str]:
    yield f"✗ {_where(mismatch)}: {mismatch.text}"
    if mismatch.expected or mismatch.actual:
        yield f"    expected  {_cut(mismatch.expected) or _NOTHING}"
        yield f"    actual    {_cut(mismatch.actual) or _NOTHING}"


def _where(mismatch: Mismatch) -> str:
    return f"{mismatch.kind} {mismatch.place}".rstrip()


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else f"{line[:_WIDTH]}…"


def excused(planned: Planned, interaction: Interaction, outcome: Outcome) -> str | None:
    """Why a failure does not fail the test, or None if it does."""
    if outcome is not Outcome.FAILED or not (planned.contract.pending or interaction.pending):
        return None
    return "the contract is pending" if planned.contract.pending else "the contract marks this interaction pending"
