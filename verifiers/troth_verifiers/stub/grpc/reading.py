"""Pages of calls out of contracts: expectations of Troth's own form, gRPC interactions of pacts, descriptors."""

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from google.protobuf import descriptor_pool
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import ParseDict, ParseError
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]  # they ship no types

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.document import pact_of
from troth_schemas.pact.parts import Part
from troth_schemas.pairs.pact_protobuf.reading import Binary, Unclear, grpc_status, read
from troth_schemas.pairs.pact_protobuf.reading import Call as PactCall
from troth_schemas.protobuf.elements import Method
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.statuses import CODES
from troth_schemas.protobuf.trees import parsed, tree
from troth_verifiers.api import Contract, Interaction
from troth_verifiers.errors import ContractUnreadable, InteractionUnreadable
from troth_verifiers.grpc.metadata import Metadata
from troth_verifiers.grpc.prepared import Prepared, Wanted, method_of
from troth_verifiers.grpc.preparing import prepared
from troth_verifiers.grpc.reading import interactions, written_of
from troth_verifiers.grpc.schemas import Known, Schemas, compiled
from troth_verifiers.grpc.showing import texts
from troth_verifiers.grpc.spec import Spec, code_of
from troth_verifiers.grpc.statuses import NAME as DETAILS
from troth_verifiers.pact.pieces import piece_of
from troth_verifiers.stub.generating import Making
from troth_verifiers.stub.grpc.pages import Answer, Expected, Page
from troth_verifiers.stub.grpc.samples import fill

_OWN: Final = ("contenttype", "content-type", "grpc-status", "grpc-message")
"""Metadata of pacts that is not sent as such."""


async def expected_pages(contract: Contract, schemas: Sequence[Schema]) -> list[Page]:
    """The calls of expectations; `schemas` are there for those that name none. Raises `ContractUnreadable`."""
    pages = []
    known_by = Schemas()
    for interaction in interactions(contract):
        written = written_of(interaction)
        spec = written.spec
        if spec.trouble is not None:
            raise ContractUnreadable(contract.name, [spec.trouble.text])
        if spec.documents.names:
            known = await known_by.of(spec.documents, partial(compiled, spec.documents))
        else:
            known = _knowing(spec, schemas)
        try:
            trailers = written.expectation.get("trailers")
            pages.append(
                _page(interaction, spec, known, set(map(str.lower, trailers)) if isinstance(trailers, dict) else set())
            )
        except (InteractionUnreadable, ValueError) as error:
            raise ContractUnreadable(contract.name, [str(error)]) from None
    return pages


def _knowing(spec: Spec, schemas: Sequence[Schema]) -> Known:
    for one in schemas:
        if spec.service in one.services:
            return Known(one)
    text = f"it names no schema, and none of the given files has the service {spec.service}; give its .proto file too"
    raise ContractUnreadable(spec.documents.contract, [text])


def _page(interaction: Interaction, spec: Spec, known: Known, trailers: set[str]) -> Page:
    ready = prepared(spec, known)
    method = method_of(known, spec.service, spec.method, spec.place)
    new = partial(known.schema.pool.new, method.request)
    answer = _answer(ready, trailers, method)
    return Page(
        title=interaction.title,
        schema=known.schema,
        method=method,
        requests=tuple(Expected(tree(_decoded(new(), one), filled=True)) for one in ready.requests),
        answer=lambda _: answer,
        metadata=dict(texts(ready.metadata)),
        states=tuple(state.name for state in interaction.states),
    )


def _decoded(message: Any, content: bytes) -> Any:
    message.MergeFromString(content)
    return message


def _answer(ready: Prepared, trailers: set[str], method: Method) -> Answer:
    """What is expected, as it is sent. Raises ValueError for what does not fit."""
    wanted = ready.wanted
    messages = [parsed(one, ready.kind.new_response()) for one in wanted.responses or ()]
    if not messages and wanted.code == "OK" and not method.proto.server_streaming:
        messages = [ready.kind.new_response()]
    lines = {name: _line(name, value) for name, value in wanted.metadata.items()}
    details = _details(wanted, ready)
    return Answer(
        code=wanted.code,
        message=wanted.message or "",
        initial=tuple((name, value) for name, value in lines.items() if name not in trailers),
        trailing=(*((name, value) for name, value in lines.items() if name in trailers), *details),
        contents=tuple(one.SerializePartialToString() for one in messages),
        shown=tuple(tree(one) for one in messages),
    )


def _line(name: str, value: Json) -> str | bytes:
    text = value if isinstance(value, str) else str(value)
    return b64decode(text) if name.endswith("-bin") else text


