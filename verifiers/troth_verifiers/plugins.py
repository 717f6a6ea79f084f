"""Finding plug-ins: verifiers by the format of a contract, sources by the scheme of an address."""

from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from troth_verifiers.api import SourceFactory, Verifier
from troth_verifiers.errors import PluginError

VERIFIERS = "troth.verifiers"
"""The entry-point group of verifiers; the name of an entry point is the format it verifies."""

SOURCES = "troth.sources"
"""The entry-point group of sources; the name of an entry point is the scheme of the addresses it understands."""


def verifier(contract_format: str) -> Verifier:
    """A new verifier for contracts of a format; raises `PluginError` if none is installed, or two are."""
    made = _load(VERIFIERS, contract_format, f"verifies contracts of the format {contract_format!r}")()
    if not callable(getattr(made, "interactions", None)) or not callable(getattr(made, "verify", None)):
        raise PluginError(f"The plug-in for {contract_format!r} is no verifier: it lacks `interactions` or `verify`.")
    return cast("Verifier", made)


def source_factory(scheme: str) -> SourceFactory:
    """What makes a source of addresses with a scheme; raises `PluginError` if nothing does."""
    return cast("SourceFactory", _load(SOURCES, scheme, f"reads contracts from {scheme}: addresses"))


def _load(group: str, name: str, does: str) -> Any:
    found = _entries(group, name)
    if not found:
        others = ", ".join(sorted({entry.name for entry in entry_points(group=group)})) or "none"
        raise PluginError(f"No installed plug-in {does} (group {group}; installed: {others}).")
    if len(found) > 1:
        values = " and ".join(sorted(entry.value for entry in found))
        raise PluginError(f"More than one installed plug-in {does}: {values}. Uninstall all but one.")
    try:
        return found[0].load()
    except (ImportError, AttributeError) as error:
        raise PluginError(f"The plug-in {found[0].value} does not load: {error}.") from error


def _entries(group: str, name: str) -> tuple[EntryPoint, ...]:
    """The distinct entry points of a name; an installation that is found twice on the path counts once."""
    return tuple({entry.value: entry for entry in entry_points(group=group, name=name)}.values())
