"""Outside parts that tests talk to: a given address first, else a private server on this machine, else a skip.

Every outside part is one `Service`. Where it comes from, in this order:

1. the variable `TROTH_TEST_<NAME>_URL` (a server that someone else runs);
2. the program on this machine, started privately on a free port in a temporary folder, also as root;
3. nowhere: `Missing`, one line that says how to get it. A skip on a laptop, a failure under `TROTH_REQUIRE_SERVICES=1`.
"""

import contextlib
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest


class Missing(Exception):
    """An outside part that is neither given nor installed; its text says how to get it."""


@dataclass(frozen=True, slots=True)
class Service:
    """One outside part: how to find its program, how to start it, and what to tell someone who lacks it."""

    name: str
    find: Callable[[], Path | None]
    start: Callable[[Path], AbstractContextManager[str]]
    advice: str

    @property
    def variable(self) -> str:
        """The environment variable that names a server to use instead of a private one."""
        return f"TROTH_TEST_{self.name.upper()}_URL"

    @contextlib.contextmanager
    def running(self, environment: Mapping[str, str] = os.environ) -> Iterator[str]:
        """Give the address of a running server, for as long as the block lasts."""
        given = environment.get(self.variable)
        if given:
            yield given
            return
        program = self.find()
        if program is None:
            raise Missing(f"no {self.name}: {self.advice}, or set {self.variable}")
        with self.start(program) as url:
            yield url


def skip_or_fail(missing: Missing, environment: Mapping[str, str] = os.environ) -> NoReturn:
    """End the test that lacks an outside part: a skip, or a failure where all parts are required."""
    if environment.get("TROTH_REQUIRE_SERVICES") == "1":
        pytest.fail(f"TROTH_REQUIRE_SERVICES=1, but there is {missing}", pytrace=False)
    pytest.skip(str(missing))


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
