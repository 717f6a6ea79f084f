"""What a reader's schema asks of arrays."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from troth_schemas.jsonschema.arrays import REST, Arrays
from troth_schemas.jsonschema.branches import Branch, Values
from troth_schemas.jsonschema.facts import Contains, Facts
from troth_schemas.jsonschema.missing import Lack, Miss, change_of, limits, miss
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.strings import least_of

if TYPE_CHECKING:
    from troth_schemas.jsonschema.comparison import Comparison


def elements(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    """Lengths, elements by their place, ``uniqueItems`` and ``contains``."""
    yield from _lengths(reader, facts, branch)
    part = branch.arrays
    longest = max(len(facts.head), part.heads)
    for index in (*range(longest), REST):
        if part.most is not None and part.most <= (index if index >= 0 else longest):
            continue
        node = facts.head[index] if 0 <= index < len(facts.head) else facts.rest
        if node is not None:
            yield from _element(comparison, reader, branch, node, index if index >= 0 else longest)
    if facts.contains is not None:
        yield from _contains(comparison, reader, facts.contains, branch)
    if facts.unevaluated_items is not None:
        yield from _unevaluated(comparison, reader, facts, branch)


def _lengths(reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    part = branch.arrays
    if facts.min_items > part.least:
        had = part.least or None
        lack = Lack("min-items", change_of(had), limits(had, facts.min_items))
        yield miss(reader, branch, lack, _other(branch, most=least_of(part.most, facts.min_items - 1)))
    if facts.max_items is not None and (part.most is None or part.most > facts.max_items):
        lack = Lack("max-items", change_of(part.most), limits(part.most, facts.max_items))
        yield miss(reader, branch, lack, _other(branch, least=max(part.least, facts.max_items + 1)))
    if facts.unique and not part.unique and (part.most is None or part.most > 1):
        bad = _other(branch, least=max(part.least, 2), twins=True)
        yield miss(reader, branch, Lack("unique-items", "added", "unique", sure=False), bad, keyword="uniqueItems")


def _other(branch: Branch, **changes: object) -> tuple[Branch, ...]:
    part: Arrays = replace(branch.arrays, **changes)  # type: ignore[arg-type]  # the fields of its own part
    return (branch.with_part(part),)


def _element(comparison: "Comparison", reader: Node, branch: Branch, node: Node, at: int) -> Iterator[Miss]:
    part = branch.arrays
    values = comparison.space.element(branch, at if at < part.heads else REST)
    holding = _holding(comparison, branch, at, values)
    if node.facts.always is False:
        bad = tuple(map(holding, comparison.possible(values)))
        if bad:
            yield miss(reader, branch, Lack("items", "removed", f"element {at}"), bad)
        return
    for one in comparison.misses(node, values):
        yield one.below("*", tuple(map(holding, one.bad)), branch)


def _holding(comparison: "Comparison", branch: Branch, at: int, values: Values) -> Callable[[Branch], Branch]:
    """What makes the branch of those arrays whose element at a place is one of another branch."""
    part = branch.arrays

    def holding(bad: Branch) -> Branch:
        chosen = {**part.chosen, at: comparison.space.chosen(values, bad)}
        return branch.with_part(replace(part, least=max(part.least, at + 1), chosen=chosen))

    return holding


def _contains(comparison: "Comparison", reader: Node, contains: Contains, branch: Branch) -> Iterator[Miss]:
    part = branch.arrays
    if contains.least and not _has_enough(comparison, contains, branch):
        lack = Lack("contains", "changed" if part.contains else "added", f"at least {contains.least}", sure=False)
        yield miss(reader, branch, lack, (branch, *_lacking(comparison, contains, branch)), keyword="contains")
    if contains.most is not None and not _has_no_more(comparison, contains, contains.most, branch):
        lack = Lack("contains", "changed" if part.contains else "added", f"at most {contains.most}", sure=False)
        bad = _other(branch, least=max(part.least, contains.most + 1))
        common = [both for one in bad for both in _all_containing(comparison, contains.node, one)]
        yield miss(reader, branch, lack, (*common, *bad), keyword="maxContains")


def _has_enough(comparison: "Comparison", contains: Contains, branch: Branch) -> bool:
    part = branch.arrays
    if part.least >= contains.least and _every(comparison, contains.node, branch):
        return True
    exact, space = comparison.exact, comparison.space
    there = sum(
        1 for at in range(min(part.heads, part.least)) if not exact.misses(contains.node, space.element(branch, at))
    )
    if there >= contains.least:
        return True
    return any(
        one.least >= contains.least and not exact.misses(contains.node, space.values((one.node,)))
        for one in part.contains
    )


def _every(comparison: "Comparison", node: Node, branch: Branch) -> bool:
    places = (*range(branch.arrays.heads), REST)
    return not any(comparison.exact.misses(node, comparison.space.element(branch, at)) for at in places)


def _has_no_more(comparison: "Comparison", contains: Contains, most: int, branch: Branch) -> bool:
    part = branch.arrays
    if part.most is not None and part.most <= most:
        return True
    if any(one.most is not None and one.most <= most and _covers(comparison, one, contains) for one in part.contains):
        return True
    places = (*range(part.heads), REST)
    return all(
        comparison.is_apart(contains.node, one)
        for at in places
        for one in comparison.possible(comparison.space.element(branch, at))
    )


def _covers(comparison: "Comparison", had: Contains, has: Contains) -> bool:
    return not comparison.exact.misses(had.node, comparison.space.values((has.node,)))


def _lacking(comparison: "Comparison", contains: Contains, branch: Branch) -> Iterator[Branch]:
    """Arrays of elements that are not valid for the schema."""
    values = comparison.space.element(branch, REST)
    left = comparison.space.without(values.branches, contains.node)
    if left:
        chosen = {**branch.arrays.chosen, REST: comparison.space.chosen(values, *left)}
        yield branch.with_part(replace(branch.arrays, chosen=chosen))


def _all_containing(comparison: "Comparison", node: Node, branch: Branch) -> Iterator[Branch]:
    values = comparison.space.element(branch, REST)
    both = comparison.space.narrow(values.branches, node)
    if both:
        chosen = {**branch.arrays.chosen, REST: comparison.space.chosen(values, *both)}
        yield branch.with_part(replace(branch.arrays, chosen=chosen))


def _unevaluated(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    rest = facts.unevaluated_items
    assert rest is not None
    if rest.facts.always is True:
        return
    seen = _evaluated(comparison, reader, branch, 20)
    if seen is None:
        return
    part = branch.arrays
    for at in (*range(seen, part.heads), REST):
        index = at if at >= 0 else max(seen, part.heads)
        if part.most is not None and part.most <= index:
            continue
        values = comparison.space.element(branch, index if index < part.heads else REST)
        if facts.contains is not None and not comparison.exact.misses(facts.contains.node, values):
            continue
        if comparison.possible(values) and comparison.misses(rest, values):
            bad = tuple(map(_holding(comparison, branch, index, values), comparison.possible(values)))
            lack = Lack("unevaluated-items", "removed", f"element {index}", sure=False)
            yield miss(reader, branch, lack, bad, keyword="unevaluatedItems")


def _evaluated(comparison: "Comparison", node: Node, branch: Branch, left: int) -> int | None:
    """How many first elements a schema speaks of; None for all."""
    facts = node.facts
    if facts.rest is not None or left == 0 or (left < 20 and facts.unevaluated_items is not None):
        return None
    found = len(facts.head)
    below = (*((facts.target,) if facts.target is not None else ()), *facts.all_of)
    held = [one for one in (*facts.any_of, *facts.one_of) if comparison.exact.holds(one, branch)]
    conditions = [one for one in (facts.condition, facts.then, facts.otherwise) if one is not None]
    held += [one for one in conditions if comparison.exact.holds(one, branch)]
    for one in (*below, *held):
        more = _evaluated(comparison, one, branch, left - 1)
        if more is None:
            return None
        found = max(found, more)
    return found
