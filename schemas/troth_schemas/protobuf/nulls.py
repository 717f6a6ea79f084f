"""Null in an example: that a field is not set, or a value that has to come."""

from typing import Any

from troth_schemas.json_body import Json
from troth_schemas.protobuf.trees import ANY, NULL, VALUE, field_named, has_own_form, is_map, message_type


def with_nulls(expected: Json, actual: Json, kind: Any) -> Json:
    """What came of a type (by descriptor), with null for each field that is not set where the example says null.

    A null that is a value of its own (in a Struct, of a Value or a NullValue) has to have come.
    """
    if has_own_form(kind):
        return actual
    if isinstance(expected, list) and isinstance(actual, list) and expected:
        last = len(expected) - 1
        return [with_nulls(expected[min(index, last)], value, kind) for index, value in enumerate(actual)]
    if not isinstance(expected, dict) or not isinstance(actual, dict):
        return actual
    if kind.full_name == ANY:
        held = message_type(kind.file.pool, str(actual.get("@type", "")).rpartition("/")[2])
        return actual if held is None else with_nulls(expected, actual, held)
    found = {
        name: _field_with_nulls(field_named(kind, name), expected.get(name), value) for name, value in actual.items()
    }
    absent = [name for name, value in expected.items() if value is None and name not in actual]
    return found | {name: None for name in absent if not _takes_null(field_named(kind, name))}


def _field_with_nulls(field: Any, expected: Json, actual: Json) -> Json:
    if field is None or field.message_type is None:
        return actual
    if not is_map(field):
        return with_nulls(expected, actual, field.message_type)
    inner = field.message_type.fields_by_name["value"].message_type
    if inner is None or not isinstance(expected, dict) or not isinstance(actual, dict):
        return actual
    return {name: with_nulls(expected.get(name), value, inner) for name, value in actual.items()}


def _takes_null(field: Any) -> bool:
    """Whether null is a value that a field can be set to."""
    kind = None if field is None else field.message_type or field.enum_type
    return kind is not None and kind.full_name in (VALUE, NULL)
