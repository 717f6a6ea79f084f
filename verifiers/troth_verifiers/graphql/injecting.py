"""Values of provider states in expectations: ``${name}`` in variables, headers, and what is expected."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from re import compile as regex
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_verifiers.graphql.asked import Asked, Piece

_NAMED: Final = regex(r"\$\{(\w[\w.-]*)\}")


def injected(piece: Piece) -> tuple[str, ...]:
    """The names of the values that a piece takes from provider states."""
    found: dict[str, None] = {}
    for asked in (piece.asked, piece.trigger):
        if asked is not None:
            found |= dict.fromkeys(_names([asked.variables, asked.connection, *(text for _, text in asked.headers)]))
    return tuple(found | dict.fromkeys(_names(piece.expected.says)))


def is_to_come(value: Json) -> bool:
    """Whether a value is one of a provider state as a whole, with its type."""
    return isinstance(value, str) and _NAMED.fullmatch(value) is not None


def with_values(piece: Piece, values: Mapping[str, object]) -> Piece:
    """The piece with the values in their places; a text that is only a name becomes the value with its type."""
    says = _object(piece.expected.says, values)
    asked = None if piece.asked is None else _asked(piece.asked, values)
    trigger = None if piece.trigger is None else _asked(piece.trigger, values)
    return replace(piece, asked=asked, trigger=trigger, expected=replace(piece.expected, says=says))


def _asked(asked: Asked, values: Mapping[str, object]) -> Asked:
    headers = tuple((name, str(_filled(text, values))) for name, text in asked.headers)
    variables, connection = _object(asked.variables, values), _object(asked.connection, values)
    return replace(asked, variables=variables, connection=connection, headers=headers)


def _object(value: Document, values: Mapping[str, object]) -> Document:
    return {key: _filled(one, values) for key, one in value.items()}


def _filled(value: Json, values: Mapping[str, object]) -> Json:
    if isinstance(value, dict):
        return _object(value, values)
    if isinstance(value, list):
        return [_filled(one, values) for one in value]
    if not isinstance(value, str):
        return value
    whole = _NAMED.fullmatch(value)
    if whole is not None and whole[1] in values:
        given = values[whole[1]]
        return given if isinstance(given, str | int | float | bool | dict | list) or given is None else str(given)
    return _NAMED.sub(lambda found: str(values.get(found[1], found[0])), value)


def _names(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield from _NAMED.findall(value)
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _names(one)
