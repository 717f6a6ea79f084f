"""A provider's own word about its services, by gRPC's server reflection, versions 1 and 1alpha (one wire form)."""

from queue import SimpleQueue
from typing import Any, Final

import grpc
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import DecodeError
from grpc_reflection.v1alpha.reflection_pb2 import (  # type: ignore[import-untyped]  # it ships no types
    ServerReflectionRequest,
    ServerReflectionResponse,
)

from troth_schemas.protobuf.model import Schema
from troth_verifiers.errors import InteractionUnreadable, NotReplayable, ProviderDropped, ProviderTimedOut
from troth_verifiers.grpc.spec import Documents

REFLECTION: Final = ("grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection")
"""The services by which a server tells of its own, the newest first."""
_MOST_FILES: Final = 10_000
_ABSENT: Final = "The contract names no schema"


def reflected(
    channel: grpc.Channel, service: str, documents: Documents, metadata: Any, timeout: float, url: str
) -> Schema:
    """The schema of a service as the provider tells it. Blocks for at most ``timeout`` seconds for each version.

    Raises `InteractionUnreadable` where it has no such service, `NotReplayable` where it tells nothing, and
    `ProviderUnreachable` where it breaks off.
    """
    for version in REFLECTION:
        talk = _Talk(channel, version, metadata, timeout)
        try:
            return Schema(_files(talk, service, documents))
        except _Ended:
            if talk.code == "UNIMPLEMENTED":
                continue
            if talk.code == "DEADLINE_EXCEEDED":
                told = f"{_ABSENT}, and the provider's reflection did not answer within {timeout:g} s."
                raise ProviderTimedOut(url, told) from None
            raise ProviderDropped(url, f"{_ABSENT}, and the provider's reflection broke off: {talk.told}.") from None
        except DecodeError:
            raise ProviderDropped(url, f"{_ABSENT}, and the provider's reflection answers no descriptors.") from None
        finally:
            talk.close()
    raise NotReplayable(
        f"{_ABSENT}, and the provider has no server reflection. Name .proto files or a descriptor set under schema."
    )


class _Ended(Exception):
    """The call has ended before it answered."""


class _Talk:
    """One call of the reflection service: a question, an answer, and so on."""

    def __init__(self, channel: grpc.Channel, version: str, metadata: Any, timeout: float) -> None:
        self._questions: SimpleQueue[bytes | None] = SimpleQueue()
        method: Any = channel.stream_stream(f"/{version}/ServerReflectionInfo")
        self._call: Any = method(iter(self._questions.get, None), metadata=metadata, timeout=timeout)

    def ask(self, **question: Any) -> Any:
        """The answer; raises `_Ended` where there is none."""
        self._questions.put(ServerReflectionRequest(**question).SerializeToString())
        try:
            return ServerReflectionResponse.FromString(next(self._call))
        except (grpc.RpcError, StopIteration):
            raise _Ended from None

    @property
    def code(self) -> str:
        """The status of the call that has ended."""
        return str(self._call.code().name)

    @property
    def told(self) -> str:
        """The status with its message."""
        return f"{self.code} {self._call.details() or ''}".strip()

    def close(self) -> None:
        """End the call."""
        self._questions.put(None)
        self._call.cancel()


def _files(talk: _Talk, service: str, documents: Documents) -> FileDescriptorSet:
    """The file of a service and all that it imports."""
    found: dict[str, FileDescriptorProto] = {}
    answer = talk.ask(file_containing_symbol=service)
    if answer.HasField("error_response"):
        listed = talk.ask(list_services="")
        names = ", ".join(sorted(one.name for one in listed.list_services_response.service)) or "none"
        raise InteractionUnreadable(
            f"{documents.contract} calls the service {service}, which the provider's reflection does not know; "
            f"it lists {names}."
        )
    _keep(answer, found)
    while wanted := {name for one in found.values() for name in one.dependency} - found.keys():
        if len(found) > _MOST_FILES:
            raise NotReplayable(f"The provider's reflection tells of more than {_MOST_FILES:,} files.")
        name = min(wanted)
        _keep(talk.ask(file_by_filename=name), found)
        if name not in found:
            raise NotReplayable(f"The provider's reflection does not have {name}, which its own files import.")
    return FileDescriptorSet(file=found.values())


def _keep(answer: Any, found: dict[str, FileDescriptorProto]) -> None:
    for content in answer.file_descriptor_response.file_descriptor_proto:
        file = FileDescriptorProto.FromString(content)
        found.setdefault(file.name, file)
