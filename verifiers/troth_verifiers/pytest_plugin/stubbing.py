"""Stubs for the tests of a consumer: contracts served in a thread, and what was asked of them that they do not know."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from troth_verifiers.api import Contract
from troth_verifiers.files import Files
from troth_verifiers.pytest_plugin.loops import Loop
from troth_verifiers.stub import Fault, Known, Refused, Stub
from troth_verifiers.stub.pacts import PactBook


class RunningStub:
    """A stub that listens: its address, its faults, and what it was asked.

    The test fails if a request was refused; `refused.clear()` says that this was meant to happen.
    """

    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self.url = stub.url

    @property
    def answered(self) -> list[Known]:
        """The requests that were answered."""
        return self._stub.answered

    @property
    def refused(self) -> list[Refused]:
        """The requests that no contract knows."""
        return self._stub.refused

    @property
    def fault(self) -> Fault:
        """What it does wrong on purpose; may be set."""
        return self._stub.fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._stub.fault = fault


class Stubs:
    """The stubs of one test."""

    def __init__(self) -> None:
        self._loop = Loop("troth-stub")
        self._stubs: list[tuple[Stub, RunningStub]] = []

    def serve(self, *contracts: str | Path | Contract, **faults: int | bool) -> RunningStub:
        """Serve contracts (files, folders, globs or `Contract` values) with faults such as ``latency=200``."""
        stub = Stub(PactBook(asyncio.run(_read(contracts))), fault=Fault().with_(faults))
        self._loop.call(stub.__aenter__())
        running = RunningStub(stub)
        self._stubs.append((stub, running))
        return running

    def refusals(self) -> str:
        """What was refused, for people; "" if nothing was."""
        return "\n".join(one.text for _, running in self._stubs for one in running.refused)

    def close(self) -> None:
        """Listen no longer."""
        for stub, _ in self._stubs:
            self._loop.call(stub.__aexit__(None, None, None))
        self._loop.close()


Serve = Callable[..., RunningStub]


async def _read(contracts: tuple[str | Path | Contract, ...]) -> list[Contract]:
    found: list[Contract] = []
    for one in contracts:
        if isinstance(one, Contract):
            found.append(one)
        else:
            found += [contract async for contract in Files(one).contracts()]
    return found


def refusals_of(stubs: Any) -> str:
    """What the stubs of a test refused."""
    text: str = stubs.refusals()
    return text
