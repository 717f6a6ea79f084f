"""``unevaluatedProperties`` and ``unevaluatedItems`` in a writer: what the other keywords of the schema left alone."""

from dataclasses import replace

from troth_schemas.jsonschema.arrays import Row
from troth_schemas.jsonschema.branches import ANYTHING, Branch
from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.objects import Layer
from troth_schemas.jsonschema.spoken import spoken_of


def closed_objects(branch: Branch, node: Node) -> Branch:
    """The branch with a schema for all members that nothing beside the keyword speaks of."""
    rest = node.facts.unevaluated_properties
    if branch.kind != "object" or rest is None:
        return branch
    part = branch.objects
    if any(layer.additional is not None for layer in part.layers):
        return branch
    names = {name for layer in part.layers for name in layer.properties}
    patterns = {pattern for layer in part.layers for pattern in layer.patterns}
    loose = branch.loose
    if _has_alternatives(node.facts):  # another alternative may hold too and speak of more members
        spoken = spoken_of(node, lambda _: True, outer=False)
        if spoken.open:
            return replace(branch, loose=(*loose, "unevaluatedProperties"))
        names |= spoken.names
        patterns |= spoken.patterns
        loose = (*loose, "unevaluatedProperties")
    layer = Layer(dict.fromkeys(sorted(names), ANYTHING), dict.fromkeys(sorted(patterns), ANYTHING), rest)
    return replace(branch, part=replace(part, layers=(*part.layers, layer)), loose=loose)


def closed_arrays(branch: Branch, node: Node) -> Branch:
    """The branch with a schema for all elements that nothing beside the keyword speaks of."""
    rest = node.facts.unevaluated_items
    if branch.kind != "array" or rest is None:
        return branch
    part = branch.arrays
    if any(row.rest is not None for row in part.rows):
        return branch
    if _has_alternatives(node.facts) or part.contains:
        return branch if rest.facts.always else replace(branch, loose=(*branch.loose, "unevaluatedItems"))
    head = (ANYTHING,) * max((len(row.head) for row in part.rows), default=0)
    return branch.with_part(replace(part, rows=(*part.rows, Row(head, rest))))


def _has_alternatives(facts: Facts, left: int = 20) -> bool:
    """Whether more than one alternative may hold at once; of a ``oneOf`` only one does."""
    if facts.any_of or facts.condition is not None or facts.dependent_schemas or left == 0:
        return True
    below = (*((facts.target,) if facts.target is not None else ()), *facts.all_of, *facts.one_of)
    return any(_has_alternatives(one.facts, left - 1) for one in below)
