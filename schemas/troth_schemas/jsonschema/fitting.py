"""What one schema says of a scalar, or of an array's length and a value's type: yes or no, at once."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import jsonschema_rs

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.facts import Facts, exact, key_of
from troth_schemas.jsonschema.numbers import FORMATS
from troth_schemas.jsonschema.patterns import matches

_TYPES: Final[dict[str, Callable[[Json], bool]]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
    ),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def is_typed(value: Json, types: frozenset[str]) -> bool:
    """Whether a value is of one of the types."""
    return any(_TYPES[one](value) for one in types)


def is_settled(value: Json) -> bool:
    """Whether a value holds no object, to which a provider could add members: what is seen is all that comes."""
    if isinstance(value, list):
        return all(map(is_settled, value))
    return not isinstance(value, dict)


def is_unique(value: list[Json]) -> bool:
    """Whether no element comes twice."""
    return len({key_of(one) for one in value}) == len(value)


def fits_string(facts: Facts, value: str) -> bool:
    """Whether a text has the length and the form that a schema asks for."""
    if len(value) < facts.min_length or (facts.max_length is not None and len(value) > facts.max_length):
        return False
    return facts.pattern is None or matches(facts.pattern, value)


def fits_number(facts: Facts, value: float) -> bool:
    """Whether a number is between the bounds of a schema, and a multiple of its step."""
    least, most = facts.minimum, facts.maximum
    if least is not None and (value < least[0] or (least[1] and value == least[0])):
        return False
    if most is not None and (value > most[0] or (most[1] and value == most[0])):
        return False
    return facts.step is None or (exact(value) / facts.step).denominator == 1


def fits_format(format_: str, value: Json) -> bool:
    """Whether a scalar is of a format; one that nobody knows says nothing."""
    if isinstance(value, str):
        return _asked(format_).is_valid(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and format_ in FORMATS:
        return FORMATS[format_].holds(exact(value))
    return True


@lru_cache(maxsize=256)
def _asked(format_: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.Draft202012Validator({"format": format_}, validate_formats=True)


def extends(whole: Json, part: Json) -> bool:
    """Whether a value is another one, perhaps with more members in its objects."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            name in whole and extends(whole[name], one) for name, one in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and len(whole) == len(part) and all(map(extends, whole, part))
    return key_of(whole) == key_of(part)
