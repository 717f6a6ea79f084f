"""What a stub answers about itself, below `/_troth`: what it was asked, its faults, its messages."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

from troth_verifiers.errors import UsageError, VerifierError
from troth_verifiers.stub.asked import Asked, Known, Refused, Reply, Sent
from troth_verifiers.stub.faults import NONE, Fault
from troth_verifiers.stub.kept import Kept
from troth_verifiers.stub.memory import Memory
from troth_verifiers.stub.replies import as_json, problem

API: Final = "/_troth"
"""Where a stub is asked about itself."""
_USAGE: Final = (
    f"A stub is asked about itself at {API}, {API}/requests, {API}/faults and {API}/messages; see docs/stub.md."
)


NO_MESSAGES: Final = "This stub sends no messages: its contracts hold none, or no broker was named."


class Messages(Protocol):
    """The messages that a stub can send."""

    def listed(self) -> list[dict[str, object]]:
        """Each by its description, with its channel and how often it was sent."""
        ...

    async def send(self, description: str, fault: Fault) -> Sequence[Sent]:
        """Put one of them, or all of them for "", onto the broker. Raises a `VerifierError`."""
        ...


@dataclass(frozen=True, slots=True)
class Control:
    """The interface of one stub. `about` tells where it listens and what it knows."""

    memory: Memory
    about: Callable[[], Mapping[str, object]]
    messages: Messages | None = None

    def is_meant(self, asked: Asked) -> bool:
        """Whether a request is for the stub itself."""
        return asked.path == API or asked.path.startswith(f"{API}/")

    async def answer(self, asked: Asked) -> Reply:
        """The answer about itself; a mistake is 400 with a sentence."""
        wanted = _ROUTES.get((asked.method, asked.path.removeprefix(API).rstrip("/")))
        if wanted is None:
            return problem(404, _USAGE)
        try:
            return await wanted(self, asked)
        except UsageError as error:
            return problem(400, error.text)
        except VerifierError as error:
            return problem(502, error.text)

    async def _tell(self, _asked: Asked) -> Reply:
        return as_json(200, dict(self.about()))

    async def _reset(self, _asked: Asked) -> Reply:
        self.memory.forget()
        self.memory.as_begun()
        return Reply(204)

    async def _requests(self, _asked: Asked) -> Reply:
        return as_json(
            200,
            {
                "answered": [_answered(one) for one in self.memory.answered],
                "refused": [_refused(one) for one in self.memory.refused],
                **_counts(answered=self.memory.answered, refused=self.memory.refused),
            },
        )

    async def _forget(self, _asked: Asked) -> Reply:
        self.memory.forget()
        return Reply(204)

    async def _faults(self, _asked: Asked) -> Reply:
        return as_json(200, self.memory.fault.as_json())

    async def _set_faults(self, asked: Asked) -> Reply:
        settings = _object(asked, 'Faults are an object, such as {"latency": 200}.', "The faults are")
        self.memory.fault = NONE.with_(settings)
        return await self._faults(asked)

    async def _as_begun(self, _asked: Asked) -> Reply:
        self.memory.as_begun()
        return Reply(204)

    async def _messages(self, _asked: Asked) -> Reply:
        listed = [] if self.messages is None else self.messages.listed()
        sent = [_sent(one) for one in self.memory.sent]
        return as_json(200, {"messages": listed, "sent": sent, **_counts(sent=self.memory.sent)})

    async def _send(self, asked: Asked) -> Reply:
        if self.messages is None:
            raise UsageError(NO_MESSAGES)
        wanted = (
            _object(asked, 'Write {"message": DESCRIPTION}, or {} for all messages.', "The wish is")
            if asked.content
            else {}
        )
        description, fault = wanted.pop("message", ""), self.memory.fault_of(asked)
        if not isinstance(description, str):
            raise UsageError("`message` is a description, a text.")
        sent = await self.messages.send(description, fault.with_(wanted))
        return as_json(200, {"sent": [_sent(one) for one in sent]})


_Route = Callable[[Control, Asked], Awaitable[Reply]]
_ROUTES: Final[Mapping[tuple[str, str], _Route]] = {
    ("GET", ""): Control._tell,  # noqa: SLF001 - its own table
    ("DELETE", ""): Control._reset,  # noqa: SLF001
    ("GET", "/requests"): Control._requests,  # noqa: SLF001
    ("DELETE", "/requests"): Control._forget,  # noqa: SLF001
    ("GET", "/faults"): Control._faults,  # noqa: SLF001
    ("PUT", "/faults"): Control._set_faults,  # noqa: SLF001
    ("DELETE", "/faults"): Control._as_begun,  # noqa: SLF001
    ("GET", "/messages"): Control._messages,  # noqa: SLF001
    ("POST", "/messages"): Control._send,  # noqa: SLF001
}


def _counts(**kept: Kept[Any]) -> dict[str, object]:
    """How many there were of each kind, and how many of them are no longer in the record."""
    return {
        "total": {kind: one.total for kind, one in kept.items()},
        "dropped": {kind: one.dropped for kind, one in kept.items()},
    }


def _object(asked: Asked, usage: str, what: str) -> dict[str, object]:
    try:
        value = json.loads(asked.content)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{what} no JSON: {error}.") from None
    if not isinstance(value, dict):
        raise UsageError(usage)
    return value


def _answered(one: Known) -> dict[str, object]:
    return {"interaction": one.interaction, "status": one.reply.status, **_asked(one.asked)}


def _refused(one: Refused) -> dict[str, object]:
    return {"why": one.text, **_asked(one.asked)}


def _asked(asked: Asked) -> dict[str, object]:
    told = asdict(asked)
    told["content"] = asked.content.decode("utf-8", "replace")
    return told


def _sent(one: Sent) -> dict[str, object]:
    told = asdict(one)
    told["contents"] = one.contents.decode("utf-8", "replace")
    return told
