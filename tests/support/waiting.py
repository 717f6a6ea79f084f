"""Waiting for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class TookTooLong(AssertionError):
    """A condition did not come true before its deadline."""


def until(condition: Callable[[], T | None], *, what: str, seconds: float = 100.0, pause: float = 0.01) -> T:
    """Ask again and again until the condition gives something true, and give that.

    An exception of the condition ends the wait at once: that is how a condition says that waiting is pointless.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TookTooLong(f"{what} did not happen within {seconds:g} s")
        time.sleep(pause)
