"""Outgoing calls by the broker's own sender, for the tests of where they go and of how answers are taken."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from troth_broker.core.calls import OutgoingCall, Sent
from troth_broker.settings import Settings
from troth_broker.webhooks.sender import HttpSender
from troth_broker.webhooks.target import system_resolver

Send = Callable[..., Sent]
INSIDE = ("127.0.0.0/8", "::1")


@contextlib.contextmanager
def sending() -> Iterator[Send]:
    """`send(url, …, settings…)`: make a call with rules that allow this machine, unless the settings say otherwise."""
    with contextlib.ExitStack() as ending:

        def make(
            url: str,
            method: str = "POST",
            *,
            resolve: Callable[[str, int], Sequence[str]] = system_resolver,
            certificates: tuple[str, ...] = (),
            call: dict[str, Any] | None = None,
            **settings: Any,
        ) -> Sent:
            rules = {"webhook_scheme_whitelist": ("http", "https"), "webhook_allowed_networks": INSIDE, **settings}
            sender = ending.enter_context(contextlib.closing(HttpSender(Settings(**rules), resolve)))
            outgoing = OutgoingCall(method, url, **(call or {}))
            return sender.send(outgoing, delivery="d-1", attempt=3, certificates=certificates)

        yield make
