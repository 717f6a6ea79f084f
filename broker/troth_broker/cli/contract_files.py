"""Contracts of any format from files, folders, standard input or a git revision, with the documents they refer to.

Nothing but the given files, and what stands in their own folder or in one that is allowed by name, is ever read.
"""

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import relpath
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

from troth_broker.cli.stop import bad_input
from troth_schemas import formats
from troth_schemas.contract import Contract
from troth_schemas.detecting import detect
from troth_schemas.errors import ContractUnreadable, ExtraMissing, FormatUndetected, FormatUnknown
from troth_schemas.sources import Sources

_LARGEST = 100_000_000
_MOST_FILES = 5_000
_SUFFIXES = (".proto", ".avsc", ".avpr", ".graphql", ".graphqls", ".gql")
"""What a folder is searched for: formats whose contracts usually have many files."""


@dataclass(frozen=True, slots=True)
class Given:
    """A contract that was named on the command line: what to call it, and where its documents lie on disk."""

    label: str
    contract: Contract
    paths: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where documents are read from. ``read`` gives None for what is not there or may not be read."""

    read: Callable[[str], bytes | None]
    path: Callable[[str], Path | None]


def read_contract(argument: str, *, wanted: str | None = None, allow: Sequence[Path] = ()) -> Given:
    """The contract that an argument names: a file, a folder, ``-``, or a file at a git revision (``main:api.yaml``).

    ``wanted`` is a format, told from the content where it is None; ``allow`` are further folders that documents may be
    read from. Ends the command with a sentence where that fails.
    """
    if not argument.strip():
        raise bad_input("an empty name is given as a file: is the variable set that it comes from?")
    path = Path(argument)
    if argument == "-":
        return _assembled("standard input", {"stdin": _stdin()}, "stdin", _nowhere(), wanted)
    if path.is_dir():
        return _folder(path, wanted, allow)
    if path.exists():
        return _file(path, argument, wanted, allow)
    revision, colon, inside = argument.partition(":")
    if colon and revision and inside and not revision.startswith("-"):
        return _at_revision(revision, inside, argument, wanted, allow)
    raise bad_input(f"{argument}: there is no such file or folder")


def _file(path: Path, argument: str, wanted: str | None, allow: Sequence[Path]) -> Given:
    content = _bytes_of(path)
    found = wanted or _detected(argument, content)
    root = path.parent if found == "protobuf" else Path()
    name = path.name if found == "protobuf" else PurePosixPath(path).as_posix()
    place = _disk(root, [path.parent, *allow])
    return _assembled(argument, {name: content}, name, place, found)


def _folder(path: Path, wanted: str | None, allow: Sequence[Path]) -> Given:
    files = sorted(one for one in path.rglob("*") if one.suffix in _SUFFIXES and one.is_file())
    if not files:
        raise bad_input(f"{path}: the folder holds no contract ({', '.join(_SUFFIXES)}); name the file itself")
    if len(files) > _MOST_FILES:
        raise bad_input(f"{path}: the folder holds {len(files):,} contracts; name one of its folders")
    contents = {one.relative_to(path).as_posix(): _bytes_of(one) for one in files}
    kinds = {wanted or _detected(name, content) for name, content in contents.items()}
    if len(kinds) > 1:
        raise bad_input(f"{path}: the folder holds contracts of several formats: {', '.join(sorted(kinds))}")
    return _assembled(str(path), contents, next(iter(contents)), _disk(path, [path, *allow]), kinds.pop())


def _at_revision(revision: str, inside: str, argument: str, wanted: str | None, allow: Sequence[Path]) -> Given:
    """A file as a revision has it, named from the repository's top or from here; so are the folders allowed."""
    git: Any = importlib.import_module("troth_broker.cli.revisions")

    def shown(path: str) -> bytes | None:
        content: bytes | None = git.show(revision, path)
        return None if content is None else _bounded(f"{revision}:{path}", content)

    here: str = git.here()
    path = normpath(inside)
    content = shown(path)
    if content is None:
        path = normpath(here + inside)
        content = shown(path)
    if content is None:
        raise bad_input(f"{argument}: there is no such file, and {git.why_none(revision, inside)}")
    found = wanted or _detected(argument, content)
    own = PurePosixPath(path).parent
    folders = [own, *(PurePosixPath(normpath(f"{here}{PurePosixPath(relpath(one))}")) for one in allow)]
    if found == "protobuf":
        name, mark, roots = PurePosixPath(path).name, "", folders
    else:
        name, mark, roots = f"{revision}:{path}", f"{revision}:", [PurePosixPath(), *folders[1:]]

    def read(wanted_name: str) -> bytes | None:
        places = (PurePosixPath(normpath(root / wanted_name.removeprefix(mark))) for root in roots)
        allowed = (place for place in places if any(place.is_relative_to(folder) for folder in folders))
        contents = (shown(str(place)) for place in allowed if ".." not in place.parts)
        return next((content for content in contents if content is not None), None)

    return _assembled(argument, {name: content}, name, _Place(read, lambda _: None), found)


def _assembled(label: str, contents: dict[str, bytes], root: str, place: _Place, wanted: str | None) -> Given:
    """The contract with every document that it refers to and that may be read."""
    found = wanted or _detected(label, contents[root])
    try:
        needs = formats.find(found).needs
        tried: set[str] = set()
        while missing := [name for name in needs(Sources(root, contents)) if name not in tried]:
            tried.update(missing)
            contents |= {name: content for name in missing if (content := place.read(name)) is not None}
            if len(contents) > _MOST_FILES:
                raise bad_input(f"{label}: it refers to more than {_MOST_FILES:,} documents")
    except (FormatUnknown, ExtraMissing) as problem:
        raise bad_input(str(problem)) from None
    except ContractUnreadable as problem:
        raise bad_input(f"{label}: {problem}") from None
    paths = {name: path for name in contents if (path := place.path(name)) is not None}
    return Given(label, Contract(found, Sources(root, contents)), paths)


def _detected(name: str, content: bytes) -> str:
    try:
        return detect(name, content)
    except FormatUndetected as problem:
        raise bad_input(str(problem)) from None
    except (ContractUnreadable, ExtraMissing) as problem:
        raise bad_input(f"{name}: {problem}") from None


def _disk(root: Path, allowed: Sequence[Path]) -> _Place:
    real = [folder.resolve() for folder in allowed]

    def path(name: str) -> Path | None:
        for found in (root / name, *(folder / name for folder in allowed[1:])):
            if found.is_file() and any(found.resolve().is_relative_to(folder) for folder in real):
                return found
        return None

    def read(name: str) -> bytes | None:
        found = path(name)
        return None if found is None else _bytes_of(found)

    return _Place(read, path)


def _nowhere() -> _Place:
    return _Place(lambda _: None, lambda _: None)


def _stdin() -> bytes:
    return _bounded("standard input", sys.stdin.buffer.read(_LARGEST + 1))


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return _bounded(str(path), file.read(_LARGEST + 1))
    except OSError as problem:
        raise bad_input(f"{path}: it cannot be read: {problem.strerror or problem}") from None


def _bounded(name: str, content: bytes) -> bytes:
    if len(content) > _LARGEST:
        raise bad_input(f"{name}: it is larger than {_LARGEST // 1_000_000} MB")
    return content
