"""Bringing the provider into the states of an interaction, in the tests' thread and with pytest's fixtures."""

import inspect
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, cast

import pytest

from troth_verifiers.api import Interaction, State
from troth_verifiers.calling import lacking, named, what_it_raised
from troth_verifiers.errors import StateError, StateHandlerFailed, StateHandlerMissing
from troth_verifiers.pytest_plugin.defining import MESSAGES, STATES, Definition, handler_of, names_of
from troth_verifiers.pytest_plugin.loops import Blocked, Loop
from troth_verifiers.states import Values

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


def prepare(
    request: pytest.FixtureRequest, interaction: Interaction, loop: Loop, *, elsewhere: bool, later: bool
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
            value = _set_up(request, partial(definition.function, **arguments), loop)
            prepared.values[number] = {**groups, **_values(state, value)}
        elif not elsewhere:
            raise StateHandlerMissing(state.name, _missing(state))

    def set_up_later(number: int) -> None:
        try:
            set_up(number)
        except StateError:
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


def _set_up(request: pytest.FixtureRequest, call: Callable[[], Any], loop: Loop) -> Any:
    """What a handler gives; whatever it left for the tear-down is the test's finalizer."""
    __tracebackhide__ = True
    outcome = call()
    if inspect.isgenerator(outcome):
        value = next(outcome, None)
        request.addfinalizer(partial(next, outcome, None))
        return value
    if inspect.isasyncgen(outcome):
        value = loop.call(_next(outcome))
        request.addfinalizer(partial(_tear_down, loop, partial(_next, outcome)))
        return value
    if isinstance(outcome, AbstractContextManager):
        value = outcome.__enter__()
        request.addfinalizer(lambda: outcome.__exit__(None, None, None))
        return value
    if isinstance(outcome, AbstractAsyncContextManager):
        value = loop.call(_awaited(outcome.__aenter__()))
        request.addfinalizer(partial(_tear_down, loop, lambda: _awaited(outcome.__aexit__(None, None, None))))
        return value
    if inspect.iscoroutine(outcome):
        return loop.call(outcome)
    return loop.call(_awaited(outcome)) if inspect.isawaitable(outcome) else outcome


def _tear_down(loop: Loop, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Let the application's loop end a state; one that is blocked has been told of, and can end nothing."""
    with suppress(Blocked):
        loop.call(work())


async def _next(generator: Any) -> Any:
    return await anext(generator, None)


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
            if error.argname != name:
                raise
            given = ", ".join(offered) or "no parameters"
            text = f"The handler of {whose} needs {name!r}: the contract gives {given}, and no fixture of that name is"
            raise StateHandlerFailed("", f"{text} visible from {definition.file}.") from None
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


def _values(state: State, value: object) -> Values:
    if value is None:
        return {}
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        return cast("Values", value)
    raise StateHandlerFailed(
        state.name,
        f"The handler of the provider state {state.name!r} gave a {type(value).__name__}; "
        "it should give nothing, or a mapping from names to values.",
    )


def failed(interaction: Interaction, error: BaseException, act: str) -> StateHandlerFailed:
    """A handler's or a fixture's own exception, as what keeps the interaction from being judged."""
    given = " and ".join(repr(state.name) for state in interaction.states)
    whose = f"the provider state {given}" if given else "the test's fixtures"
    return StateHandlerFailed("", f"The {act} of {whose} failed: {what_it_raised(error)}.")
