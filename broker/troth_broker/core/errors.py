"""What a use case refuses, as values that every edge can word in its own way.

Refusal
├── NotFound        (also a LookupError) something that the request names is not there
├── Invalid         (also a ValueError) the request itself is wrong; says where, for each fault
├── InvalidQuestion (also a ValueError) a matrix question that cannot be asked
├── Conflict        the request clashes with what is recorded
├── TookTooLong     (also a TimeoutError) the answer would take longer than anybody may be kept waiting
├── NotAllowed      the request sets what nobody may set
└── UnreadableSecret  something was encrypted with a key that this broker does not have
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class Refusal(Exception):
    """A request that is refused for a reason that its sender can mend."""


class NotFound(Refusal, LookupError):
    """Something that the request names is not there. `named` says that the sentence tells which thing."""

    def __init__(self, sentence: str = "The requested document was not found on this server.", *, named: bool = False):
        super().__init__(sentence)
        self.sentence = sentence
        self.named = named


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: where (a dotted path) and what; `missing` tells absent from wrong.

    Faults inside an array have the array's name as their place, and the way on from there as `inside`.
    """

    place: str
    text: str
    missing: bool = False
    inside: tuple[int | str, ...] = ()


class Invalid(Refusal, ValueError):
    """The request is wrong; every fault is listed with its place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.place}: {fault.text}".removeprefix(": ") for fault in self.faults))

    @classmethod
    def at(cls, place: str, text: str, *, missing: bool = False) -> "Invalid":
        """One fault at one place."""
        return cls((Fault(place, text, missing),))

    @property
    def by_place(self) -> Mapping[str, list[str]]:
        """The faults' texts grouped by place, in order."""
        grouped: dict[str, list[str]] = {}
        for fault in self.faults:
            grouped.setdefault(fault.place, []).append(fault.text)
        return grouped


class InvalidQuestion(Refusal, ValueError):
    """A matrix question that cannot be asked; each text says why."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(texts)
        super().__init__("; ".join(self.texts))


class Conflict(Refusal):
    """The request clashes with what is recorded."""


class TookTooLong(Refusal, TimeoutError):
    """The answer would take longer than anybody may be kept waiting; the sentence says what to do."""


class NotAllowed(Refusal):
    """The request sets something that nobody may set."""

    def __init__(self, place: str, text: str) -> None:
        super().__init__(f"{place}: {text}")
        self.fault = Fault(place, text)


class UnreadableSecret(Refusal):
    """Something in the store was encrypted with a key that this broker was not given."""
