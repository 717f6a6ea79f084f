"""What a test run says about an interaction that did not pass, and about the whole."""

import json
from collections.abc import Iterator, Sequence
from traceback import format_exception
from typing import Final

from troth_verifiers.api import Exchange, Interaction, Mismatch, Outcome, Payload, Result, State
from troth_verifiers.pytest_plugin.plan import Planned
from troth_verifiers.secrecy import hidden, hidden_in_query
from troth_verifiers.text import function_name

_LINES: Final = 40
_WIDTH: Final = 400


def failure_text(planned: Planned, result: Result, raised: Sequence[BaseException] = ()) -> str:
    """Why an interaction did not pass: its states, what was sent, what came back, and what is wrong with that."""
    return "\n".join(_failure(planned, result, raised))


def short_text(result: Result) -> str:
    """The same in one line."""
    parts = [result.cause.text] if result.cause else []
    return "; ".join([*parts, *(f"{_where(one)}: {one.text}" for one in result.mismatches)])


def template_of(states: Sequence[State]) -> Iterator[str]:
    """Something to paste into a conftest.py, for states that nobody handles."""
    yield "Nobody handles these provider states; a start, for a conftest.py:"
    yield ""
    yield "    from troth_verifiers.pytest_plugin import provider_state"
    for state in states:
        yield ""
        yield f"    @provider_state({json.dumps(state.name, ensure_ascii=False)})"
        yield f"    def {function_name(state)}({', '.join(name for name in state.params if name.isidentifier())}): ..."


def _failure(planned: Planned, result: Result, raised: Sequence[BaseException]) -> Iterator[str]:
    interaction = result.interaction
    version = f" {planned.contract.consumer_version}" if planned.contract.consumer_version else ""
    yield f"{planned.contract.consumer}{version} → {planned.contract.provider}: {interaction.description}"
    for state in interaction.states:
        params = f"  {json.dumps(dict(state.params), ensure_ascii=False, default=str)}" if state.params else ""
        yield f"  given     {state.name}{params}"
    if not result.exchanges and interaction.method:
        yield f"  sent      {interaction.method} {interaction.path}"
    for exchange in result.exchanges:
        yield from _exchange(exchange)
    yield ""
    if result.cause is not None:
        yield f"! {result.cause.kind}: {result.cause.text}"
    for mismatch in result.mismatches:
        yield from _mismatch(mismatch)
    for error in raised:
        yield ""
        yield "The application raised, meanwhile:"
        yield from (f"  {line}" for part in format_exception(error) for line in part.rstrip().splitlines())


def _exchange(exchange: Exchange) -> Iterator[str]:
    yield from _payload("sent", exchange.sent)
    seconds = exchange.timings.get("whole")
    yield from _payload("received", exchange.received, "" if seconds is None else f"  after {seconds:.3f} s")


def _payload(name: str, payload: Payload | None, more: str = "") -> Iterator[str]:
    if payload is None:
        yield f"  {name:<8}  nothing"
        return
    yield f"  {name:<8}  {hidden_in_query(payload.summary)}{more}"
    yield from (f"            {key}: {hidden(key, value)[:_WIDTH]}" for key, value in payload.headers)
    if payload.body:
        lines = payload.body.splitlines()
        yield ""
        yield from (f"            {line[:_WIDTH]}" for line in lines[:_LINES])
        if len(lines) > _LINES or len(payload.body.encode()) < payload.size:
            yield f"            … ({payload.size} bytes)"
        yield ""


def _mismatch(mismatch: Mismatch) -> Iterator[str]:
    yield f"✗ {_where(mismatch)}: {mismatch.text}"
    if mismatch.expected or mismatch.actual:
        yield f"    expected  {_cut(mismatch.expected)}"
        yield f"    actual    {_cut(mismatch.actual)}"


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
