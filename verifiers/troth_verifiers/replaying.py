"""Replaying the interactions of one contract in their states: one result for each, whatever happens."""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from troth_verifiers.api import BatchVerifier, Cause, Interaction, Mismatch, Outcome, Result, State, Target, Verifier
from troth_verifiers.concurrent import each
from troth_verifiers.desk import Desk
from troth_verifiers.endpoint import Endpoint
from troth_verifiers.errors import cause_of
from troth_verifiers.messages import MessageHandlers
from troth_verifiers.states import StateHandlers


@dataclass(frozen=True, slots=True)
class Replay:
    """What it takes to replay a contract: the verifier, the provider, and who handles states and messages.

    `path` is this contract's part of the endpoint; `missing_states` collects the states that nobody handles.
    """

    verifier: Verifier
    target: Target
    states: StateHandlers
    messages: MessageHandlers
    endpoint: Endpoint
    path: str
    missing_states: dict[str, State]

    async def results(self, interactions: Sequence[Interaction]) -> AsyncGenerator[Result, None]:
        """Replay in order; neighbours that need no provider state go together, and may overtake each other."""
        for stateful, group in groupby(interactions, self._needs_state):
            replay = self._one_by_one if stateful else self._together
            async with aclosing(replay(list(group))) as results:
                async for result in results:
                    yield result

    def _needs_state(self, interaction: Interaction) -> bool:
        return bool(self.states.asked(interaction) or interaction.injects)

    async def _one_by_one(self, part: Sequence[Interaction]) -> AsyncGenerator[Result, None]:
        for interaction in part:
            began = time.monotonic()
            desk = self._desk(interaction)
            result = Result(interaction, Outcome.ERRORED)
            try:
                if not _calls_states(self.verifier, interaction, self.target):
                    await desk.set_up()
                if desk.cause is None:
                    target = replace(self.target, values=desk.values)
                    result = await guarded(self.verifier, interaction, target)
            finally:
                await desk.close()
            if desk.missing_state is not None:
                self.missing_states.setdefault(desk.missing_state.name, desk.missing_state)
            yield replace(desk.overrule(result), duration=time.monotonic() - began)

    async def _together(self, part: Sequence[Interaction]) -> AsyncGenerator[Result, None]:
        desks: dict[int, Desk] = {}
        asking = {str(interaction.index): interaction for interaction in part}

        def open_desk(name: str) -> None:
            interaction = asking.pop(name, None)
            if interaction is not None:
                desks[interaction.index] = self._desk(interaction)

        self.endpoint.open_when_asked(self.path, open_desk)
        waiting = {interaction.index: interaction for interaction in part}
        try:
            async with aclosing(_all(self.verifier, part, self.target)) as results:
                async for result in results:
                    index = result.interaction.index
                    if waiting.pop(index, None) is not None:  # a second result for one interaction is not believed
                        yield desks[index].overrule(result) if index in desks else result
            for interaction in waiting.values():
                yield Result(interaction, Outcome.ERRORED, cause=_FORGOTTEN)
        finally:
            self.endpoint.shut_all(self.path)
            for desk in desks.values():
                await desk.close()

    def _desk(self, interaction: Interaction) -> Desk:
        desk = Desk(interaction, self.states, self.messages)
        desk.open(self.endpoint, f"{self.path}/{interaction.index}")
        return desk


def _calls_states(verifier: Verifier, interaction: Interaction, target: Target) -> bool:
    says = getattr(verifier, "calls_states", False)
    return bool(says(interaction, target) if callable(says) else says)


_FORGOTTEN = Cause("engine", "The verifier gave no result for this interaction.")


async def guarded(verifier: Verifier, interaction: Interaction, target: Target) -> Result:
    """What a verifier says about one interaction; whatever it raises errors this interaction alone."""
    try:
        result = await verifier.verify(interaction, target)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in may raise anything
        return Result(interaction, Outcome.ERRORED, cause=cause_of(error))
    if not isinstance(result, Result) or result.interaction.index != interaction.index:
        return Result(interaction, Outcome.ERRORED, cause=_FORGOTTEN)
    return _believed(result)


def _believed(result: Result) -> Result:
    """A result of a plug-in, unless it contradicts itself."""
    odd = next((one for one in result.mismatches if not isinstance(one, Mismatch)), None)
    if type(result.outcome) is not Outcome:
        text = f"The verifier says that this interaction ended as {result.outcome!r}, which is no outcome."
    elif odd is not None:
        text = f"The verifier names something that is no mismatch: {odd!r}."
    elif result.mismatches and result.outcome is Outcome.PASSED:
        text = (
            f"The verifier says that this interaction passed, and that something is wrong: {result.mismatches[0].text}"
        )
    else:
        return result
    return Result(result.interaction, Outcome.ERRORED, cause=Cause("engine", text))


async def _all(verifier: Verifier, part: Sequence[Interaction], target: Target) -> AsyncGenerator[Result, None]:
    """Results in any order; if a batch breaks off, the error stands for whatever it left out."""
    waiting = {interaction.index: interaction for interaction in part}
    if isinstance(verifier, BatchVerifier):
        try:
            async for result in verifier.verify_all(part, target):
                if isinstance(result, Result):
                    waiting.pop(result.interaction.index, None)
                    yield _believed(result)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in may raise anything
            for interaction in tuple(waiting.values()):
                yield Result(interaction, Outcome.ERRORED, cause=cause_of(error))
        return
    async with aclosing(each(partial(guarded, verifier), part, target)) as results:
        async for result in results:
            yield result
