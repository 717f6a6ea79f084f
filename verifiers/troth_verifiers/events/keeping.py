"""Connections to brokers that a transport keeps for a whole run: one that all share, or some that are lent out.

They belong to the event loop in which they were opened. One that is lost is opened anew when it is next asked for.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from typing import Generic, TypeAlias, TypeVar

from troth_verifiers.transport import Broker

C = TypeVar("C")
Opening: TypeAlias = Callable[[Broker], AbstractAsyncContextManager[C]]
Lost: TypeAlias = Callable[[C], bool]


class Shared(Generic[C]):
    """One connection to each broker, for all who want it at once."""

    def __init__(self, opening: Opening[C], lost: Lost[C]) -> None:
        self._opening = opening
        self._lost = lost
        self._held: dict[Broker, tuple[C, AsyncExitStack]] = {}
        self._locks: dict[Broker, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def to(self, broker: Broker) -> C:
        """The connection to a broker; raises as opening it does."""
        async with self._locks[broker]:
            if broker in self._held:
                kept, stack = self._held[broker]
                if not self._lost(kept):
                    return kept
                del self._held[broker]
                await _let_go(stack)
            made, stack = await _opened(self._opening(broker))
            self._held[broker] = made, stack
            return made

    async def aclose(self) -> None:
        """Close them all."""
        while self._held:
            _, (_, stack) = self._held.popitem()
            await _let_go(stack)


class Lent(Generic[C]):
    """As many connections to a broker as are used at once, each by one at a time."""

    def __init__(self, opening: Opening[C], lost: Lost[C]) -> None:
        self._opening = opening
        self._lost = lost
        self._free: dict[Broker, list[tuple[C, AsyncExitStack]]] = defaultdict(list)

    @asynccontextmanager
    async def to(self, broker: Broker) -> AsyncGenerator[C]:
        """A connection for the block alone; one in whose block something went wrong is closed, not kept."""
        made, stack = await self._taken(broker)
        whole = False
        try:
            yield made
            whole = not self._lost(made)
        finally:
            if whole:
                self._free[broker].append((made, stack))
            else:
                await _let_go(stack)

    async def aclose(self) -> None:
        """Close those that nobody uses."""
        for free in self._free.values():
            while free:
                _, stack = free.pop()
                await _let_go(stack)

    async def _taken(self, broker: Broker) -> tuple[C, AsyncExitStack]:
        free = self._free[broker]
        while free:
            made, stack = free.pop()
            if not self._lost(made):
                return made, stack
            await _let_go(stack)
        return await _opened(self._opening(broker))


async def _opened(context: AbstractAsyncContextManager[C]) -> tuple[C, AsyncExitStack]:
    stack = AsyncExitStack()
    return await stack.enter_async_context(context), stack


async def _let_go(stack: AsyncExitStack) -> None:
    """Close a connection, of which there is nothing left to be said."""
    with suppress(Exception):
        await stack.aclose()
