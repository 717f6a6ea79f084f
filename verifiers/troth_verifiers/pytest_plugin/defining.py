"""`@provider_state` and `@provider_message`: how a provider's tests say who brings about a state, or a message.

Both keep what they are told in this process; the plug-in looks there when the tests are collected.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

Named: TypeAlias = str | re.Pattern[str]
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Definition:
    """One function that handles a state or a message: under which name, and the file that says so."""

    name: Named
    function: Callable[..., Any]
    file: Path

    def groups(self, name: str) -> Mapping[str, str] | None:
        """What a name says beyond being this one (the named groups of a pattern); None if it is another."""
        if isinstance(self.name, str):
            return {} if name == self.name else None
        found = self.name.fullmatch(name)
        return found.groupdict() if found else None


STATES: list[Definition] = []
"""Every function that `provider_state` was given, in that order."""

MESSAGES: list[Definition] = []
"""Every function that `provider_message` was given, in that order."""


def provider_state(*names: Named) -> Callable[[Function], Function]:
    """Say that a function brings the provider into the states of these names (or of names that a pattern matches).

    It takes the state's parameters and the pattern's groups by name, and pytest's fixtures under all other names. What
    it returns (a mapping) is injected; what comes after a ``yield`` tears the state down. It may be ``async``.
    """
    return _defining(STATES, names, "provider_state")


def provider_message(*names: Named) -> Callable[[Function], Function]:
    """Say that a function produces the messages of these descriptions.

    It takes what it names of ``description``, ``states``, ``params``, ``values`` and ``request`` (the decoded request
    of a synchronous message), and pytest's fixtures under all other names. It may be ``async``.
    """
    return _defining(MESSAGES, names, "provider_message")


def handler_of(name: str, among: list[Definition]) -> tuple[Definition, Mapping[str, str]] | None:
    """Who handles a name, and what its pattern found; an exact name wins over patterns, the newest over older ones."""
    found = [(one, groups) for one in reversed(among) if (groups := one.groups(name)) is not None]
    exact = [pair for pair in found if isinstance(pair[0].name, str)]
    return next(iter(exact + found), None)


def names_of(among: list[Definition]) -> str:
    """The names that are handled, for people; patterns are left out."""
    return ", ".join(sorted({repr(one.name) for one in among if isinstance(one.name, str)})) or "none"


def _is_name(name: object) -> bool:
    return isinstance(name, str) or (isinstance(name, re.Pattern) and isinstance(name.pattern, str))


def _defining(among: list[Definition], names: tuple[Named, ...], what: str) -> Callable[[Function], Function]:
    if not names or not all(map(_is_name, names)):
        raise TypeError(f'@{what} takes the name that the contracts use, or several: @{what}("…")')

    def define(function: Function) -> Function:
        here = inspect.currentframe()
        assert here is not None
        assert here.f_back is not None
        file = Path(here.f_back.f_code.co_filename)  # the function may be another's wrapper, a class or an object
        among.extend(Definition(name, function, file) for name in names)
        return function

    return define
