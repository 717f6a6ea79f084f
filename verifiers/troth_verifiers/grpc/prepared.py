"""A call ready to be made: bytes to send, and trees to compare what comes back with."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from google.protobuf.descriptor_pool import DescriptorPool

from troth_schemas.json_body import Json
from troth_schemas.pact.matchers import RuleList
from troth_schemas.pact.rules import NO_RULES, Rules
from troth_schemas.protobuf.elements import Method
from troth_verifiers.errors import InteractionUnreadable
from troth_verifiers.grpc.schemas import Known


class Wanted(NamedTuple):
    """What is to come back. ``responses`` None: any; ``rules`` are about the one response, or about their list.

    Of ``metadata`` those in ``trailing`` are to come as trailers, and the others as headers; None: all may as either.
    """

    code: str
    message: str | None
    details: tuple[Json, ...] | None
    metadata: Mapping[str, Json]
    metadata_rules: Mapping[str, RuleList]
    responses: tuple[Json, ...] | None
    rules: Rules = NO_RULES
    each_rules: tuple[Rules, ...] | None = None
    trailing: frozenset[str] | None = None


class Kind(NamedTuple):
    """What is the same for all calls of a method: its name as ``package.Service/Method``, and what goes over the wire.

    ``new_request`` and ``new_response`` make empty messages; ``pool`` is what an Any in them is read by.
    """

    method: str
    client_streams: bool
    server_streams: bool
    new_request: Callable[[], Any]
    new_response: Callable[[], Any]
    pool: DescriptorPool


class Prepared(NamedTuple):
    """A call."""

    kind: Kind
    requests: tuple[bytes, ...]
    metadata: tuple[tuple[str, str | bytes], ...]
    wanted: Wanted
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


def kind_of(known: Known, method: Method, place: str) -> Kind:
    """What calls of a method are like; raises `InteractionUnreadable` where the schema lacks one of its messages."""
    proto = method.proto
    return Kind(
        method.full_name,
        proto.client_streaming,
        proto.server_streaming,
        new_request=_maker(known, method.request, place),
        new_response=_maker(known, method.response, place),
        pool=known.schema.pool.pool,
    )


def _maker(known: Known, name: str, place: str) -> Callable[[], Any]:
    try:
        kind = type(known.schema.pool.new(name))
    except KeyError:
        why = known.lacks or "; ".join(known.schema.pool.failures) or "no file defines it"
        raise InteractionUnreadable(f"{place}: the schema lacks the message {name}: {why}") from None
    return cast("Callable[[], Any]", kind)


def lacking(message: Any) -> list[str]:
    """What a message lacks of the fields that its type requires (proto2), in a sentence."""
    if message.IsInitialized():
        return []
    fields = ", ".join(message.FindInitializationErrors())
    return [f"{message.DESCRIPTOR.full_name} requires fields that are not set: {fields}."]
