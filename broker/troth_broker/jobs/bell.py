"""What workers of this process wait at: rung when there may be work, so that nobody has to look all the time."""

import threading
from collections.abc import Iterable
from typing import Final

from troth_broker.services.ports import Moved

_MOST_MOVED: Final = 1_000
"""How much that has moved is remembered; what is forgotten is compared when somebody asks."""


class WorkBell:
    """A bell that is not missed: who has heard so many rings waits for the next one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rings = 0
        self._moved: dict[Moved, None] = {}

    @property
    def rings(self) -> int:
        """How many times it has rung."""
        return self._rings

    def ring(self, moved: Iterable[Moved] = ()) -> None:
        """Wake all who wait, and remember what has moved."""
        with self._changed:
            self._moved.update(dict.fromkeys(moved))
            while len(self._moved) > _MOST_MOVED:
                del self._moved[next(iter(self._moved))]
            self._rings += 1
            self._changed.notify_all()

    def moved(self) -> Moved | None:
        """What moved before all else and nobody has taken yet."""
        with self._changed:
            first = next(iter(self._moved), None)
            if first is not None:
                del self._moved[first]
            return first

    def wait(self, heard: int, seconds: float) -> None:
        """Wait until it has rung more often than `heard`, or so long."""
        with self._changed:
            self._changed.wait_for(lambda: self._rings > heard, timeout=seconds)
