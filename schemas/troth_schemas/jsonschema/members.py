"""What a reader's schema asks of objects."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from troth_schemas.jsonschema.branches import ANYTHING, Branch, Values
from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.missing import MOST_BAD, Change, Lack, Miss, change_of, limits, miss
from troth_schemas.jsonschema.names import fresh_name, name_outside
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.objects import Layer, Objects
from troth_schemas.jsonschema.spoken import Spoken, spoken_of
from troth_schemas.jsonschema.strings import Strings, least_of

if TYPE_CHECKING:
    from troth_schemas.jsonschema.comparison import Comparison

ANY_OTHER: Final = "{}"
"""The step of a path to a member that no schema names."""


def members(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    """Members by their name and by patterns of names, required ones, counts and names themselves."""
    if comparison.view.required:
        yield from _required(comparison, reader, facts, branch)
    if facts.properties or facts.patterns or facts.additional is not None:
        for name in dict.fromkeys((*facts.properties, *branch.objects.known)):
            yield from _member(comparison, reader, facts, branch, name)
        yield from _matching(comparison, reader, facts, branch)
        yield from _others(comparison, reader, facts, branch)
    yield from _counts(comparison, reader, facts, branch)
    if facts.names is not None:
        yield from _names(comparison, facts.names, branch)


def _required(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    part = branch.objects
    for name in sorted(facts.required - part.required):
        node = facts.properties.get(name)
        if node is not None and (comparison.space.stays(node) or (comparison.options.registry and has_default(node))):
            continue
        absent = part.meet(Objects(absent=frozenset((name,))))
        if absent is not None and _is_filled(comparison, branch.with_part(absent)):
            change: Change = "narrowed" if part.declares(name) and name not in part.absent else "added"
            yield miss(reader, branch, Lack("required", change, name), (branch.with_part(absent),))


def has_default(node: Node) -> bool:
    """Whether a schema says what stands for a member that is absent."""
    return isinstance(node.raw, dict) and "default" in node.raw


def _member(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch, name: str) -> Iterator[Miss]:
    part = branch.objects
    unheard_of = part.is_left_open and _is_unheard_of(part, name)
    if unheard_of and comparison.options.open_models == "lenient":
        return
    values = comparison.space.member(branch, name)
    if name in part.absent or not comparison.possible(values):
        return
    if unheard_of and name in facts.properties:
        yield from _used_otherwise(comparison, reader, facts.properties[name], branch, name)
        return
    holding = _holding(comparison, branch, name, values)
    node = facts.properties.get(name)
    if node is not None and comparison.space.stays(node):
        axis = "read-only" if comparison.view.access == "request" else "write-only"
        bad = tuple(map(holding, comparison.possible(values)))
        yield miss(node, branch, Lack(axis, "added", name), bad, path=(name,))
        return
    for below in Layer(facts.properties, facts.patterns, facts.additional).nodes(name):
        if below.facts.always is False:
            bad = tuple(map(holding, comparison.possible(values)))
            yield miss(reader, branch, Lack("property", "removed", name), bad, path=(name,))
        else:
            for one in comparison.misses(below, values):
                yield one.below(name, tuple(map(holding, one.bad)), branch)


def _used_otherwise(comparison: "Comparison", reader: Node, node: Node, branch: Branch, name: str) -> Iterator[Miss]:
    """A member that the reader declares and that an open writer may have used for something else."""
    values = comparison.space.member(branch, name)
    found = comparison.misses(node, values)
    if found:
        some = islice((one for each in found for one in each.bad), MOST_BAD)
        bad = tuple(map(_holding(comparison, branch, name, values), some))
        sure = any(one.sure for one in found)
        yield miss(reader, branch, Lack("property", "added", name, sure=sure), bad, path=(name,), keyword="properties")


def _holding(comparison: "Comparison", branch: Branch, name: str, values: Values) -> Callable[[Branch], Branch]:
    """What makes the branch of those objects whose member is one of another branch."""
    part = branch.objects

    def holding(bad: Branch) -> Branch:
        chosen = {**part.chosen, name: comparison.space.chosen(values, bad)}
        return branch.with_part(replace(part, required=part.required | {name}, chosen=chosen))

    return holding


def _matching(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    """Members that the writer has a pattern for, and those that only the reader has one for."""
    part = branch.objects
    for pattern in part.patterns:
        alone = part.matching(pattern)[1]
        values = comparison.space.matching(branch, pattern)
        if fresh_name(pattern, part, facts, ()) is not None and comparison.possible(values):
            for node, name in _asked_of(pattern, part, facts):
                yield from _any(comparison, reader, node, branch, values, name, "pattern-properties", alone=alone)
    values = comparison.space.others(branch)
    if not comparison.possible(values) or _is_lenient(comparison, branch):
        return
    for pattern, node in facts.patterns.items():
        if pattern not in part.patterns:
            outside = name_outside((pattern,), part.patterns, part, facts)
            if outside is not None:
                yield from _any(comparison, reader, node, branch, values, outside, "pattern-properties")


def _asked_of(pattern: str, part: Objects, facts: Facts) -> Iterator[tuple[Node, str]]:
    """The reader's schemas for members whose names match a pattern of the writer, each with such a name."""
    for other, node in facts.patterns.items():
        name = fresh_name(pattern, part, facts, () if other == pattern else (other,))
        if name is not None:
            yield node, name
    if facts.additional is not None:
        outside = name_outside((pattern,), tuple(facts.patterns), part, facts)
        if outside is not None:
            yield facts.additional, outside


