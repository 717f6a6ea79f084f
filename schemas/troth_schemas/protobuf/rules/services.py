"""gRPC: services and methods that are called, what they take and answer, and how they stream."""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import MethodOptions

from troth_schemas.finding import Finding, Found, Severity, Witness
from troth_schemas.protobuf import witness
from troth_schemas.protobuf.elements import Method, Service
from troth_schemas.protobuf.pair import MethodPair, ServicePair, Sides, WholePair
from troth_schemas.protobuf.rules.grading import ALL, CODE, WIRES, graded


def _methods_gone(pair: ServicePair) -> Iterator[Found]:
    kept = pair.reader.methods()
    for name, method in pair.writer.methods().items():
        if name not in kept:
            proof = witness.call(pair.writer.full_name, name)
            message = f"The {pair.sides.reads} has no method {method.full_name}."
            yield pair.unread(message, (method.full_name,), method.place, pair.reader.place,
                             element=method.full_name, witness=proof)  # fmt: skip


@graded("rpc-no-delete", ServicePair, CODE)
def rpc_no_delete(pair: ServicePair) -> Iterator[Found]:
    """A method is gone from its service.

    Why it breaks: clients no longer compile, and a call ends in UNIMPLEMENTED.
    Instead: keep it, marked deprecated, until nobody calls it.
    """
    return _methods_gone(pair)


@graded("method-removed", ServicePair, WIRES, alias=False)
def method_removed(pair: ServicePair) -> Iterator[Found]:
    """A method is gone from its service.

    Why it breaks: a call ends in UNIMPLEMENTED.
    Instead: keep it, marked deprecated, until nobody calls it.
    Note: other checkers look for methods in FILE and PACKAGE only (RPC_NO_DELETE), but a call is on the wire too.
    """
    return _methods_gone(pair)


@graded("service-removed", WholePair, WIRES, alias=False)
def service_removed(pair: WholePair) -> Iterator[Found]:
    """A service is gone.

    Why it breaks: every call of it ends in UNIMPLEMENTED.
    Instead: keep it, marked deprecated, until nobody calls it.
    Note: other checkers look for services in FILE and PACKAGE only, but a call is on the wire too. A service without
    methods is risky only.
    """
    for name, service in pair.writer.services.items():
        if name not in pair.reader.services and pair.writer.own(service):
            proof = witness.call(name, service.proto.method[0].name) if service.proto.method else None
            message = f"The {pair.sides.reads} has no service {name}."
            severity: Severity | None = None if service.proto.method else "risky"
            yield pair.unread(message, (name,), service.place, None, element=name, witness=proof, severity=severity)


def _found(
    pair: MethodPair, message: str, *key: str, severity: Severity | None = None, proof: Witness | None = None
) -> Found:
    writer, reader = pair.writer, pair.reader
    return pair.unread(message, (writer.full_name, *key), writer.place, reader.place,
                       element=writer.full_name, witness=proof, severity=severity)  # fmt: skip


def _streaming(pair: MethodPair, who: str, old: bool, new: bool) -> Iterator[Found]:
    if old != new:
        words = ["a stream of messages" if one else "one message" for one in (new, old)]
        message = f"In {pair.writer.full_name} the {who} sends {words[0]} for the {pair.sides.reads}, not {words[1]}."
        call = witness.streamed(pair.writer.full_name, who, words[1], words[0])
        yield _found(pair, message, proof=call)


@graded("rpc-same-client-streaming", MethodPair, ALL)
def rpc_same_client_streaming(pair: MethodPair) -> Iterator[Found]:
    """A method takes one message and took a stream, or the other way round.

    Why it breaks: the call ends in an error, or waits for what never comes.
    Instead: add another method.
    """
    return _streaming(pair, "client", pair.writer.proto.client_streaming, pair.reader.proto.client_streaming)


@graded("rpc-same-server-streaming", MethodPair, ALL)
def rpc_same_server_streaming(pair: MethodPair) -> Iterator[Found]:
    """A method answers one message and answered a stream, or the other way round.

    Why it breaks: a client that wants one answer fails at the second, and one that reads a stream has other code.
    Instead: add another method.
    """
    return _streaming(pair, "server", pair.writer.proto.server_streaming, pair.reader.proto.server_streaming)


