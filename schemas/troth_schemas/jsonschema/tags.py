"""Members whose few values tell alternatives apart, so that most of them need not be looked at closely."""

from typing import TYPE_CHECKING, Final, TypeAlias

from troth_schemas.jsonschema.branches import Branch
from troth_schemas.jsonschema.facts import key_of
from troth_schemas.jsonschema.nodes import Node

if TYPE_CHECKING:
    from troth_schemas.jsonschema.comparison import Comparison

Tags: TypeAlias = dict[str, frozenset[object]]
"""The values that members may have, as keys, by name."""
_DEEPEST: Final = 8


def tags_of_schema(node: Node, left: int = _DEEPEST) -> Tags:
    """The members of which a schema lists the values, itself or through what it is made of."""
    facts = node.facts
    found: Tags = {}
    if left:
        for one in (*((facts.target,) if facts.target is not None else ()), *facts.all_of):
            found.update(tags_of_schema(one, left - 1))
    for name, below in facts.properties.items():
        listed = (below.facts.target or below).facts.listed
        if listed is not None:
            found[name] = listed
    return found


def tags_of_branch(comparison: "Comparison", branch: Branch) -> Tags:
    """The members that every object of a branch of objects has, and of which the values are listed."""
    found: Tags = {}
    for name in branch.objects.required:
        pieces = comparison.possible(comparison.space.member(branch, name))
        if all(one.values is not None for one in pieces):
            found[name] = frozenset(key_of(value) for one in pieces for value in one.values or ())
    return found


def are_apart(some: Tags, others: Tags) -> bool:
    """Whether a member that both list has no value in common."""
    return any(name in others and values.isdisjoint(others[name]) for name, values in some.items())
