"""Fields that came as another type than the schema's, which Protobuf takes for fields that nobody knows.

A reader has the field's default then, though something else was sent; nothing raises (Protobuf's encoding, "Updating A
Message Type").
"""

from collections.abc import Iterator
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.unknown_fields import UnknownFieldSet

_FIXED_64, _DELIMITED, _GROUP, _FIXED_32 = 1, 2, 3, 5
_WIRE_TYPES: Final = {
    FieldDescriptor.TYPE_DOUBLE: _FIXED_64,
    FieldDescriptor.TYPE_FIXED64: _FIXED_64,
    FieldDescriptor.TYPE_SFIXED64: _FIXED_64,
    FieldDescriptor.TYPE_STRING: _DELIMITED,
    FieldDescriptor.TYPE_BYTES: _DELIMITED,
    FieldDescriptor.TYPE_MESSAGE: _DELIMITED,
    FieldDescriptor.TYPE_GROUP: _GROUP,
    FieldDescriptor.TYPE_FLOAT: _FIXED_32,
    FieldDescriptor.TYPE_FIXED32: _FIXED_32,
    FieldDescriptor.TYPE_SFIXED32: _FIXED_32,
}
"""How a field's value is written; any other type is a number of variable length, 0."""


def knows_all(message: Any) -> bool:
    """Whether all that is in a whole message, however far in, has a field; what has none is left out from then on."""
    size = message.ByteSize()
    message.DiscardUnknownFields()
    return bool(message.ByteSize() == size)


def unread(message: Any, path: str = "$") -> Iterator[tuple[str, str]]:
    """The place of each field that came as another type, all the way in, and a sentence about it."""
    for one in UnknownFieldSet(message):  # type: ignore[attr-defined]  # the stubs forget that it is a sequence
        field = message.DESCRIPTOR.fields_by_number.get(one.field_number)
        if field is not None and one.wire_type != _WIRE_TYPES.get(field.type, 0):
            text = (
                f"The field {field.name!r} of {message.DESCRIPTOR.full_name} is written as another type than the "
                "schema's, so that a consumer reads none."
            )
            yield f"{path}.{field.name}", text
    for field, value in message.ListFields():
        if field.message_type is not None:
            for step, inner in _messages(field, value):
                yield from unread(inner, f"{path}.{field.name}{step}")


def _messages(field: Any, value: Any) -> Iterator[tuple[str, Any]]:
    """The messages that are a field's value, each by what leads to it from the field."""
    if field.message_type.GetOptions().map_entry:
        if field.message_type.fields_by_name["value"].message_type is not None:
            yield from ((f".{key}", value[key]) for key in value)
    elif field.is_repeated:
        yield from ((f"[{index}]", one) for index, one in enumerate(value))
    else:
        yield "", value
