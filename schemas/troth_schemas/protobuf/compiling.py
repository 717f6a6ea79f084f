"""From .proto files to descriptors, as many of them as protoc takes."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import DecodeError

from troth_schemas.errors import ContractUnreadable
from troth_schemas.problem import Problem
from troth_schemas.protobuf.compiler import Protoc, unreadable
from troth_schemas.protobuf.diagnostics import absent_import, problems_of
from troth_schemas.protobuf.imports import Tree, header

_MOST_BYTES: Final = 32_000_000
_MOST_FILES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Compiled:
    """What protoc made: descriptors with the lines of their texts, the problems, and the files that it refused."""

    descriptors: FileDescriptorSet
    problems: tuple[Problem, ...] = ()
    refused: tuple[str, ...] = ()


def compiled(tree: Tree, root: str, protoc: Callable[[], Protoc] = Protoc) -> Compiled:
    """The contract's files as descriptors. A file with an error is left out, together with those that import it.

    ``protoc`` is asked for each run. Raises ContractUnreadable where it says nothing useful: too large, too slow, or
    crashed.
    """
    size = sum(map(len, tree.texts.values()))
    if size > _MOST_BYTES or len(tree.texts) > _MOST_FILES:
        reason = f"is {size:,} bytes in {len(tree.texts):,} files, more than {_MOST_BYTES:,} or {_MOST_FILES:,}"
        raise unreadable(root, reason, "Split it into several contracts.")
    problems = [absent_import(tree, name) for name in tree.absent]
    imports = {name: header(text).imports for name, text in tree.texts.items()}
    refused = with_importers(imports, tree.absent) if tree.absent else set()
    if refused:  # what lacks an import is checked too, for every problem that it has besides
        with suppress(ContractUnreadable):  # protoc crashes where an imported option is absent
            problems += _run(tree, list(tree.documents), root, protoc())[1]
    while left := [name for name in tree.documents if name not in refused]:
        descriptors, found = _run(tree, left, root, protoc())
        problems += found
        if descriptors is not None:
            return Compiled(descriptors, _distinct(problems), _refused(tree, refused))
        faulty = {one.document for one in found if one.severity == "error"}
        worse = with_importers(imports, {name for name in tree.texts if tree.document(name) in faulty})
        if worse <= refused:
            raise unreadable(root, "makes protoc fail without a word about where", "Try protoc on it by hand.")
        refused |= worse
    return Compiled(FileDescriptorSet(), _distinct(problems), _refused(tree, refused))


def _refused(tree: Tree, names: Collection[str]) -> tuple[str, ...]:
    return tuple(tree.document(name) for name in tree.documents if name in names)


def _distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))


def with_importers(imports: Mapping[str, Iterable[str]], names: Collection[str]) -> set[str]:
    """These files and all that import them, directly or not. ``imports`` has what each file imports."""
    importers: dict[str, list[str]] = {}
    for name, listed in imports.items():
        for wanted in listed:
            importers.setdefault(wanted, []).append(name)
    found, left = set(names), list(names)
    while left:
        for name in importers.get(left.pop(), ()):
            if name not in found:
                found.add(name)
                left.append(name)
    return found


def _run(
    tree: Tree, names: Iterable[str], root: str, protoc: Protoc
) -> tuple[FileDescriptorSet | None, tuple[Problem, ...]]:
    """What protoc makes of some of the files. None where it refused, with the reasons."""
    said, made = protoc.run(tree.texts, names, root)
    problems = problems_of(said, tree)
    if made is None:
        return None, problems
    try:
        return FileDescriptorSet.FromString(made), problems
    except DecodeError as problem:
        raise unreadable(root, f"makes protoc write no descriptors ({problem})", "Make it smaller.") from None
