"""A whole stub: what contracts offer over HTTP, gRPC and a message broker, with one record and one interface."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from troth_verifiers.errors import UsageError
from troth_verifiers.stub.asked import Sent
from troth_verifiers.stub.control import NO_MESSAGES, Control
from troth_verifiers.stub.faults import NONE, Fault
from troth_verifiers.stub.memory import Memory, Recorded, Tell
from troth_verifiers.stub.opening import Offers
from troth_verifiers.stub.parts import part
from troth_verifiers.stub.server import Stub
from troth_verifiers.stub.shelf import Shelf
from troth_verifiers.stub.tls import Certificate
from troth_verifiers.transport import Broker


@dataclass(frozen=True, slots=True)
class Mailing:
    """Where messages go, and when: all at once as the stub starts, every so many seconds, or on demand only.

    `channel` takes the place of the contracts' own.
    """

    broker: Broker
    channel: str = ""
    every: float | None = None
    on_demand: bool = False


class Station(Recorded):
    """Listens for HTTP, where it also tells about itself, and for gRPC if a contract speaks it; sends messages.

    With a `certificate` both speak TLS. `cors` lets pages of any origin ask over HTTP.

    ::

        async with Station(await opened(["orders.proto", "web-orders.json"])) as stub:
            channel = grpc.aio.insecure_channel(stub.grpc)
            ...
            assert not stub.refused
    """

    def __init__(
        self,
        offers: Offers,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        grpc_port: int = 0,
        mailing: Mailing | None = None,
        fault: Fault = NONE,
        tell: Tell | None = None,
        certificate: Certificate | None = None,
        cors: bool = False,
    ) -> None:
        if offers.messages and mailing is None and not (offers.books or offers.calls):
            raise UsageError(
                "These contracts hold messages only: say which broker they are put on (--messages URL, or `messages`)."
            )
        self._memory = Memory(fault, tell)
        self._shelf = Shelf(offers.books)
        self._held = AsyncExitStack()
        self._mailing = mailing if offers.messages else None
        self.publisher: Any = None
        if self._mailing is not None:
            self.publisher = part("messages").Publisher(
                offers.messages,
                self._mailing.broker,
                self._memory,
                channel=self._mailing.channel,
                every=self._mailing.every,
                on_demand=self._mailing.on_demand,
            )
        control = Control(self._memory, self.about, self.publisher)
        self._http = Stub(
            self._shelf,
            host=host,
            port=port,
            memory=self._memory,
            control=control,
            certificate=certificate,
            cors=cors,
        )
        if offers.subscriptions:
            self._http.sockets = part("graphql").Subscriptions(self._http.look_up, self._memory)
        self._grpc: Any = None
        if offers.calls:
            grpc = part("grpc")
            self._calls = grpc.GrpcBook(offers.calls)
            self._grpc = grpc.GrpcServer(self._calls, self._memory, host=host, port=grpc_port, certificate=certificate)

    async def __aenter__(self) -> "Station":
        async with AsyncExitStack() as held:
            for one in (self._http, self._grpc, self.publisher):
                if one is not None:
                    await held.enter_async_context(one)
            self._held = held.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._held.aclose()

    @property
    def url(self) -> str:
        """Where it listens for HTTP, without a slash at the end."""
        return self._http.url

    @property
    def grpc(self) -> str:
        """Where it listens for gRPC, ``host:port``. Raises `UsageError` where no contract speaks it."""
        if self._grpc is None:
            raise UsageError("No contract of this stub speaks gRPC.")
        address: str = self._grpc.address
        return address

    async def send(self, message: str = "", **faults: object) -> Sequence[Sent]:
        """Put a message onto the broker by its description, or all of them. Raises a `VerifierError`."""
        if self.publisher is None:
            raise UsageError(NO_MESSAGES)
        sent: Sequence[Sent] = await self.publisher.send(message, self.fault.with_(faults))
        return sent

    def about(self) -> dict[str, object]:
        """Where it listens, and what it knows by protocol."""
        told: dict[str, object] = {"http": {"url": self.url, "interactions": list(self._shelf.titles)}}
        if self._grpc is not None:
            told["grpc"] = {"address": self.grpc, "interactions": list(self._calls.titles)}
        if self._mailing is not None:
            told["messages"] = {"broker": self._mailing.broker.shown, "interactions": list(self.publisher.titles)}
        return told
