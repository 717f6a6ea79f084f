"""One interaction's place at the endpoint: its provider states, its message, and what went wrong with them."""

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial

from troth_verifiers.api import Cause, Interaction, Mismatch, Outcome, Result, State
from troth_verifiers.endpoint import Answer, Endpoint, json_answer, metadata_header
from troth_verifiers.errors import MessageError, StateError, StateHandlerMissing
from troth_verifiers.messages import MessageHandlers, Unproduced
from troth_verifiers.states import StateHandlers, Values, provider_states

_REFUSED = 409
_UNREADABLE = 400


class Desk:
    """Holds the provider in the states of one interaction while it is replayed, and produces its message.

    The first thing that goes wrong is kept, because what a verifying library makes of it says nothing; a message that
    was not produced is forgotten when it is asked for again and comes.
    """

    def __init__(self, interaction: Interaction, states: StateHandlers, messages: MessageHandlers) -> None:
        self._interaction = interaction
        self._states = states
        self._messages = messages
        self._held: AsyncExitStack | None = None
        self._open: list[tuple[Endpoint, str]] = []
        self._values: Values | None = None
        self._void = False
        self.cause: Cause | None = None
        self.mismatch: Mismatch | None = None
        self.missing_state: State | None = None

    @property
    def values(self) -> Values:
        """What the states supplied; nothing before they are set up."""
        return self._values or {}

    def open(self, endpoint: Endpoint, path: str) -> None:
        """Be reachable under a path of the endpoint."""
        for place, answer in ((f"{path}/state", self._answer_state), (f"{path}/message", self._answer_message)):
            endpoint.open(place, partial(_answered, answer))
            self._open.append((endpoint, place))

    async def set_up(self) -> None:
        """Bring the provider into the interaction's states, unless it is there already; a failure becomes `cause`."""
        if self._values is not None or self.cause is not None:
            return
        self._held = AsyncExitStack()
        try:
            self._values = await self._held.enter_async_context(provider_states(self._states, self._interaction))
        except StateError as error:
            self._note(error)

    async def close(self) -> None:
        """Tear the states down and be reachable no longer."""
        try:
            if self._held is not None:
                await self._held.aclose()
        except StateError as error:
            self.cause = self.cause or error.cause  # what was found before that holds all the same
        finally:
            while self._open:
                endpoint, place = self._open.pop()
                endpoint.shut(place)

    def overrule(self, result: Result) -> Result:
        """The result in the light of what happened here."""
        if self.cause is not None:
            found = () if self._void else result.mismatches
            return replace(result, outcome=Outcome.ERRORED, mismatches=found, cause=self.cause)
        if self.mismatch is not None:
            return replace(result, outcome=Outcome.FAILED, mismatches=(self.mismatch,), cause=None)
        return result

    def _note(self, error: StateError | MessageError) -> None:
        """Keep what went wrong before the provider could be judged: what a verifier makes of that says nothing."""
        self.cause, self._void = self.cause or error.cause, True
        if isinstance(error, StateHandlerMissing):
            names = {state.name: state for state in self._interaction.states}
            self.missing_state = names.get(error.state)

    async def _answer_state(self, asked: Mapping[str, object]) -> Answer:
        if asked.get("action") != "teardown":
            await self.set_up()
        if self.cause is not None:
            return json_answer({"error": self.cause.text}, _REFUSED)
        return json_answer(dict(self.values))

    async def _answer_message(self, asked: Mapping[str, object]) -> Answer:
        try:
            message = await self._messages.produce(self._interaction, asked.get("request"), self.values)
        except MessageError as error:
            self._note(error)
            return json_answer({"error": error.text}, _REFUSED)
        except Unproduced as error:
            self.mismatch = error.mismatch
            return json_answer({"error": error.mismatch.text}, _REFUSED)
        self.mismatch = None  # who asks again takes the last answer
        headers = metadata_header(message.metadata) if message.metadata else {}
        kind = {"content-type": message.content_type} if message.content_type else {}
        return Answer(200, message.contents, {**headers, **kind})


async def _answered(answer: Callable[[Mapping[str, object]], Awaitable[Answer]], body: bytes) -> Answer:
    """The answer to what a body asks; one that is no object asks nothing in particular."""
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    except RecursionError:
        return json_answer({"error": "this is nested too deep to be read"}, _UNREADABLE)
    return await answer(value if isinstance(value, dict) else {})
