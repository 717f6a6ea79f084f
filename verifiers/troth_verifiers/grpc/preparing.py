"""Troth's own form of a call and its schema, brought together."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from google.protobuf.descriptor_pool import DescriptorPool

from troth_schemas.json_body import Json
from troth_schemas.pact.paths import ANY as ANY_STEP
from troth_schemas.pact.paths import ANY_INDEX
from troth_schemas.pact.rules import Rules
from troth_schemas.protobuf.elements import Method
from troth_schemas.protobuf.trees import ANY, example, fields_by_name, has_own_form, is_map, message_of
from troth_verifiers.errors import InteractionUnreadable
from troth_verifiers.grpc.prepared import Prepared, Wanted, lacking, maker, method_of, pool_of
from troth_verifiers.grpc.schemas import Known
from troth_verifiers.grpc.spec import Spec
from troth_verifiers.grpc.statuses import expected_detail

_Shape: TypeAlias = tuple[tuple[bool | None, bool | None], str, bool, bool]
"""How a call is written: which sides are lists, the status, whether responses are, and whether it is cancelled."""


@dataclass(frozen=True, slots=True)
class _Called:
    """A method and what is the same for all its calls: the classes of its messages, and rules brought to its types.

    ``streamed`` is what is wrong with a shape that calls of it may have.
    """

    method: Method
    name: str
    client_streams: bool
    server_streams: bool
    request: Callable[[], Any]
    response: Callable[[], Any]
    rules: dict[Rules, tuple[Rules, list[str]]] = field(default_factory=dict)
    streamed: dict[_Shape, list[str]] = field(default_factory=dict)


def _called(spec: Spec, known: Known) -> _Called:
    found = known.prepared.get((spec.service, spec.method))
    if not isinstance(found, _Called):
        method = method_of(known, spec.service, spec.method, spec.place)
        request, response = maker(known, method.request, spec.place), maker(known, method.response, spec.place)
        proto = method.proto
        found = _Called(method, method.full_name, proto.client_streaming, proto.server_streaming, request, response)
        known.prepared[spec.service, spec.method] = found
    return found


def prepared(spec: Spec, known: Known) -> Prepared:
    """The call; raises `InteractionUnreadable` for what does not fit the schema, with every place."""
    called, promise = _called(spec, known), spec.promise
    shape = (spec.streams, promise.code, promise.responses is None, spec.cancel_after is None)
    streamed = called.streamed.get(shape)
    if streamed is None:
        streamed = called.streamed[shape] = list(_streaming_mistakes(spec, called))
    mistakes = [*streamed]
    requests, examples = [], []
    for index, written in enumerate(spec.requests):
        try:
            message = called.request() if spec.streams[0] is None else message_of(written, called.request)
            requests.append(message.SerializePartialToString())
            told = lacking(message)
        except ValueError as problem:
            told = [str(problem)]
        mistakes += [f"{_place('request', index, called.client_streams)}: {sentence}" for sentence in told]
    for index, written in enumerate(promise.responses or ()):
        try:
            examples.append(example(written, called.response))
        except ValueError as problem:
            mistakes.append(f"{_place('response', index, called.server_streams)}: {problem}")
    details = _details(promise.details, pool_of(known.schema), mistakes) if promise.details else promise.details
    found = called.rules.get(promise.rules.body)
    if found is None:
        found = _renamed(spec, called.response().DESCRIPTOR, listed=called.server_streams)
        called.rules[promise.rules.body] = found
    rules, unknown = found
    mistakes += [f"rules: the path {path} leads to no field of {called.method.response}." for path in unknown]
    if mistakes:
        raise InteractionUnreadable("; ".join(f"{spec.place}: {mistake}" for mistake in mistakes))
    wanted = Wanted(
        code=promise.code,
        message=promise.message,
        details=details,
        metadata=promise.metadata,
        metadata_rules=promise.rules.metadata,
        responses=None if promise.responses is None else tuple(examples),
        rules=rules,
    )
    return Prepared(
        method=called.name,
        client_streams=called.client_streams,
        server_streams=called.server_streams,
        requests=tuple(requests),
        new_request=called.request,
        metadata=spec.metadata,
        wanted=wanted,
        new_response=called.response,
        pool=pool_of(known.schema),
        timeout=spec.timeout,
        cancel_after=spec.cancel_after,
    )


def _streaming_mistakes(spec: Spec, called: _Called) -> Iterator[str]:
    streamed = (called.client_streams, called.server_streams)
    for name, written, streams in zip(("request", "response"), spec.streams, streamed, strict=True):
        if written is not None and written != streams:
            told = f"is a stream, so write {name}s: a list" if streams else f"is one message, so write {name}"
            yield f"the {name} of {called.name} {told}."
    if called.server_streams:
        return
    if spec.promise.code != "OK" and spec.promise.responses is not None:
        yield f"with the status {spec.promise.code} no response comes; leave out one of the two."
    if spec.cancel_after is not None:
        yield f"cancelAfter is about streams of responses, and {called.name} has one."


def _details(written: tuple[Json, ...], pool: DescriptorPool, mistakes: list[str]) -> tuple[Json, ...]:
    found: list[Json] = []
    for index, one in enumerate(written):
        try:
            found.append(expected_detail(one, pool) if isinstance(one, dict) else one)
        except ValueError as problem:
            mistakes.append(f"status.details[{index}]: {problem}")
    return tuple(found)


def _place(name: str, index: int, streams: bool) -> str:
    return f"{name}s[{index}]" if streams else name


def _renamed(spec: Spec, kind: Any, *, listed: bool) -> tuple[Rules, list[str]]:
    """The rules with fields under their names in the .proto file, and the paths that lead nowhere."""
    unknown: list[str] = []

    def message(rules: Rules, kind: Any, path: str) -> Rules:
        if has_own_form(kind) or kind.full_name == ANY:
            return rules
        fields = fields_by_name(kind)
        made = _here(rules)
        for key, inner in rules.inner.items():
            field = fields.get(key) if isinstance(key, str) else None
            if field is not None:
                made.inner[field.name] = within(inner, field, f"{path}.{key}")
            elif isinstance(key, str) and not key.startswith("["):
                unknown.append(f"{path}.{key}")
            else:
                made.inner[key] = inner  # every field: their types differ, so what stands further in is as written
        return made

    def within(rules: Rules, field: Any, path: str) -> Rules:
        kind = field.message_type
        if is_map(field):
            kind = kind.fields_by_name["value"].message_type
        if kind is None:
            return rules
        return (
            _elements(rules, lambda one, place: message(one, kind, place), path)
            if field.is_repeated
            else message(rules, kind, path)
        )

    if listed:
        return _elements(spec.promise.rules.body, lambda one, place: message(one, kind, place), "$"), unknown
    return message(spec.promise.rules.body, kind, "$"), unknown


def _here(rules: Rules) -> Rules:
    made = Rules()
    made.here = rules.here
    return made


def _elements(rules: Rules, inside: Callable[[Rules, str], Rules], path: str) -> Rules:
    """The rules about the elements of a list or the values of a map, each changed."""
    made = _here(rules)
    for key, inner in rules.inner.items():
        made.inner[key] = inside(inner, f"{path}[{'*' if key in (ANY_STEP, ANY_INDEX) else key}]")
    return made
