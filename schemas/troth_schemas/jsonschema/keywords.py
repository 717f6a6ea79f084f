"""A reader's schema against one branch of what the writer may send, keyword by keyword."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from troth_schemas.jsonschema.alternatives import conditional, either, negated, one_of
from troth_schemas.jsonschema.branches import Branch
from troth_schemas.jsonschema.discriminating import discriminated
from troth_schemas.jsonschema.elements import elements
from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.members import depending, members, unevaluated
from troth_schemas.jsonschema.missing import Lack, Miss, miss, unknown
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.scalars import left_by, listed, scalars, typed

if TYPE_CHECKING:
    from troth_schemas.jsonschema.comparison import Comparison

_UNREAD: Final = {"discriminator": "what AsyncAPI's discriminator tells apart is not judged"}


def judge(comparison: "Comparison", reader: Node, branch: Branch) -> Iterator[Miss]:
    """Why some values of the branch are not valid for the reader's schema."""
    facts = reader.facts
    if facts.always is not None:
        if facts.always is False:
            yield miss(reader, branch, Lack("schema", "removed", branch.type), (branch,))
        return
    for keyword in facts.odd:
        why = _UNREAD.get(keyword, f"the reader's {keyword} makes no sense")
        yield unknown(keyword, reader, branch, reader.broken or why)
    if facts.target is not None:
        yield from comparison.of_branch(facts.target, branch)
    for one in facts.all_of:
        yield from comparison.of_branch(one, branch)
    yield from typed(reader, facts, branch)
    if branch.kind not in facts.kinds:
        return
    yield from listed(comparison, reader, facts, branch)
    left = left_by(facts, branch)
    if left is not None:
        yield from _of_kind(comparison, reader, facts, left)
        yield from _combined(comparison, reader, facts, left)


def _of_kind(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    if branch.kind == "array":
        yield from elements(comparison, reader, facts, branch)
    elif branch.kind == "object":
        yield from members(comparison, reader, facts, branch)
        yield from depending(comparison, reader, facts, branch)
        yield from unevaluated(comparison, reader, facts, branch)
        if comparison.view.discriminated:
            yield from discriminated(comparison, reader, branch)
    else:
        yield from scalars(comparison, reader, facts, branch)


def _combined(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    if facts.any_of:
        yield from either(comparison, reader, facts.any_of, "any-of", branch)
    if facts.one_of:
        yield from one_of(comparison, reader, facts.one_of, branch)
    if facts.negated is not None:
        yield from negated(comparison, reader, facts.negated, branch)
    if facts.condition is not None and (facts.then is not None or facts.otherwise is not None):
        yield from conditional(comparison, facts, facts.condition, branch)
