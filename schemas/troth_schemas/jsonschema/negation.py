"""What of a branch is *not* valid for a schema, as branches: keyword by keyword, since one that fails is enough."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from troth_schemas.jsonschema import numbers, strings
from troth_schemas.jsonschema.branches import Branch
from troth_schemas.jsonschema.facts import Facts, key_of
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.objects import Objects

if TYPE_CHECKING:
    from troth_schemas.jsonschema.spaces import Space

_DEEPEST: Final = 12
_MOST_ALTERNATIVES: Final = 8


def without(space: "Space", branch: Branch, node: Node, left: int = _DEEPEST) -> Iterator[Branch]:
    """The pieces of the branch; none where all of it is valid for the schema."""
    facts = node.facts
    if node in branch.valid or facts.always is True:
        return
    if facts.always is False or branch.kind not in facts.kinds:
        yield branch
        return
    if left == 0 or not _is_understood(facts, branch.kind):
        yield replace(branch, unless=(*branch.unless, node))
        return
    if facts.enum is not None:
        yield from _others(branch, facts, node)
        return
    if facts.negated is not None:
        yield from space.narrow((branch,), facts.negated)
    for one in (*((facts.target,) if facts.target is not None else ()), *facts.all_of):
        yield from without(space, branch, one, left - 1)
    if facts.any_of:
        remaining = [branch]
        for one in facts.any_of:
            remaining = [piece for whole in remaining for piece in without(space, whole, one, left - 1)]
        yield from remaining
    if facts.one_of:
        yield from _not_one(space, branch, facts.one_of, left)
    yield from _by_kind(space, branch, facts, left)


def _not_one(space: "Space", branch: Branch, nodes: tuple[Node, ...], left: int) -> Iterator[Branch]:
    """What is valid for none of the alternatives, or for two of them."""
    remaining = [branch]
    for one in nodes:
        remaining = [piece for whole in remaining for piece in without(space, whole, one, left - 1)]
    yield from remaining
    for one, other in combinations(nodes, 2):
        yield from space.narrow(space.narrow((branch,), one), other)


def _is_understood(facts: Facts, kind: str) -> bool:
    """Whether every keyword that matters to the kind is one that is taken apart here."""
    if facts.odd or len(facts.one_of) > _MOST_ALTERNATIVES or facts.condition is not None:
        return False
    if kind == "array":
        return not (facts.head or facts.rest or facts.contains or facts.unique or facts.unevaluated_items)
    if kind == "object":
        return not (
            facts.patterns or facts.additional or facts.names or facts.unevaluated_properties
            or facts.dependent_required or facts.dependent_schemas
        )  # fmt: skip
    return True


def _others(branch: Branch, facts: Facts, node: Node) -> Iterator[Branch]:
    """The values that an ``enum`` does not list."""
    if branch.kind == "null":
        if None not in (facts.enum or ()):
            yield branch
        return
    values = (True, False) if branch.kind == "boolean" and branch.values is None else branch.values
    if values is None or _says_more(facts):
        yield replace(branch, unless=(*branch.unless, node))
        return
    left = tuple(one for one in values if key_of(one) not in (facts.listed or ()))
    if left:
        yield branch.with_values(*left)


def _says_more(facts: Facts) -> bool:
    """Whether there is anything beside the ``enum`` that a listed value might fail."""
    return bool(
        facts.all_of or facts.any_of or facts.negated or facts.target or facts.pattern or facts.min_length
        or facts.max_length is not None or facts.minimum or facts.maximum or facts.step
    )  # fmt: skip


def _by_kind(space: "Space", branch: Branch, facts: Facts, left: int) -> Iterator[Branch]:
    if branch.kind == "number":
        if facts.whole:
            yield from _not_whole(branch)
        yield from _numbers(branch, facts)
    elif branch.kind == "string":
        yield from _strings(branch, facts)
    elif branch.kind == "array":
        yield from _arrays(branch, facts)
    elif branch.kind == "object":
        yield from _objects(space, branch, facts, left)


def _not_whole(branch: Branch) -> Iterator[Branch]:
    if branch.values is None:
        part = numbers.not_whole(branch.numbers)
        if part is not None:
            yield branch.with_part(part)
    else:
        values = tuple(one for one in branch.values if isinstance(one, float) and not one.is_integer())
        if values:
            yield branch.with_values(*values)


def _numbers(branch: Branch, facts: Facts) -> Iterator[Branch]:
    if branch.values is None:
        for lack in numbers.lacking(facts, branch.numbers):
            if lack.bad is not None:
                yield branch.with_part(lack.bad)
        return
    values = tuple(one for one in branch.values if numbers.refused(facts, one))
    if values:
        yield branch.with_values(*values)


def _strings(branch: Branch, facts: Facts) -> Iterator[Branch]:
    if branch.values is None:
        for lack in strings.lacking(facts, branch.strings):
            yield branch.with_part(lack.bad)
        return
    values = tuple(one for one in branch.values if isinstance(one, str) and any(strings.refusing(facts, one)))
    if values:
        yield branch.with_values(*values)


def _arrays(branch: Branch, facts: Facts) -> Iterator[Branch]:
    part = branch.arrays
    if facts.min_items > part.least:
        yield branch.with_part(replace(part, most=strings.least_of(part.most, facts.min_items - 1)))
    if facts.max_items is not None and (part.most is None or part.most > facts.max_items):
        yield branch.with_part(replace(part, least=max(part.least, facts.max_items + 1)))


def _objects(space: "Space", branch: Branch, facts: Facts, left: int) -> Iterator[Branch]:
    part = branch.objects
    for count in _counts(facts, part):
        fits = part.meet(count)
        if fits is not None:
            yield branch.with_part(fits)
    elsewhere = frozenset(name for name, node in facts.properties.items() if space.stays(node))
    here = (part.meet(Objects(required=frozenset((name,)))) for name in sorted(elsewhere))
    gone = (
        part.meet(Objects(absent=frozenset((name,)))) for name in sorted(facts.required - part.required - elsewhere)
    )
    yield from (branch.with_part(one) for one in (*here, *gone) if one is not None)
    for name, node in facts.properties.items():
        if name in elsewhere:
            continue
        values = space.member(branch, name)
        fails = [piece for one in values.branches for piece in without(space, one, node, left - 1)]
        for some in ([one for one in fails if one.sure], [one for one in fails if not one.sure]):
            if some:
                chosen = {**part.chosen, name: space.chosen(values, *some)}
                piece = branch.with_part(replace(part, required=part.required | {name}, chosen=chosen))
                yield piece if some[0].sure else replace(piece, loose=(*piece.loose, "not"))


def _counts(facts: Facts, part: Objects) -> Iterator[Objects]:
    """Objects of too few and of too many members."""
    if facts.min_properties > part.least:
        yield Objects(most=facts.min_properties - 1)
    if facts.max_properties is not None and (part.most is None or part.most > facts.max_properties):
        yield Objects(least=facts.max_properties + 1)
