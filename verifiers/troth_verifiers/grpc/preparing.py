"""Troth's own form of a call and its schema, brought together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

from google.protobuf.descriptor_pool import DescriptorPool

from troth_schemas.json_body import Json
from troth_schemas.matching.idle import every, idle, leading, unknown
from troth_schemas.matching.trail import written as written_step
from troth_schemas.pact.matchers import RuleList, Variant
from troth_schemas.pact.paths import ANY as ANY_STEP
from troth_schemas.pact.paths import ANY_INDEX, steps
from troth_schemas.pact.rules import Rules
from troth_schemas.protobuf.elements import Method
from troth_schemas.protobuf.trees import ANY, example, fields_by_name, has_own_form, is_map, message_of
from troth_verifiers.errors import InteractionUnreadable
from troth_verifiers.grpc.prepared import Kind, Prepared, Wanted, kind_of, lacking, method_of
from troth_verifiers.grpc.schemas import Known
from troth_verifiers.grpc.spec import Promise, Spec
from troth_verifiers.grpc.statuses import expected_detail

_Shape: TypeAlias = tuple[tuple[bool | None, bool | None], str, bool, bool]
"""How a call is written: which sides are lists, the status, whether responses are, and whether it is cancelled."""


class _Ruled(NamedTuple):
    """Rules with fields under their names in the .proto file, what is wrong with them, and whether they lead on."""

    rules: Rules
    faults: list[str]
    lead: Callable[[Json], bool]


@dataclass(frozen=True, slots=True)
class _Called:
    """A method, and what is the same for all its calls: their kind, and rules brought to the types of its messages.

    ``streamed`` is what is wrong with a shape that calls of it may have.
    """

    method: Method
    kind: Kind
    rules: dict[Rules, _Ruled] = field(default_factory=dict)
    streamed: dict[_Shape, list[str]] = field(default_factory=dict)


def _called(spec: Spec, known: Known) -> _Called:
    found = known.prepared.get((spec.service, spec.method))
    if not isinstance(found, _Called):
        method = method_of(known, spec.service, spec.method, spec.place)
        found = _Called(method, kind_of(known, method, spec.place))
        known.prepared[spec.service, spec.method] = found
    return found


def prepared(spec: Spec, known: Known) -> Prepared:
    """The call; raises `InteractionUnreadable` for what does not fit the schema, with every place."""
    called, promise = _called(spec, known), spec.promise
    kind = called.kind
    shape = (spec.streams, promise.code, promise.responses is None, spec.cancel_after is None)
    streamed = called.streamed.get(shape)
    if streamed is None:
        streamed = called.streamed[shape] = list(_streaming_mistakes(spec, kind))
    mistakes = [*streamed]
    requests = _requests(spec, kind, mistakes)
    examples = _examples(promise.responses or (), kind, mistakes)
    details = _details(promise.details, kind.pool, mistakes) if promise.details else promise.details
    ruled = called.rules.get(promise.rules.body)
    if ruled is None:
        ruled = called.rules[promise.rules.body] = _ruled(spec, called)
    mistakes += ruled.faults
    if not ruled.faults:
        mistakes += _idle(promise, ruled, examples, listed=kind.server_streams)
    if mistakes:
        raise InteractionUnreadable("; ".join(f"{spec.place}: {mistake}" for mistake in mistakes))
    wanted = Wanted(
        promise.code,
        promise.message,
        details,
        promise.metadata,
        promise.rules.metadata,
        responses=None if promise.responses is None else tuple(examples),
        rules=ruled.rules,
        trailing=promise.trailing,
    )
    return Prepared(kind, tuple(requests), spec.metadata, wanted, spec.timeout, spec.cancel_after)


def _requests(spec: Spec, kind: Kind, mistakes: list[str]) -> list[bytes]:
    found = []
    for index, written in enumerate(spec.requests):
        try:
            message = kind.new_request() if spec.streams[0] is None else message_of(written, kind.new_request)
            found.append(message.SerializePartialToString())
            told = lacking(message)
        except ValueError as problem:
            told = [str(problem)]
        if told:
            mistakes += [f"{_place('request', index, kind.client_streams)}: {sentence}" for sentence in told]
    return found


def _examples(responses: Sequence[Json], kind: Kind, mistakes: list[str]) -> list[Json]:
    found = []
    for index, written in enumerate(responses):
        try:
            found.append(example(written, kind.new_response))
        except ValueError as problem:
            mistakes.append(f"{_place('response', index, kind.server_streams)}: {problem}")
    return found


def _idle(promise: Promise, ruled: _Ruled, examples: list[Json], *, listed: bool) -> list[str]:
    """The rules that lead to nothing that is expected, of which nobody would know."""
    found: list[str] = []
    tree: Json = examples if listed else examples[0] if examples else None
    if not ruled.lead(tree):
        found += idle(ruled.rules, [tree] if examples else [])
    for name in promise.rules.metadata:
        if name not in promise.metadata and (name != "grpc-message" or promise.message is None):
            found.append(f"The rule metadata {name} leads to nothing that is expected; write an example of it.")
    return [f"rules: {sentence}" for sentence in found] if found else found


def _ruled(spec: Spec, called: _Called) -> _Ruled:
    kind = called.kind
    rules, unknown_paths = _renamed(spec, kind.new_response().DESCRIPTOR, listed=kind.server_streams)
    astray = [f"the path {path} leads to no field of {called.method.response}." for path in unknown_paths]
    return _Ruled(rules, [f"rules: {fault}" for fault in (*astray, *unknown(every(rules)))], leading(rules))


def _streaming_mistakes(spec: Spec, kind: Kind) -> Iterator[str]:
    streamed = (kind.client_streams, kind.server_streams)
    for name, written, streams in zip(("request", "response"), spec.streams, streamed, strict=True):
        if written is not None and written != streams:
            told = f"is a stream, so write {name}s: a list" if streams else f"is one message, so write {name}"
            yield f"the {name} of {kind.method} {told}."
    if kind.server_streams:
        return
    if spec.promise.code != "OK" and spec.promise.responses is not None:
        yield f"with the status {spec.promise.code} no response comes; leave out one of the two."
    if spec.cancel_after is not None:
        yield f"cancelAfter is about streams of responses, and {kind.method} has one."


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
    """The rules about the elements of a list or the values of a map, each changed, and those of its variants."""

    def renamed(variant: Variant) -> Variant:
        kept = Rules.of((place, found) for written, found in variant.rules if (place := steps(written)) is not None)
        return replace(variant, rules=tuple(_written(inside(kept, f"{path}[{variant.index}]"))))

    made = _here(rules)
    if made.here is not None and any(one.variants for one in made.here.matchers):
        matchers = (replace(one, variants=tuple(map(renamed, one.variants))) for one in made.here.matchers)
        made.here = replace(made.here, matchers=tuple(matchers))
    for key, inner in rules.inner.items():
        made.inner[key] = inside(inner, f"{path}[{'*' if key in (ANY_STEP, ANY_INDEX) else key}]")
    return made


def _written(rules: Rules, path: str = "$") -> Iterator[tuple[str, RuleList]]:
    """Rules under their paths."""
    if rules.here is not None:
        yield path, rules.here
    for key, inner in rules.inner.items():
        step = ".*" if key is ANY_STEP else "[*]" if key == ANY_INDEX else written_step(key)
        yield from _written(inner, f"{path}{step}")
