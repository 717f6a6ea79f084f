"""A branch in pieces, cut where the alternatives of a reader part: by value, by bound, by the presence of a member."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from troth_schemas.jsonschema import numbers
from troth_schemas.jsonschema.branches import Branch
from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.numbers import Numbers
from troth_schemas.jsonschema.objects import Objects

if TYPE_CHECKING:
    from troth_schemas.jsonschema.comparison import Comparison

_MOST_FACTS: Final = 60


def split(comparison: "Comparison", nodes: tuple[Node, ...], branch: Branch) -> list[Branch]:
    """The pieces; none where nothing is to be gained."""
    if branch.kind == "boolean" and branch.values is None:
        return [branch.with_values(True), branch.with_values(False)]
    if branch.values is not None:
        return [branch.with_values(one) for one in branch.values] if len(branch.values) > 1 else []
    said = list(_said(nodes))
    if branch.kind == "number":
        return _numbers(branch, said)
    if branch.kind == "string":
        return _strings(branch, said)
    if branch.kind == "object":
        return _objects(comparison, branch, said)
    return _arrays(branch, said) if branch.kind == "array" else []


def _said(nodes: tuple[Node, ...]) -> Iterator[Facts]:
    """What the alternatives say, and what those say that they are made of."""
    left = list(nodes)
    seen: set[Node] = set()
    while left and len(seen) < _MOST_FACTS:
        node = left.pop(0)
        if node in seen:
            continue
        seen.add(node)
        facts = node.facts
        yield facts
        left += [*((facts.target,) if facts.target is not None else ()), *facts.all_of, *facts.any_of, *facts.one_of]
        left += [one for one in (facts.negated, facts.condition) if one is not None]


def _numbers(branch: Branch, said: list[Facts]) -> list[Branch]:
    if not branch.is_whole and any(facts.whole for facts in said):
        whole = branch.numbers.meet(Numbers(step=numbers.WHOLE))
        broken = numbers.not_whole(branch.numbers)
        return [branch.with_part(part) for part in (whole, broken) if part is not None]
    for facts in said:
        if facts.step is not None:
            cut = [branch.numbers.meet(Numbers(step=facts.step)), branch.numbers.meet(Numbers(off=(facts.step,)))]
            if None not in cut:
                return [branch.with_part(one) for one in cut if one is not None]
    points: dict[Fraction, None] = {}
    for facts in said:
        for bound in (facts.minimum, facts.maximum):
            if bound is not None:
                points[bound[0]] = None
    for point in sorted(points):
        cut = [
            branch.numbers.meet(Numbers(most=(point, True))),
            branch.numbers.meet(Numbers((point, False), (point, False))),
            branch.numbers.meet(Numbers(least=(point, True))),
        ]
        pieces = [branch.with_part(one) for one in cut if one is not None]
        if len(pieces) > 1:
            return pieces
    return []


def _strings(branch: Branch, said: list[Facts]) -> list[Branch]:
    part = branch.strings
    for facts in said:
        for length in (facts.min_length - 1 if facts.min_length else None, facts.max_length):
            if length is not None and part.least <= length and (part.most is None or length < part.most):
                shorter, longer = replace(part, most=length), replace(part, least=length + 1)
                return [branch.with_part(shorter), branch.with_part(longer)]
        if facts.pattern is not None and facts.pattern not in (*part.patterns, *part.off):
            matching = replace(part, patterns=(*part.patterns, facts.pattern))
            other = replace(part, off=(*part.off, facts.pattern))
            return [branch.with_part(one) for one in (matching, other) if not one.is_void]
    return []


def _arrays(branch: Branch, said: list[Facts]) -> list[Branch]:
    part = branch.arrays
    for facts in said:
        for length in (facts.min_items - 1 if facts.min_items else None, facts.max_items):
            if length is not None and part.least <= length and (part.most is None or length < part.most):
                shorter, longer = replace(part, most=length), replace(part, least=length + 1)
                return [branch.with_part(shorter), branch.with_part(longer)]
    return []


def _objects(comparison: "Comparison", branch: Branch, said: list[Facts]) -> list[Branch]:
    part = branch.objects
    telling = dict.fromkeys(
        name for facts in said for name in (*sorted(facts.required), *facts.properties) if name not in part.absent
    )
    return next((pieces for name in telling if (pieces := _by_member(comparison, branch, name, said))), [])


def _by_member(comparison: "Comparison", branch: Branch, name: str, said: list[Facts]) -> list[Branch]:
    part = branch.objects
    if name not in part.required:
        if not any(name in facts.required for facts in said) and not _tells(name, said):
            return []
        cut = [part.meet(Objects(absent=frozenset((name,)))), part.meet(Objects(required=frozenset((name,))))]
        return [branch.with_part(one) for one in cut if one is not None]
    values = comparison.space.member(branch, name)
    possible = comparison.possible(values)
    pieces = list(possible)
    if len(pieces) == 1:
        below = tuple(facts.properties[name] for facts in said if name in facts.properties)
        pieces = split(comparison, below, possible[0]) if possible[0].kind not in ("object", "array") else []
    if len(pieces) < 2:
        return []
    return [
        branch.with_part(replace(part, chosen={**part.chosen, name: comparison.space.chosen(values, one)}))
        for one in pieces
    ]


def _tells(name: str, said: list[Facts]) -> bool:
    """Whether alternatives differ in what they say of a member."""
    return len({id(facts.properties[name]) for facts in said if name in facts.properties}) > 1