@graded("rpc-same-idempotency-level", MethodPair, ALL, severity="risky")
def rpc_same_idempotency_level(pair: MethodPair) -> Iterator[Found]:
    """A method's option idempotency_level is another.

    Why it breaks: clients and proxies repeat a call, or send it as a GET, because of what the option said.
    Instead: keep the option, or add another method.
    Note: risky and not breaking, because many clients do not look at it.
    """
    old, new = (
        MethodOptions.IdempotencyLevel.Name(one.proto.options.idempotency_level) for one in (pair.writer, pair.reader)
    )
    if old != new:
        yield _found(pair, f"{pair.writer.full_name} is {new} for the {pair.sides.reads}, not {old}.")


def _other_type(pair: MethodPair, what: str, old: str, new: str, *, fits: bool) -> Iterator[Found]:
    if old == new:
        return
    risky = pair.sides.wire_only and fits
    why = ", of the same structure" if risky else ""
    message = f"{pair.writer.full_name} {what} {new} for the {pair.sides.reads}, not {old}{why}."
    proof = None
    if pair.sides.prove and not fits:
        proof = _proof(pair, what, old, new)
    yield _found(pair, message, old, new, severity="risky" if risky else None, proof=proof)


def _proof(pair: MethodPair, what: str, old: str, new: str) -> Witness | None:
    """A message that the other side of the call misreads: answers flow against requests."""
    sides = pair.sides
    if what == "takes":
        return witness.of_types(sides.writer, sides.reader, (old, new), as_json=sides.json)
    return witness.of_types(sides.reader, sides.writer, (new, old), as_json=sides.json)


@graded("rpc-same-request-type", MethodPair, ALL)
def rpc_same_request_type(pair: MethodPair) -> Iterator[Found]:
    """A method takes another message type.

    Why it breaks: generated code changes, and what clients send may be misread.
    Instead: keep the type and add fields to it, or add another method.
    Note: in WIRE_JSON and WIRE a type of another name and the same structure is risky only: the name is not sent.
    """
    old, new = pair.writer.request, pair.reader.request
    fits = old == new or pair.sides.fits(pair.reader.request, pair.writer.request)
    return _other_type(pair, "takes", old, new, fits=fits)


@graded("rpc-same-response-type", MethodPair, ALL)
def rpc_same_response_type(pair: MethodPair) -> Iterator[Found]:
    """A method answers another message type.

    Why it breaks: generated code changes, and clients may misread the answer.
    Instead: keep the type and add fields to it, or add another method.
    Note: in WIRE_JSON and WIRE a type of another name and the same structure is risky only: the name is not sent.
    """
    old, new = pair.writer.response, pair.reader.response
    fits = old == new or pair.sides.fits_back(pair.writer.response, pair.reader.response)
    return _other_type(pair, "answers", old, new, fits=fits)


def service_gone(service: Service, sides: Sides) -> Finding:
    """The finding that a consumer's service is not the provider's."""
    made = (rpc_no_delete if sides.category in CODE else service_removed).rule
    proof = witness.call(service.full_name, service.proto.method[0].name) if service.proto.method else None
    message = f"The provider has no service {service.full_name}."
    found = Found(message, (service.full_name,), None, service.place, service.full_name, service.full_name, proof)
    return made.finding(found)


def method_gone(method: Method, service: Service, sides: Sides) -> Finding:
    """The finding that a consumer's method is not among those of the provider's service."""
    made = (rpc_no_delete if sides.category in CODE else method_removed).rule
    proof = witness.call(service.full_name, method.proto.name)
    message = f"The provider has no method {method.full_name}."
    found = Found(message, (method.full_name,), service.place, method.place, method.full_name, method.full_name, proof)
    return made.finding(found)


RULES = (
    rpc_no_delete,
    method_removed,
    service_removed,
    rpc_same_client_streaming,
    rpc_same_server_streaming,
    rpc_same_idempotency_level,
    rpc_same_request_type,
    rpc_same_response_type,
)
