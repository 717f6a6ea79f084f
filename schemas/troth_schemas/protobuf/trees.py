"""Messages as JSON-like trees, which one engine compares whatever the protocol.

Fields stand under their names in the .proto file. Integers of any size are integers, bytes are base64, enums are their
names (a number that has none stays one), what Protobuf gives a JSON form of its own (Timestamp, Struct, the wrappers …)
has that form. A field that is not set is absent, except that ``filled`` gives every field without presence its zero:
on the wire the two are one.
"""

import math
import struct
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, TypeAlias

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import DecodeError, EncodeError
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.unknown_fields import UnknownFieldSet

from troth_schemas.json_body import Document, Json
from troth_schemas.protobuf.plain import NotPlain, plain

ANY: Final = "google.protobuf.Any"
TIMESTAMP: Final = "google.protobuf.Timestamp"
NULL: Final = "google.protobuf.NullValue"
VALUE: Final = "google.protobuf.Value"
_DOUBLE: Final = 1
_FLOAT: Final = 2
_SPECIAL: Final = (FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE)
_BYTES: Final = 12
_MOST_DIGITS: Final = 9
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - as Protobuf has it: in UTC, which is not written
_SECOND: Final = 1_000_000_000
_FIRST: Final = -62_135_596_800
_LAST: Final = 253_402_300_799
"""The seconds of the years 1 to 9999."""


def tree(message: Any, *, filled: bool = False, unknown: bool = False, pool: DescriptorPool | None = None) -> Json:
    """A message as a tree. ``unknown`` shows what its type does not know, under ``#`` and the number.

    What an Any holds is looked up in the message's own pool, or in ``pool``.
    """
    return _Reader(filled, unknown, pool).value(message)


def message_reader(kind: Any) -> Callable[[Any], Json]:
    """What makes (filled) trees of messages of a type (by descriptor)."""
    reader, read = _Reader(filled=True), _form_of(kind)
    return lambda message: read(reader, message)


def parsed(written: Any, message: Any) -> Any:
    """Fill an empty message with what is written in JSON. Raises ValueError with what does not fit."""
    if not isinstance(written, dict) and not has_own_form(message.DESCRIPTOR):
        raise ValueError(f"{message.DESCRIPTOR.full_name} is written as an object of its fields")
    try:
        return ParseDict(written, message, descriptor_pool=message.DESCRIPTOR.file.pool)
    except SystemError as problem:  # of a name in an enum that is no text of Unicode
        raise ValueError(str(problem.__cause__ or problem)) from None
    except (ParseError, EncodeError, TypeError, ValueError, AttributeError, KeyError, RecursionError) as problem:
        raise ValueError(str(problem) or type(problem).__name__) from None


def message_of(written: Json, kind: Any) -> Any:
    """The message of a class that is written in JSON. Raises ValueError with what does not fit."""
    try:
        members = plain(written, kind.DESCRIPTOR)
        if isinstance(members, dict):
            return kind(**members)
    except (NotPlain, TypeError, ValueError):
        pass  # a moment, or something else that the class takes in another form
    return parsed(written, kind())


def example(written: Json, kind: Any) -> Json:
    """What is written in JSON about a message of a class, as a tree of the members that are written.

    A zero that is written is there; null for a field with presence says that it is not set, and stays null. Raises
    ValueError with what does not fit.
    """
    try:
        return plain(written, kind.DESCRIPTOR)
    except NotPlain:
        return example_by_message(written, kind())


def example_by_message(written: Json, message: Any) -> Json:
    """The same for whatever Protobuf takes, by way of the message."""
    return _written(written, tree(parsed(written, message), filled=True), message.DESCRIPTOR)


def has_own_form(kind: Any) -> bool:
    """Whether Protobuf gives messages of a type (by descriptor) a form of their own in JSON."""
    return kind.full_name in _FORMS


def fields_by_name(kind: Any) -> Mapping[str, Any]:
    """The fields (descriptors) of a message type under their names in the .proto file and in JSON."""
    return _by_name(kind)


def field_named(kind: Any, name: str) -> Any:
    """The field or extension that stands under a name in a tree; None for what is none."""
    if not name.startswith("["):
        return kind.fields_by_name.get(name)
    try:
        return kind.file.pool.FindExtensionByName(name[1:-1])
    except KeyError:
        return None


def is_map(field: Any) -> bool:
    """Whether a field (by descriptor) is a map."""
    return field.message_type is not None and field.message_type.GetOptions().map_entry


