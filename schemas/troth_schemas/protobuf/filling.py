"""Values for the fields of messages that are made to prove something."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor

from troth_schemas.protobuf.elements import Field

_CANDIDATES: Final[dict[str, tuple[Any, ...]]] = {
    "bool": (True,), "bytes": (b"\xff", b"a"), "string": ("a", ""), "double": (1.5,), "float": (1.5,),
    "int32": (1, -1, 2**31 - 1, -(2**31)), "sint32": (1, -1, -(2**31)), "sfixed32": (1, -1),
    "int64": (1, -1, 2**63 - 1, 2**31, 2**32), "sint64": (1, -1, 2**63 - 1, 2**31), "sfixed64": (1, -1),
    "uint32": (1, 2**32 - 1), "fixed32": (1, 2**32 - 1), "uint64": (1, 2**64 - 1, 2**32), "fixed64": (1, 2**64 - 1),
}  # fmt: skip
_MOST: Final = 2**31 - 1
_ENUM_TRIES: Final = tuple(range(64))


def values(field: Field) -> Iterator[Callable[[Any], None]]:
    """Ways to give a field of a message a value, the plainest first."""
    name = field.full_name if field.extension else field.name

    def setter(value: Any) -> Callable[[Any], None]:
        def fill(message: Any) -> None:
            assign(message, name, value)

        return fill

    kind = field.kind
    if kind == "enum":
        yield from (setter(index) for index in _ENUM_TRIES)
    elif field.is_message:
        yield from (setter(depth) for depth in (None, "filled"))
    for value in _CANDIDATES.get(kind, ()):
        yield setter(value)


def assign(message: Any, name: str, value: Any) -> None:
    """Put a value into a field, twice and differently into a repeated one. Messages are made by themselves."""
    field = _descriptor(message, name)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        entries = getattr(message, name)
        key = sample(field.message_type.fields_by_name["key"])
        inner = field.message_type.fields_by_name["value"]
        if inner.message_type is not None:
            _fill(entries[key], inner.message_type)
        else:
            entries[key] = sample(inner)
    elif field.is_extension:
        _assign_extension(message, field, value)
    elif field.is_repeated:
        _extend(getattr(message, name), field, value)
    elif field.message_type is not None:
        inner_message = getattr(message, name)
        inner_message.SetInParent()
        if value is not None:
            _fill(inner_message, field.message_type)
    else:
        setattr(message, name, _of_enum(field, value))


def _assign_extension(message: Any, field: Any, value: Any) -> None:
    if field.is_repeated:
        _extend(message.Extensions[field], field, value)
    elif field.message_type is not None:
        message.Extensions[field].SetInParent()
    else:
        message.Extensions[field] = _of_enum(field, value)


def _extend(values: Any, field: Any, value: Any) -> None:
    if field.message_type is not None:
        for _ in range(2):
            inner = values.add()
            if value is not None:
                _fill(inner, field.message_type)
    else:
        values.extend([_of_enum(field, value), sample(field)])


def _of_enum(field: Any, value: Any) -> Any:
    """The number of the enum's value at this index from the last, where the field is one; of an open enum, last of all
    a number without a name."""
    if field.enum_type is None:
        return value
    numbers = [one.number for one in field.enum_type.values]
    if value == len(numbers) and not field.enum_type.is_closed:
        return max(numbers) + 1 if max(numbers) < _MOST else 1
    if value >= len(numbers):
        raise ValueError("the enum has no more values")
    return numbers[-1 - value]


def _fill(message: Any, descriptor: Any) -> None:
    """Give the first plain field of a message a value, so that it is not empty."""
    for field in descriptor.fields:
        if field.message_type is None and not field.is_repeated:
            setattr(message, field.name, sample(field))
            return
    message.SetInParent()


def sample(field: Any) -> Any:
    """A value that a plain field of this descriptor takes."""
    if field.enum_type is not None:
        return field.enum_type.values[-1].number
    samples = {
        FieldDescriptor.CPPTYPE_STRING: b"a" if field.type == FieldDescriptor.TYPE_BYTES else "a",
        FieldDescriptor.CPPTYPE_BOOL: True,
        FieldDescriptor.CPPTYPE_DOUBLE: 2.5,
        FieldDescriptor.CPPTYPE_FLOAT: 2.5,
    }
    return samples.get(field.cpp_type, 2)


def _descriptor(message: Any, name: str) -> Any:
    found = message.DESCRIPTOR.fields_by_name.get(name)
    return found if found is not None else message.DESCRIPTOR.file.pool.FindExtensionByName(name)


def require(message: Any) -> None:
    """Give every required field of a message a value."""
    for field in message.DESCRIPTOR.fields:
        if field.is_required and field.message_type is not None:
            require(getattr(message, field.name))
            getattr(message, field.name).SetInParent()
        elif field.is_required:
            setattr(message, field.name, sample(field))
