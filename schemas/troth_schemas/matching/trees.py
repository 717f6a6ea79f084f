"""Comparing a decoded tree with its example, under matching rules.

Where no rule speaks: an object has all members of the example, and may have more; an array has as many elements; any
other value is equal. A rule about an array compares each element with the example's element at its place, or with the
first where the example has fewer. Rules about all values of a map (``values``, ``each-value``) compare each member of
what came, known to the example or not; where the example has none, each is its own example, so that the rules count.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.matching.difference import Difference, cut, kind_of, shown
from troth_schemas.matching.trail import Reach, Trail
from troth_schemas.matching.values import array_trouble, counted, equal, key_trouble, object_trouble, value_trouble
from troth_schemas.pact.matchers import Matcher, RuleList, Variant
from troth_schemas.pact.paths import steps
from troth_schemas.pact.rules import NO_RULES, Rules

_EQUAL = RuleList((Matcher("equality", stated="equality"),))
_WITH_INSIDE = (dict, list)
_OF_ALL_VALUES = ("values", "eachValue", "arrayContains")

MOST: Final = 10_000
"""Differences of one tree; a list of a million wrong elements is told by the first of them."""


def match_tree(
    expected: Json, actual: Json, rules: Rules = NO_RULES, *, more_members: bool = True, path: str = "$"
) -> tuple[Difference, ...]:
    """Where a tree differs from its example under rules, each difference once, in the order of the walk.

    ``more_members`` lets objects have members that the example does not know, as a consumer reads a response; without
    it they are differences, as in a request. ``path`` is what the root is called. After `MOST` the search ends.
    """
    at = Trail.at_root(rules, path)
    if plainly_fits(at.reach, expected, actual):
        return ()
    return tuple(dict.fromkeys(islice(_walk(at, expected, actual, more_members), MOST)))


def _walk(at: Trail, expected: Json, actual: Json, more: bool) -> Iterator[Difference]:
    if isinstance(expected, dict):
        if isinstance(actual, dict):
            yield from _objects(at, expected, actual, more)
        else:
            yield _of_another_type(at, expected, actual)
    elif isinstance(expected, list):
        if isinstance(actual, list):
            yield from _arrays(at, expected, actual, more)
        else:
            yield _of_another_type(at, expected, actual)
    else:
        yield from _values(at, expected, actual)


def _of_another_type(at: Trail, expected: Json, actual: Json) -> Difference:
    came = "null" if actual is None else f"{_a(kind_of(actual))}: {shown(actual)}"
    return Difference(at.path, f"Expected an {kind_of(expected)}, but it is {came}.", shown(expected), shown(actual))


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _values(at: Trail, expected: Json, actual: Json) -> Iterator[Difference]:
    rules = at.rules or _EQUAL
    troubles = [value_trouble(one, expected, actual, cascaded=at.cascaded) for one in rules.matchers]
    if rules.any_of and None in troubles:
        return
    for trouble in troubles:
        if trouble is not None:
            yield Difference(at.path, trouble, shown(expected), shown(actual))


def _objects(at: Trail, expected: dict[str, Json], actual: dict[str, Json], more: bool) -> Iterator[Difference]:
    if not expected and actual and not more:
        yield Difference(at.path, f"Expected an empty object, but it is {shown(actual)}.", "{}", shown(actual))
        return
    if at.rules is None:
        yield from _keys(at, expected, actual, more)
        yield from _members(at, expected, actual, more)
        return
    for matcher in at.rules.matchers:
        if matcher.name in _OF_ALL_VALUES and not at.cascaded:
            yield from _all_values(at, matcher, expected, actual, more)
            continue
        trouble = object_trouble(matcher, expected, actual, cascaded=at.cascaded)
        if trouble is not None:
            yield Difference(at.path, trouble, shown(expected), shown(actual))
        yield from _keys(at, expected, actual, more)
        yield from _members(at, expected, actual, more)


def _members(at: Trail, expected: dict[str, Json], actual: dict[str, Json], more: bool) -> Iterator[Difference]:
    for name, value in expected.items():
        if name in actual and not plainly_fits(at.reach.step(name), value, actual[name]):
            yield from _walk(at.step(name), value, actual[name], more)


def plainly_fits(at: Reach, expected: Json, actual: Json) -> bool:
    """Whether it is plain that there is nothing to say about a place, as it is about most."""
    if at.silent:
        return equal(expected, actual)
    if isinstance(expected, _WITH_INSIDE):
        return False
    rules = at.rules or _EQUAL
    return all(value_trouble(one, expected, actual, cascaded=at.cascaded) is None for one in rules.matchers)


def _all_values(
    at: Trail, matcher: Matcher, expected: dict[str, Json], actual: dict[str, Json], more: bool
) -> Iterator[Difference]:
    """Every member of what came, compared with its example, or with the example's first member by name."""
    inside = at.only(RuleList(matcher.matchers)) if matcher.name == "eachValue" else at
    trouble = object_trouble(matcher, expected, actual, cascaded=False)
    if trouble is not None:
        yield Difference(at.path, trouble, shown(expected), shown(actual))
    first = min(expected) if expected else None
    for name, value in actual.items():
        example = name if name in expected else first
        yield from _walk(inside.step(name), value if example is None else expected[example], value, more)


