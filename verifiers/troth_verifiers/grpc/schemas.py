"""The schema that a contract's calls are made with: from its own documents, else as the provider tells it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from troth_schemas import errors
from troth_schemas.problem import Problem
from troth_schemas.protobuf.compiler import Protoc
from troth_schemas.protobuf.imports import is_descriptor_set
from troth_schemas.protobuf.loading import load, schema_of_set
from troth_schemas.protobuf.model import Schema
from troth_schemas.sources import Sources
from troth_verifiers.background import in_background
from troth_verifiers.errors import ContractUnreadable
from troth_verifiers.grpc.spec import Documents

_SHOWN: Final = 5


@dataclass(frozen=True)
class Known:
    """A schema, and in one text what is wrong with it; what it lacks for that may be all that a call needs.

    ``prepared`` holds what was made of it for calls, by service and method.
    """

    schema: Schema
    lacks: str = ""
    prepared: dict[tuple[str, str], object] = field(default_factory=dict, repr=False, compare=False)


class Schemas:
    """Schemas by what they come from, each made once; a failure is one for all that ask."""

    def __init__(self) -> None:
        self._made: dict[object, asyncio.Future[Known]] = {}

    def made(self, key: object) -> Known | None:
        """The schema under a key, if it is there already."""
        found = self._made.get(key)
        return found.result() if found is not None and found.done() else None

    async def of(self, key: object, make: Callable[[], Awaitable[Known]]) -> Known:
        """The schema under a key, made by the first that asks."""
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = asyncio.ensure_future(_awaited(make))
        return made.result() if made.done() else await asyncio.shield(made)

    async def aclose(self) -> None:
        """Give up whatever is still being made."""
        for one in self._made.values():
            one.cancel()
        await asyncio.gather(*self._made.values(), return_exceptions=True)


async def _awaited(make: Callable[[], Awaitable[Known]]) -> Known:
    return await make()


class Compilers:
    """protoc to compile with, one of which may be started before the calls are read that it is needed for."""

    def __init__(self) -> None:
        self._waiting: Protoc | None = None

    def start(self) -> None:
        """Have one waiting. Where it cannot be had, whoever takes it is told."""
        if self._waiting is None:
            with suppress(errors.ExtraMissing, OSError):
                self._waiting = Protoc()

    def take(self) -> Protoc:
        """The one that waits, or a new one."""
        waiting, self._waiting = self._waiting, None
        return waiting or Protoc()

    def close(self) -> None:
        """End the one that waits in vain."""
        if self._waiting is not None:
            self._waiting.close()
        self._waiting = None


async def compiled(documents: Documents, protoc: Callable[[], Protoc] = Protoc) -> Known:
    """The schema in a contract's own documents; raises `ContractUnreadable` where nothing of them can be read."""
    return await in_background(lambda: _compiled(documents, protoc))


def _compiled(documents: Documents, protoc: Callable[[], Protoc]) -> Known:
    absent = [name for name in documents.names if name not in documents.files]
    if absent:
        raise ContractUnreadable(documents.contract, [f"the schema {name} is not there" for name in absent])
    sets = [name for name in documents.names if is_descriptor_set(name, documents.files[name])]
    texts = [name for name in documents.names if name not in sets]
    try:
        loaded = [schema_of_set(name, documents.files[name]) for name in sets]
        if texts:
            given = Sources(texts[0], {name: one for name, one in documents.files.items() if name not in sets})
            text = load(given, protoc)
            assert isinstance(text.document, Schema)
            loaded.append((text.document, text.problems))
    except (errors.ContractUnreadable, errors.ExtraMissing) as problem:
        raise ContractUnreadable(documents.contract, [str(problem)]) from None
    problems = [
        replace(one, document=one.document or schema.root)
        for schema, found in loaded
        for one in found
        if one.severity == "error"
    ]
    more = [f"{len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
    schema = loaded[0][0] if len(loaded) == 1 else _joined([schema for schema, _ in loaded])
    return Known(schema, "; ".join([*map(_told, problems[:_SHOWN]), *more]))


def _told(problem: Problem) -> str:
    where = f"{problem.document}{problem.pointer}"
    return f"{where}{f', line {problem.line}' if problem.line else ''}: {problem.sentence}"


def _joined(found: list[Schema]) -> Schema:
    """One schema of several; of two files with one name the first counts."""
    files = {file.name: file for schema in reversed(found) for file in reversed(schema.descriptors.file)}
    return Schema(FileDescriptorSet(file=files.values()))
