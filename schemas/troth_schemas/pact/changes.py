"""What changed between two pacts, as values: interactions that came, went or say something else, and where.

The cost grows with the size of the pacts. How much is listed is bounded, and what is left out is counted.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeAlias

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.examples import is_example, rules_of
from troth_schemas.pact.identity import SECTIONS, raw_spec_version
from troth_schemas.pact.interactions import Interaction
from troth_schemas.pact.pairing import Placed, paired
from troth_schemas.pact.paths import Step
from troth_schemas.pact.ruby_json import sorted_text

MAX_CHANGES = 1000
_LONGEST_STEP = 200
_PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_STATES = frozenset({"provider_state", "providerState", "providerStates"})

ChangeKind: TypeAlias = Literal["added", "removed", "changed"]
_Found: TypeAlias = tuple[tuple[Step, ...], Json, Json, ChangeKind, bool]

Tick: TypeAlias = Callable[[], None]
"""Called again and again during the work; ends it by raising."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs: its path inside the interaction (or the pact), and what stood and stands there.

    ``example`` says that the matching rules of both pacts accept either value, so that nothing else is promised.
    """

    path: str
    kind: ChangeKind
    old: Json
    new: Json
    example: bool = False


@dataclass(frozen=True, slots=True)
class ChangedInteraction:
    """An interaction of both pacts that says something else in the newer."""

    old: Interaction
    new: Interaction
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a newer pact promises otherwise than an older one.

    ``document`` lists what changed outside the interactions. ``examples`` is how many changes are not listed because
    they are mere examples, ``omitted`` how many because there are too many.
    """

    added: tuple[Placed, ...] = ()
    removed: tuple[Placed, ...] = ()
    changed: tuple[ChangedInteraction, ...] = ()
    document: tuple[Change, ...] = ()
    examples: int = 0
    omitted: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.document)


class _Listing:
    """Keeps as many changes as there is room for, and counts the others."""

    def __init__(self) -> None:
        self.left = MAX_CHANGES
        self.examples = self.omitted = 0

    def of(self, found: Iterator[_Found]) -> tuple[Change, ...]:
        kept = tuple(_change(*one) for one in islice(found, self.left))
        self.left -= len(kept)
        self.omitted += sum(1 for _ in found)
        return kept


def what_changed(old: Json, new: Json, *, raw: bool = False, tick: Tick = lambda: None) -> Difference:
    """What ``new`` promises otherwise than ``old``.

    The order of members and of interactions is no change, nor is another ``_id`` or another spelling of the provider
    states, nor, unless ``raw``, another example where the matching rules of both accept any. With ``raw`` everything
    is compared that is written anywhere in the pacts. ``tick`` may raise to end work that takes too long.
    """
    listing = _Listing()
    document = listing.of(_outside(old, new, raw, tick))
    added: list[Placed] = []
    removed: list[Placed] = []
    changed: list[ChangedInteraction] = []
    for pair in paired(old, new, tick):
        tick()
        if pair.old is None or pair.new is None:
            added += [pair.new] if pair.new else []
            removed += [pair.old] if pair.old else []
        elif found := _changed(pair.old, pair.new, raw, listing, tick):
            changed.append(found)
    return Difference(tuple(added), tuple(removed), tuple(changed), document, listing.examples, listing.omitted)


def _changed(old: Placed, new: Placed, raw: bool, listing: _Listing, tick: Tick) -> ChangedInteraction | None:
    if sorted_text(old.element) == sorted_text(new.element):
        return None
    omitted = listing.omitted
    changes = listing.of(_inside(old.element, new.element, raw, listing, tick))
    if not changes and listing.omitted == omitted:
        return None
    return ChangedInteraction(old.interaction, new.interaction, changes)


def _outside(old: Json, new: Json, raw: bool, tick: Tick) -> Iterator[_Found]:
    if isinstance(old, dict) and isinstance(new, dict):
        read = _bare if raw else _essence
        old, new = read(old), read(new)
    return _walk(old, new, (), tick)


def _essence(document: Document) -> Document:
    """What counts of a pact outside its interactions."""
    metadata = document.get("metadata")
    plugins = metadata.get("plugins") if isinstance(metadata, dict) else None
    version = raw_spec_version(document)
    about: Document = {"pactSpecification": {} if version is None else {"version": version}}
    if plugins is not None:
        about["plugins"] = plugins
    no_lists: Document = {name: document[name] for name in SECTIONS if not isinstance(document.get(name, []), list)}
    return {**no_lists, "metadata": about}


def _bare(document: Document) -> Document:
    """A pact without what is compared interaction by interaction."""
    return {name: value for name, value in document.items() if name not in SECTIONS or not isinstance(value, list)}


def _inside(old: Json, new: Json, raw: bool, listing: _Listing, tick: Tick) -> Iterator[_Found]:
    before, after = rules_of(old), rules_of(new)
    for place, was, now, kind, _ in _walk(old, new, (), tick):
        if not raw and (place[:1] == ("_id",) or (place and place[0] in _STATES)):
            continue
        example = kind == "changed" and is_example(before, place, was, now) and is_example(after, place, was, now)
        if example and not raw:
            listing.examples += 1
        else:
            yield place, was, now, kind, example


def _walk(old: Json, new: Json, place: tuple[Step, ...], tick: Tick) -> Iterator[_Found]:
    """Every value that differs, in the older document's order; numbers and booleans are never equal."""
    tick()
    if isinstance(old, dict) and isinstance(new, dict):
        for name, value in old.items():
            if name in new:
                yield from _walk(value, new[name], (*place, name), tick)
            else:
                yield (*place, name), value, None, "removed", False
        for name, value in new.items():
            if name not in old:
                yield (*place, name), None, value, "added", False
    elif isinstance(old, list) and isinstance(new, list):
        yield from _walk_elements(old, new, place, tick)
    elif type(old) is not type(new) or old != new or (old == 0 and repr(old) != repr(new)):  # -0.0 is not 0.0
        yield place, old, new, "changed", False


def _walk_elements(old: list[Json], new: list[Json], place: tuple[Step, ...], tick: Tick) -> Iterator[_Found]:
    """Elements are compared one by one, but for those that came or went between equal ones."""
    start, shorter = 0, min(len(old), len(new))
    if len(old) != len(new):
        start = next((index for index in range(shorter) if _differ(old[index], new[index], tick)), shorter)
        end = next(
            (index for index in range(shorter - start) if _differ(old[-1 - index], new[-1 - index], tick)),
            shorter - start,
        )
        shorter -= end
    for index in range(start, shorter):
        yield from _walk(old[index], new[index], (*place, index), tick)
    for index in range(shorter, len(old) - len(new) + shorter):
        yield (*place, index), old[index], None, "removed", False
    for index in range(shorter, len(new) - len(old) + shorter):
        yield (*place, index), None, new[index], "added", False


def _differ(old: Json, new: Json, tick: Tick) -> bool:
    tick()
    return sorted_text(old) != sorted_text(new)


def _change(place: tuple[Step, ...], old: Json, new: Json, kind: ChangeKind, example: bool) -> Change:
    return Change(json_path(place), kind, old, new, example)


def json_path(place: tuple[Step, ...]) -> str:
    """A place as a JSON path: `$.response.body.items[0]['odd name']`; a very long name is cut."""
    return "$" + "".join(map(_written, place))


def _written(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if len(step) > _LONGEST_STEP:
        step = f"{step[: _LONGEST_STEP - 1]}…"
    if _PLAIN.fullmatch(step):
        return f".{step}"
    quoted = step.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{quoted}']"
