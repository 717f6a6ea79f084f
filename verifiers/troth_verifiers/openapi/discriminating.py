"""OpenAPI's discriminator as a keyword of its own: an object must be as the schema says that it names itself.

The alternatives of the schema are judged beside it: a name that is known elsewhere makes no alternative of it. They
alone tell objects apart by a text that is no schema's name, but one that they list for the member.
"""

from collections.abc import Iterator
from contextlib import suppress
from contextvars import ContextVar
from itertools import islice
from typing import Any, Final

from jsonschema.exceptions import ValidationError
from referencing.exceptions import Unresolvable

Errors = Iterator[Any]

_ALTERNATIVES: Final = ("oneOf", "anyOf")
_MOST: Final = 20
_DEEP: Final = 8
"""How many steps from a schema its parts are looked at."""
_met: ContextVar[frozenset[tuple[int, int]]] = ContextVar("met", default=frozenset())
"""The schemas whose values are being judged: one that is made of its base leads back to the base's discriminator."""


def discriminator(validator: Any, stated: Any, instance: Any, schema: Any) -> Errors:
    """What is wrong with what an object says of itself, as a keyword of jsonschema."""
    member = stated.get("propertyName") if isinstance(stated, dict) else None
    if not isinstance(member, str) or not validator.is_type(instance, "object"):
        return
    name = instance.get(member)
    if isinstance(name, str) and (there := _named(validator, stated, name, schema)) is not None:
        yield from _faults(validator, there, instance, schema)
    elif (
        any(keyword in schema for keyword in _ALTERNATIVES)
        and (known := _names(stated, schema))
        and not (isinstance(name, str) and _lists(validator._resolver, schema, member, name))  # noqa: SLF001
    ):
        said = f"its {member!r} is {name!r}" if member in instance else f"it has no {member!r}"
        yield ValidationError(f"No schema is named by the object, as {said}; the names are {', '.join(known)}")


def beside(judge: Any) -> Any:
    """A keyword of combined schemas that leaves it to the discriminator to tell what is wrong, where that can."""

    def combined(validator: Any, parts: Any, instance: Any, schema: Any) -> Errors:
        stated = schema.get("discriminator")
        if stated is None or next(discriminator(validator, stated, instance, schema), None) is None:
            yield from judge(validator, parts, instance, {name: one for name, one in schema.items() if name != _OWN})

    return combined


_OWN: Final = "discriminator"


def _faults(validator: Any, reference: str, instance: Any, schema: Any) -> Errors:
    key = (id(schema), id(instance))
    if key in _met.get():
        return
    token = _met.set(_met.get() | {key})
    try:
        found = list(islice(validator.descend(instance, {"$ref": reference}), _MOST))
    finally:
        _met.reset(token)
    yield from found


def _named(validator: Any, stated: dict[str, Any], name: str, schema: dict[str, Any]) -> str | None:
    """The reference to the schema of a name; None where it leads nowhere."""
    mapping = stated.get("mapping")
    mapped = mapping.get(name) if isinstance(mapping, dict) else None
    if not isinstance(mapped, str):
        own = next((one for one in _references(schema) if one.rpartition("/")[2] == name), None)
        mapped = own or name
    reference = mapped if "#" in mapped else f"#/components/schemas/{mapped}"
    try:
        validator._resolver.lookup(reference)  # noqa: SLF001  # as the library's own keywords do
    except Unresolvable:
        return None
    return reference


def _lists(resolver: Any, schema: Any, member: str, name: str, left: int = _DEEP) -> bool:
    """Whether a schema, or one that it is made of, lists a text for a member."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    own = properties.get(member) if isinstance(properties, dict) else None
    return _is_listed(resolver, own, name, left) or any(
        _lists(there, one, member, name, left - 1)
        for there, one in _made_of(resolver, schema, (*_ALTERNATIVES, "allOf"))
        if left > 0
    )


def _is_listed(resolver: Any, schema: Any, name: str, left: int) -> bool:
    if not isinstance(schema, dict):
        return False
    values = schema.get("enum")
    return (
        schema.get("const") == name
        or (isinstance(values, list) and name in values)
        or any(
            _is_listed(there, one, name, left - 1) for there, one in _made_of(resolver, schema, ("allOf",)) if left > 0
        )
    )


def _made_of(resolver: Any, schema: Any, keywords: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    """The schemas that one consists of, each with what resolves its references."""
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("$ref"), str):
        with suppress(Unresolvable):
            found = resolver.lookup(schema["$ref"])
            yield found.resolver, found.contents
    for keyword in keywords:
        parts = schema.get(keyword)
        yield from ((resolver, one) for one in (parts if isinstance(parts, list) else ()))


def _names(stated: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """The names that a description knows; none where one of the alternatives has no name."""
    mapping = stated.get("mapping")
    references = list(_references(schema))
    alternatives = [one for keyword in _ALTERNATIVES for one in schema.get(keyword, ())]
    if len(references) < len(alternatives):
        return []
    mapped = mapping if isinstance(mapping, dict) else {}
    reached = set(mapped.values())
    return [*mapped, *(one.rpartition("/")[2] for one in references if one not in reached)]


def _references(schema: dict[str, Any]) -> Iterator[str]:
    for keyword in _ALTERNATIVES:
        for one in schema.get(keyword, ()):
            if isinstance(one, dict) and isinstance(one.get("$ref"), str):
                yield one["$ref"]
