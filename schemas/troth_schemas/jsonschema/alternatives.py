"""``anyOf``, ``oneOf``, ``not`` and ``if`` in a reader: unions, and what must not be valid."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from troth_schemas.jsonschema.branches import Branch, meet
from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.missing import Lack, Miss, miss
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.splitting import split

if TYPE_CHECKING:
    from troth_schemas.jsonschema.comparison import Comparison

_DEEPEST: Final = 4
_MOST_PIECES: Final = 64
_MOST_SHOWN: Final = 24


def either(
    comparison: "Comparison", reader: Node, nodes: tuple[Node, ...], axis: str, branch: Branch
) -> Iterator[Miss]:
    """Every value must be valid for one of the schemas; a branch that fits none as a whole is split."""
    nodes_left = comparison.told_apart(nodes, branch)
    if any(comparison.holds(node, branch) for node in _likely(nodes_left, branch)):
        return
    for piece in _uncovered(comparison, nodes_left, branch, _DEEPEST, [_MOST_PIECES]):
        near = comparison.told_apart(nodes_left, piece) or nodes[:1]
        tried = [comparison.of_branch(node, piece) for node in near]
        plausible = [found for node, found in zip(near, tried, strict=True) if comparison.common(node, piece)]
        if len(plausible) == 1:
            yield from plausible[0]
        else:
            lack = Lack(axis, "narrowed", _named(piece), sure=False)
            keyword = {"any-of": "anyOf", "one-of": "oneOf"}[axis]
            yield miss(reader, piece, lack, tuple(_refused_by_all(tried, piece)), keyword=keyword)


def _likely(nodes: tuple[Node, ...], branch: Branch) -> list[Node]:
    """The schemas, those of the same name first."""
    names = {one.name for one in branch.valid}
    return sorted(nodes, key=lambda node: (node.facts.target or node).name not in names)


def _named(piece: Branch) -> str:
    name = piece.source.name
    return piece.type if name.isdecimal() or not name else f"{piece.type} {name}"


def _uncovered(
    comparison: "Comparison", nodes: tuple[Node, ...], branch: Branch, left: int, budget: list[int]
) -> list[Branch]:
    """The pieces of a branch that no schema holds as a whole; ``budget`` is how many may still be looked at."""
    if any(comparison.holds(node, branch) for node in nodes):
        return []
    pieces = split(comparison, nodes, branch) if left else []
    budget[0] -= len(pieces)
    if not pieces or budget[0] < 0:
        return [branch]
    found = [one for piece in pieces for one in _uncovered(comparison, nodes, piece, left - 1, budget)]
    return [branch] if len(found) == len(pieces) and left < _DEEPEST else found


def _refused_by_all(tried: list[tuple[Miss, ...]], piece: Branch) -> Iterator[Branch]:
    """What each schema refuses, met with what the others refuse; then what any of them does."""
    met: list[Branch] = [piece]
    for found in tried:
        bad = [one for each in found for one in each.bad]
        together = [
            both for one in met for other in bad if one.kind == other.kind and (both := meet(one, other)) is not None
        ]
        met = together[:_MOST_SHOWN] or met
    yield from met[:_MOST_SHOWN]
    for found in tried:
        for each in found[:3]:
            yield from each.bad[:2]


def one_of(comparison: "Comparison", reader: Node, nodes: tuple[Node, ...], branch: Branch) -> Iterator[Miss]:
    """Every value must be valid for exactly one of the schemas.

    Of an object that is seen in part, any number of them may be valid: what still comes may tell them apart.
    """
    missed = False
    for one in either(comparison, reader, nodes, "one-of", branch):
        missed = True
        yield one
    if missed or (comparison.view.is_partial and branch.kind in ("array", "object")):
        return
    for piece in _held(comparison, nodes, branch):
        yield from _twice(comparison, reader, nodes, piece)


def _held(comparison: "Comparison", nodes: tuple[Node, ...], branch: Branch) -> Iterator[Branch]:
    """The branch in pieces that one schema holds each."""
    if any(comparison.holds(node, branch) for node in comparison.told_apart(nodes, branch)):
        yield branch
        return
    yield from split(comparison, nodes, branch) or (branch,)


def _twice(comparison: "Comparison", reader: Node, nodes: tuple[Node, ...], branch: Branch) -> Iterator[Miss]:
    nodes = comparison.told_apart(nodes, branch)
    holder = next((node for node in _likely(nodes, branch) if comparison.holds(node, branch)), None)
    for node in nodes:
        if node is holder or comparison.is_apart(node, branch):
            continue
        common = comparison.common(node, branch)
        if holder is None:
            common = tuple(
                both for one in nodes if one is not node for piece in common for both in comparison.common(one, piece)
            )
        if common:
            lack = Lack("one-of", "narrowed", f"{_named(branch)} is valid for two alternatives", sure=False)
            yield miss(reader, branch, lack, common[:_MOST_SHOWN], keyword="oneOf")
            return


def negated(comparison: "Comparison", reader: Node, node: Node, branch: Branch) -> Iterator[Miss]:
    """No value may be valid for the schema."""
    if not comparison.is_apart(node, branch):
        common = comparison.common(node, branch)
        sure = all(one.sure for one in common) and branch.kind not in ("array", "object")
        yield miss(reader, branch, Lack("not", "added", _named(branch), sure=sure), common[:_MOST_SHOWN], keyword="not")


def conditional(comparison: "Comparison", facts: Facts, condition: Node, branch: Branch) -> Iterator[Miss]:
    """What is valid for ``if`` must be valid for ``then``, the rest for ``else``."""
    holds = any(comparison.sameness.same(condition, one) for one in branch.valid)
    fails = any(comparison.sameness.same(condition, one) for one in branch.unless)
    if facts.then is not None and not fails:
        for one in comparison.common(condition, branch):
            for found in comparison.of_branch(facts.then, one):
                yield replace(found, keyword=found.keyword or "if")
    if facts.otherwise is not None and not holds:
        for one in comparison.space.without((branch,), condition):
            if not comparison.is_empty(one):
                for found in comparison.of_branch(facts.otherwise, one):
                    yield replace(found, keyword=found.keyword or "if")
