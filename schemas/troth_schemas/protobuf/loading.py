"""From documents to a schema: .proto files through protoc, descriptor sets as they are."""

from collections.abc import Callable
from dataclasses import replace

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import DecodeError

from troth_schemas.errors import ContractUnreadable
from troth_schemas.formats import Loaded
from troth_schemas.problem import Problem, pointer
from troth_schemas.protobuf.compiler import Protoc
from troth_schemas.protobuf.compiling import compiled, with_importers
from troth_schemas.protobuf.imports import is_descriptor_set, tree
from troth_schemas.protobuf.model import Schema
from troth_schemas.sources import Sources


def load(sources: Sources, protoc: Callable[[], Protoc] = Protoc) -> Loaded:
    """A contract's descriptors with every problem. Raises ContractUnreadable where nothing of it can be read.

    ``protoc`` is asked for each run over .proto files.
    """
    if is_descriptor_set(sources.root, sources.text):
        return _of_set(sources.root, sources.text)
    files = tree(sources)
    made = compiled(files, sources.root, protoc)
    own = frozenset(files.documents)
    schema = Schema(
        made.descriptors,
        root=sources.root,
        own=own.__contains__,
        document=files.document,
        refused=made.refused,
    )
    return Loaded(schema, tuple(_shown(one, sources.root) for one in made.problems))


def needs(sources: Sources) -> tuple[str, ...]:
    """The files that are imported and were not given, from the root's folder: each place where one may lie."""
    return () if is_descriptor_set(sources.root, sources.text) else tree(sources).wanted


def schema_of_set(name: str, content: bytes) -> tuple[Schema, tuple[Problem, ...]]:
    """The schema of a serialised FileDescriptorSet, with its problems. Raises ContractUnreadable."""
    try:
        found = FileDescriptorSet.FromString(content)
    except DecodeError as problem:
        raise _unreadable(name, f"is no descriptor set ({problem})") from None
    if not found.file or not all(one.name for one in found.file):
        raise _unreadable(name, "is no descriptor set: it names no files")
    given = {one.name for one in found.file}
    absent = {wanted for one in found.file for wanted in one.dependency if wanted not in given}
    problems = [
        Problem(pointer(wanted), f"{one.name} imports {wanted}, which is not in the set. {_WHOLE}")
        for one in found.file
        for wanted in one.dependency
        if wanted in absent
    ]
    schema = Schema(found, root=name, document=lambda _: name)
    if not absent and schema.pool.failures:
        problems = [Problem("", f"Its files do not fit together: {one}. {_WHOLE}") for one in schema.pool.failures]
        absent = {one.partition(": ")[0] for one in schema.pool.failures}
    schema.refused = _refused(found, absent)
    return schema, tuple(problems)


def _refused(found: FileDescriptorSet, absent: set[str]) -> tuple[str, ...]:
    """The files that lack something, or that import one that does."""
    lacking = with_importers({one.name: tuple(one.dependency) for one in found.file}, absent)
    return tuple(one.name for one in found.file if one.name in lacking)


_WHOLE = "Make it with protoc --include_imports --descriptor_set_out (or buf build)."


def _of_set(name: str, content: bytes) -> Loaded:
    return Loaded(*schema_of_set(name, content))


def _shown(problem: Problem, root: str) -> Problem:
    return replace(problem, document="") if problem.document == root else problem


def _unreadable(name: str, reason: str) -> ContractUnreadable:
    return ContractUnreadable(f"the contract {name}", reason, index=0, place="its first bytes", fix=_WHOLE)
