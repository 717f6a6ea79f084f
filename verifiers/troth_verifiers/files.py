"""Contracts from files: a path, a folder, a glob, or several of these."""

import glob
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

from troth_verifiers.api import Contract
from troth_verifiers.errors import SourceUnreadable


class Files:
    """The contracts in files; a folder stands for the ``*.json`` files right inside it.

    Each file is read once, in the order of the arguments and then of the names. A path that does not exist and a glob
    that matches nothing raise `SourceUnreadable`: contracts that are not found are not contracts that are kept.
    """

    def __init__(self, *places: str | Path) -> None:
        self._places = places

    async def contracts(self) -> AsyncIterator[Contract]:
        """Yield a contract for each file."""
        for path in dict.fromkeys(path for place in self._places for path in _paths(place)):
            yield contract_in(path)


def contract_in(path: Path) -> Contract:
    """The contract in one file; the names come from inside it, and are empty if they cannot be read there."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceUnreadable(f"{path} cannot be read: {error.strerror}.") from None
    consumer, provider = _names(content)
    return Contract(consumer=consumer, provider=provider, content=content, name=str(path), origin=str(path))


def _paths(place: str | Path) -> Iterable[Path]:
    path = Path(place)
    if isinstance(place, str) and not place.strip():  # else it would be the current folder
        raise SourceUnreadable("An empty name is given as a file: is the variable set that it comes from?")
    if path.is_dir():
        return _some(sorted(path.glob("*.json")), f"The folder {path} holds no *.json file.")
    if path.exists():
        return [path]
    if isinstance(place, str) and glob.has_magic(place):
        found = (Path(name) for name in sorted(glob.glob(place, recursive=True)))  # noqa: PTH207 - Path.glob knows no absolute pattern
        return _some([one for one in found if one.is_file()], f"Nothing matches {place}.")
    raise SourceUnreadable(f"{path} does not exist.")


def _some(found: list[Path], otherwise: str) -> list[Path]:
    if not found:
        raise SourceUnreadable(otherwise)
    return found


def _names(content: bytes) -> Iterator[str]:
    """Consumer and provider as any contract of the Pact kind names them; what is wrong is for the verifier to say."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    for role in ("consumer", "provider"):
        party = document.get(role) if isinstance(document, dict) else None
        name = party.get("name") if isinstance(party, dict) else None
        yield name if isinstance(name, str) else ""
