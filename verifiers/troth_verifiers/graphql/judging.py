"""An answer against what is expected of it, compared as GraphQL: by its data and its errors, not by its status."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from troth_schemas.graphql.answers import shown
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.json_body import Document, Json
from troth_schemas.matching import Difference, match_tree
from troth_verifiers.api import Mismatch
from troth_verifiers.graphql.asked import Asked, Expected
from troth_verifiers.graphql.conforming import shape_differences
from troth_verifiers.graphql.entities import looks_up, number_differences, types_by_path
from troth_verifiers.graphql.selecting import Selection, selected
from troth_verifiers.json_bodies import read_alike

_MOST: Final = 200
"""Mismatches that are told; nobody reads more."""
_SHOWN: Final = 300
_MOST_ERRORS: Final = 3
_OF_ERRORS: Final = re.compile(r"\$(?:\.events\[(\d+)\])?\.errors(?:\[(\d+)\])?")
_MEDIA: Final = ("application/json", "application/graphql-response+json")


_IN_PARTS: Final = "The answer comes in parts, and only whole answers can be judged."


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """What came is no answer of GraphQL."""

    mismatch: Mismatch


def answer_of(status: int, media: str, content: bytes) -> "Document | NoAnswer":
    """The answer as an object, whatever the status: servers disagree on it."""
    value: Json = None
    unreadable = ""
    try:
        value = read_alike(content)
    except (ValueError, RecursionError) as error:
        unreadable = str(error)
    if isinstance(value, dict) and ("data" in value or _listed(value.get("errors"))):
        return value
    text = _beginning(content)
    kind = media.partition(";")[0].strip().lower()
    if status >= 400:
        sentence = f"The server answered with the status {status} and no answer of GraphQL: {text}"
        return NoAnswer(Mismatch("status", "", sentence, "an answer of GraphQL", str(status)))
    if unreadable and kind.startswith("multipart/"):
        sentence = f"{_IN_PARTS} It is {kind}: {text}"
        return NoAnswer(Mismatch("body-content-type", "", sentence, _MEDIA[0], kind))
    if unreadable and kind not in _MEDIA:
        sentence = f"Expected an answer of GraphQL in JSON, but it is {kind or 'of no type'}: {text}"
        return NoAnswer(Mismatch("body-content-type", "", sentence, _MEDIA[0], kind))
    what = f"cannot be read as JSON ({unreadable})" if unreadable else "has neither data nor errors"
    return NoAnswer(Mismatch("body", "$", f"The answer {what}: {text}", "an answer of GraphQL", text))


def mismatches(
    asked: Asked, expected: Expected, answer: Document, status: int, schema: SchemaDocument | None
) -> tuple[Mismatch, ...]:
    """Where an answer is not as expected, sorted."""
    one = _compared(asked, expected.says, answer, "$", schema)
    found = list(_judged(one.example, one.tree, one.told, expected))
    if status >= 300 and not _listed(answer.get("errors")):
        text = f"The answer has data and no errors, and yet its status is {status}."
        found.append(Mismatch("status", "", text, "200", str(status)))
    return tuple(sorted(found)[:_MOST])


def event_mismatches(
    asked: Asked, expected: Expected, came: Sequence[Document], schema: SchemaDocument | None
) -> tuple[Mismatch, ...]:
    """Where the events that came are not those that are expected, in their order, sorted; missing ones are left out."""
    found = [
        _compared(asked, one if isinstance(one, dict) else {}, answer, f"$.events[{index}]", schema)
        for index, (one, answer) in enumerate(zip(expected.events, came, strict=False))
    ]
    examples: Json = {"events": [one.example for one in found]}
    told = [each for one in found for each in one.told]
    return tuple(sorted(_judged(examples, {"events": [one.tree for one in found]}, told, expected))[:_MOST])


@dataclass(frozen=True, slots=True)
class _Compared:
    """An answer beside its example, as trees, and what is wrong with it whatever the example and its rules say."""

    example: Document
    tree: Document
    told: tuple[Mismatch, ...]


def _compared(asked: Asked, says: Document, answer: Document, at: str, schema: SchemaDocument | None) -> _Compared:
    """An answer without what was not selected, its errors beside those that they may be."""
    selection = asked.selection
    data = selected(selection, selection.root, answer.get("data"))
    errors = _aligned(_listed(says.get("errors")), _listed(answer.get("errors")))
    unexpected = () if "errors" in says else tuple(_unexpected(answer, at))
    kept = ("errors",) if unexpected and data is None else ("data", "errors")  # the errors say why there is no data
    example = {member: says[member] for member in kept if member in says}
    told = (
        *unexpected,
        *_malformed(says, answer, at),
        *_entities(asked, data, at),
        *_shape(asked, selection, data, at, schema),
    )
    return _Compared(example, {"data": data, "errors": errors}, told)


def _judged(example: Json, tree: Json, told: Iterable[Mismatch], expected: Expected) -> Iterator[Mismatch]:
    matched = [_mismatch(one) for one in match_tree(example, tree, expected.rules)]
    for one in matched:
        came = "; ".join(map(error_text, _errors_at(one.place, tree)[:_MOST_ERRORS]))
        yield replace(one, text=f"{one.text} What came: {came}") if came else one
    places = {one.place for one in matched}
    yield from (one for one in told if one.place not in places)


def _errors_at(place: str, tree: Json) -> list[Json]:
    """The errors at a place such as ``$.errors`` or ``$.events[1].errors[0]``; none where it is no place of theirs."""
    found = _OF_ERRORS.fullmatch(place)
    if found is None:
        return []
    event, index = found.groups()
    errors = _listed(_member(_listed(_member(tree, "events"))[int(event)] if event else tree, "errors"))
    return errors[int(index) : int(index) + 1] if index else errors


def _member(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None


def _aligned(expected: list[Json], actual: list[Json]) -> list[Json]:
    """The errors in the order of those that are expected, by their paths: a server may run fields at once."""
    left = list(actual)
    found: list[Json] = []
    for one in expected:
        path = one.get("path") if isinstance(one, dict) else None
        same: Json = next(
            (each for each in left if path is not None and isinstance(each, dict) and each.get("path") == path), None
        )
        if same is None and left:
            taken = [each.get("path") for each in expected if isinstance(each, dict)]
            same = next((each for each in left if not isinstance(each, dict) or each.get("path") not in taken), left[0])
        if same is not None:
            left.remove(same)
            found.append(same)
    return [*found, *left]


def _unexpected(answer: Document, at: str) -> Iterator[Mismatch]:
    for index, one in enumerate(_listed(answer.get("errors"))):
        text = error_text(one)
        yield Mismatch("errors", f"{at}.errors[{index}]", f"No error is expected, and there is one: {text}", "", text)


def _malformed(says: Document, answer: Document, at: str) -> Iterator[Mismatch]:
    """What no answer of GraphQL may be, whatever is expected of it."""
    errors = answer.get("errors")
    if errors is not None and not isinstance(errors, list):
        text = shown(errors)
        yield Mismatch("errors", f"{at}.errors", f"The errors are no list: {text}.", "a list", text)
    elif not errors and answer.get("data") is None and not says.keys() & {"data", "errors"}:
        yield Mismatch("data", f"{at}.data", "There is no data, and no error says why.", "an object", "null")
    if answer.get("hasNext") is True:
        yield Mismatch("body", at, f"{_IN_PARTS} This is one of them: its `hasNext` is true.", "", "hasNext")


def error_text(error: Json) -> str:
    """An error in one line: its message, its path, its code."""
    members = error if isinstance(error, dict) else {}
    message = members.get("message")
    text = message if isinstance(message, str) else json.dumps(error, default=str)
    path, extensions = members.get("path"), members.get("extensions")
    if isinstance(path, list) and path:
        text += f" (at {'.'.join(str(step) for step in path)})"
    code = extensions.get("code") if isinstance(extensions, dict) else None
    if isinstance(code, str):
        text += f" [{code}]"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def codes(answer: Document) -> Iterator[str]:
    """What the errors of an answer are called: their messages and codes."""
    for one in _listed(answer.get("errors")):
        if isinstance(one, dict):
            extensions = one.get("extensions")
            named = extensions.get("code") if isinstance(extensions, dict) else None
            yield from (text for text in (one.get("message"), named) if isinstance(text, str))


def is_of_a_field(answer: Document) -> bool:
    """Whether an error says which field went wrong, so that the operation was run."""
    return any(isinstance(one, dict) and isinstance(one.get("path"), list) for one in _listed(answer.get("errors")))


def _shape(
    asked: Asked, selection: Selection, data: Json, at: str, schema: SchemaDocument | None
) -> Iterable[Mismatch]:
    if schema is None:
        return
    types = types_by_path(asked)
    for one in shape_differences(schema.served, asked.operation.node.operation.value, selection, data, types):
        yield _placed(one, at)


def _entities(asked: Asked, data: Json, at: str) -> Iterable[Mismatch]:
    return (_placed(one, at) for one in number_differences(asked, data)) if looks_up(asked) else ()


def _placed(one: Difference, at: str) -> Mismatch:
    return Mismatch("data", f"{at}{one.path.removeprefix('$')}", one.text, one.expected, one.actual)


def _mismatch(one: Difference) -> Mismatch:
    return Mismatch("errors" if ".errors" in one.path[:30] else "data", one.path, one.text, one.expected, one.actual)


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _beginning(content: bytes) -> str:
    text = " ".join(content[: 4 * _SHOWN].decode("utf-8", "replace").split())
    return (text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…") or "nothing"
