"""Forms, ``a=1&b=2``: the values of each name in their order, under rules about all (``$.a``) or one (``$.a[0]``)."""

from collections.abc import Iterator

from troth_schemas.matching.difference import Difference, shown
from troth_schemas.matching.parts import Texts, each_trouble, list_trouble, match_text
from troth_schemas.matching.trail import Trail
from troth_schemas.pact.rules import Rules


def match_form(expected: Texts, actual: Texts, rules: Rules) -> tuple[Difference, ...]:
    """Where a form differs from its example; every field must be known."""
    root = Trail.at_root(rules)
    found: list[Difference] = []
    for name, values in expected.items():
        at = root.step(name)
        if name in actual:
            found += _values(at, name, list(values), list(actual[name]))
        else:
            found.append(Difference(at.path, f"The field {name!r} is missing.", shown(list(values))))
    for name, values in actual.items():
        if name not in expected:
            text = f"The field {name!r} is not expected."
            found.append(Difference(root.step(name).path, text, "", shown(list(values))))
    return tuple(dict.fromkeys(found))


def _values(at: Trail, name: str, expected: list[str], actual: list[str]) -> Iterator[Difference]:
    """The values of one name; rules about a single value stand in the place of those about all of them."""
    shared = [index for index in range(len(actual)) if at.rules is not None and at.step(index).rules is at.rules]
    yield from _shared(at, expected, actual, shared)
    for index, value in enumerate(actual):
        example = expected[index] if index < len(expected) else expected[0]
        rules = at.step(index).rules
        if index not in shared and (rules is not None or index < len(expected)):
            yield from match_text(example, value, rules, path=at.path)
    if at.rules is None and len(expected) != len(actual):
        text = f"Expected {len(expected)} values of the field {name!r}, but there are {len(actual)}."
        yield Difference(at.path, text, shown([*expected]), shown([*actual]))


def _shared(at: Trail, expected: list[str], actual: list[str], shared: list[int]) -> Iterator[Difference]:
    """What the rules about a name say: of all its values together, and of each that has no rules of its own."""
    if at.rules is None:
        return
    found: list[list[str]] = []
    for matcher in at.rules.matchers:
        whole = list_trouble(matcher, expected, actual, cascaded=at.cascaded)
        each = [] if matcher.name == "eachKey" else [matcher]  # it speaks of names
        found.append([*([whole] if whole else ()), *each_trouble(each, expected, actual, shared)])
    if at.rules.any_of and not all(found):
        return
    for text in (one for troubles in found for one in troubles):
        yield Difference(at.path, text, shown([*expected]), shown([*actual]))
