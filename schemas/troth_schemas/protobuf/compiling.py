"""From .proto files to descriptors, by protoc in a child process that sees the contract's files and no others."""

import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import DecodeError

from troth_schemas.errors import ContractUnreadable, ExtraMissing
from troth_schemas.problem import Problem
from troth_schemas.protobuf.diagnostics import LAID_OUT, absent_import, problems_of
from troth_schemas.protobuf.imports import Tree, header

_SECONDS: Final = 30
_MEMORY: Final = 2_000_000_000
_MOST_BYTES: Final = 32_000_000
_MOST_FILES: Final = 10_000
_REFUSED: Final = 1
"""The exit status of protoc that found something wrong."""
_CHILD: Final = Path(__file__).with_name("protoc.py")


@dataclass(frozen=True, slots=True)
class Compiled:
    """What protoc made: descriptors with the lines of their texts, the problems, and the files that it refused."""

    descriptors: FileDescriptorSet
    problems: tuple[Problem, ...] = ()
    refused: tuple[str, ...] = ()


def compiled(tree: Tree, root: str) -> Compiled:
    """The contract's files as descriptors. A file with an error is left out, together with those that import it.

    Raises ContractUnreadable where protoc says nothing useful: too large, too slow, or crashed.
    """
    size = sum(map(len, tree.texts.values()))
    if size > _MOST_BYTES or len(tree.texts) > _MOST_FILES:
        reason = f"is {size:,} bytes in {len(tree.texts):,} files, more than {_MOST_BYTES:,} or {_MOST_FILES:,}"
        raise _unreadable(root, reason, "Split it into several contracts.")
    problems = [absent_import(tree, name) for name in tree.absent]
    imports = {name: header(text).imports for name, text in tree.texts.items()}
    refused = with_importers(imports, tree.absent) if tree.absent else set()
    if refused:  # what lacks an import is checked too, for every problem that it has besides
        with suppress(ContractUnreadable):  # protoc crashes where an imported option is absent
            problems += _run(tree, list(tree.documents), root)[1]
    while left := [name for name in tree.documents if name not in refused]:
        descriptors, found = _run(tree, left, root)
        problems += found
        if descriptors is not None:
            return Compiled(descriptors, _distinct(problems), _refused(tree, refused))
        faulty = {one.document for one in found if one.severity == "error"}
        worse = with_importers(imports, {name for name in tree.texts if tree.document(name) in faulty})
        if worse <= refused:
            raise _unreadable(root, "makes protoc fail without a word about where", "Try protoc on it by hand.")
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


def _run(tree: Tree, names: Iterable[str], root: str) -> tuple[FileDescriptorSet | None, tuple[Problem, ...]]:
    """Run protoc over some of the files. None where it refused, with the reasons."""
    tools = find_spec("grpc_tools")
    if tools is None or tools.origin is None:
        raise ExtraMissing("protobuf", "grpc", "grpc_tools")
    package = Path(tools.origin).parent
    with tempfile.TemporaryDirectory(prefix="protoc") as scratch:
        _lay_out(Path(scratch, LAID_OUT), tree.texts)
        listed, made = Path(scratch, "arguments"), Path(scratch, "out")
        arguments = [f"-I{LAID_OUT}", f"-I{package / '_proto'}", f"--descriptor_set_out={made}"]
        arguments += ["--include_imports", "--include_source_info"]
        arguments += [f"{LAID_OUT}/{name}" for name in names]
        listed.write_text("\n".join(arguments))
        command = [sys.executable, "-I", "-S", str(_CHILD), str(package.parent), str(_SECONDS), str(_MEMORY)]
        try:
            ended = subprocess.run(  # noqa: S603 - our own program, in a folder of its own, with no shell
                [*command, f"@{listed}"], capture_output=True, timeout=2 * _SECONDS, check=False, cwd=scratch, env={}
            )
        except subprocess.TimeoutExpired:
            raise _unreadable(root, "keeps protoc busy for a minute", "Split it into several contracts.") from None
        said = ended.stderr.decode("utf-8", "replace")
        if ended.returncode not in (0, _REFUSED) or (ended.returncode and "\nTraceback" in f"\n{said}"):
            raise _unreadable(root, "makes protoc crash or take too much", "Make it smaller, or less deep.")
        problems = problems_of(said, tree)
        if ended.returncode:
            return None, problems
        try:
            return FileDescriptorSet.FromString(made.read_bytes()), problems
        except (DecodeError, OSError) as problem:
            raise _unreadable(root, f"makes protoc write no descriptors ({problem})", "Make it smaller.") from None


def _lay_out(folder: Path, texts: Mapping[str, bytes]) -> None:
    for name, text in texts.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        except OSError as problem:
            reason = f"cannot be laid out for protoc ({problem.strerror})"
            raise _unreadable(name, reason, "Give it a shorter name, different from every folder's.") from None


def _unreadable(name: str, reason: str, fix: str) -> ContractUnreadable:
    return ContractUnreadable(f"the contract {name}", reason, index=0, place="its files", fix=fix)
