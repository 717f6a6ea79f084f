"""Which schema each value of a discriminator names: by its mapping, and else by the names of the alternatives.

A schema that lists the values of the property itself is told apart by them, whatever the discriminator says.
"""

from collections.abc import Callable, Iterator
from typing import Final

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import BrokenReference
from troth_schemas.json_body import Json
from troth_schemas.problem import pointer, steps_of

_COMPONENTS: Final = "/components/schemas"


def named(
    documents: Documents,
    said: Json,
    holder: Location,
    alternatives: list[Location],
    listed: Callable[[Location, str], bool],
) -> dict[str, Location]:
    """The schemas by the values that name them. ``listed`` tells whether a schema lists a property's values itself."""
    member = said.get("propertyName") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(member, str):
        return {}
    mapping = said.get("mapping")
    found: dict[str, Location] = {}
    for value, reference in mapping.items() if isinstance(mapping, dict) else ():
        target = _target(documents, holder, reference)
        if target is not None:
            found[value] = target
    mapped = set(found.values())
    for name, target in _by_name(documents, alternatives):
        if target not in mapped:
            found.setdefault(name, target)
    return {value: target for value, target in found.items() if not listed(target, member)}


def _target(documents: Documents, holder: Location, reference: Json) -> Location | None:
    if not isinstance(reference, str):
        return None
    written = reference if "#" in reference or "." in reference else f"#{_COMPONENTS}{pointer(reference)}"
    try:
        target = documents.resolve(holder.document, written)
        documents.value(target)
    except (BrokenReference, LookupError):
        return None
    return target


def _by_name(documents: Documents, alternatives: list[Location]) -> Iterator[tuple[str, Location]]:
    for one in alternatives:
        value = documents.value(one)
        reference = value.get("$ref") if isinstance(value, dict) else None
        target = _target(documents, one, reference) if isinstance(reference, str) else None
        if target is not None and target.pointer.startswith(f"{_COMPONENTS}/"):
            yield steps_of(target.pointer)[-1], target