def _names(members: dict[str, Json]) -> str:
    return cut(", ".join(sorted(members)))


def _keys(at: Trail, expected: dict[str, Json], actual: dict[str, Json], more: bool) -> Iterator[Difference]:
    if not at.says("values", "eachValue", "eachKey"):
        missing = [name for name in expected if name not in actual]
        if missing:
            text = f"Missing: {', '.join(missing)}."
            yield Difference(at.path, text, _names(expected), _names(actual))
        unexpected = [] if more else [name for name in actual if name not in expected]
        if unexpected:
            text = f"Not expected: {', '.join(unexpected)}."
            yield Difference(at.path, text, _names(expected), _names(actual))
    if at.reach.exact and at.rules is not None:
        for matcher in at.rules.matchers:
            for inner in matcher.matchers if matcher.name == "eachKey" else ():
                for name in actual:
                    trouble = key_trouble(inner, name)
                    if trouble is not None:
                        yield Difference(at.step(name).path, trouble, "", name)


def _arrays(at: Trail, expected: list[Json], actual: list[Json], more: bool) -> Iterator[Difference]:
    if at.rules is None:
        yield from _as_they_stand(at, expected, actual, more)
        return
    found = [list(_under(at, matcher, expected, actual, more)) for matcher in at.rules.matchers]
    if at.rules.any_of and not all(found):
        return
    for differences in found:
        yield from differences


def _as_they_stand(at: Trail, expected: list[Json], actual: list[Json], more: bool) -> Iterator[Difference]:
    """No rule about the array itself: as many elements as the example has, each like its own."""
    if not expected and actual:
        yield Difference(at.path, f"Expected an empty array, but it is {shown(actual)}.", "[]", shown(actual))
        return
    for index, (example, value) in enumerate(zip(expected, actual, strict=False)):
        if not plainly_fits(at.reach.step(index), example, value):
            yield from _walk(at.step(index), example, value, more)
    if len(expected) != len(actual):
        text = f"Expected {counted(len(expected), 'elements')}, but there are {len(actual)}."
        yield Difference(at.path, text, shown(expected), shown(actual))


def _under(at: Trail, matcher: Matcher, expected: list[Json], actual: list[Json], more: bool) -> Iterator[Difference]:
    """One rule about an array. Where the example has no elements each is its own example, so that the rules count."""
    if matcher.name == "arrayContains":
        yield from _variants(at, matcher, expected, actual, more)
        return
    of_each = matcher.name == "eachValue"
    if at.cascaded and of_each:
        return
    if expected or not at.cascaded:
        trouble = array_trouble(matcher, expected, actual, cascaded=at.cascaded)
        if trouble is not None:
            yield Difference(at.path, trouble, shown(expected), shown(actual))
    inside, examples = at.only(RuleList(matcher.matchers)) if of_each else at, expected or actual
    for index, value in enumerate(actual):
        example = examples[index] if index < len(examples) else examples[0]
        if not plainly_fits(inside.reach.step(index), example, value):
            yield from _walk(inside.step(index), example, value, more)
    for index in range(len(actual), len(expected)):
        if inside.reach.step(index).rules is None:
            text = f"Missing: the element {index}, such as {shown(expected[index])}."
            yield Difference(at.path, text, shown(expected), shown(actual))


def _variants(
    at: Trail, matcher: Matcher, expected: list[Json], actual: list[Json], more: bool
) -> Iterator[Difference]:
    variants = matcher.variants or tuple(Variant(index, ()) for index in range(len(expected)))
    for variant in variants:
        if variant.index >= len(expected):
            text = f"The rule asks for the example's element {variant.index}, and there is none."
            yield Difference(at.path, text, shown(expected), shown(actual))
            continue
        example, rules = expected[variant.index], _of_variant(variant)
        if not any(_fits(example, value, rules, more) for value in actual):
            text = f"No element is like the example's element {variant.index}: {shown(example)}."
            yield Difference(at.path, text, shown(example), shown(actual))


def _fits(example: Json, value: Json, rules: Rules, more: bool) -> bool:
    if rules is _WHOLE:
        return equal(example, value)
    return next(_walk(Trail.at_root(rules), example, value, more), None) is None


_WHOLE = Rules()
"""Stands for a variant without rules: equality."""


def _of_variant(variant: Variant) -> Rules:
    if not variant.rules:
        return _WHOLE
    return Rules.of((place, found) for path, found in variant.rules if (place := steps(path)) is not None)
