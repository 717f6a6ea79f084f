"""Whether two messages of different contracts say the same on the wire, whatever their fields are called."""

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import Message as Data


def same(written: Data, read: Data) -> bool:
    """Whether two messages say the same under the same numbers, whatever the names and, where it fits, the types."""
    theirs = {field.number: (field, value) for field, value in read.ListFields()}
    for field, value in written.ListFields():
        if field.number in theirs:
            other, other_value = theirs.pop(field.number)
            if not _same_values(field, value, other, other_value):
                return False
        elif not _is_zero(field, value):
            return False
    return not theirs


def _is_zero(field: Any, value: Any) -> bool:
    """Whether a value is what an absent field without presence stands for."""
    return field.message_type is None and not field.is_repeated and not value


def _same_values(field: Any, value: Any, other: Any, other_value: Any) -> bool:
    mine, theirs = list(_each(field, value)), list(_each(other, other_value))
    return len(mine) == len(theirs) and all(_same_value(one, two) for one, two in zip(mine, theirs, strict=True))


def _each(field: Any, value: Any) -> Iterable[Any]:
    if not field.is_repeated:
        return (value,)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return ((key, value[key]) for key in sorted(value))
    return value  # type: ignore[no-any-return]  # a repeated container


def _same_value(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return all(_same_value(*both) for both in zip(one, other, strict=True))
    if isinstance(one, Data) and isinstance(other, Data):
        return same(one, other)
    if isinstance(one, Data):
        return bool(one.SerializePartialToString() == other)
    if isinstance(one, str) and isinstance(other, bytes):
        return one.encode() == other
    return bool(one == other)
