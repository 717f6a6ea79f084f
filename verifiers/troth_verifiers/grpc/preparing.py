"""Troth's own form of a call and its schema, brought together."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True, slots=True)
class _Called:
    """A method and what is the same for all its calls: the classes of its messages, and rules brought to its types."""

    method: Method
    request: Callable[[], Any]
    response: Callable[[], Any]
    rules: dict[Rules, tuple[Rules, list[str]]] = field(default_factory=dict)


def _called(spec: Spec, known: Known) -> _Called:
    found = known.prepared.get((spec.service, spec.method))
    if not isinstance(found, _Called):
        method = method_of(known, spec.service, spec.method, spec.place)
        request, response = maker(known, method.request, spec.place), maker(known, method.response, spec.place)
        found = known.prepared[spec.service, spec.method] = _Called(method, request, response)
    return found


def prepared(spec: Spec, known: Known) -> Prepared:
    """The call; raises `InteractionUnreadable` for what does not fit the schema, with every place."""
    called = _called(spec, known)
    method, request, response = called.method, called.request, called.response
    mistakes = list(_streaming_mistakes(spec, method))
    messages, examples = [], []
    for place, written in _places("request", spec.requests, method.proto.client_streaming):
        try:
            messages.append(request() if spec.streams[0] is None else message_of(written, request))
            mistakes += (f"{place}: {sentence}" for sentence in lacking(messages[-1]))
        except ValueError as problem:
            mistakes.append(f"{place}: {problem}")
    responses = spec.promise.responses
    for place, written in _places("response", responses or (), method.proto.server_streaming):
        try:
            examples.append(example(written, response()))
        except ValueError as problem:
            mistakes.append(f"{place}: {problem}")
    if spec.promise.rules.body not in called.rules:
        renamed = _renamed(spec, response().DESCRIPTOR, listed=method.proto.server_streaming)
        called.rules[spec.promise.rules.body] = renamed
    rules, unknown = called.rules[spec.promise.rules.body]
    mistakes += (f"rules: the path {path} leads to no field of {method.response}." for path in unknown)
    if mistakes:
        raise InteractionUnreadable("; ".join(f"{spec.place}: {mistake}" for mistake in mistakes))
    promise = spec.promise
    wanted = Wanted(
        code=promise.code,
        message=promise.message,
        details=promise.details,
        metadata=promise.metadata,
        metadata_rules=promise.rules.metadata,
        responses=None if responses is None else tuple(examples),
        rules=rules,
    )
    return Prepared(
        method=method.full_name,
        client_streams=method.proto.client_streaming,
        server_streams=method.proto.server_streaming,
        requests=tuple(message.SerializePartialToString() for message in messages),
        new_request=request,
        metadata=spec.metadata,
        wanted=wanted,
        new_response=response,
        pool=pool_of(known.schema),
        timeout=spec.timeout,
        cancel_after=spec.cancel_after,
    )


def _streaming_mistakes(spec: Spec, method: Method) -> Iterator[str]:
    directions = (
        ("request", spec.streams[0], method.proto.client_streaming),
        ("response", spec.streams[1], method.proto.server_streaming),
    )
    for name, written, streams in directions:
        if written is not None and written != streams:
            told = f"is a stream, so write {name}s: a list" if streams else f"is one message, so write {name}"
            yield f"the {name} of {method.full_name} {told}."
    if spec.promise.code != "OK" and spec.promise.responses is not None and not method.proto.server_streaming:
        yield f"with the status {spec.promise.code} no response comes; leave out one of the two."
    if spec.cancel_after is not None and not method.proto.server_streaming:
        yield f"cancelAfter is about streams of responses, and {method.full_name} has one."


def _places(name: str, written: tuple[Json, ...], streams: bool) -> Iterator[tuple[str, Json]]:
    for index, one in enumerate(written):
        yield (f"{name}s[{index}]" if streams else name), one


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
