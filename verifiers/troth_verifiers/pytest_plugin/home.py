"""Where the tests of contracts belong among a project's tests, so that they see the fixtures that they need."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest


def home_of(
    session: pytest.Session, nodes: Mapping[Path, pytest.Collector], files: Iterable[Path]
) -> tuple[pytest.Collector, Path | None]:
    """The node below which the tests stand, and the file that says so.

    That is the folder of the conftest.py, or the test module, from which all files that define states or the
    application can be seen; else the nearest folder that holds them all; the session where there are none.
    """
    found: dict[pytest.Collector, Path] = {}
    for file in files:
        node = nodes.get(file.parent if file.name == "conftest.py" else file)
        if node is not None:
            found.setdefault(node, file)
    if not found:
        return session, None
    deepest = max(found, key=lambda node: len(node.listchain()))
    if all(node in deepest.listchain() for node in found):
        return deepest, found[deepest]
    chains = [node.listchain() for node in found]
    shared = [node for node in chains[0] if all(node in chain for chain in chains)]
    nearest = shared[-1]
    return (nearest if isinstance(nearest, pytest.Collector) else session), found[deepest]


def belongs(home: Path | None, paths: Sequence[str] | None, start: Path) -> bool:
    """Whether contracts take part where only these paths were asked for; None stands for all tests."""
    if paths is None:
        return True
    if home is None:
        return False
    return any("::" not in path and home.is_relative_to((start / path).absolute()) for path in paths)
