"""Messages put onto a broker: once, again and again, or when the stub is asked to."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from types import TracebackType

from troth_verifiers.errors import UsageError, VerifierError
from troth_verifiers.events.opening import send, transport_for
from troth_verifiers.stub.asked import Sent
from troth_verifiers.stub.faults import Fault
from troth_verifiers.stub.memory import Memory, pause
from troth_verifiers.stub.messages.promised import Promised
from troth_verifiers.transport import Broker


class Publisher:
    """Sends what contracts promise. As a context it sends all at once, or every so many seconds.

    `channel` takes the place of the contracts' own. `trouble` is why a message could not be sent, if that happened
    while nobody waited for it.
    """

    def __init__(
        self,
        messages: Sequence[Promised],
        broker: Broker,
        memory: Memory,
        *,
        channel: str = "",
        every: float | None = None,
        on_demand: bool = False,
    ) -> None:
        self._messages = tuple(messages)
        self._broker = broker
        self._memory = memory
        self._channel = channel
        self._every = every
        self._on_demand = on_demand
        self._task: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()
        self.trouble: VerifierError | None = None
        self.failed = asyncio.Event()
        """Set as soon as nothing more is sent by itself."""

    @property
    def titles(self) -> tuple[str, ...]:
        """The messages."""
        return tuple(one.title for one in self._messages)

    def listed(self) -> list[dict[str, object]]:
        """Each message by its description, and how often it was sent."""
        times = self._memory.times
        return [{"message": one.description, "title": one.title, "sent": times[one.title]} for one in self._messages]

    async def send(self, description: str, fault: Fault) -> Sequence[Sent]:
        """Send one message, or all for "". Raises a `VerifierError`."""
        chosen = [one for one in self._messages if description in ("", one.description, one.title)]
        if not chosen:
            known = [one.description for one in self._messages]
            near = get_close_matches(description, known, n=3, cutoff=0.3) or known[:5]
            raise UsageError(f"No contract knows the message {description!r}; there are: {', '.join(near)}.")
        return [sent for one in chosen for sent in await self._send(one, fault)]

    async def __aenter__(self) -> "Publisher":
        transport_for(self._broker.url)  # says now what is missing for it
        if not self._on_demand and self._every is None:
            await self.send("", self._memory.fault)
        elif self._every is not None:
            self._task = asyncio.create_task(self._repeat(self._every))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._ending.set()
            await asyncio.wait([self._task], timeout=self._broker.timeout)  # a message is sent whole, or not at all
            if self._task.done():
                self._task.result()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _repeat(self, every: float) -> None:
        ending = asyncio.ensure_future(self._ending.wait())
        try:
            while not self._ending.is_set():
                await self.send("", self._memory.fault)
                await asyncio.wait([ending], timeout=every)
        except VerifierError as error:
            self.trouble = error
        finally:
            self.failed.set()  # whatever it was: what is no error of ours is raised at the end
            ending.cancel()

    async def _send(self, one: Promised, fault: Fault) -> list[Sent]:
        event = await one.event(self._broker, self._channel)
        await asyncio.sleep(pause(fault))
        wrong = []
        if fault.truncate >= 0 and fault.truncate < len(event.contents):
            event = replace(event, contents=event.contents[: fault.truncate])
            wrong.append(f"cut after {fault.truncate} bytes")
        if fault.reset:
            wrong.append("lost")
        if fault.duplicate:
            wrong.append(f"sent {fault.duplicate + 1} times")
        found = []
        for _ in range(0 if fault.reset else fault.duplicate + 1):
            await send(self._broker, event)
            found.append(Sent(one.title, event.channel, event.contents, ", ".join(wrong)))
        if fault.reset:
            found.append(Sent(one.title, event.channel, b"", ", ".join(wrong)))
        for sent in found:
            self._memory.keep(sent)
        return found
