"""Two pacts of one version become one: builds that each write a part of a contract publish the whole.

Two elements are the same when section, kind, description and provider states agree. If several in one document are the
same, the first is matched with the first, the second with the second, so that none is lost and merging twice changes
nothing more.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.identity import SECTIONS, Section
from troth_schemas.pact.interactions import Interaction, read_interaction, states_of
from troth_schemas.pact.ruby_json import sorted_text

_REQUEST = ("method", "path", "query", "headers", "body", "contents", "metadata")

_Same: TypeAlias = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged pact, and how many elements of the original gave way to others or were joined by others."""

    document: Document
    replaced: int
    added: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """An element of both pacts that asks for different things: ``members`` of its request differ."""

    original: Interaction
    added: Interaction
    members: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.original.title}: {', '.join(self.members)} differ"


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Why two pacts were not merged; never empty."""

    conflicts: tuple[Conflict, ...]


def merge(original: Document, added: Document, *, refuse_changed_requests: bool = False) -> Merged | Conflicts:
    """``original`` with the interactions and messages of ``added``; its other members stay as they are.

    An element of ``added`` replaces the same one of ``original`` or is appended. That is how publishing merges. With
    ``refuse_changed_requests``, as a PATCH merges, the same element with another request is a conflict instead;
    responses may differ.
    """
    if refuse_changed_requests:
        conflicts = tuple(_conflicts(original, added))
        if conflicts:
            return Conflicts(conflicts)
    document, replaced, appended = dict(original), 0, 0
    for section in SECTIONS:
        extra = added.get(section)
        if not isinstance(extra, list):
            continue
        present = original.get(section)
        elements = list(present) if isinstance(present, list) else []
        place = {same: index for index, same in enumerate(_identities(section, elements))}
        for same, element in zip(_identities(section, extra), extra, strict=True):
            if same in place:
                elements[place[same]] = element
                replaced += 1
            else:
                elements.append(element)
                appended += 1
        document[section] = elements
    return Merged(document, replaced, appended)


def _conflicts(original: Document, added: Document) -> Iterator[Conflict]:
    for section in SECTIONS:
        present, extra = original.get(section), added.get(section)
        if not isinstance(present, list) or not isinstance(extra, list):
            continue
        place = {same: index for index, same in enumerate(_identities(section, present))}
        for index, (same, new) in enumerate(zip(_identities(section, extra), extra, strict=True)):
            if same not in place:
                continue
            old = present[place[same]]
            if isinstance(old, dict) and isinstance(new, dict) and (members := _changed(old, new)):
                yield Conflict(
                    read_interaction(original, section, place[same], old),
                    read_interaction(added, section, index, new),
                    members,
                )


def _changed(old: Document, new: Document) -> tuple[str, ...]:
    before, after = _request(old), _request(new)
    return tuple(
        f"request {member}" for member in _REQUEST if sorted_text(before.get(member)) != sorted_text(after.get(member))
    )


def _request(element: Document) -> Document:
    request = element.get("request")
    return request if isinstance(request, dict) else {}


def _identities(section: Section, elements: list[Json]) -> list[_Same]:
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for element in elements:
        same = identity(section, element)
        found.append((*same, seen[same]))
        seen[same] += 1
    return found


def identity(section: Section, element: Json) -> tuple[str, str, str]:
    """What makes two elements the same one: kind, description, provider states.

    An untyped interaction is an HTTP one, and a state is the same in whichever member it was written.
    """
    if not isinstance(element, dict):
        return section, "", sorted_text(element)
    kind = element.get("type", "Synchronous/HTTP") if section == "interactions" else "messages"
    states: list[Json] = [[state.name, dict(state.params)] for state in states_of(element)]
    return sorted_text(kind), sorted_text(element.get("description")), sorted_text(states)
