"""Addresses of the provider's own that a run may call."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StateUrl:
    """A URL that sets up provider states: it is sent ``{"state", "params", "action": "setup"}`` by POST.

    It answers with a 2xx status and, if it likes, with a JSON object of values. With `tear_down` it is called again
    afterwards with the action ``teardown``. With `in_query` the same is sent as query parameters. `headers` go along.
    """

    url: str
    tear_down: bool = False
    in_query: bool = False
    headers: tuple[tuple[str, str], ...] = ()
