"""Finding plug-ins: verifiers by the format of a contract; sources, sinks, transports and states by a scheme."""

import sys
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any, Final, Protocol, cast

from troth_schemas import plugged
from troth_schemas.loading import StillLoadingError, loaded
from troth_verifiers.api import PROTOCOLS, Sink, SourceFactory, Target, Verifier
from troth_verifiers.calling import what_it_raised
from troth_verifiers.errors import PluginError, VerifierError, VerifierMissing
from troth_verifiers.states import StateHandlers
from troth_verifiers.transport import Transport

VERIFIERS = "troth.verifiers"
"""The entry-point group of verifiers; the name of an entry point is the format it verifies."""

SOURCES = "troth.sources"
"""The entry-point group of sources; the name of an entry point is the scheme of the addresses it understands."""

SINKS = "troth.sinks"
"""The entry-point group of sinks; the name of an entry point is the scheme of the addresses that it publishes to."""


class SinkFactory(Protocol):
    """What an entry point of the group ``troth.sinks`` holds: makes the sink for an address such as a URL."""

    def __call__(
        self, address: str, *, version: str, branch: str | None, tags: tuple[str, ...], build_url: str | None
    ) -> Sink:
        """Return where results of a provider's version go; credentials come from the environment."""
        ...


TRANSPORTS = "troth.transports"
"""The entry-point group of transports; the name of an entry point is the scheme of a message broker's addresses."""


STATES = "troth.states"
"""The entry-point group of state handlers; the name of an entry point is the scheme of the addresses it understands."""


class StatesFactory(Protocol):
    """What an entry point of the group ``troth.states`` holds: makes the state handlers for an address."""

    def __call__(self, address: str, *, target: Target, timeout: float) -> StateHandlers:
        """Return who sets up the provider's states; `timeout` is in seconds, for one state."""
        ...


def states_factory(scheme: str) -> StatesFactory | None:
    """What makes the state handlers for addresses with a scheme; None if nothing is installed that does."""
    if not _entries(STATES, scheme):
        return None
    return cast("StatesFactory", _maker(STATES, scheme, f"sets up states at {scheme}: addresses"))


def transport_maker(scheme: str) -> Callable[[], Transport]:
    """What makes transports for message brokers at addresses with a scheme.

    Raises `PluginError` if nothing does, and so does what it gives if that makes no transport.
    """
    return _maker(TRANSPORTS, scheme, f"listens to message brokers at {scheme}: addresses")


def transport(scheme: str) -> Transport:
    """A new transport, as `transport_maker` finds it."""
    return transport_maker(scheme)()


def verifier(contract_format: str) -> Verifier:
    """A new verifier for contracts of a format; raises `VerifierMissing` if none is installed, else `PluginError`."""
    does = f"verifies contracts of the format {contract_format!r}"
    if not _entries(VERIFIERS, contract_format):
        raise VerifierMissing(_nothing_does(VERIFIERS, does))
    return cast("Verifier", _maker(VERIFIERS, contract_format, does)())


def source_factory(scheme: str) -> SourceFactory:
    """What makes a source of addresses with a scheme; raises `PluginError` if nothing does."""
    return cast("SourceFactory", _maker(SOURCES, scheme, f"reads contracts from {scheme}: addresses"))


def sink_factory(scheme: str) -> SinkFactory:
    """What makes a sink of addresses with a scheme; raises `PluginError` if nothing does."""
    return cast("SinkFactory", _maker(SINKS, scheme, f"publishes results to {scheme}: addresses"))


def known_protocols() -> tuple[str, ...]:
    """What a provider can be said to speak at an address of its own: what Troth asks for, and installed formats."""
    return tuple(sorted({*PROTOCOLS, *(entry.name for entry in _installed(VERIFIERS))}))


def is_transport(scheme: str) -> bool:
    """Whether message brokers have addresses of this scheme."""
    return bool(_entries(TRANSPORTS, scheme))


_MADE: Final = {
    VERIFIERS: ("verifier", ("interactions", "verify")),
    SOURCES: ("source", ("contracts",)),
    SINKS: ("sink", ("publish",)),
    TRANSPORTS: ("transport", ("listen", "send")),
    STATES: ("handler of states", ("asked", "set_up", "aclose")),
}
"""What the plug-ins of each group make, and what that has to be able to do."""


def _maker(group: str, name: str, does: str) -> Callable[..., Any]:
    """What a plug-in makes things with; it raises a `PluginError` where the plug-in fails, or makes something else."""
    value, make = _loaded(group, name, does)
    kind, verbs = _MADE[group]

    def made(*args: object, **named: object) -> Any:
        if not callable(make):
            raise PluginError(f"The plug-in {value} cannot be used: it is nothing that can be called.")
        try:
            one = make(*args, **named)
        except VerifierError:
            raise
        except (Exception, SystemExit) as error:
            raise PluginError(f"The plug-in {value} cannot be used: {what_it_raised(error)}.") from error
        if not all(callable(getattr(one, verb, None)) for verb in verbs):
            lacks = " or ".join(f"`{verb}`" for verb in verbs)
            raise PluginError(f"The plug-in for {name!r} is no {kind}: it lacks {lacks}.")
        return one

    return made


def _loaded(group: str, name: str, does: str) -> tuple[str, Any]:
    """The one entry point of a name: where it leads, and what is there."""
    found = _entries(group, name)
    if not found:
        raise PluginError(_nothing_does(group, does))
    if len(found) > 1:
        values = " and ".join(sorted(entry.value for entry in found))
        raise PluginError(f"More than one installed plug-in {does}: {values}. Uninstall all but one.")
    try:
        return found[0].value, loaded(found[0].value, found[0].load)
    except StillLoadingError as error:
        raise PluginError(f"The plug-in {found[0].value} cannot be used: {error}.") from None
    except VerifierError as error:
        raise PluginError(f"The plug-in {found[0].value} does not load: {error.text}") from error
    except (ImportError, AttributeError) as error:
        raise PluginError(f"The plug-in {found[0].value} does not load: {error}.") from error
    except (Exception, SystemExit) as error:
        raise PluginError(f"The plug-in {found[0].value} does not load: {what_it_raised(error)}.") from error


def _nothing_does(group: str, does: str) -> str:
    others = ", ".join(sorted({entry.name for entry in _installed(group)})) or "none"
    return f"No installed plug-in {does} (group {group}; installed: {others})."


def _entries(group: str, name: str) -> tuple[EntryPoint, ...]:
    """The distinct entry points of a name; an installation that is found twice on the path counts once."""
    return tuple({entry.value: entry for entry in _installed(group).select(name=name)}.values())


def _installed(group: str) -> EntryPoints:
    """What all installed distributions bring; read again only where something was installed or taken away."""
    return _read(group, tuple((folder, _changed(folder)) for folder in sys.path))


@lru_cache(maxsize=16)
def _read(group: str, _path: tuple[tuple[str, int], ...]) -> EntryPoints:
    return EntryPoints(plugged.installed(group))


def _changed(folder: str) -> int:
    try:
        return Path(folder).stat().st_mtime_ns
    except OSError:
        return 0