def _details(wanted: Wanted, ready: Prepared) -> Metadata:
    """The rich status, in the trailer where its readers look for it."""
    if not wanted.details:
        return ()
    status = status_pb2.Status(code=CODES.index(wanted.code), message=wanted.message or "")
    descriptor_pool.Default().FindFileByName(error_details_pb2.DESCRIPTOR.name)
    for one in wanted.details:
        status.details.append(_detail(one, ready.kind.pool))
    return ((DETAILS, status.SerializeToString()),)


def _detail(written: Json, own: DescriptorPool) -> AnyMessage:
    """A detail of a type of the contract's, or of gRPC's usual ones. Raises ValueError."""
    for pool in (own, descriptor_pool.Default()):
        try:
            return ParseDict(dict(written) if isinstance(written, dict) else {}, AnyMessage(), descriptor_pool=pool)
        except (ParseError, TypeError):
            continue
    raise ValueError(f"the status's detail {written!r} is of no type that is known")


def pact_pages(found: Sequence[Interaction], making: Making) -> Iterator[Page]:
    """The calls among the interactions of a pact. Raises `InteractionUnreadable`."""
    for interaction in found:
        piece = piece_of(interaction)
        call = next(read(pact_of({**piece.head, "interactions": [piece.element]})), None)
        if not isinstance(call, PactCall):
            why = call.why if isinstance(call, Unclear) else "it is no call of gRPC"
            raise InteractionUnreadable(f"The gRPC interaction {interaction.title!r} cannot be read: {why}.")
        request = call.exchange.request
        new = partial(call.schema.pool.new, call.method.request)
        expected = Expected(tree(new() if call.request is None else call.request.data, filled=True))
        if call.request is not None:
            expected = Expected(expected.tree, call.request.part.rules.body)
        yield Page(
            title=interaction.title,
            schema=call.schema,
            method=call.method,
            requests=(expected,),
            answer=partial(_of_pact, call, making),
            metadata={} if request is None else _metadata(request.written),
            metadata_rules={}
            if request is None
            else {name.lower(): one for name, one in request.rules.metadata.items()},
            states=tuple(state.name for state in interaction.states),
        )


def _of_pact(call: PactCall, making: Making, _requests: Sequence[Any]) -> Answer:
    """The answer of a pact, with generated values. Raises Unmade, ValueError."""
    parts = call.exchange.responses
    stated = grpc_status(parts[0]) if parts else ""
    code = code_of(stated or "OK") or "UNKNOWN"
    lines: dict[str, Json] = {}
    messages = []
    for part in parts:
        binary = next((one for one in call.responses if one.part is part), None)
        made = _generated(part, binary, making)
        lines |= _metadata(made)
        if binary is not None:
            messages.append(parsed(_contents(made), call.schema.pool.new(call.method.response)))
    if not messages and code == "OK" and not call.method.proto.server_streaming:
        messages = [call.schema.pool.new(call.method.response)]
    sent = tuple((name, _line(name, value)) for name, value in lines.items())
    message = next((str(value) for part in parts for name, value in _texts(part.written) if name == "grpc-message"), "")
    return Answer(
        code,
        message,
        sent if code == "OK" else (),
        () if code == "OK" else sent,
        tuple(one.SerializePartialToString() for one in messages),
        tuple(tree(one) for one in messages),
    )


def _generated(part: Part, binary: Binary | None, making: Making) -> Document:
    content: Json = None if binary is None else tree(binary.data)
    decoded: Document = {**part.written, "contents": {"content": content, "contentType": "application/json"}}
    return making.made(decoded, body="contents")


def _contents(part: Document) -> Json:
    contents = part["contents"]
    return contents["content"] if isinstance(contents, dict) else None


def _metadata(part: Document) -> Mapping[str, Json]:
    return {name: value for name, value in _texts(part) if name not in _OWN}


def _texts(part: Document) -> Iterator[tuple[str, str]]:
    written = part.get("metadata")
    for name, value in written.items() if isinstance(written, dict) else ():
        listed = value if isinstance(value, list) else [value]
        yield name.lower(), ", ".join(str(one).lower() if isinstance(one, bool) else str(one) for one in listed)


def sample_pages(schema: Schema, name: str) -> Iterator[Page]:
    """A page for each method of a schema's own services, with messages that are made up."""
    for service in schema.services.values():
        for method in service.methods().values() if schema.own(service) else ():
            yield Page(
                f"{method.full_name}, made up from {name}", schema, method, None, partial(_sample, schema, method)
            )


def _sample(schema: Schema, method: Method, requests: Sequence[Any]) -> Answer:
    """One response; to a stream of requests a stream of as many."""
    both = method.proto.client_streaming and method.proto.server_streaming
    asked = requests if both else requests[:1] or (None,)
    messages = [fill(schema.pool.new(method.response), like) for like in asked]
    return Answer(
        contents=tuple(one.SerializePartialToString() for one in messages), shown=tuple(tree(one) for one in messages)
    )
