"""Workers: threads that make the calls and the comparisons that are due, and ask again for what nobody answered.

Any number of them in any number of processes share one queue. While nothing is due they wait for the next moment, for
the bell of their own process, or a few seconds for the work of other processes.
"""

import random
import threading
import time
from concurrent.futures import CancelledError

import structlog

from troth_broker.core.times import SECOND
from troth_broker.jobs.bell import WorkBell
from troth_broker.services import ahead, asking_again, comparing, deliveries
from troth_broker.services.calling import Made
from troth_broker.services.deliveries import Taken
from troth_broker.services.ports import Sender
from troth_broker.services.world import World
from troth_broker.store.errors import StoreUnavailable

log = structlog.get_logger("troth")

LOOK_SECONDS = 5.0
"""How long a worker waits at most before it looks for what other processes have scheduled."""
_SOON = 0.05
_STORE_AWAY = 1.0


class Workers:
    """Threads that work from `start` to `stop`. `sender` makes the calls, and is closed to break them off."""

    def __init__(self, world: World, sender: Sender, bell: WorkBell, threads: int) -> None:
        self._world = world
        self._sender = sender
        self._bell = bell
        self._stopping = threading.Event()
        self._comparing = threading.Lock()
        self._threads = [
            threading.Thread(target=self._work, name=f"troth-worker-{number}", daemon=True)
            for number in range(1, threads + 1)
        ]

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Take nothing new from now on; may be called by a signal's handler."""
        self._stopping.set()

    def stop(self, grace: float) -> None:
        """Take nothing new; let calls end for so many seconds, then break them off and hand them back at once."""
        self.finish()
        self._bell.ring()
        started = [thread for thread in self._threads if thread.ident is not None]
        deadline = time.monotonic() + grace
        for thread in started:
            thread.join(max(0.0, deadline - time.monotonic()))
        if any(thread.is_alive() for thread in started):
            self._sender.close()
            if self._world.comparer is not None:
                self._world.comparer.close()
            for thread in started:
                thread.join(10)

    def _work(self) -> None:
        away = False
        while not self._stopping.is_set():
            heard = self._bell.rings
            try:
                pause = self._turn()
            except StoreUnavailable as error:
                if not away:
                    log.warning("workers wait for the store", cause=str(error))
                away, pause = True, _STORE_AWAY
            except Exception:  # one bad item must not end the worker
                log.exception("a worker met a failure")
                pause = _STORE_AWAY
            else:
                away = False
            if pause > 0 and not self._stopping.is_set():
                self._bell.wait(heard, pause)

    def _turn(self) -> float:
        """Do one piece of work; gives how long to wait before the next look."""
        due = deliveries.next_due(self._world)
        now = self._world.clock()
        if due is None or due > now:
            if self._ask_ahead():
                return 0.0
            return LOOK_SECONDS if due is None else min(LOOK_SECONDS, (due - now) / SECOND)
        asked = asking_again.ask_again(self._world)
        if asked is not None:
            log.info(
                "a verification was never answered",
                content=asked.content_id,
                then="asked again" if asked.calls else "given up",
            )
        taken = deliveries.take(self._world)
        if taken is not None:
            self._deliver(taken)
        compared = self._compare() if taken is None else False
        return 0.0 if taken is not None or asked is not None or compared else _SOON

    def _compare(self) -> bool:
        """Make the comparison that has been due for longest, one at a time; whether there was one.

        The threads share one child: who waited for it would hold a comparison that another process could make.
        """
        if self._world.comparer is None or not self._comparing.acquire(blocking=False):
            return False
        try:
            taken = comparing.take(self._world)
            if taken is None:
                return False
            outcome = comparing.make(self._world, taken)
            number = comparing.finish(self._world, taken, outcome)
        finally:
            self._comparing.release()
        log.info("contracts were compared", comparison=number, success=outcome.success, error=outcome.error)
        return True

    def _ask_ahead(self) -> bool:
        """Ask the gate about what has moved in this process, where nothing else is to be done; whether there was any.

        One thread at a time, as with comparisons, which is what it takes.
        """
        if self._world.comparer is None or not self._comparing.acquire(blocking=False):
            return False
        try:
            moved = self._bell.moved()
            if moved is None:
                return False
            ahead.ask_ahead(self._world, moved)
            return True
        finally:
            self._comparing.release()

    def _deliver(self, taken: Taken) -> None:
        try:
            made = deliveries.make(self._world, self._sender, taken)
        except CancelledError:
            deliveries.hand_back(self._world, taken)
            log.info("a call was broken off and handed back", delivery=taken.delivery, attempt=taken.attempt)
            return
        status = self._finish(taken, made)
        log.info(
            "a webhook was called",
            delivery=taken.delivery,
            attempt=taken.attempt,
            webhook=taken.webhook.uuid,
            status=status or "taken over by another worker",
        )

    def _finish(self, taken: Taken, made: Made) -> str | None:
        """Keep the outcome; as long as the call is held, the store may come back."""
        while True:
            try:
                return deliveries.finish(self._world, taken, made, random.random())  # noqa: S311 - it spreads calls out
            except StoreUnavailable:
                if self._world.clock() > taken.until or self._stopping.is_set():
                    raise
            self._stopping.wait(_STORE_AWAY)