def _others(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    """Members that nobody speaks of."""
    part = branch.objects
    values = comparison.space.others(branch)
    if facts.additional is None or not comparison.possible(values):
        return
    name = name_outside((), (*part.patterns, *facts.patterns), part, facts)
    if name is not None:
        yield from _any(comparison, reader, facts.additional, branch, values, name, "additional-properties")


def _any(
    comparison: "Comparison",
    reader: Node,
    node: Node,
    branch: Branch,
    values: Values,
    name: str,
    axis: str,
    *,
    alone: bool = True,
) -> Iterator[Miss]:
    """Members of some kind of name, of which one is shown.

    ``alone`` says that no other schema of the writer may apply to them.
    """
    if branch.objects.names and not comparison.possible(comparison.space.member(branch, name)):
        alone = False
    holding = _holding(comparison, branch, name, values)
    if node.facts.always is False:
        is_new = branch.objects.is_left_open or axis == "unevaluated-properties"
        change: Change = "added" if is_new else "narrowed"
        bad = tuple(map(holding, comparison.possible(values)))
        yield miss(
            reader,
            branch,
            Lack(axis, change, "closed", sure=alone),
            bad[:2],
            path=(ANY_OTHER,),
            keyword=_KEYWORDS[axis],
        )
        return
    for one in comparison.misses(node, values):
        found = one.below(ANY_OTHER, tuple(map(holding, one.bad)), branch)
        yield found if alone else replace(found, sure=False, keyword=found.keyword or _KEYWORDS[axis])


_KEYWORDS: Final = {
    "additional-properties": "additionalProperties",
    "pattern-properties": "patternProperties",
    "unevaluated-properties": "unevaluatedProperties",
}


def _counts(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    part = branch.objects
    if comparison.view.required and facts.min_properties > max(part.least, len(part.required)):
        had = part.least or None
        lack = Lack("min-properties", change_of(had), limits(had, facts.min_properties))
        bad = replace(part, most=least_of(part.most, facts.min_properties - 1))
        yield miss(reader, branch, lack, (branch.with_part(bad),))
    most = facts.max_properties
    if most is not None and (part.most is None or part.most > most) and _may_have(comparison, branch, most + 1):
        lack = Lack("max-properties", change_of(part.most), limits(part.most, most))
        yield miss(reader, branch, lack, (branch.with_part(replace(part, least=max(part.least, most + 1))),))


def _may_have(comparison: "Comparison", branch: Branch, count: int) -> bool:
    part, space = branch.objects, comparison.space
    if part.patterns or comparison.possible(space.others(branch)):
        return True
    return sum(1 for name in part.known if comparison.possible(space.member(branch, name))) >= count


def _is_filled(comparison: "Comparison", branch: Branch) -> bool:
    """Whether there may be as many members as there have to be."""
    part = branch.objects
    return part.least <= len(part.required) or _may_have(comparison, branch, part.least)


def _names(comparison: "Comparison", node: Node, branch: Branch) -> Iterator[Miss]:
    """``propertyNames``: every name that may occur must be valid."""
    part, space = branch.objects, comparison.space
    for name in part.known:
        values = space.member(branch, name)
        if comparison.possible(values) and not comparison.exact.holds(node, _called(node, name)):
            bad = tuple(map(_holding(comparison, branch, name, values), comparison.possible(values)))
            yield miss(node, branch, Lack("property-names", "removed", name), bad, path=(name,))
    for pattern in (*part.patterns, None):
        values = space.matching(branch, pattern) if pattern is not None else space.others(branch)
        if not comparison.possible(values):
            continue
        for called in _any_name(comparison, branch, pattern):
            for one in comparison.exact.of_branch(node, called):
                bad = tuple(_named(comparison, branch, values, one.bad))
                change: Change = "added" if one.change == "added" else "narrowed"
                lack = Lack("property-names", change, f"{one.axis} {one.detail}", sure=False)
                yield miss(node, branch, lack, bad, path=(ANY_OTHER,), keyword="propertyNames")


def _called(node: Node, name: str) -> Branch:
    return Branch("string", None, node, (name,))


def _any_name(comparison: "Comparison", branch: Branch, pattern: str | None) -> Iterator[Branch]:
    """What members may be called, as strings."""
    part = Strings(
        patterns=() if pattern is None else (pattern,), off=branch.objects.patterns if pattern is None else ()
    )
    found: tuple[Branch, ...] = (Branch("string", part, ANYTHING),)
    for node in branch.objects.names:
        found = comparison.space.narrow(found, node)
    yield from found


def _named(comparison: "Comparison", branch: Branch, values: Values, names: tuple[Branch, ...]) -> Iterator[Branch]:
    for one in names:
        for name in comparison.space.some_texts(one):
            if name not in branch.objects.known:
                yield from map(_holding(comparison, branch, name, values), comparison.possible(values)[:2])


def depending(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    """``dependentRequired`` and ``dependentSchemas``: what the presence of one member asks for."""
    for name in dict.fromkeys((*facts.dependent_required, *facts.dependent_schemas)):
        part = branch.objects.meet(Objects(required=frozenset((name,))))
        if part is None:
            continue
        there = branch.with_part(part)
        if comparison.is_empty(there) or (_is_unheard_of(branch.objects, name) and _is_lenient(comparison, branch)):
            continue
        for needed in sorted(facts.dependent_required.get(name, frozenset()) - part.required):
            absent = part.meet(Objects(absent=frozenset((needed,))))
            if absent is None or not comparison.view.required:
                continue
            if _is_filled(comparison, branch.with_part(absent)):
                lack = Lack("dependent", "added", f"{name} needs {needed}")
                yield miss(reader, branch, lack, (branch.with_part(absent),))
        if name in facts.dependent_schemas:
            yield from comparison.of_branch(facts.dependent_schemas[name], there)


def _is_unheard_of(part: Objects, name: str) -> bool:
    return name not in part.known and not part.declares(name)


def _is_lenient(comparison: "Comparison", branch: Branch) -> bool:
    return comparison.options.open_models == "lenient" and branch.objects.is_left_open


def undeclared(comparison: "Comparison", reader: Node, branch: Branch) -> Iterator[Miss]:
    """Members that the reader does not declare; a schema that declares none describes free objects."""
    spoken = spoken_of(reader, lambda one: comparison.holds(one, branch))
    if spoken.names or spoken.patterns:
        yield from _unspoken(comparison, reader, branch, spoken, "property")


def unevaluated(comparison: "Comparison", reader: Node, facts: Facts, branch: Branch) -> Iterator[Miss]:
    """``unevaluatedProperties``: members that the reader's other keywords leave alone."""
    rest = facts.unevaluated_properties
    if rest is None or rest.facts.always is True:
        return
    spoken = spoken_of(reader, lambda one: comparison.exact.holds(one, branch), outer=False, sure=True)
    if spoken.open:
        return
    if rest.facts.always is False:
        yield from _unspoken(comparison, reader, branch, spoken, "unevaluated-properties")
    else:
        yield from _rest(comparison, rest, branch, spoken)
    for name, values in _beyond(comparison, branch, spoken):
        yield from _any(comparison, reader, rest, branch, values, name, "unevaluated-properties", alone=False)


def _rest(comparison: "Comparison", rest: Node, branch: Branch, spoken: Spoken) -> Iterator[Miss]:
    for name in branch.objects.known:
        if not spoken.knows(name):
            values = comparison.space.member(branch, name)
            for one in comparison.misses(rest, values):
                yield one.below(name, tuple(map(_holding(comparison, branch, name, values), one.bad)), branch)


def _beyond(comparison: "Comparison", branch: Branch, spoken: Spoken) -> Iterator[tuple[str, Values]]:
    """Members of the writer that neither names, each with a name that it may have."""
    part, space = branch.objects, comparison.space
    facts = Facts(properties=dict.fromkeys(spoken.names, ANYTHING))
    for pattern in (None, *(one for one in part.patterns if one not in spoken.patterns)):
        values = space.others(branch) if pattern is None else space.matching(branch, pattern)
        wanted = () if pattern is None else (pattern,)
        off = (*spoken.patterns, *(part.patterns if pattern is None else ()))
        name = name_outside(wanted, off, part, facts)
        if name is not None and comparison.possible(values):
            yield name, values


def _unspoken(comparison: "Comparison", reader: Node, branch: Branch, spoken: Spoken, axis: str) -> Iterator[Miss]:
    if spoken.open:
        return
    for name in branch.objects.known:
        if not spoken.knows(name):
            values = comparison.space.member(branch, name)
            bad = tuple(map(_holding(comparison, branch, name, values), comparison.possible(values)))
            if bad:
                sure = axis == "property"
                lack = Lack(axis, "removed", name, sure=sure)
                yield miss(reader, branch, lack, bad, path=(name,), keyword="" if sure else "unevaluatedProperties")
