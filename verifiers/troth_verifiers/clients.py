"""Clients of HTTP that ask a provider: one for each trust, for a whole run."""

import asyncio
import ssl
from collections.abc import Callable
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx

from troth_verifiers.api import Target, Trust
from troth_verifiers.connections import Connections
from troth_verifiers.preflight import trust

_SOME_TIME: Final = 24 * 3600.0
"""Seconds; how long an exchange may really take is the target's to say."""


def new_client(trusted: Callable[[], ssl.SSLContext], timeout: float) -> httpx.AsyncClient:
    """A client that asks the provider alone, and keeps no cookie of one interaction for another."""
    nobody = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    return httpx.AsyncClient(transport=Connections(trusted), trust_env=False, timeout=timeout, cookies=nobody)


class Clients:
    """The clients of one verifier, which keep their connections."""

    def __init__(self) -> None:
        self._made: dict[Trust, httpx.AsyncClient] = {}

    def to(self, target: Target) -> httpx.AsyncClient:
        """The client that believes whom a target believes, and comes as it says."""
        if target.trust not in self._made:
            self._made[target.trust] = new_client(partial(trust, target), _SOME_TIME)
        return self._made[target.trust]

    async def aclose(self) -> None:
        """Close the connections."""
        await asyncio.gather(*(client.aclose() for client in self._made.values()))
        self._made.clear()
