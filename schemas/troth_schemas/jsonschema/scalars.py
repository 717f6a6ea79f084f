"""Types, listed values, numbers and strings: what a reader's schema asks of values without members."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from troth_schemas.json_body import Json
from troth_schemas.jsonschema import arrays, numbers, strings
from troth_schemas.jsonschema.branches import Branch, Values, part_of
from troth_schemas.jsonschema.facts import Facts, equal, exact, key_of
from troth_schemas.jsonschema.missing import Change, Lack, Miss, miss
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.witness import examples_of
from troth_schemas.jsonschema.words import Undecided

if TYPE_CHECKING:
    from troth_schemas.jsonschema.comparison import Comparison


def typed(reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    """``type``, and ``nullable`` with it."""
    if facts.types is None:
        return
    if branch.kind not in facts.kinds and _is_untyped(branch):
        yield miss(reader, branch, Lack("type", "added", f"anything → {_types(facts)}"), (branch,))
    elif branch.kind == "null" and "null" not in facts.types:
        yield miss(reader, branch, Lack("nullability", "removed", "null"), (branch,))
    elif branch.kind not in facts.kinds:
        yield miss(
            reader, branch, Lack("type", _change(branch, facts), f"{branch.type}, not {_types(facts)}"), (branch,)
        )
    elif branch.kind == "number" and facts.whole and not branch.is_whole:
        bad = _not_whole(branch)
        if bad is not None:
            yield miss(reader, branch, Lack("type", "narrowed", f"number, not {_types(facts)}"), (bad,))


def _is_untyped(branch: Branch) -> bool:
    return branch.source.facts.types is None and branch.source.facts.enum is None


def _change(branch: Branch, facts: Facts) -> Change:
    had = branch.source.facts.types
    return "narrowed" if had and facts.types and facts.types < had else "changed"


def _types(facts: Facts) -> str:
    return " or ".join(sorted(facts.types or ())) or "anything"


def _not_whole(branch: Branch) -> Branch | None:
    if branch.values is not None:
        left = tuple(one for one in branch.values if isinstance(one, float) and not one.is_integer())
        return branch.with_values(*left) if left else None
    part = numbers.not_whole(branch.numbers)
    return None if part is None else branch.with_part(part)


def listed(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    """``enum`` and ``const``."""
    if facts.enum is None or facts.listed is None:
        return
    axis = facts.enum_keyword
    if branch.kind in ("array", "object"):
        if not any(is_only(comparison, branch, value) for value in facts.enum if isinstance(value, dict | list)):
            unlisted = tuple(_unlisted(comparison, facts, branch))
            yield miss(reader, branch, Lack(axis, "narrowed", f"any {branch.kind}"), unlisted)
        return
    values = branch.few
    if values is None and branch.kind == "string":
        yield from _unlisted_texts(reader, facts.enum, axis, branch)
        return
    if values is None:
        unlisted = tuple(_unlisted(comparison, facts, branch))
        yield miss(reader, branch, Lack(axis, "added", f"any {branch.type}"), unlisted)
        return
    left = [value for value in values if key_of(value) not in facts.listed]
    if branch.values is None and branch.kind == "number" and len(values) > 1:
        if left:
            yield miss(reader, branch, Lack(axis, "added", f"any {branch.type}"), (branch.with_values(*left),))
        return
    change: Change = "added" if branch.values is None and branch.kind == "boolean" else "narrowed"
    for value in left:
        bad = branch.with_values(value)
        yield miss(reader, branch, Lack(axis, change, json.dumps(value, ensure_ascii=False)), (bad,))


def _unlisted_texts(reader: Node, listed: tuple[Json, ...], axis: str, branch: Branch) -> Iterator[Miss]:
    """The strings of a branch that are not listed, if there are any."""
    lack = Lack(axis, "added", f"any {branch.type}")
    try:
        left = strings.outside(branch.strings, (one for one in listed if isinstance(one, str)))
    except Undecided:
        yield miss(reader, branch, replace(lack, sure=False), (branch,))
        return
    if left is not None:
        yield miss(reader, branch, lack, (branch.with_part(left),))


def _unlisted(comparison: "Comparison", facts: Facts, branch: Branch) -> Iterator[Branch]:
    """A few values that are not listed, each as a branch."""
    for value in islice(examples_of(comparison.space, branch), 12):
        if key_of(value) not in (facts.listed or ()):
            part = part_of(value)
            yield branch.with_values(value) if part is None else branch.with_part(part)


def left_by(facts: Facts, branch: Branch) -> Branch | None:
    """What of a branch the listed values leave for the other keywords to judge."""
    if facts.enum is None or branch.kind in ("array", "object"):
        return branch
    values = branch.few or ()
    left = tuple(one for one in values if key_of(one) in (facts.listed or ()))
    return branch.with_values(*left) if left else None


def is_only(comparison: "Comparison", branch: Branch, value: Json) -> bool:
    """Whether the values of a branch can be nothing but this one."""
    if isinstance(value, dict) and branch.kind == "object":
        return _is_only_object(comparison, branch, value)
    if isinstance(value, list) and branch.kind == "array":
        part = branch.arrays
        if part.least != len(value) or part.most != len(value):
            return False
        places = [comparison.space.element(branch, at if at < part.heads else arrays.REST) for at in range(len(value))]
        return all(_are_only(comparison, one, other) for one, other in zip(places, value, strict=True))
    values = branch.few if branch.kind not in ("array", "object") else None
    return values is not None and all(equal(one, value) for one in values)


def _is_only_object(comparison: "Comparison", branch: Branch, value: dict[str, Json]) -> bool:
    part, space = branch.objects, comparison.space
    if part.required != value.keys() or any(layer.patterns for layer in part.layers):
        return False
    if comparison.possible(space.others(branch)):
        return False
    others = (name for name in part.known if name not in value)
    if any(comparison.possible(space.member(branch, name)) for name in others):
        return False
    return all(_are_only(comparison, space.member(branch, name), value[name]) for name in value)


def _are_only(comparison: "Comparison", values: Values, value: Json) -> bool:
    return all(is_only(comparison, one, value) for one in comparison.possible(values))


def scalars(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    """The limits of numbers and strings."""
    if comparison.options.format_assertion and facts.format is not None:
        yield from _formatted(reader, facts.format, branch)
    if branch.kind == "number":
        yield from _numbers(reader, facts, branch)
    elif branch.kind == "string":
        yield from _strings(reader, facts, branch)


def _numbers(reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    if branch.values is None:
        for lack in numbers.lacking(facts, branch.numbers):
            yield miss(reader, branch, lack, () if lack.bad is None else (branch.with_part(lack.bad),))
        return
    for value in branch.values:
        number = exact(value)  # type: ignore[arg-type]  # a branch of numbers lists numbers
        for lack in numbers.lacking(facts, numbers.Numbers((number, False), (number, False))):
            yield miss(reader, branch, lack, (branch.with_values(value),))


def _strings(reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    if branch.values is None:
        for lack in strings.lacking(facts, branch.strings):
            yield miss(reader, branch, lack, (branch.with_part(lack.bad),), keyword=lack.axis)
        return
    for value in branch.values:
        for lack in strings.refusing(facts, str(value)):
            yield miss(reader, branch, lack, (branch.with_values(value),))


def _formatted(reader: Node, wanted: str, branch: Branch) -> Iterator[Miss]:
    """``format``, where it is more than a remark; only an example can show that a value is refused."""
    if branch.kind == "number":
        limit = numbers.FORMATS.get(wanted)
        had = branch.source.facts.format
        if limit is None or had == wanted:
            return
        if branch.values is None:
            for part in numbers.outside(branch.numbers, limit):
                yield miss(
                    reader, branch, Lack("format", "changed" if had else "added", wanted), (branch.with_part(part),)
                )
        return
    if branch.kind == "string" and (branch.values is not None or wanted not in branch.strings.formats):
        had = branch.source.facts.format
        lack = Lack("format", "changed" if had else "added", f"{had or 'none'} → {wanted}", sure=False)
        yield miss(reader, branch, lack, (branch,), keyword="format")
