"""Stubs for the tests of a consumer: contracts served in a thread, and what was asked of them that they do not know."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from troth_verifiers.api import Contract
from troth_verifiers.errors import VerifierError
from troth_verifiers.pytest_plugin.loops import Loop
from troth_verifiers.stub import Certificate, Fault, Known, Mailing, Refused, Sent, Station, opened
from troth_verifiers.stub.kept import Kept
from troth_verifiers.stub.opening import PROTOCOLS
from troth_verifiers.transport import Broker


class RunningStub:
    """A stub that listens: its addresses, its faults, what it was asked, and its messages.

    The test fails if a request was refused; `refused.clear()` says that this was meant to happen.
    """

    def __init__(self, station: Station, loop: Loop) -> None:
        self._station = station
        self._loop = loop
        self.url = station.url

    @property
    def grpc(self) -> str:
        """Where it listens for gRPC, ``host:port``. Raises `UsageError` where no contract speaks it."""
        return self._station.grpc

    @property
    def answered(self) -> Kept[Known]:
        """The requests that were answered."""
        return self._station.answered

    @property
    def refused(self) -> Kept[Refused]:
        """The requests that no contract knows."""
        return self._station.refused

    @property
    def sent(self) -> Kept[Sent]:
        """The messages that were sent."""
        return self._station.sent

    @property
    def fault(self) -> Fault:
        """What it does wrong on purpose; may be set."""
        return self._station.fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._station.fault = fault

    def send(self, message: str = "", **faults: int | bool | str) -> Sequence[Sent]:
        """Put a message onto the broker by its description, or all of them. Raises a `VerifierError`."""
        __tracebackhide__ = True
        try:
            return self._loop.call(self._station.send(message, **faults))
        except VerifierError as error:
            raise error.with_traceback(
                None
            ) from None  # it says what was asked wrongly; where in here tells nobody more


class Stubs:
    """The stubs of one test."""

    def __init__(self) -> None:
        self._loop = Loop("troth-stub")
        self._held = ExitStack()
        self._held.callback(self._loop.close)
        self._stubs: list[RunningStub] = []

    def serve(
        self,
        *contracts: str | Path | Contract,
        protocols: Sequence[str] = PROTOCOLS,
        messages: str = "",
        channel: str = "",
        tls: tuple[str | Path, str | Path] | None = None,
        security: bool = True,
        cors: bool = False,
        **faults: int | bool | str,
    ) -> RunningStub:
        """Serve contracts (files, folders, globs, addresses or `Contract` values) with faults such as ``latency=200``.

        `messages` is the address of the broker that `RunningStub.send` puts messages on, `channel` where, whatever the
        contracts say. `tls` is a certificate with its key: the stub speaks TLS then. `security` asks for the
        credentials that OpenAPI descriptions ask for, and `cors` lets pages of any origin ask.
        """
        __tracebackhide__ = True
        mailing = Mailing(Broker(messages), channel, on_demand=True) if messages else None
        certificate = Certificate(*tls) if tls else None
        try:
            offers = self._loop.call(opened(contracts, protocols, security=security))
            station = Station(offers, mailing=mailing, fault=Fault().with_(faults), certificate=certificate, cors=cors)
            self._loop.call(station.__aenter__())
        except VerifierError as error:
            raise error.with_traceback(None) from None
        self._held.callback(lambda: self._loop.call(station.__aexit__(None, None, None)))
        running = RunningStub(station, self._loop)
        self._stubs.append(running)
        return running

    def refusals(self) -> str:
        """What was refused, for people; "" if nothing was."""
        lines = [one.text for running in self._stubs for one in running.refused]
        dropped = sum(running.refused.dropped for running in self._stubs)
        return "\n".join([*lines, f"And {dropped} requests before these."] if dropped else lines)

    def close(self) -> None:
        """Listen no longer, none of them, even where one does not end as it should, which is raised."""
        self._held.close()
