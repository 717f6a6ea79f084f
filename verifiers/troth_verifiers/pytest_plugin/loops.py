"""An event loop in a thread of its own, to which the tests' thread hands work and for which it runs errands."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, MutableMapping
from concurrent.futures import Future
from concurrent.futures import thread as pools
from queue import SimpleQueue
from typing import Any, Final, TypeAlias, TypeVar

from troth_verifiers.errors import TargetIncomplete

T = TypeVar("T")
Errand: TypeAlias = Callable[[], None]
PATIENCE: Final = 10.0
"""Seconds after which a loop that takes nothing up is taken for blocked."""


class Blocked(TargetIncomplete):
    """What runs in an event loop lets nothing else run."""


class Loop:
    """Runs coroutines from the first `call` to `close`; whoever calls waits, and is there for errands meanwhile."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._errands: SimpleQueue[Errand | None] = SimpleQueue()
        self._patience = PATIENCE

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """What a coroutine gives or raises; given up if the wait is broken off.

        Raises `Blocked` where what runs in the loop lets nothing else run.
        """
        if self._thread.ident is None:
            self._thread.start()
        try:
            self._check()
        except BaseException:
            work.close()
            raise
        errands = self._errands = SimpleQueue()
        outcome = asyncio.run_coroutine_threadsafe(work, self._loop)
        outcome.add_done_callback(lambda _: errands.put(None))
        try:
            while (errand := errands.get()) is not None:
                errand()
        except BaseException:
            outcome.cancel()
            raise
        return outcome.result()

    async def errand(self, function: Callable[[], T]) -> T:
        """Let the waiting thread call a function, from inside a coroutine that was handed to `call`."""
        outcome: Future[T] = Future()

        def do() -> None:
            try:
                outcome.set_result(function())
            except (KeyboardInterrupt, SystemExit):  # the waiting thread's own, which ends the wait and the coroutine
                outcome.cancel()
                raise
            except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the coroutine
                outcome.set_exception(error)

        self._errands.put(do)
        return await asyncio.wrap_future(outcome)

    def close(self) -> None:
        """End whatever still runs, and the thread; one that is blocked is left to end with the process."""
        if self._thread.ident is not None:
            if not self._listens():
                return
            self.call(_end_all())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    def _check(self) -> None:
        if not self._listens():
            raise Blocked(
                "The application blocks its event loop: something in it, or in an async provider state, waits where it "
                "should await, such as by time.sleep or a blocking client."
            )

    def _listens(self) -> bool:
        """Whether the loop takes up what it is handed; one that once did not is given little time for it."""
        heard = threading.Event()
        self._loop.call_soon_threadsafe(heard.set)
        listens = heard.wait(self._patience)
        self._patience = PATIENCE if listens else PATIENCE / 100
        return listens


def leave_threads() -> None:
    """Have no thread of a pool that began under a loop of ours keep the process from ending, however stuck it is.

    Such threads are daemons, as ours are; Python waits for those of a pool all the same, and has no word against it.
    """
    waited_for: MutableMapping[threading.Thread, object] = getattr(pools, "_threads_queues", {})
    for thread in list(waited_for):
        if thread.daemon:
            waited_for.pop(thread, None)


async def _end_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
