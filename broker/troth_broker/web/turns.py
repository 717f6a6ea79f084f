"""Who may run now: short requests one after the other, and none of them behind a long one.

Python runs one thread at a time, and SQLite lets go of it around every statement: threads that answer at once over a
SQLite file spend a third of their time handing Python to each other. So one short request runs at a time; a request
that takes longer than a moment lets the next one begin beside it.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

T = TypeVar("T")
A = TypeVar("A")


class Turns:
    """Runs functions in threads, so many at a time; one that has run for `patience` seconds does not count any more."""

    def __init__(self, workers: Executor, width: int, patience: float = 0.02) -> None:
        self._workers = workers
        self._free = width
        self._patience = patience
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def run(self, function: Callable[[A], T], given: A) -> T:
        """Run `function(given)` in a thread when it is its turn."""
        loop = asyncio.get_running_loop()
        await self._turn(loop)
        over = False

        def end() -> None:
            nonlocal over
            if not over:
                over = True
                self._next()

        too_long = loop.call_later(self._patience, end)
        try:
            return await loop.run_in_executor(self._workers, function, given)
        finally:
            too_long.cancel()
            end()

    async def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._free:
            self._free -= 1
            return
        called = loop.create_future()
        self._waiting.append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.cancelled():
                self._waiting.remove(called)
            else:
                self._next()  # the turn came, but nobody is there any more
            raise

    def _next(self) -> None:
        while self._waiting:
            called = self._waiting.popleft()
            if not called.done():
                called.set_result(None)
                return
        self._free += 1
