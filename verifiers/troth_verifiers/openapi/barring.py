"""Requests of strangers: without credentials, or with wrong ones, which a provider has to turn away."""

from dataclasses import dataclass, replace

from troth_schemas.openapi import Operation
from troth_verifiers.api import Cause, Exchange, Interaction, Mismatch, Outcome, Outgoing, Result
from troth_verifiers.openapi.asking import BARRED, BUSY, Asker
from troth_verifiers.openapi.checking import KIND, Checker
from troth_verifiers.openapi.curl import curl
from troth_verifiers.openapi.examples import Example
from troth_verifiers.openapi.securing import Lock, with_wrong, without


@dataclass(frozen=True, slots=True)
class Stranger:
    """A request to make of an operation that asks for credentials; `example` is None where one is made up for it."""

    checker: Checker
    operation: Operation
    lock: Lock
    example: Example | None
    wrong: bool

    @property
    def told(self) -> str:
        """What the request brings, for people."""
        return "with wrong credentials" if self.wrong else "without credentials"


async def turned_away(interaction: Interaction, piece: Stranger, asker: Asker, request: Outgoing) -> Result:
    """Send the request of a stranger, and say whether it was turned away; the request filter is not asked.

    Where the refusal may have another reason, the same request is sent with the credentials of the run.
    """
    ours = {name.lower() for name, _ in asker.target.headers}
    dropped = {"authorization", *({"cookie"} & ours)}
    shown = {place.name.lower() for place in piece.lock.places}
    bare = replace(request, headers=tuple(pair for pair in request.headers if pair[0].lower() not in dropped))
    sent = with_wrong(bare, piece.lock) if piece.wrong else without(bare, piece.lock)
    answer = await asker.answer(sent)
    status = answer.status
    if status in BARRED:
        described = piece.operation.response(status) is not None
        faults = piece.checker.response(piece.operation, status, answer.headers, answer.content) if described else ()
        return _result(interaction, faults, curl(sent, hidden=ours - shown), answer.exchange)
    if status >= 500 or 200 <= status < 300:
        text = f"The description asks for {piece.lock.told}, and a request {piece.told} was answered with {status}."
        return _result(interaction, (_fault(text, status),), curl(sent, hidden=ours - shown), answer.exchange)
    if status != BUSY:
        let_in = await asker.ask(request, "valid")
        if let_in.status < 400 and not let_in.barred:
            text = (
                f"A request {piece.told} was answered with {status}, and with credentials with {let_in.status}: where "
                "credentials lack, 401 or 403 says so."
            )
            return _result(interaction, (_fault(text, status),), curl(sent, hidden=ours - shown), answer.exchange)
    why = f"This was not exercised: the request was answered {status}, which does not tell whether for its credentials."
    return Result(interaction, Outcome.ERRORED, cause=Cause("not-exercised", why), exchanges=(answer.exchange,))


def _fault(text: str, status: int) -> Mismatch:
    return Mismatch(KIND, "response status", text, "401 or 403", str(status))


def _result(interaction: Interaction, faults: tuple[Mismatch, ...], command: str, exchange: Exchange) -> Result:
    told = tuple(replace(fault, command=command) for fault in faults)
    return Result(interaction, Outcome.FAILED if told else Outcome.PASSED, told, exchanges=(exchange,))
