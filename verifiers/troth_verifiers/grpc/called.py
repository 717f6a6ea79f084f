"""A call that was made, and the result that it leads to."""

from typing import NamedTuple

from troth_verifiers.api import Cause, Interaction, Outcome, Result
from troth_verifiers.grpc.calling import Answer
from troth_verifiers.grpc.judging import mismatches
from troth_verifiers.grpc.metadata import Metadata
from troth_verifiers.grpc.prepared import Kind, Prepared
from troth_verifiers.grpc.showing import Kept, Side


class Called(NamedTuple):
    """What was sent and what came back, after so many seconds; ``cause`` is why that says nothing of the provider."""

    interaction: Interaction
    prepared: Prepared
    metadata: Metadata
    requests: tuple[bytes, ...]
    answer: Answer
    cause: Cause | None
    seconds: float


def judged(called: Called) -> Result:
    """What is to be said of it."""
    interaction, prepared, metadata, requests, answer, cause, seconds = called
    kind = prepared.kind
    found = () if cause else mismatches(prepared, answer)
    outcome = Outcome.ERRORED if cause else Outcome.FAILED if found else Outcome.PASSED
    sent = Side(kind.method, metadata, requests, kind.new_request, kind.client_streams)
    silent = cause is not None and not answer.contents and answer.unheard
    received = None if silent else _received(kind, answer)
    return Result(interaction, outcome, found, cause, seconds, (Kept("grpc", sent, received, answer.timings),))


def _received(kind: Kind, answer: Answer) -> Side:
    """What came back."""
    summary = "cancelled by the client" if answer.cut else answer.code
    return Side(
        f"{summary}: {answer.details}" if answer.details else summary,
        (*answer.initial, *answer.trailing),
        answer.contents,
        kind.new_response,
        kind.server_streams,
    )
