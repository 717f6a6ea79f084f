"""Which interactions of two pacts are the same one: by section, kind, description and provider states."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from troth_schemas.json_body import Json
from troth_schemas.pact.identity import Section
from troth_schemas.pact.interactions import Interaction, elements, read_interaction
from troth_schemas.pact.merging import identity

_Named: TypeAlias = "dict[tuple[str, str, str, str, int], Placed]"


@dataclass(frozen=True, slots=True)
class Placed:
    """An interaction as a value, and as it is written."""

    interaction: Interaction
    element: Json


@dataclass(frozen=True, slots=True)
class Pair:
    """One interaction as an older and a newer pact have it; None in the pact that lacks it."""

    old: Placed | None
    new: Placed | None


def paired(old: Json, new: Json, tick: Callable[[], None] = lambda: None) -> Iterator[Pair]:
    """Every interaction of either pact: those of the older in its order, then those that only the newer has.

    If several in one pact are the same, the first belongs to the first, the second to the second. ``tick`` is called
    for each and may raise to end work that takes too long.
    """
    before, after = _named(old, tick), _named(new, tick)
    for same, placed in before.items():
        yield Pair(placed, after.get(same))
    for same, placed in after.items():
        if same not in before:
            yield Pair(None, placed)


def _named(document: Json, tick: Callable[[], None]) -> _Named:
    seen: Counter[tuple[str, str, str, str]] = Counter()
    found: _Named = {}
    for section, index, element in elements(document):
        tick()
        same = (section, *identity(section, element))
        found[*same, seen[same]] = Placed(_interaction(document, section, index, element), element)
        seen[same] += 1
    return found


def _interaction(document: Json, section: Section, index: int, element: Json) -> Interaction:
    """The value of an element; one that is no object is called by its place."""
    if not isinstance(element, dict):
        element = {"type": "no object", "description": f"element {index} of {section}"}
    return read_interaction(document, section, index, element)
