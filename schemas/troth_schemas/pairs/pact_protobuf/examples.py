"""What a message of a pact says, as a tree: the fields that were written, and those that its matching rules name.

The bytes are walked beside the message, because only they tell a zero that was written from none.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from google.protobuf.empty_pb2 import Empty
from google.protobuf.unknown_fields import UnknownFieldSet

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.rules import NO_RULES, Rules
from troth_schemas.pairs.pact_protobuf.reading import Binary
from troth_schemas.protobuf.trees import ANY, fields_by_name, has_own_form, is_map, tree

_LENGTH = 2
_GROUP = 3


def example_of(binary: Binary, rules: Rules = NO_RULES) -> Json:
    """The tree that another message is to be like; ``rules`` are the part's own about its body."""
    return example_tree(binary.data, binary.content, rules)


def example_tree(message: Any, content: bytes, rules: Rules = NO_RULES) -> Json:
    """The same of a message and of the bytes that it was read from."""
    return _said(message.DESCRIPTOR, tree(message, filled=True), _fields(content), (rules,))


@lru_cache(maxsize=1024)
def astray(kind: Any, rules: Rules) -> tuple[str, ...]:
    """The paths of rules that name what is surely no field of a message type (by descriptor), and so hold for nothing.

    Rules name what an example merely lacks, too; maps, extensions and what has a form of its own may have any names.
    """
    return tuple(_astray(kind, rules, "$"))


def _astray(kind: Any, rules: Rules, path: str) -> Iterator[str]:
    if has_own_form(kind) or kind.full_name == ANY:
        return
    known = fields_by_name(kind)
    for name, inner in rules.inner.items():
        field, where = known.get(name) if isinstance(name, str) else None, f"{path}.{name}"
        if field is None:
            if isinstance(name, str) and not kind.is_extendable:
                yield where
        elif field.message_type is not None and not is_map(field):
            yield from _astray(field.message_type, inner, where)
            for step, element in inner.inner.items() if field.is_repeated else ():
                if not isinstance(step, str):
                    yield from _astray(field.message_type, element, f"{where}[*]")


def _fields(content: bytes) -> Iterable[Any]:
    """The fields of a message as they stand on the wire."""
    found: Any = UnknownFieldSet(Empty.FromString(content))  # a sequence, which the stubs forget
    return tuple(found)


def _said(kind: Any, full: Json, wire: Iterable[Any], rules: tuple[Rules, ...]) -> Json:
    """The part of a whole tree that is on the wire, or that rules name."""
    if has_own_form(kind) or kind.full_name == ANY or not isinstance(full, dict):
        return full
    parts: dict[int, list[Any]] = {}
    for one in wire:
        parts.setdefault(one.field_number, []).append(one)
    found: Document = {}
    for field in kind.fields:
        named = tuple(_inside(rules, field.name))
        if field.name in full and (field.number in parts or named):
            found[field.name] = _field(field, full[field.name], parts.get(field.number, []), named)
    found.update({name: value for name, value in full.items() if name.startswith("[")})  # extensions
    return found


def _field(field: Any, full: Json, parts: list[Any], rules: tuple[Rules, ...]) -> Json:
    inner = field.message_type
    if inner is None or is_map(field):
        return full
    if not field.is_repeated:
        return _said(inner, full, [one for part in parts for one in _inside_of(part)], rules)
    listed = full if isinstance(full, list) else []
    if len(parts) != len(listed):
        return full
    elements = enumerate(zip(listed, parts, strict=True))
    return [_said(inner, one, _inside_of(part), tuple(_inside(rules, index))) for index, (one, part) in elements]


def _inside_of(part: Any) -> Iterable[Any]:
    """The fields of a message in a field: of bytes with their length, or of a group."""
    if part.wire_type == _GROUP:
        return tuple(part.data)
    return _fields(part.data) if part.wire_type == _LENGTH else ()


def _inside(rules: tuple[Rules, ...], step: str | int) -> Iterator[Rules]:
    """The rules about what stands one step further in; a name that is not written there names it all the same."""
    for node in rules:
        for key, inner in node.inner.items():
            if key == step or (isinstance(step, int) and not isinstance(key, str)):
                yield inner