@dataclass(frozen=True, slots=True)
class _Field:
    """How a field is read: its name in the tree, and what makes a tree of its value, None where that is the value.

    Worked out once for each field, because each look into a descriptor costs a call.
    """

    name: str
    read: "_Read | None"
    zero: Callable[[], Json] | None
    """What a field without presence holds that is not set; None for one with presence."""


@lru_cache(maxsize=4096)
def _field_of(field: Any) -> _Field:
    name = f"[{field.full_name}]" if field.is_extension else field.name
    if is_map(field):
        return _Field(name, _map_reader(_one_reader(field.message_type.fields_by_name["value"])), dict)
    one = _one_reader(field)
    if field.is_repeated:
        return _Field(name, _list_reader(one), list)
    if field.has_presence:
        return _Field(name, one, None)
    default: Json = field.default_value if one is None else one(_Reader(), field.default_value)
    return _Field(name, one, lambda: default)


def _one_reader(field: Any) -> "_Read | None":
    if field.message_type is not None:
        return _Reader.value
    read = scalar_reader(field)
    return None if read is None else lambda _, value: read(value)


def scalar_reader(field: Any) -> Callable[[Any], Json] | None:
    """What makes of a value of a field (that holds no messages) what a tree holds; None where that is the value."""
    if field.enum_type is not None:
        names = _names(field.enum_type)
        return lambda value: names.get(value, value)
    if field.type == _DOUBLE:
        return lambda value: value if math.isfinite(value) else _float(value)
    if field.cpp_type in _SPECIAL or field.type == _BYTES:
        return lambda value: _scalar(field, value)
    return None


def _map_reader(one: "_Read | None") -> "_Read":
    if one is None:
        return lambda _, value: {_key(key): value[key] for key in sorted(value)}
    return lambda reader, value: {_key(key): one(reader, value[key]) for key in sorted(value)}


def _list_reader(one: "_Read | None") -> "_Read":
    if one is None:
        return lambda _, value: list(value)
    return lambda reader, value: [one(reader, each) for each in value]


@lru_cache(maxsize=1024)
def _without_presence(kind: Any) -> tuple[tuple[str, Callable[[], Json]], ...]:
    return tuple((one.name, one.zero) for one in map(_field_of, kind.fields) if one.zero is not None)


@lru_cache(maxsize=1024)
def _form_of(kind: Any) -> "Callable[[_Reader, Any], Json]":
    """How messages of a type are read."""
    if kind.full_name == ANY:
        return _Reader.held
    form = _FORMS.get(kind.full_name)
    return _Reader.fields if form is None else lambda reader, message: reader.formed(message, form)


@lru_cache(maxsize=1024)
def _by_name(kind: Any) -> Mapping[str, Any]:
    return {name: field for field in kind.fields for name in (field.json_name, field.name)}


@dataclass(frozen=True, slots=True)
class _Reader:
    filled: bool = False
    unknown: bool = False
    pool: DescriptorPool | None = None

    def value(self, message: Any) -> Json:
        return _form_of(message.DESCRIPTOR)(self, message)

    def formed(self, message: Any, form: Callable[[Any], Json]) -> Json:
        try:
            return form(message)
        except (ValueError, OverflowError):
            return self.fields(message)  # out of the range that the form can tell: it is shown by its fields

    def fields(self, message: Any) -> Json:
        found: Document = {}
        for descriptor, value in message.ListFields():
            field = _field_of(descriptor)
            found[field.name] = value if field.read is None else field.read(self, value)
        if self.filled:
            for name, zero in _without_presence(message.DESCRIPTOR):
                if name not in found:
                    found[name] = zero()
        if self.unknown:
            for one in UnknownFieldSet(message):  # type: ignore[attr-defined]  # the stubs forget that it is a sequence
                found[f"#{one.field_number}"] = b64encode(one.data).decode() if isinstance(one.data, bytes) else "…"
        return found

    def held(self, message: Any) -> Json:
        name = message.type_url.rpartition("/")[2]
        inner = None
        for pool in (self.pool, message.DESCRIPTOR.file.pool):
            inner = inner or (None if pool is None else message_type(pool, name))
        if inner is None or not name:
            return {"@type": message.type_url, "value": b64encode(message.value).decode()} if name else {}
        try:
            held = self.value(GetMessageClass(inner).FromString(message.value))
        except DecodeError:
            return {"@type": message.type_url, "value": b64encode(message.value).decode()}
        own = inner.full_name in _FORMS or not isinstance(held, dict)
        return {"@type": message.type_url, "value": held} if own else {"@type": message.type_url, **_object(held)}


def message_type(pool: DescriptorPool, name: str) -> Any:
    """The descriptor of a message type by its full name; None where the pool has none."""
    try:
        return pool.FindMessageTypeByName(name)
    except KeyError:
        return None


