"""Provider states: who sets them up, and how each failure is told apart.

A state handler is an ordinary function, and takes those parameters of the state that it names. What it returns (a
mapping) are the values that the contract injects. It may be ``async``; it may be a generator that yields once, or a
context manager: what comes after the ``yield`` is the tear-down. ::

    def user_exists(id=1):
        user = make_user(id)
        yield {"id": user.id}
        user.delete()

    verify("pacts", "http://127.0.0.1:8000", states={"a user exists": user_exists})
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeAlias, cast

from troth_verifiers.api import Interaction, State
from troth_verifiers.background import Worker
from troth_verifiers.calling import halves, lacking, named, what_it_raised
from troth_verifiers.errors import StateHandlerFailed, StateHandlerMissing, StateValueMissing

Values: TypeAlias = Mapping[str, object]
StateFunction: TypeAlias = Callable[..., Any]

EVERY = ""
"""The name under which a mapping of handlers may hold one for interactions that ask for no state."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A state that is set up: the values it supplies, and how to tear it down."""

    values: Values
    tear_down: Callable[[], Awaitable[None]] | None = None


class StateHandlers(Protocol):
    """Whoever can bring the provider into a state."""

    def asked(self, interaction: Interaction) -> Sequence[State]:
        """The states to set up for an interaction, in this order."""
        ...

    async def set_up(self, state: State) -> Ready:
        """Bring the provider into a state; raises `StateError`."""
        ...

    async def aclose(self) -> None:
        """Let go of whatever is held."""
        ...


@asynccontextmanager
async def provider_states(handlers: StateHandlers, interaction: Interaction) -> AsyncIterator[Values]:
    """Hold the provider in the states of an interaction; gives the values for it, torn down in reverse order.

    Raises `StateError` where a state cannot be set up or torn down, or lacks a value that the contract injects.
    """
    values: dict[str, object] = {}
    async with AsyncExitStack() as set_up:
        for state in handlers.asked(interaction):
            ready = await handlers.set_up(state)
            if ready.tear_down is not None:
                set_up.push_async_callback(ready.tear_down)
            values |= {**state.params, **ready.values}
        _check_values(interaction, values)
        yield values


def _check_values(interaction: Interaction, values: Values) -> None:
    missing = [name for name in interaction.injects if name not in values]
    if not missing:
        return
    names, given = ", ".join(missing), " and ".join(repr(state.name) for state in interaction.states)
    if not given:
        raise StateValueMissing(
            "", f"The contract takes {names} from a provider state, but this interaction asks for no state."
        )
    raise StateValueMissing(
        interaction.states[-1].name,
        f"The contract takes {names} from the provider state, but the handler of {given} returned "
        f"{', '.join(values) or 'no values'}. Let it return a mapping with {names}.",
    )


class NoStates:
    """Nobody handles states: an interaction that asks for one is an error, unless that was asked to be overlooked."""

    def __init__(self, *, overlook: bool = False) -> None:
        self._overlook = overlook

    def asked(self, interaction: Interaction) -> Sequence[State]:
        """The states to set up for an interaction, in this order."""
        return () if self._overlook else interaction.states

    async def set_up(self, state: State) -> Ready:
        """Refuse."""
        raise StateHandlerMissing(
            state.name, f"The contract asks for the provider state {state.name!r}, and no state handlers were given."
        )

    async def aclose(self) -> None:
        """Nothing is held."""


class FunctionStates:
    """Python functions, by name of the state, or one for all that takes ``state`` and ``params``.

    All of them run in one thread of their own, one after the other, so that they may share what belongs to a thread;
    ``async`` ones run in the run's event loop. One that takes longer than `timeout` seconds is given up.
    """

    def __init__(
        self, handlers: Mapping[str, StateFunction] | StateFunction, *, timeout: float, overlook: bool = False
    ) -> None:
        self._handlers = handlers
        self._timeout = timeout
        self._overlook = overlook
        self._worker = Worker("troth-states")

    def asked(self, interaction: Interaction) -> Sequence[State]:
        """The states to set up for an interaction, in this order."""
        every = isinstance(self._handlers, Mapping) and EVERY in self._handlers
        return interaction.states or ((State(EVERY),) if every else ())

    async def set_up(self, state: State) -> Ready:
        """Call the state's function as far as its ``yield`` or its end."""
        call = self._call_for(state)
        if call is None:
            return Ready({})
        outcome = await self._guarded(state, "set-up", call)
        return await self._ready(state, outcome)

    async def aclose(self) -> None:
        """Let the thread end."""
        self._worker.close()

    def _call_for(self, state: State) -> Callable[[], Any] | None:
        if not isinstance(self._handlers, Mapping):
            function = self._handlers
            arguments = named(function, {"state": state.name, "params": dict(state.params)})
            return partial(function, **arguments)
        handler = self._handlers.get(state.name)
        if handler is None:
            if self._overlook:
                return None
            known = ", ".join(repr(name) for name in self._handlers if name) or "none"
            raise StateHandlerMissing(
                state.name, f"No handler was given for the provider state {state.name!r}; there are: {known}."
            )
        arguments = _arguments(handler, state)
        return partial(handler, **arguments)

    async def _ready(self, state: State, outcome: Any) -> Ready:
        """Values and tear-down of what a handler gave back: nothing, a mapping, or something with two halves."""
        parts = halves(outcome)
        if parts is None:
            return Ready(values_of(state, outcome))
        begin, end = parts
        value = await self._guarded(state, "set-up", begin)
        return Ready(values_of(state, value), partial(self._finish, state, end))

    async def _finish(self, state: State, call: Callable[[], Any]) -> None:
        await self._guarded(state, "tear-down", call)

    async def _guarded(self, state: State, act: str, call: Callable[[], Any]) -> Any:
        """What a call gives back in the thread, awaited if need be; every failure as a `StateHandlerFailed`."""
        try:
            async with asyncio.timeout(self._timeout) as clock:
                outcome = await self._worker.call(call)
                return await outcome if inspect.isawaitable(outcome) else outcome
        except asyncio.CancelledError:
            self._leave_behind()
            raise
        except Exception as error:  # noqa: BLE001 - a handler may raise anything, and only its interaction suffers
            text = what_it_raised(error)
            if clock.expired():
                self._leave_behind()
                text = f"it did not end within {self._timeout:g} s"
        raise StateHandlerFailed(state.name, f"The {act} of the provider state {state.name!r} failed: {text}.")

    def _leave_behind(self) -> None:
        """Go on in a new thread, because the one there is may be stuck in a handler."""
        self._worker.close()
        self._worker = Worker("troth-states")


def _arguments(handler: StateFunction, state: State) -> dict[str, object]:
    missing = lacking(handler, state.params)
    if missing:
        given = ", ".join(state.params) or "none"
        raise StateHandlerFailed(
            state.name,
            f"The handler of the provider state {state.name!r} needs the parameter {', '.join(missing)}; "
            f"the contract gives: {given}.",
        )
    return named(handler, state.params)


def values_of(state: State, value: object) -> Values:
    """What the handler of a state gave back, as values. Raises `StateHandlerFailed` where it is none."""
    if value is None:
        return {}
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        return cast("Values", value)
    raise StateHandlerFailed(
        state.name,
        f"The handler of the provider state {state.name!r} gave a {type(value).__name__}; "
        "it should give nothing, or a mapping from names to values.",
    )
