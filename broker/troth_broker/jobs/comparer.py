"""Comparing in a child process: a hostile document costs a child, never the broker.

The child is started with the first comparison and kept; it reads documents once for all that are compared with them.
One that takes too long or too much memory is ended, and the outcome says so.
"""

import contextlib
import json
import pickle
import select
import subprocess
import sys
import threading
import time
import weakref
from typing import IO, Any, Final, Literal

from troth_broker.core.facts import Older
from troth_broker.store.comparing import Outcome
from troth_schemas.contract import Contract

_CHILD: Final = (sys.executable, "-m", "troth_broker.jobs.compare_child")
Act = Literal["judge", "look back", "look ahead"]
"""A consumer's contract with a provider's; a new version as an old one's reader; an old version as a new one's."""
SECONDS: Final = 60.0
"""How long one comparison may take."""
_TRIES: Final = 2
"""A child may have been ended by the system for reasons of its own: the next one is asked the same."""
_GOODBYE: Final = 5.0
"""How many seconds an idle child may take to end by itself."""


class ChildComparer:
    """Compares one pair after the other in a process of its own."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()
        self._closed = 0
        self._child: subprocess.Popen[bytes] | None = None
        self._last_will: weakref.finalize[..., Any] | None = None

    def compare(self, consumer: Contract, provider: Contract) -> Outcome:
        """What the checker says, or why it could say nothing."""
        return self._outcome("judge", consumer, provider)

    def evolve(self, reader: Contract, writer: Contract, older: Older = "writer") -> Outcome:
        """What the checker says of two versions of a contract, or why it could say nothing."""
        return self._outcome("look back" if older == "writer" else "look ahead", reader, writer)

    def _outcome(self, act: Act, one: Contract, other: Contract) -> Outcome:
        question = pickle.dumps((act, one, other))
        closed = self._closed
        with self._turn:
            for _ in range(_TRIES):
                try:
                    return self._ask(question)
                except TimeoutError:
                    self._end()
                    return Outcome(None, error=f"it took longer than {self._seconds:g} s to compare them")
                except (OSError, EOFError, ValueError):
                    self._end()
                if self._closed != closed:
                    break
        return Outcome(None, error="the process that compared them ended, perhaps for want of memory", fleeting=True)

    def close(self) -> None:
        """End the child: one that compares is broken off, an idle one ends by itself."""
        self._closed += 1
        idle = self._turn.acquire(blocking=False)
        try:
            if idle and self._child is not None and self._child.stdin is not None:
                with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                    self._child.stdin.close()
                    self._child.wait(_GOODBYE)
            self._end()
        finally:
            if idle:
                self._turn.release()

    def _ask(self, question: bytes) -> Outcome:
        child = self._running()
        assert child.stdin is not None
        child.stdin.write(len(question).to_bytes(8, "big") + question)
        child.stdin.flush()
        deadline = time.monotonic() + self._seconds
        size = int.from_bytes(self._read(child, 8, deadline), "big")
        return outcome_of(json.loads(self._read(child, size, deadline)))

    def _read(self, child: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert child.stdout is not None
        found = b""
        while len(found) < size:
            if not _has_come(child.stdout, deadline - time.monotonic()):
                raise TimeoutError
            part = child.stdout.read1(size - len(found))  # type: ignore[attr-defined]  # a buffered pipe has it
            if not part:
                raise EOFError
            found += part
        return found

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(  # noqa: S603 - this very Python, and a module of ours
                _CHILD, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
            self._last_will = weakref.finalize(self, _ended, self._child)
        return self._child

    def _end(self) -> None:
        self._child = None
        if self._last_will is not None:
            self._last_will()


def _has_come(stream: IO[bytes], seconds: float) -> bool:
    """Whether there is something to read, or the end, within so many seconds; not `select`, which ends at file 1023."""
    waiting = select.poll()
    waiting.register(stream, select.POLLIN)
    return bool(waiting.poll(max(0.0, seconds) * 1000))


def _ended(child: subprocess.Popen[bytes]) -> None:
    """End a child with its pipes; also where nobody closed its comparer."""
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what was still to be written has nobody left to read it
                pipe.close()


def outcome_of(said: dict[str, Any]) -> Outcome:
    """What the child said, as a value."""
    return Outcome(**{**said, "unjudged": tuple(said["unjudged"])})
