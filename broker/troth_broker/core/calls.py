"""An outgoing call and what became of it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """A request with every template expanded: what goes over the wire, secrets included."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the target said; `body` is its beginning, `cut` if there was more."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a call: the target's answer, or why there is none."""

    success: bool
    answer: Answer | None = None
    problem: str | None = None
