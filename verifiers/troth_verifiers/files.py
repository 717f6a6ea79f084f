"""Contracts from files: a path, a folder, a glob, or several of these."""

import glob
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path

from troth_verifiers.api import Contract
from troth_verifiers.drafting import VARIABLES, Draft, draft, inside
from troth_verifiers.errors import SourceUnreadable

_IN_FOLDERS = ("*.json", "*.troth.yaml", "*.troth.yml")


class Files:
    """The contracts in files; a folder stands for the ``*.json`` and ``*.troth.yaml`` files right inside it.

    Each file is read once, in the order of the arguments and then of the names. A path that does not exist and a glob
    that matches nothing raise `SourceUnreadable`: contracts that are not found are not contracts that are kept. One
    that is there and cannot be read, or that refers to what cannot, is a contract that says so.
    """

    def __init__(self, *places: str | Path) -> None:
        self._places = places

    async def contracts(self) -> AsyncIterator[Contract]:
        """Yield a contract for each file."""
        for path in dict.fromkeys(path for place in self._places for path in _paths(place)):
            yield contract_in(path)


def contract_in(path: Path) -> Contract:
    """The contract in one file, with the documents beside it that it refers to.

    The names come from inside it, and are empty if they cannot be read there.
    """
    try:
        content = _read(path)
    except SourceUnreadable as problem:
        return Contract("", "", b"", str(path), origin=str(path), unreadable=problem.text)
    found = draft(str(path), content)
    try:
        files = _beside(found, path)
    except SourceUnreadable as problem:
        files, found = {}, replace(found, unreadable=problem.text)
    return found.with_files(files, shown=str(path), origin=str(path))


def _beside(found: Draft, path: Path) -> dict[str, bytes]:
    around = (name for name in found.around if (path.parent / name).is_file())
    files = {name: _read(path.parent / name) for name in around}
    while new := _wanted(found, path, files):
        files |= {name: _read(path.parent / inside(str(path), name)) for name in new}
    return files


def _wanted(found: Draft, path: Path, files: dict[str, bytes]) -> list[str]:
    return [*found.needs(files), *(name for name in found.imports(files) if (path.parent / name).is_file())]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceUnreadable(f"{path} cannot be read: {error.strerror}.") from None


def _paths(place: str | Path) -> Iterable[Path]:
    path = Path(place)
    if isinstance(place, str) and not place.strip():  # else it would be the current folder
        raise SourceUnreadable("An empty name is given as a file: is the variable set that it comes from?")
    if path.is_dir():
        found = {one for pattern in _IN_FOLDERS for one in path.glob(pattern) if not one.name.endswith(VARIABLES)}
        return _some(sorted(found), f"The folder {path} holds no *.json and no *.troth.yaml file.")
    if path.exists():
        return [path]
    if isinstance(place, str) and glob.has_magic(place):
        fitting = (Path(name) for name in sorted(glob.glob(place, recursive=True)))  # noqa: PTH207 - Path.glob knows no absolute pattern
        return _some([one for one in fitting if one.is_file()], f"Nothing matches {place}.")
    raise SourceUnreadable(f"{path} does not exist.")


def _some(found: list[Path], otherwise: str) -> list[Path]:
    if not found:
        raise SourceUnreadable(otherwise)
    return found