_Read: TypeAlias = Callable[[_Reader, Any], Json]


def _scalar(field: Any, value: Any) -> Json:
    if field.enum_type is not None:
        return _names(field.enum_type).get(value, value)
    if field.type == _BYTES:
        return b64encode(value).decode()
    if isinstance(value, float):
        return _float(value, single=field.type == _FLOAT)
    plain: Json = value
    return plain


@lru_cache(maxsize=1024)
def _names(kind: Any) -> Mapping[int, Json]:
    """The names of an enum's values, by number; of several for one, the first."""
    null = kind.full_name == NULL
    return {number: None if null else str(kind.values_by_number[number].name) for number in kind.values_by_number}


def _float(value: float, *, single: bool = False) -> Json:
    """A float as JSON holds it; one of 32 bits by the fewest digits that mean it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if single:
        for digits in range(6, _MOST_DIGITS + 1):
            short = float(f"{value:.{digits}g}")
            if _as_single(short) == value:
                return short
    return value


def _as_single(value: float) -> float:
    try:
        found: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.inf
    return found


def _key(key: str | int | bool) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _object(value: Json) -> Document:
    return value if isinstance(value, dict) else {}


def _wrapped(message: Any) -> Json:
    return _scalar(message.DESCRIPTOR.fields_by_name["value"], message.value)


def _struct(message: Any) -> Json:
    return {name: _any_value(message.fields[name]) for name in sorted(message.fields)}


def _list(message: Any) -> Json:
    return [_any_value(one) for one in message.values]


def _any_value(message: Any) -> Json:
    match message.WhichOneof("kind"):
        case "number_value":
            number = message.number_value
            return int(number) if number.is_integer() else _float(number)  # JSON knows one kind of number
        case "string_value":
            return str(message.string_value)
        case "bool_value":
            return bool(message.bool_value)
        case "struct_value":
            return _struct(message.struct_value)
        case "list_value":
            return _list(message.list_value)
        case _:
            return None


def is_moment(message: Any) -> bool:
    """Whether a Timestamp surely has a text."""
    written: bool = _FIRST <= message.seconds <= _LAST and 0 <= message.nanos < _SECOND
    return written


def _moment(message: Any) -> Json:
    seconds = message.seconds
    if message.nanos or not _FIRST <= seconds <= _LAST:
        return _text(message)
    return f"{(_EPOCH + timedelta(seconds=seconds)).isoformat()}Z"


def _text(message: Any) -> Json:
    return str(message.ToJsonString())


_FORMS: Final[Mapping[str, Callable[[Any], Json]]] = {
    TIMESTAMP: _moment,
    **{f"google.protobuf.{name}": _text for name in ("Duration", "FieldMask")},
    **{
        f"google.protobuf.{name}Value": _wrapped
        for name in ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
    },
    "google.protobuf.Struct": _struct,
    "google.protobuf.ListValue": _list,
    VALUE: _any_value,
}


def _written(written: Json, full: Json, kind: Any) -> Json:
    """The part of a whole tree that is written."""
    if kind.full_name in _FORMS or not isinstance(written, dict) or not isinstance(full, dict):
        return full
    if kind.full_name == ANY:
        return _written_any(written, full, kind)
    fields = _by_name(kind)
    found: Document = {}
    for stated, value in written.items():
        field = fields.get(stated) or field_named(kind, stated)
        name = stated if field is None or field.is_extension else field.name
        if field is None:
            found[name] = full.get(name)
        elif value is None and field.has_presence and name not in full:
            found[name] = None
        else:
            found[name] = _written_field(field, value, full.get(name))
    return found


def _written_field(field: Any, written: Json, full: Json) -> Json:
    if is_map(field):
        inner = field.message_type.fields_by_name["value"].message_type
        if inner is None or not isinstance(full, dict) or not isinstance(written, dict):
            return full
        return {
            name: _written(written[name], value, inner) if name in written else value for name, value in full.items()
        }
    if field.message_type is None:
        return full
    if field.is_repeated and isinstance(written, list) and isinstance(full, list):
        return [_written(one, value, field.message_type) for one, value in zip(written, full, strict=True)]
    return _written(written, full, field.message_type)


def _written_any(written: Document, full: Document, kind: Any) -> Json:
    inner = message_type(kind.file.pool, str(written.get("@type", "")).rpartition("/")[2])
    if inner is None or inner.full_name in _FORMS:
        return full
    rest = {name: value for name, value in written.items() if name != "@type"}
    return {"@type": full.get("@type"), **_object(_written(rest, full, inner))}
