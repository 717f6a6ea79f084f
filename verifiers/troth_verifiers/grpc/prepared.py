"""A call ready to be made: bytes to send, and trees to compare what comes back with."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from google.protobuf.descriptor_pool import DescriptorPool

from troth_schemas.json_body import Json
from troth_schemas.pact.matchers import RuleList
from troth_schemas.pact.rules import NO_RULES, Rules
from troth_schemas.protobuf.elements import Method
from troth_schemas.protobuf.model import Schema
from troth_verifiers.errors import InteractionUnreadable
from troth_verifiers.grpc.schemas import Known


class Wanted(NamedTuple):
    """What is to come back. ``responses`` None: any; ``rules`` are about the one response, or about their list."""

    code: str
    message: str | None
    details: tuple[Json, ...] | None
    metadata: Mapping[str, Json]
    metadata_rules: Mapping[str, RuleList]
    responses: tuple[Json, ...] | None
    rules: Rules = NO_RULES
    each_rules: tuple[Rules, ...] | None = None


class Prepared(NamedTuple):
    """A call. ``method`` is ``package.Service/Method``.

    ``new_request`` and ``new_response`` make empty messages of what is sent and answered.
    """

    method: str
    client_streams: bool
    server_streams: bool
    requests: tuple[bytes, ...]
    new_request: Callable[[], Any]
    metadata: tuple[tuple[str, str | bytes], ...]
    wanted: Wanted
    new_response: Callable[[], Any]
    pool: DescriptorPool
    timeout: float | None = None
    cancel_after: int | None = None


def method_of(known: Known, service: str, name: str, place: str) -> Method:
    """A method of the schema; raises `InteractionUnreadable` where there is none, with what there is instead."""
    lacks = f" The schema is not whole: {known.lacks}" if known.lacks else ""
    found = known.schema.services.get(service)
    if found is None:
        names = ", ".join(sorted(known.schema.services)) or "none"
        raise InteractionUnreadable(f"{place}: the schema has no service {service}; there are {names}.{lacks}")
    methods = found.methods()
    if name not in methods:
        names = ", ".join(sorted(methods)) or "none"
        raise InteractionUnreadable(f"{place}: the service {service} has no method {name}; there are {names}.{lacks}")
    return methods[name]


def maker(known: Known, name: str, place: str) -> Callable[[], Any]:
    """What makes empty messages of a type; raises `InteractionUnreadable` where the schema lacks it."""
    try:
        kind = type(known.schema.pool.new(name))
    except KeyError:
        why = known.lacks or "; ".join(known.schema.pool.failures) or "no file defines it"
        raise InteractionUnreadable(f"{place}: the schema lacks the message {name}: {why}") from None
    return cast("Callable[[], Any]", kind)


def pool_of(schema: Schema) -> DescriptorPool:
    """The descriptors that an Any is read by."""
    return schema.pool.pool


def lacking(message: Any) -> list[str]:
    """What a message lacks of the fields that its type requires (proto2), in a sentence."""
    if message.IsInitialized():
        return []
    fields = ", ".join(message.FindInitializationErrors())
    return [f"{message.DESCRIPTOR.full_name} requires fields that are not set: {fields}."]
