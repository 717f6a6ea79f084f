"""Blocking calls in daemon threads of ours: a stuck one keeps neither the run nor the process from ending."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")

_PAUSE = 0.5

_Job = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[[], Any]]


class Worker:
    """One daemon thread that makes all calls given to it, in order; started with the first of them.

    Being cancelled while waiting leaves the thread to its call; `close` lets it end afterwards.
    """

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    async def call(self, function: Callable[[], T]) -> T:
        """Call a function in the thread and wait for what it returns or raises."""
        if self._thread.ident is None:
            self._thread.start()
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()
        self._jobs.put((loop, outcome, function))
        return await outcome

    def close(self) -> None:
        """Let the thread end when it has nothing left to do."""
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            loop, outcome, function = job
            try:
                value, error = function(), None
            except BaseException as raised:  # noqa: BLE001 - whatever it is, it belongs to the one who waits
                value, error = None, raised
            try:
                loop.call_soon_threadsafe(_tell, outcome, value, error)
            except RuntimeError:
                return  # the loop is closed: nobody waits any more


async def in_background(function: Callable[[], T]) -> T:
    """Call one function in a daemon thread of its own."""
    worker = Worker("troth-background")
    try:
        return await worker.call(function)
    finally:
        worker.close()


@asynccontextmanager
async def awake() -> AsyncIterator[None]:
    """Let the event loop look up twice a second.

    A Ctrl-C that comes in the moment before the loop begins to wait would else be seen only with the next event, which
    may never come (asyncio.run sets no wake-up descriptor for signals).
    """
    looking = asyncio.create_task(_look_up())
    try:
        yield
    finally:
        looking.cancel()


async def _look_up() -> None:
    while True:
        await asyncio.sleep(_PAUSE)


def _tell(outcome: "asyncio.Future[Any]", value: object, error: BaseException | None) -> None:
    if outcome.done():
        return
    if error is None:
        outcome.set_result(value)
    else:
        outcome.set_exception(error)
