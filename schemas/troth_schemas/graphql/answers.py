"""Values of answers: whether a type may give a JSON value out, and small values that it may give."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.graphql.model import Schema
from troth_schemas.json_body import Json

_SAMPLES: Final[dict[str, Json]] = {"Int": 1, "Float": 1.5, "String": "text", "ID": "id", "Boolean": True}
_LARGEST_INT: Final = 2**31 - 1


def refusal(schema: Schema, type_: str, value: Json) -> str | None:
    """Why a value cannot be what a type gives out; None where it can. Objects are only asked whether they are objects.

    Of a scalar that the schema defines itself nothing is known: it may give out anything but null.
    """
    if type_.endswith("!"):
        return f"null stands where {type_} never is null" if value is None else refusal(schema, type_[:-1], value)
    if value is None:
        return None
    if type_.startswith("["):
        if not isinstance(value, list):
            return f"{shown(value)} stands where {type_} is a list"
        return next((said for one in value if (said := refusal(schema, type_[1:-1], one)) is not None), None)
    return _of_name(schema, type_, value)


def _of_name(schema: Schema, name: str, value: Json) -> str | None:
    owner = schema.types.get(name)
    if owner is not None and owner.kind == "enum":
        if isinstance(value, str) and value in owner.values:
            return None
        return f"{shown(value)} is no value of the enum {name}"
    if owner is not None and owner.kind != "scalar":
        return None if isinstance(value, dict) else f"{shown(value)} stands where {name} is an object"
    fits = {
        "String": isinstance(value, str),
        "ID": isinstance(value, str),
        "Boolean": isinstance(value, bool),
        "Int": _is_whole(value),
        "Float": isinstance(value, int | float) and not isinstance(value, bool),
    }
    return None if fits.get(name, True) else f"{shown(value)} is not {name}"


def _is_whole(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_LARGEST_INT - 1 <= value <= _LARGEST_INT


def samples(schema: Schema, type_: str) -> Iterator[Json]:
    """A few values that a type may give out, the surprising ones first; none of a scalar that is not known."""
    if not type_.endswith("!"):
        yield None
    bare = type_.removesuffix("!")
    if bare.startswith("["):
        yield []
        for one in samples(schema, bare[1:-1]):
            yield [one]
        return
    owner = schema.types.get(bare)
    if owner is None:
        if bare in _SAMPLES:
            yield _SAMPLES[bare]
    elif owner.kind == "enum":
        yield from owner.values
    elif owner.kind != "scalar":
        yield {"__typename": min(schema.possible(bare), default=bare)}


def shown(value: Json) -> str:
    """A value for a sentence, cut short."""
    text = "null" if value is None else "true" if value is True else "false" if value is False else repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
