"""What the parts of one stub share: what they were asked, and what they are to do wrong."""

import random
from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from troth_verifiers.errors import UsageError
from troth_verifiers.stub.asked import Asked, Known, Refused, Sent
from troth_verifiers.stub.faults import HEADER, NONE, Fault, settings_in
from troth_verifiers.stub.kept import Kept, size_of_known, size_of_refused, size_of_sent

Told: TypeAlias = Known | Refused | Sent
Tell: TypeAlias = Callable[[Told], None]
"""Is told of every request as it is answered or refused, and of every message as it is sent."""


class Memory:
    """The record of one stub and its faults, which may be set at any time."""

    def __init__(self, fault: Fault = NONE, tell: Tell | None = None) -> None:
        self._first = fault
        self._tell = tell
        self.fault = fault
        self.answered: Kept[Known] = Kept(size_of_known)
        self.refused: Kept[Refused] = Kept(size_of_refused)
        self.sent: Kept[Sent] = Kept(size_of_sent)
        self.times: Counter[str] = Counter()
        """How often each message was sent, by its title."""

    def keep(self, told: Told) -> None:
        """Keep what became of a request or a message, and tell of it."""
        match told:
            case Known():
                self.answered.append(told)
            case Refused():
                self.refused.append(told)
            case Sent():
                self.sent.append(told)
                self.times[told.message] += 1
        if self._tell is not None:
            self._tell(told)

    def forget(self) -> None:
        """Forget all that was asked and sent."""
        self.answered.clear()
        self.refused.clear()
        self.sent.clear()
        self.times.clear()

    def as_begun(self) -> None:
        """Go back to the faults that the stub was started with."""
        self.fault = self._first

    def fault_of(self, asked: Asked) -> Fault:
        """The faults of one answer. Raises `UsageError` for a header that asks for none that there is."""
        try:
            return self.fault.with_(settings_in(asked.header(HEADER)))
        except UsageError as error:
            raise UsageError(f"{HEADER}: {error.text}") from None


class Recorded:
    """What a stub shows of its memory."""

    _memory: Memory

    @property
    def fault(self) -> Fault:
        """What it does wrong on purpose; may be set."""
        return self._memory.fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._memory.fault = fault

    @property
    def answered(self) -> Kept[Known]:
        """The requests that were answered, the latest of them."""
        return self._memory.answered

    @property
    def refused(self) -> Kept[Refused]:
        """The requests that no contract knows, the latest of them."""
        return self._memory.refused

    @property
    def sent(self) -> Kept[Sent]:
        """The messages that were sent, the latest of them."""
        return self._memory.sent


def pause(fault: Fault) -> float:
    """For how many seconds an answer waits."""
    return (fault.latency + random.uniform(0, fault.jitter)) / 1000  # noqa: S311 - no secret
