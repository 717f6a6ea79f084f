"""Pact files from paths, folders and patterns: read completely, or not at all."""

import glob
import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from troth_broker.client import PactFile

_IN_FOLDERS = ("*.json", "*.troth.yaml", "*.troth.yml")
_COLLECTIONS = ("interactions", "messages")


class UnreadablePacts(ValueError):
    """What is wrong with the files, one sentence each; `problems` is never empty."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Source:
    """One pact file: where it is, between whom, its bytes and what they mean."""

    path: Path
    consumer: str
    provider: str
    content: bytes = field(repr=False)
    document: dict[str, Any] = field(repr=False, compare=False)


def find(arguments: Iterable[str]) -> tuple[Path, ...]:
    """The files that the arguments name: a folder stands for its `*.json` and `*.troth.yaml`, also in its folders.

    Raises `UnreadablePacts` for an argument that names nothing; a folder without files names nothing wrong.
    """
    found: dict[Path, None] = {}
    problems = []
    for argument in arguments:
        path = Path(argument)
        if not argument.strip():
            problems.append("an empty name is given as a file: is the variable set that it comes from?")
        elif path.is_dir():
            inside = {item for pattern in _IN_FOLDERS for item in path.rglob(pattern) if item.is_file()}
            found.update(dict.fromkeys(sorted(inside)))
        elif path.exists():
            found[path] = None
        elif glob.has_magic(argument):
            found.update(dict.fromkeys(_matching(argument)))
        else:
            problems.append(f"{argument}: there is no such file or folder")
    if problems:
        raise UnreadablePacts(problems)
    return tuple(found)


def read(paths: Iterable[Path]) -> tuple[Source, ...]:
    """Every file, or `UnreadablePacts` with what is wrong with each of the bad ones."""
    found: list[Source] = []
    problems: list[str] = []
    for path in paths:
        try:
            found.append(_source(path))
        except (OSError, ValueError, RecursionError) as error:
            problems.append(f"{path}: {_sentence(error)}")
    if problems:
        raise UnreadablePacts(problems)
    return tuple(found)


def merged(sources: Sequence[Source]) -> tuple[tuple[PactFile, tuple[Path, ...]], ...]:
    """One pact per consumer and provider, with the files it comes from.

    A pair with one file keeps that file's bytes. Several are merged as the Pact tools do: an interaction that stands in
    two files must be the same in both.
    """
    pairs: dict[tuple[str, str], list[Source]] = {}
    for source in sources:
        pairs.setdefault((source.consumer, source.provider), []).append(source)
    return tuple((_merge(group), tuple(source.path for source in group)) for group in pairs.values())


def _matching(pattern: str) -> list[Path]:
    found = glob.glob(pattern, recursive=True)  # noqa: PTH207 - Path.glob refuses patterns that begin at the root
    return sorted(path for name in found if (path := Path(name)).is_file())


def _source(path: Path) -> Source:
    content = path.read_bytes()
    document = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    if not isinstance(document, dict):
        raise ValueError("it is JSON, but no object, so it is no pact")  # noqa: TRY004 - the file's fault, not ours
    names = [_name(document, role) for role in ("consumer", "provider")]
    if not any(isinstance(document.get(key), list) for key in _COLLECTIONS):
        raise ValueError("it has neither 'interactions' nor 'messages', so it is no pact")
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    return Source(path, names[0], names[1], content, document)


def _name(document: dict[str, Any], role: str) -> str:
    side = document.get(role)
    name = side.get("name") if isinstance(side, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"it does not name its {role} ('{role}': {{'name': …}}), so it is no pact")
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name):
        raise ValueError(f"the name of its {role}, {name!a}, holds control characters or halves of characters")
    return name


def _merge(group: Sequence[Source]) -> PactFile:
    first = group[0]
    if len(group) == 1:
        return PactFile(first.consumer, first.provider, first.content)
    document = dict(_lossless(first))
    for key in _COLLECTIONS:
        seen: dict[str, tuple[Path, Any]] = {}
        for source in group:
            for item in _items(_lossless(source), key):
                _add(seen, item, source.path)
        if seen or key in document:
            document[key] = [item for _, item in seen.values()]
    return PactFile(first.consumer, first.provider, json.dumps(document, ensure_ascii=False).encode())


def _add(seen: dict[str, tuple[Path, Any]], item: Any, path: Path) -> None:
    identity = _identity(item)
    before = seen.setdefault(identity, (path, item))
    if before[1] != item:
        problem = (
            f"{path}: its interaction {item.get('description')!r} differs from the one of the same description and "
            f"provider state in {before[0]}; give one of them another description"
        )
        raise UnreadablePacts([problem])


def _identity(item: Any) -> str:
    if not isinstance(item, dict):
        return json.dumps(item)
    state = next((item[key] for key in ("provider_state", "providerState", "providerStates") if key in item), None)
    return json.dumps([item.get("type"), item.get("description"), state], sort_keys=True)


def _items(document: dict[str, Any], key: str) -> Iterator[Any]:
    found = document.get(key)
    yield from found if isinstance(found, list) else ()


def _lossless(source: Source) -> dict[str, Any]:
    """The document again, refusing numbers that would come out changed; only files that are merged are rewritten."""

    def exact(text: str) -> float:
        value = float(text)
        if Decimal(text) != Decimal(repr(value)):
            raise UnreadablePacts([f"{source.path}: the number {text} does not survive being merged with other files"])
        return value

    found: dict[str, Any] = json.loads(source.content, parse_float=exact)
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"it holds {name}, which is no JSON")


def _sentence(error: Exception) -> str:
    match error:
        case UnicodeDecodeError():
            return f"it is not UTF-8 text (byte {error.start}), so it is no pact"
        case json.JSONDecodeError() if not error.doc.strip():
            return "it is empty"
        case json.JSONDecodeError():
            return f"it is not JSON: {error.msg.removesuffix(' at')} at line {error.lineno} column {error.colno}"
        case OSError():
            return f"it cannot be read: {error.strerror or error}"
        case RecursionError():
            return "it is nested too deeply"
        case _:
            return str(error)
