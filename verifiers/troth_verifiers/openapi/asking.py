"""One request of a self-verification, its answer, and whether both are as the description says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

import httpx

from troth_schemas.openapi import Operation
from troth_verifiers.api import Exchange, Interaction, Mismatch, Outgoing, Payload, Target
from troth_verifiers.background import in_background
from troth_verifiers.errors import AnswerTooLarge, EngineError, ProviderDropped, ProviderTimedOut, ProviderUnreachable
from troth_verifiers.filtering import filtered
from troth_verifiers.openapi.checking import KIND, Checker, values_in
from troth_verifiers.openapi.curl import curl
from troth_verifiers.pact.own.sending import Answer, send, shown
from troth_verifiers.secrecy import hidden_in_query

Meant: TypeAlias = Literal["example", "valid", "invalid"]
"""What a request is sent for: one that the description shows, one that it allows, or one that it forbids."""

_UNSENDABLE: Final = re.compile(r"[\x00\r\n]|^[ \t]|[ \t]$|[^\x00-\xff]")
_STATE: Final = frozenset({404, 409, 410, 412, 428})
"""Refusals that tell of what the provider holds, not of the request."""
BARRED: Final = frozenset({401, 403, 407})
"""Refusals of who is not to come in."""
BUSY: Final = 429
"""The refusal of who comes too often."""
NO_ANSWER: Final = 0
"""In the place of a status."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its answer: `faults` are what is wrong with them, each with the command that asks again.

    `valid` tells whether the description allows the request; `status` is 0 where the provider hung up.
    """

    request: Outgoing
    status: int
    faults: tuple[Mismatch, ...]
    exchange: Exchange
    valid: bool

    @property
    def barred(self) -> bool:
        """Whether the provider did not let us in, so that nothing was learnt."""
        return self.status in BARRED or self.status == BUSY

    @property
    def of_state(self) -> bool:
        """Whether the answer tells of what the provider holds."""
        return self.status in _STATE


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks a provider one request after the other. Raises a `VerifierError` where there is no answer."""

    client: httpx.AsyncClient
    checker: Checker
    operation: Operation
    interaction: Interaction
    target: Target
    base: str

    def request(self, target: str, headers: Sequence[tuple[str, str]], content: bytes) -> Outgoing | None:
        """A request for a path with its query; the target's headers win. None where HTTP cannot carry it."""
        if any(_UNSENDABLE.search(value) for _, value in headers):
            return None
        ours = {name.lower() for name, _ in self.target.headers}
        kept = [(name, value) for name, value in headers if name.lower() not in ours]
        return Outgoing(self.operation.method.upper(), f"{self.base}{target}", (*kept, *self.target.headers), content)

    async def ask(self, request: Outgoing, meant: Meant, *, status: int | None = None) -> Asked:
        """Send a request and judge its answer; `status` is the one that the example promises."""
        made, request = request, await filtered(request, self.interaction, self.target)
        ours = {name.lower() for name, _ in self.target.headers}
        safe = request if request.url == made.url else replace(request, url=hidden_in_query(request.url))
        command = curl(safe, hidden=ours | {pair[0].lower() for pair in request.headers if pair not in made.headers})
        try:
            answer = await self.answer(request)
        except (ProviderTimedOut, AnswerTooLarge) as error:
            raise type(error)(error.url, f"{error.text} Again: {command}") from None
        except ProviderDropped as error:
            if meant == "example":
                raise ProviderDropped(error.url, f"{error.text} Again: {command}") from None
            return await in_background(partial(self._dropped, request, error, command))
        faults, valid = await in_background(lambda: self._faults(request, answer, meant, status))
        told = tuple(replace(fault, command=command) for fault in faults)
        return Asked(request, answer.status, told, answer.exchange, valid)

    async def answer(self, request: Outgoing) -> Answer:
        """The answer; a provider that hangs up is asked once more, as it may have closed a connection that was idle."""
        try:
            return await send(self.client, request, self.target, follow=False)
        except ProviderTimedOut:
            raise
        except ProviderUnreachable:
            return await send(self.client, request, self.target, follow=False)

    def _dropped(self, request: Outgoing, error: ProviderDropped, command: str) -> Asked:
        """A request on which the provider hung up twice: it may be the one that brings it down."""
        own = self.request_faults(request)
        text = f"The provider gave {_kind_of(own)} no answer. {error.text}"
        fault = Mismatch(KIND, "response", text, "an answer", error.kind, command)
        sent = Payload(f"{request.method} {request.url}", request.headers, shown(request.content), len(request.content))
        return Asked(request, NO_ANSWER, (fault,), Exchange("http", sent), not own)

    def _faults(
        self, request: Outgoing, answer: Answer, meant: Meant, promised: int | None
    ) -> tuple[tuple[Mismatch, ...], bool]:
        own = self.request_faults(request)
        if answer.status >= 500:
            kind = "an example" if meant == "example" else _kind_of(own)
            text = f"The provider answered {kind} with {answer.status}."
            return (Mismatch(KIND, "response status", text, "below 500", str(answer.status)),), not own
        if own and meant == "example" and not 400 <= (promised or 0) < 500:
            return tuple(
                replace(one, text=f"The example is not as the description says: {one.text}") for one in own
            ), False
        if meant == "invalid" or (own and meant == "valid"):
            return self._refused(answer, own if meant == "invalid" else ()), not own
        if promised is not None and promised != answer.status:
            text = f"The description shows the answer {promised} to this example, and it was {answer.status}."
            return (Mismatch(KIND, "response status", text, str(promised), str(answer.status)),), True
        faults = self._response_faults(answer)
        if not faults and meant == "example" and promised is None and self._turned_down(answer.status):
            text = f"The provider refused what the description shows as an example: {answer.status}."
            return (Mismatch(KIND, "response status", text, "below 400", str(answer.status)),), True
        return faults, True

    def _refused(self, answer: Answer, own: Sequence[Mismatch]) -> tuple[Mismatch, ...]:
        """An invalid request must be refused, and as described where the description says how.

        Without faults of its own, about a request on whose validity the two libraries do not agree, it may be taken.
        """
        if answer.status < 400 and own:
            why = f"An invalid request was taken, and answered with {answer.status}. {own[0].place}: {own[0].text}"
            return (Mismatch(KIND, own[0].place, why, "4xx", str(answer.status)),)
        if answer.status >= 400 and self.operation.response(answer.status) is None:
            return ()  # few descriptions say how every invalid request is refused
        return self._response_faults(answer)

    def _response_faults(self, answer: Answer) -> tuple[Mismatch, ...]:
        if answer.unread:
            raise EngineError(answer.unread)
        return self.checker.response(self.operation, answer.status, answer.headers, answer.content)

    def request_faults(self, request: Outgoing) -> tuple[Mismatch, ...]:
        """What is wrong with a request, its path among it."""
        path = urlsplit(request.url).path.removeprefix(urlsplit(self.base).path)
        values = values_in(self.operation.path, path)
        if values is None:
            return (Mismatch(KIND, "request path", f"{path} is no path of {self.operation.name}."),)
        return self.checker.request(self.operation, values, request)

    @staticmethod
    def _turned_down(status: int) -> bool:
        return 400 <= status < 500 and status not in _STATE | BARRED and status != BUSY


def _kind_of(own: Sequence[Mismatch]) -> str:
    return "an invalid request" if own else "a valid request"
