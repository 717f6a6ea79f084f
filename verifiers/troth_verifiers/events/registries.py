"""The registries that a run asks, each once."""

import asyncio

from troth_verifiers.api import Target
from troth_verifiers.events.registry import Registry


class Registries:
    """Registries by their URLs; the target's address ``registry`` wins over the contract's."""

    def __init__(self) -> None:
        self._known: dict[str, Registry] = {}

    def get(self, written: str, target: Target) -> Registry | None:
        """The registry to ask; None where neither names one."""
        url = target.others.get("registry") or written
        if not url:
            return None
        if url not in self._known:
            self._known[url] = Registry(url, timeout=target.timeout)
        return self._known[url]

    async def aclose(self) -> None:
        """Close the connections."""
        await asyncio.gather(*(one.aclose() for one in self._known.values()))
        self._known.clear()
