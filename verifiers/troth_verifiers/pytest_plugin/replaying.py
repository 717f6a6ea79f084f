"""Replaying one interaction at a time, with what lives as long as the test run: connections, processes, an endpoint."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from troth_verifiers.api import Interaction, Outcome, Result, State, Target, Verifier
from troth_verifiers.calling import what_it_raised
from troth_verifiers.endpoint import Endpoint
from troth_verifiers.errors import MessageHandlerMissing, TargetIncomplete, VerifierError
from troth_verifiers.events.opening import endpoint_of
from troth_verifiers.messages import Message, MessageHandlers, Unproduced, message_of
from troth_verifiers.preflight import check
from troth_verifiers.pytest_plugin.defining import MESSAGES, names_of
from troth_verifiers.pytest_plugin.limits import OutOfTime
from troth_verifiers.pytest_plugin.loops import Loop
from troth_verifiers.pytest_plugin.plan import Planned
from troth_verifiers.pytest_plugin.readying import Hand, Prepared
from troth_verifiers.pytest_plugin.settings import Settings
from troth_verifiers.remote import RemoteMessages, RemoteStates
from troth_verifiers.replaying import Replay
from troth_verifiers.states import Ready, StateHandlers, Values
from troth_verifiers.urls import StateUrl


class Replayer:
    """Replays in an event loop of its own; `close` ends what the run held."""

    def __init__(self, settings: Settings, hand: Hand) -> None:
        self._settings = settings
        self._hand = hand
        self._loop = Loop("troth-replay")
        self._endpoint: Endpoint | None = None
        self._checked: dict[str, VerifierError | None] = {}
        self._verifiers: set[Verifier] = set()

    def replay(self, planned: Planned, interaction: Interaction, target: Target, prepared: Prepared) -> Result:
        """What happened to an interaction whose states stand ready."""
        return self._loop.call(self._replay(planned, interaction, target, prepared))

    def close(self) -> None:
        """Close connections and end child processes."""
        self._loop.call(self._close())
        self._loop.close()

    async def _replay(self, planned: Planned, interaction: Interaction, target: Target, prepared: Prepared) -> Result:
        assert planned.verifier is not None
        self._verifiers.add(planned.verifier)
        if self._endpoint is None:
            self._endpoint = await Endpoint().__aenter__()
        try:
            if interaction.kind == "http":
                await self._check(target)
        except VerifierError as error:
            return Result(interaction, Outcome.ERRORED, cause=error.cause)
        path = f"/{planned.number}"
        target = replace(target, endpoint=f"{self._endpoint.url}{path}")
        states = _States(prepared, self._loop, self._remote_states(target))
        messages = _Messages(prepared, self._loop, self._hand, self._remote_messages(target))
        replay = Replay(planned.verifier, target, states, messages, self._endpoint, path, {})
        try:
            async with aclosing(replay.results([interaction])) as results:
                async for result in results:
                    return result
        finally:
            await states.aclose()
            await messages.aclose()
        raise AssertionError("a replay gives one result for each interaction")

    async def _check(self, target: Target) -> None:
        """Raise what keeps every request from being answered, found out once for each address."""
        if target.url is None:
            raise TargetIncomplete(
                "The contract holds HTTP interactions, and nothing says where the provider is: give --troth-url, set "
                "url or app, or define a fixture troth_app."
            )
        if target.url not in self._checked:
            try:
                await check(target)
                self._checked[target.url] = None
            except VerifierError as error:
                self._checked[target.url] = error
        known = self._checked[target.url]
        if known is not None:
            raise known

    def _remote_states(self, target: Target) -> StateHandlers | None:
        url, timeout = self._settings.state_url, self._settings.handler_timeout
        return RemoteStates(StateUrl(url, tear_down=True), timeout=timeout, target=target) if url else None

    def _remote_messages(self, target: Target) -> MessageHandlers | None:
        url = self._settings.message_url or endpoint_of(target)
        return RemoteMessages(url, timeout=self._settings.handler_timeout, target=target) if url else None

    async def _close(self) -> None:
        for verifier in self._verifiers:
            aclose = getattr(verifier, "aclose", None)
            if aclose is not None:
                await aclose()
        if self._endpoint is not None:
            await self._endpoint.__aexit__(None, None, None)


@dataclass(slots=True)
class _States:
    """States that are set up already, or when they are asked for; others are asked for at the provider's own URL."""

    prepared: Prepared
    loop: Loop
    remote: StateHandlers | None
    asked_for: int = 0

    def asked(self, interaction: Interaction) -> Sequence[State]:
        return interaction.states

    async def set_up(self, state: State) -> Ready:
        number, self.asked_for = self.asked_for, self.asked_for + 1
        later = self.prepared.later
        if later is not None:
            await self.loop.errand(lambda: later(number))
        if number in self.prepared.values or self.remote is None:
            return Ready(self.prepared.values.get(number, {}))
        return await self.remote.set_up(state)

    async def aclose(self) -> None:
        if self.remote is not None:
            await self.remote.aclose()


@dataclass(slots=True)
class _Messages:
    """The interaction's message from its function, which is called in the tests' thread."""

    prepared: Prepared
    loop: Loop
    hand: Hand
    remote: MessageHandlers | None

    async def produce(self, interaction: Interaction, request: object, values: Values) -> Message:
        function = self.prepared.message
        if function is None:
            if self.remote is not None:
                return await self.remote.produce(interaction, request, values)
            text = f"Nobody produces the message {interaction.description!r}: no @provider_message has this name"
            raise MessageHandlerMissing(interaction.description, f"{text}; there are: {names_of(MESSAGES)}.")
        offered: Mapping[str, object] = {
            "description": interaction.description,
            "states": list(interaction.states),
            "params": {name: value for state in interaction.states for name, value in state.params.items()},
            "values": dict(values),
            "request": request,
        }
        try:
            return message_of(await self.loop.errand(lambda: self.hand.call(lambda: function(offered))))
        except OutOfTime as late:
            raise Unproduced(f"The function for this message gave none: {late}.") from late
        except Exception as error:
            raise Unproduced(f"The function for this message gave none: {what_it_raised(error)}.") from error

    async def aclose(self) -> None:
        if self.remote is not None:
            await self.remote.aclose()
