"""Which Pact plug-ins are installed on this machine, so that a missing one is an error before the library tries it.

Left to itself the library looks for a missing plug-in on the network, and then ends without a single result.
"""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from troth_schemas.pact import Plugin
from troth_verifiers.api import Cause


def plugin_folder() -> Path:
    """Where Pact plug-ins are installed: ``PACT_PLUGIN_DIR``, else ``~/.pact/plugins``."""
    return Path(os.environ.get("PACT_PLUGIN_DIR") or "~/.pact/plugins").expanduser()


def missing_plugin(needed: Sequence[str], listed: Sequence[Plugin], folder: Path) -> Cause | None:
    """Why the needed plug-ins cannot serve, or None if each of them is there in a sufficient version."""
    versions = {plugin.name: plugin.version for plugin in listed}
    installed = list(_installed(folder))
    for name in needed:
        wanted = versions.get(name)
        if not any(name == own and _order(version) >= _order(wanted or "0") for own, version in installed):
            version = f" {wanted} or later" if wanted else ""
            return Cause(
                "plugin-missing",
                f"This interaction needs the Pact plug-in {name}{version}, and {folder} has none that serves. "
                "Install it there, or point PACT_PLUGIN_DIR to where it is.",
            )
    return None


def _installed(folder: Path) -> Iterator[tuple[str, str]]:
    for manifest in sorted(folder.glob("*/pact-plugin.json")):
        try:
            described = json.loads(manifest.read_bytes())
            yield str(described["name"]), str(described["version"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a broken installation serves nobody, and the error says that none was found


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in version.partition("-")[0].split("."))
