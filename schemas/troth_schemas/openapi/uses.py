"""What a consumer relies on, told by its own copy of an API: the provider's elements that the copy has."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.documents import Location
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.openapi.declared import followed, schema_at
from troth_schemas.openapi.model import Api, Media, Operation

_MOST_PATHS: Final = 50_000
"""Places of one body that are told apart; nobody relies on more."""


def uses(consumer: Api, _provider: Api) -> frozenset[str]:
    """The elements, in the words of ``Finding.element``: operations, parameters, and every place of every body."""
    return frozenset(element for one in consumer.operations for element in _of_operation(one))


def _of_operation(one: Operation) -> Iterator[str]:
    yield one.name
    yield f"{one.name} request"  # what may be sent as a whole concerns who sends nothing, too
    for each in one.parameters:
        yield f"{one.name} {each.where} {each.key[1]}"
    if one.body is not None:
        yield from _of_media(f"{one.name} request", one.body.media)
    for response in one.responses:
        base = f"{one.name} response {response.status}"
        yield from (f"{base} header {header.key[1]}" for header in response.headers)
        yield from _of_media(base, response.media)


def _of_media(base: str, media: tuple[Media, ...]) -> Iterator[str]:
    yield base
    for one in media:
        if one.schema is not None:
            yield from (f"{base} /{'/'.join(path)}" for path in paths(one.schema))


def paths(at: SchemaAt) -> Iterator[tuple[str, ...]]:
    """Every place in the values of a schema; a circle is gone round once."""
    left: list[tuple[Location, tuple[str, ...], frozenset[Location]]] = [(at.location, (), frozenset())]
    count = 0
    while left and count < _MOST_PATHS:
        location, path, above = left.pop()
        here = followed(at.documents, location)
        if here in above:
            continue
        schema, inside = schema_at(at.documents, here), above | {here}
        for name, one in schema.named("properties").items():
            count += 1
            yield (*path, name)
            left.append((one, (*path, name), inside))
        for keyword, step in (("items", "*"), ("additionalProperties", "{}")):
            inner = schema.one(keyword)
            if inner is not None:
                yield (*path, step)
                left.append((inner, (*path, step), inside))
        left.extend((one, path, inside) for keyword in ("anyOf", "oneOf") for one in schema.many(keyword))
