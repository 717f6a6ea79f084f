"""The libraries that come with extras of the distribution, looked for before anything fails for the lack of one."""

from importlib.util import find_spec

from troth_schemas.errors import ExtraMissing
from troth_verifiers.errors import PluginError


def need(what: str, extra: str, *modules: str) -> None:
    """Raise `PluginError` with what to install where one of these is not there."""
    for module in modules:
        if not _is_there(module):
            raise PluginError(f"{ExtraMissing(what, extra, module)}.")


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even its package
        return False
