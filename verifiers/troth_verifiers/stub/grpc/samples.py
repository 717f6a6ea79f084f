"""Messages made up from their descriptors: the same for the same type, each field with a value that can be read."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor

from troth_schemas.protobuf.trees import is_map

_DEEPEST: Final = 6
_LEFT_EMPTY: Final = tuple(f"google.protobuf.{name}" for name in ("Any", "FieldMask", "ListValue", "Struct"))
_OWN_FORM: Final[Mapping[str, Callable[[Any], None]]] = {
    "google.protobuf.Timestamp": lambda one: one.FromJsonString("2024-01-31T12:30:00Z"),
    "google.protobuf.Duration": lambda one: one.FromJsonString("1s"),
    "google.protobuf.Value": lambda one: setattr(one, "string_value", "value"),
}


def fill(message: Any, like: Any = None) -> Any:
    """Give every field of an empty message a value; of a oneof its first.

    A plain field that another message has under the same name and type takes over what that says.
    """
    _fill(message, frozenset(), 0)
    if like is not None:
        _take_over(message, like)
    return message


def _fill(message: Any, above: frozenset[str], depth: int) -> None:
    kind = message.DESCRIPTOR
    if kind.full_name in _LEFT_EMPTY:
        return
    own = _OWN_FORM.get(kind.full_name)
    if own is not None:
        own(message)
        return
    above = above | {kind.full_name}
    for field in kind.fields:
        group = field.containing_oneof
        if group is not None and group.fields[0].name != field.name:
            continue
        if field.message_type is not None and not is_map(field):
            if field.message_type.full_name in above or depth >= _DEEPEST:
                continue
            inner = getattr(message, field.name)
            one = inner.add() if field.is_repeated else inner
            _fill(one, above, depth + 1)
            if not field.is_repeated:
                one.SetInParent()
        elif is_map(field):
            _fill_map(message, field, above, depth)
        elif field.is_repeated:
            getattr(message, field.name).append(_plain(field))
        else:
            setattr(message, field.name, _plain(field))


def _fill_map(message: Any, field: Any, above: frozenset[str], depth: int) -> None:
    key, value = (field.message_type.fields_by_name[name] for name in ("key", "value"))
    entries = getattr(message, field.name)
    if value.message_type is None:
        entries[_plain(key)] = _plain(value)
    elif value.message_type.full_name not in above and depth < _DEEPEST:
        _fill(entries[_plain(key)], above, depth + 1)


def _plain(field: Any) -> Any:
    """A value of a plain field: a text is called like the field, an enum is not its zero."""
    if field.enum_type is not None:
        numbers = [one.number for one in field.enum_type.values]
        return next((one for one in numbers if one), numbers[0])
    if field.type == FieldDescriptor.TYPE_BYTES:
        return field.name.encode()
    samples = {
        FieldDescriptor.CPPTYPE_STRING: field.name,
        FieldDescriptor.CPPTYPE_BOOL: True,
        FieldDescriptor.CPPTYPE_DOUBLE: 1.5,
        FieldDescriptor.CPPTYPE_FLOAT: 1.5,
    }
    return samples.get(field.cpp_type, 1)


def _take_over(message: Any, like: Any) -> None:
    fields = message.DESCRIPTOR.fields_by_name
    for field, value in like.ListFields():
        mine = fields.get(field.name)
        plain = mine is not None and mine.message_type is None and not mine.is_repeated and not field.is_repeated
        if plain and mine.type == field.type and mine.enum_type is field.enum_type:
            setattr(message, field.name, value)
