"""A limit of time for what must run in the tests' thread, as its fixtures may belong to that."""

import signal
import threading
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")
_AGAIN: Final = 1.0
"""Seconds after which what went on in spite of the first word is told again."""
_SIGNALS: Final = ("SIGRTMAX", "SIGUSR2")
"""The first of these that the system has breaks off; a real-time signal is hardly anybody else's."""


class OutOfTime(TimeoutError):
    """What was called did not end in time; the text says so in a few words, the traceback where it was."""


class _TimeIsUp(BaseException):
    """Breaks off what runs, and is no `Exception`, so that what tries again after one ends too."""


class Limit:
    """Breaks off what runs in the main thread for too long, also where it waits in the system.

    Elsewhere than in the main thread, and once it was `lifted`, nothing is broken off.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._signal = next((getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)), None)
        self._watched: _Watched | None = None
        self._lifted = False

    def lift(self) -> None:
        """Break nothing off any more: somebody looks at it in a debugger."""
        self._lifted = True

    def call(self, function: Callable[[], T]) -> T:
        """What a function gives or raises. Raises `OutOfTime` where it took too long."""
        in_main = threading.current_thread() is threading.main_thread()
        if self._signal is None or self._watched is not None or not in_main:
            return function()
        signal.signal(self._signal, self._break_off)  # for good: a late signal must not find the system's own handler
        watched = self._watched = _Watched(self._seconds, self._signal)
        try:
            try:
                return function()
            finally:
                self._watched = None
        except (_TimeIsUp, Exception) as error:
            if not watched.late:
                raise
            raise OutOfTime(f"it did not end within {self._seconds:g} s").with_traceback(error.__traceback__) from None
        finally:
            self._watched = None
            watched.end()

    def _break_off(self, *_: object) -> None:
        if self._watched is not None and not self._lifted:
            self._watched.late = True
            raise _TimeIsUp


class _Watched:
    """A thread that signals the main thread when the time is up, and again until it `end`s."""

    def __init__(self, seconds: float, number: int) -> None:
        self.late = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(seconds, number), name="troth-limit", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Signal no more."""
        self._over.set()
        self._thread.join()

    def _watch(self, seconds: float, number: int) -> None:
        while not self._over.wait(seconds):
            signal.pthread_kill(threading.main_thread().ident or 0, number)
            seconds = _AGAIN
