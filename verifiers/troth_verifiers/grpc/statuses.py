"""The rich status of an error: its details, each a message of any type."""

from typing import Any, Final

from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]  # they ship no types

from troth_schemas.json_body import Json
from troth_schemas.protobuf.trees import tree

NAME: Final = "grpc-status-details-bin"
_USUAL: Final = error_details_pb2.DESCRIPTOR.name
"""google.rpc's own kinds of details, which every process knows that loads this."""


def details_of(trailing: tuple[tuple[str, Any], ...], pool: DescriptorPool) -> list[Json]:
    """The details in the trailers of a call, as trees with their ``@type``; empty where there are none."""
    for name, value in trailing:
        if name == NAME and isinstance(value, bytes):
            try:
                status = status_pb2.Status.FromString(value)
            except DecodeError:
                return []
            return [_detail(one, pool) for one in status.details]
    return []


def _detail(one: Any, pool: DescriptorPool) -> Json:
    try:
        pool.FindMessageTypeByName(one.type_url.rpartition("/")[2])
    except KeyError:
        descriptor_pool.Default().FindFileByName(_USUAL)
        return tree(one, filled=True)
    return tree(one, filled=True, pool=pool)
