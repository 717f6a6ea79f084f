"""Examples that are written just as their trees are, which is most of them: known without making a message.

Making a message of JSON and a tree of the message costs many times more. Whatever is written in another way that
Protobuf's JSON allows, and whatever may be a mistake, is left to that.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from google.protobuf.descriptor import FieldDescriptor

from troth_schemas.json_body import Document, Json

_Taken: TypeAlias = Callable[[Any, int], Json]
"""What a tree has for what is written so deep inside; raises `NotPlain`."""
_INTEGERS: Final[Mapping[int, tuple[int, int]]] = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
}
_EXACT: Final = 2**53
"""Integers up to here are the same as decimals."""
_BYTES: Final = 12
_GROUP: Final = 10
_TIMESTAMP: Final = "google.protobuf.Timestamp"
_MOMENT: Final = re.compile(
    r"(?!0000)(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d)(?:\.(?!\d*000Z)(?:\d{3}|\d{6}|\d{9}))?Z", re.ASCII
)
_DEEPEST: Final = 40
"""Messages in messages; how many are too many is for Protobuf to say."""


class NotPlain(Exception):
    """It may be written in another way, or wrongly."""


class _Field(NamedTuple):
    name: str
    taken: _Taken
    nullable: bool
    """Whether null says that it is not set."""
    oneof: str | None


def plain(written: Json, kind: Any) -> Json:
    """The tree of what is written about a message of a type (by descriptor); raises `NotPlain`."""
    return _message(kind)(written, 0)


@lru_cache(maxsize=1024)
def _message(kind: Any) -> _Taken:
    """How a message of a type is taken."""
    if kind.full_name == _TIMESTAMP:
        return _moment
    if kind.full_name.startswith("google.protobuf."):
        return _never
    fields: dict[str, _Field] = {}

    def taken(written: Any, depth: int) -> Json:
        if not isinstance(written, dict) or depth > _DEEPEST:
            raise NotPlain
        if not fields:
            fields.update(_fields(kind))
        return _members(written, fields, depth)

    return taken


def _members(written: Document, fields: Mapping[str, _Field], depth: int) -> Document:
    found: Document = {}
    chosen: list[str] = []
    for member, value in written.items():
        field = fields.get(member)
        if field is None:
            raise NotPlain
        name, taken, nullable, oneof = field
        if name in found:
            raise NotPlain
        if value is None:
            if not nullable:
                raise NotPlain
            found[name] = None
            continue
        if oneof is not None:
            chosen.append(oneof)
        found[name] = taken(value, depth)
    if len(chosen) > 1 and len(chosen) > len({*chosen}):
        raise NotPlain
    return found


def _fields(kind: Any) -> Mapping[str, _Field]:
    return {name: field for one in kind.fields for field in [_field(one)] for name in (one.json_name, one.name)}


def _field(field: Any) -> _Field:
    oneof = field.containing_oneof
    message = field.message_type
    if message is not None and message.GetOptions().map_entry:
        taken = _map(message)
    else:
        taken = _listed(_one(field)) if field.is_repeated else _one(field)
    return _Field(field.name, taken, field.has_presence, None if oneof is None else oneof.name)


def _map(entry: Any) -> _Taken:
    one = _one(entry.fields_by_name["value"])
    texts = entry.fields_by_name["key"].cpp_type == FieldDescriptor.CPPTYPE_STRING

    def taken(value: Any, depth: int) -> Json:
        if not texts or not isinstance(value, dict) or None in value.values():
            raise NotPlain
        return {_text(key, depth): one(value[key], depth) for key in value}

    return taken


def _listed(one: _Taken) -> _Taken:
    def taken(value: Any, depth: int) -> Json:
        if not isinstance(value, list) or None in value:
            raise NotPlain
        return [one(each, depth) for each in value]

    return taken


def _one(field: Any) -> _Taken:
    """How one value of a field is taken."""
    kind = field.cpp_type
    if field.type in (_BYTES, _GROUP):
        return _never
    if kind == FieldDescriptor.CPPTYPE_MESSAGE:
        message = _message(field.message_type)
        return lambda value, depth: message(value, depth + 1)
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return _enum(field.enum_type)
    if kind in _INTEGERS:
        return _integer(*_INTEGERS[kind])
    taken: Mapping[int, _Taken] = {
        FieldDescriptor.CPPTYPE_STRING: _text,
        FieldDescriptor.CPPTYPE_BOOL: _truth,
        FieldDescriptor.CPPTYPE_DOUBLE: _decimal,
    }
    return taken.get(kind, _never)


def _enum(kind: Any) -> _Taken:
    names = {one.name: kind.values_by_number[one.number].name for one in kind.values}
    null = kind.full_name == "google.protobuf.NullValue"

    def taken(value: Any, _depth: int) -> Json:
        if null or not isinstance(value, str) or value not in names:
            raise NotPlain
        return str(names[value])

    return taken


def _integer(least: int, most: int) -> _Taken:
    def taken(value: Any, _depth: int) -> Json:
        if type(value) is not int or not least <= value <= most:
            raise NotPlain
        return value

    return taken


def _text(value: Any, _depth: int) -> str:
    if not isinstance(value, str) or not (value.isascii() or value.isprintable()):
        raise NotPlain  # half of a surrogate pair is not printable
    return value


def _truth(value: Any, _depth: int) -> Json:
    if not isinstance(value, bool):
        raise NotPlain
    return value


def _decimal(value: Any, _depth: int) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NotPlain
    if isinstance(value, int) and abs(value) > _EXACT:
        raise NotPlain
    return float(value)


def _never(_value: Any, _depth: int) -> Json:
    raise NotPlain


def _moment(written: Any, _depth: int) -> Json:
    found = _MOMENT.fullmatch(written) if isinstance(written, str) else None
    try:
        datetime.fromisoformat(found[1] if found else "")
    except ValueError:
        raise NotPlain from None
    return found[0] if found else None
