"""Bringing the provider into the states of an interaction, in the tests' thread and with pytest's fixtures."""

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import pytest

from troth_verifiers.api import Interaction, State
from troth_verifiers.calling import halves, lacking, named, what_it_raised
from troth_verifiers.errors import StateError, StateHandlerFailed, StateHandlerMissing
from troth_verifiers.pytest_plugin.defining import MESSAGES, STATES, Definition, handler_of, names_of
from troth_verifiers.pytest_plugin.limits import Limit, OutOfTime
from troth_verifiers.pytest_plugin.loops import Blocked, Loop
from troth_verifiers.pytest_plugin.tracing import leads_somewhere
from troth_verifiers.states import Values, values_of

_OFFERED: Final = ("description", "states", "params", "values", "request")


@dataclass(slots=True)
class Prepared:
    """What stands ready for an interaction: each state's values, and the function that produces its message.

    States without an entry are nobody's here; the provider's own URL is asked for them. Where the provider's messages
    are listened to, `later` sets up the state of a number, in the tests' thread, once somebody listens: what is sent
    before nobody hears.
    """

    values: dict[int, Values] = field(default_factory=dict)
    later: Callable[[int], None] | None = None
    message: Callable[[Mapping[str, object]], Any] | None = None


@dataclass(frozen=True, slots=True)
class Hand:
    """Calls the project's own functions: in the tests' thread, what is ``async`` in the application's event loop."""

    loop: Loop
    limit: Limit

    def call(self, function: Callable[[], Any]) -> Any:
        """What a function gives or raises, awaited if need be. Raises `OutOfTime` where that takes too long."""
        __tracebackhide__ = True
        return self.limit.call(partial(self._call, function))

    def _call(self, function: Callable[[], Any]) -> Any:
        outcome = function()
        if inspect.iscoroutine(outcome):
            return self.loop.call(outcome)
        return self.loop.call(_awaited(outcome)) if inspect.isawaitable(outcome) else outcome


def prepare(
    request: pytest.FixtureRequest, interaction: Interaction, hand: Hand, *, elsewhere: bool, later: bool
) -> Prepared:
    """Set up every state, or make ready to do so `later`, and have it torn down with the test, in reverse order.

    `elsewhere` says that states nobody handles here are handled by a URL. Raises `StateHandlerMissing` otherwise,
    `StateHandlerFailed` for a handler that cannot be called or answers badly, and whatever a handler raises.
    """
    prepared = Prepared()

    def set_up(number: int) -> None:
        state = interaction.states[number]
        found = handler_of(state.name, STATES)
        if found is not None:
            definition, groups = found
            arguments = _arguments(request, definition, {**groups, **state.params}, state)
            value = _set_up(request, partial(definition.function, **arguments), hand, state)
            prepared.values[number] = {**groups, **values_of(state, value)}
        elif not elsewhere:
            raise StateHandlerMissing(state.name, _missing(state))

    def set_up_later(number: int) -> None:
        try:
            set_up(number)
        except (StateError, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise failed(interaction, error, "set-up") from error

    if later:
        prepared.later = set_up_later
    else:
        for number in range(len(interaction.states)):
            set_up(number)
    if interaction.kind != "http":
        prepared.message = _message(request, interaction)
    return prepared


def _missing(state: State) -> str:
    text = f"Nobody handles the provider state {state.name!r}: no @provider_state has this name"
    return f"{text}; there are: {names_of(STATES)}."


def _set_up(request: pytest.FixtureRequest, call: Callable[[], Any], hand: Hand, state: State) -> Any:
    """What a handler gives; whatever it left for the tear-down is the test's finalizer."""
    __tracebackhide__ = True
    outcome = _in_time(state, "set-up", hand, call)
    parts = halves(outcome)
    if parts is None:
        return outcome
    begin, end = parts
    value = _in_time(state, "set-up", hand, begin)
    request.addfinalizer(partial(_tear_down, state, hand, end))
    return value


def _tear_down(state: State, hand: Hand, end: Callable[[], Any]) -> None:
    """End a state; an application's loop that is blocked has been told of, and can end nothing."""
    __tracebackhide__ = True
    with suppress(Blocked):
        _in_time(state, "tear-down", hand, end)


def _in_time(state: State, act: str, hand: Hand, call: Callable[[], Any]) -> Any:
    """What a call gives or raises. Raises `StateHandlerFailed` where it takes too long or would end the process."""
    __tracebackhide__ = True
    try:
        return hand.call(call)
    except OutOfTime as late:
        text = f"The {act} of the provider state {state.name!r} failed: {late}."
        raise StateHandlerFailed(state.name, text) from (late if leads_somewhere(late) else None)
    except SystemExit as error:  # which pytest takes for the end of all that needs what needs this
        text = f"The {act} of the provider state {state.name!r} failed: {what_it_raised(error)}."
        raise StateHandlerFailed(state.name, text) from error


async def _awaited(work: Any) -> Any:
    return await work


def _arguments(
    request: pytest.FixtureRequest, definition: Definition, params: Mapping[str, object], state: State
) -> dict[str, object]:
    """The state's parameters that a function names; its other names are fixtures."""
    fixtures = _fixtures(request, definition, params, f"the provider state {state.name!r}")
    return {**named(definition.function, params), **fixtures}


def _fixtures(
    request: pytest.FixtureRequest, definition: Definition, offered: Mapping[str, object], whose: str
) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in lacking(definition.function, offered):
        try:
            found[name] = request if name == "request" else request.getfixturevalue(name)
        except pytest.FixtureLookupError as error:
            if error.argname != name or "recursive dependency" in error.formatrepr().errorstring:
                raise
            given = ", ".join(offered) or "no parameters"
            text = f"The handler of {whose} needs {name!r}: the contract gives {given}, and no fixture of that name is"
            raise StateHandlerFailed("", f"{text} visible from {definition.file}.") from None
        except pytest.fail.Exception as error:
            if "has no parameter defined" not in str(error):
                raise
            text = f"The handler of {whose} needs the fixture {name!r}, which has parameters; an interaction has none."
            raise StateHandlerFailed("", text) from None
    return found


def _message(request: pytest.FixtureRequest, interaction: Interaction) -> Callable[[Mapping[str, object]], Any] | None:
    found = handler_of(interaction.description, MESSAGES)
    if found is None:
        return None
    definition, groups = found
    function = definition.function
    names = dict.fromkeys((*_OFFERED, *groups))
    fixtures = _fixtures(request, definition, names, f"the message {interaction.description!r}")
    return lambda offered: function(**named(function, {**groups, **offered}), **fixtures)


def failed(interaction: Interaction, error: BaseException, act: str) -> StateHandlerFailed:
    """A handler's or a fixture's own exception, as what keeps the interaction from being judged."""
    given = " and ".join(repr(state.name) for state in interaction.states)
    whose = f"the provider state {given}" if given else "the test's fixtures"
    raised = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
    return StateHandlerFailed("", f"The {act} of {whose} failed: {' and '.join(map(what_it_raised, raised))}.")
