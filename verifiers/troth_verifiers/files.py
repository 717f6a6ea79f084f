"""Contracts from files: a path, a folder, a glob, or several of these."""

import glob
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

from troth_schemas.detecting import of_value
from troth_schemas.documents import missing, read
from troth_schemas.expectations import is_expectations
from troth_schemas.json_body import Json
from troth_schemas.sources import Sources
from troth_verifiers.api import Contract
from troth_verifiers.errors import SourceUnreadable

_YAML = (".yaml", ".yml")
_GRAPHQL = (".graphql", ".gql")
_VARIABLES = ".variables.json"
_SCHEMA = "schema.graphql"
_IN_FOLDERS = ("*.json", "*.troth.yaml", "*.troth.yml")


class Files:
    """The contracts in files; a folder stands for the ``*.json`` and ``*.troth.yaml`` files right inside it.

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
    """The contract in one file, with the documents beside it that it refers to.

    The names come from inside it, and are empty if they cannot be read there.
    """
    content = _read(path)
    value = _value(path, content)
    contract_format = _format_of(path, value)
    consumer, provider = _names(value)
    files = {name: _read(_beside(path, name)) for name in (*_referred(value), *_around(path, contract_format))}
    if contract_format == "openapi":
        files = _all_beside(path, content)
    return Contract(
        consumer=consumer,
        provider=provider,
        content=content,
        name=str(path),
        format=contract_format,
        origin=str(path),
        files=files,
    )


def _all_beside(path: Path, content: bytes) -> dict[str, bytes]:
    """The documents that a description refers to, and those that they refer to."""
    whole = {path.name: content}
    while new := [name for name in missing(Sources(path.name, whole)) if "://" not in name and name not in whole]:
        whole |= {name: _read(_beside(path, name)) for name in new}
    del whole[path.name]
    return whole


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceUnreadable(f"{path} cannot be read: {error.strerror}.") from None


def _value(path: Path, content: bytes) -> Json:
    """What the file says; None if it cannot be read, which is for the verifier to say."""
    try:
        if path.suffix.lower() in _YAML:
            return read(path.name, content).value
        value: Json = json.loads(content)
    except ImportError:
        raise SourceUnreadable(f"{path} is YAML, which needs the library PyYAML: pip install pyyaml") from None
    except (ValueError, RecursionError):
        return None
    return value


def _format_of(path: Path, value: Json) -> str:
    if path.suffix.lower() in _GRAPHQL:
        return "graphql-operations"
    if isinstance(value, dict):
        if is_expectations(value):
            protocol = value.get("protocol")
            return protocol if isinstance(protocol, str) else "expectations"
        if "asyncapi" in value:
            return "asyncapi"
        if (found := of_value(value)) in ("graphql-operations", "openapi"):
            return found
    return "pact"


def _referred(value: Json) -> list[str]:
    """The schemas that expectations refer to, by their names."""
    if not isinstance(value, dict) or not is_expectations(value):
        return []
    schema = value.get("schema")
    return [one for one in (schema if isinstance(schema, list) else [schema]) if isinstance(one, str)]


def _around(path: Path, contract_format: str) -> list[str]:
    """What stands beside plain operations by its name, if it is there: their variables, and the schema."""
    if contract_format != "graphql-operations":
        return []
    names = (f"{path.name.partition('.')[0]}{_VARIABLES}", _SCHEMA)
    return [name for name in names if name != path.name and (path.parent / name).is_file()]


def _beside(path: Path, name: str) -> Path:
    """A document of that name in the file's folder or below; nothing else is read."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise SourceUnreadable(f"{path} refers to {name}, which is not in its folder; put it there.")
    return path.parent / name


def _paths(place: str | Path) -> Iterable[Path]:
    path = Path(place)
    if isinstance(place, str) and not place.strip():  # else it would be the current folder
        raise SourceUnreadable("An empty name is given as a file: is the variable set that it comes from?")
    if path.is_dir():
        inside = {one for pattern in _IN_FOLDERS for one in path.glob(pattern) if not one.name.endswith(_VARIABLES)}
        return _some(sorted(inside), f"The folder {path} holds no *.json file.")
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


def _names(value: Json) -> Iterator[str]:
    """Consumer and provider as contracts of the Pact kind name them, or Troth's own."""
    for role in ("consumer", "provider"):
        party = value.get(role) if isinstance(value, dict) else None
        name = party.get("name") if isinstance(party, dict) else party
        yield name if isinstance(name, str) else ""
