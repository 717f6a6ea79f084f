"""Calling a user's function with what it names, as pytest does with fixtures."""

import inspect
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from functools import partial
from typing import Any, TypeAlias

Call: TypeAlias = Callable[[], Any]


def named(function: Callable[..., Any], offered: Mapping[str, object]) -> dict[str, object]:
    """Those of the offered arguments that the function names, or all if it has ``**``."""
    wanted = _parameters(function)
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in wanted):
        return dict(offered)
    return {parameter.name: offered[parameter.name] for parameter in wanted if parameter.name in offered}


def lacking(function: Callable[..., Any], offered: Mapping[str, object]) -> list[str]:
    """The arguments that the function cannot do without and that are not offered."""
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [
        parameter.name
        for parameter in _parameters(function)
        if parameter.default is parameter.empty and parameter.kind not in optional and parameter.name not in offered
    ]


def halves(outcome: Any) -> tuple[Call, Call] | None:
    """What begins and what ends that which a function gave back, if it is a generator or a context manager."""
    if inspect.isgenerator(outcome):
        step = partial(next, outcome, None)
        return step, step
    if inspect.isasyncgen(outcome):
        step = partial(anext, outcome, None)
        return step, step
    if isinstance(outcome, AbstractContextManager):
        return outcome.__enter__, partial(outcome.__exit__, None, None, None)
    if isinstance(outcome, AbstractAsyncContextManager):
        return outcome.__aenter__, partial(outcome.__aexit__, None, None, None)
    return None


def what_it_raised(error: BaseException) -> str:
    """An exception of a user's function in a few words."""
    text = str(error)
    return f"it raised {type(error).__name__}: {text}" if text else f"it raised {type(error).__name__}"


def _parameters(function: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    try:
        return tuple(inspect.signature(function).parameters.values())
    except ValueError:  # some functions written in C have no signature; they take nothing then
        return ()
