"""The rich status of an error: its details, each a message of any type."""

from typing import Any, Final

from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]  # they ship no types

from troth_schemas.json_body import Document, Json
from troth_schemas.protobuf.trees import example, has_own_form, tree

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


def expected_detail(written: Document, pool: DescriptorPool) -> Json:
    """A detail that is expected, with its fields as they are named in the .proto file; one of an unknown type as it is.

    Raises ValueError with what does not fit its type.
    """
    kind = _type_of(str(written["@type"]), pool)
    if kind is None or has_own_form(kind):
        return written
    members = {name: value for name, value in written.items() if name != "@type"}
    made = example(members, GetMessageClass(kind))
    return {"@type": written["@type"], **(made if isinstance(made, dict) else {})}


def _detail(one: Any, pool: DescriptorPool) -> Json:
    kind = _type_of(one.type_url, pool)
    return tree(one, filled=True, pool=kind.file.pool if kind else pool)


def _type_of(url: str, pool: DescriptorPool) -> Any:
    """The type (descriptor) of a detail, None where nobody knows it."""
    name = url.rpartition("/")[2]
    usual = descriptor_pool.Default()
    usual.FindFileByName(_USUAL)
    for one in (pool, usual):
        try:
            return one.FindMessageTypeByName(name)
        except KeyError:
            continue
    return None
