"""Provider states from a file: each line names a state and the request that brings the provider there."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx

from troth_verifiers import SourceUnreadable, Target
from troth_verifiers.states import FunctionStates, StateHandlers


def states(address: str, *, target: Target, timeout: float) -> StateHandlers:
    """The handlers for an address such as `lines://states.txt`, with lines such as `no order: POST /tests/no-order`."""
    try:
        lines = Path(address.removeprefix("lines://")).read_text().splitlines()
    except OSError as error:
        raise SourceUnreadable(f"{address} cannot be read: {error.strerror}.") from None
    requests = (line.partition(": ") for line in lines)
    handlers: dict[str, Callable[[], None]] = {name: partial(_send, target, request) for name, _, request in requests}
    return FunctionStates(handlers, timeout=timeout)


def _send(target: Target, request: str) -> None:
    method, _, path = request.partition(" ")
    httpx.request(method, f"{target.url}{path}", trust_env=False).raise_for_status()
