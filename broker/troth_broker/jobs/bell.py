"""What workers of this process wait at: rung when there may be work, so that nobody has to look all the time."""

import threading


class WorkBell:
    """A bell that is not missed: who has heard so many rings waits for the next one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rings = 0

    @property
    def rings(self) -> int:
        """How many times it has rung."""
        return self._rings

    def ring(self) -> None:
        """Wake all who wait."""
        with self._changed:
            self._rings += 1
            self._changed.notify_all()

    def wait(self, heard: int, seconds: float) -> None:
        """Wait until it has rung more often than `heard`, or so long."""
        with self._changed:
            self._changed.wait_for(lambda: self._rings > heard, timeout=seconds)
