"""Which message types have a form of their own in JSON: a text, a bare value, an object of any members.

See https://protobuf.dev/programming-guides/json/. Of any other type JSON is an object with the fields' names.
"""

from typing import Final

_OWN: Final = ("Any", "Duration", "FieldMask", "ListValue", "Struct", "Timestamp", "Value")
_WRAPPERS: Final = ("Bool", "Bytes", "Double", "Float", "Int32", "Int64", "String", "UInt32", "UInt64")
_FORMS: Final = {f"google.protobuf.{one}": one for one in _OWN} | {
    f"google.protobuf.{one}Value": "wrapper" for one in _WRAPPERS
}


def alike(one: str, other: str) -> bool:
    """Whether two message types, by their full names, are written in one form: what is inside them tells the rest."""
    return _FORMS.get(one) == _FORMS.get(other)
