"""Matching rules that say nothing: those that lead to nothing that is expected, and those of no known kind."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from troth_schemas.json_body import Json
from troth_schemas.matching.patterns import compiled
from troth_schemas.pact.matchers import Matcher, RuleList
from troth_schemas.pact.paths import ANY, ANY_INDEX, Step
from troth_schemas.pact.rules import Rules


def _is_null(value: Json) -> bool:
    """Whether nothing else passes in a value's place, whatever rules of its inside say."""
    return value is None


def idle(rules: Rules, examples: Sequence[Json], is_open: Callable[[Json], bool] = _is_null) -> Iterator[str]:
    """A sentence for each rule that would never hold anything against what comes, of which nobody would know.

    ``examples`` are the trees that the rules are for: one, or several where any may come. ``is_open`` tells where rules
    may lead anywhere: at null at least, and where a value is yet to be filled in.
    """
    for path in _astray(rules, examples, "$", is_open):
        yield f"The rule {path} leads to nothing that is expected; write an example of it."
    yield from unknown(every(rules))


def leading(rules: Rules) -> Callable[[Json], bool]:
    """What tells whether every rule surely leads to something in an example, sooner than `idle` tells which do not."""
    steps = rules.inner.keys()
    deeper: list[tuple[Any, Callable[[Json], bool]]] = [
        (step, leading(found)) for step, found in rules.inner.items() if found.inner
    ]

    def lead(example: Json) -> bool:
        if isinstance(example, dict):
            if not steps <= example.keys():
                return False
            for step, inside in deeper:  # noqa: SIM110 - a generator takes as long as the rest
                if not inside(example[step]):
                    return False
            return True
        if isinstance(example, list) and steps == {ANY_INDEX}:
            return bool(example) and all(inside(one) for _, inside in deeper for one in example)
        return not steps

    return lead


def unknown(rules: Iterable[RuleList]) -> Iterator[str]:
    """A sentence for each kind of rule that nobody knows, and for each regular expression that is none."""
    asked = [inner for found in rules for one in found.matchers for inner in _each(one)]
    for name in dict.fromkeys(one.stated or "a rule without a name" for one in asked if one.name == "unknown"):
        yield f"No such matching rule is known: {name}."
    for text in dict.fromkeys(one.text for one in asked if one.name == "regex"):
        pattern = compiled(text)
        if isinstance(pattern, str):
            yield f"A rule's regular expression {text!r} cannot be read: {pattern}."


def _astray(rules: Rules, examples: Sequence[Json], path: str, is_open: Callable[[Json], bool]) -> Iterator[str]:
    """The paths of rules that are not among the examples of a place."""
    if any(is_open(one) or _is_of_each(one, rules.here) for one in examples):
        return
    for step, found in rules.inner.items():
        where = f"{path}{_spelled(step)}"
        inside = [inner for one in examples for inner in _inside(one, step)]
        if inside:
            yield from _astray(found, inside, where, is_open)
        else:
            yield from _ends(found, where)


def _is_of_each(value: Json, rules: RuleList | None) -> bool:
    """Whether a value is empty and stands for any members or elements, which rules of the inside hold for."""
    if rules is None or value not in ({}, []):
        return False
    return rules.first("eachValue") is not None or (value == {} and rules.first("values") is not None)


def _ends(rules: Rules, path: str) -> Iterator[str]:
    if rules.here is not None:
        yield path
    for step, found in rules.inner.items():
        yield from _ends(found, f"{path}{_spelled(step)}")


def _inside(value: Json, step: Step | None) -> list[Json]:
    """What a step leads to; the elements of a list stand for those that come, of which there may be more."""
    if isinstance(value, list):
        return value if step is ANY or isinstance(step, int) else []
    if isinstance(value, dict):
        return list(value.values()) if step is ANY else [value[step]] if isinstance(step, str) and step in value else []
    return []


def _spelled(step: Step | None) -> str:
    if step is ANY:
        return ".*"
    if step == ANY_INDEX:
        return "[*]"
    return f"[{step}]" if isinstance(step, int) else f".{step}"


def every(rules: Rules) -> Iterator[RuleList]:
    """What holds at all places."""
    if rules.here is not None:
        yield rules.here
    for inner in rules.inner.values():
        yield from every(inner)


def _each(matcher: Matcher) -> Iterator[Matcher]:
    """A rule, and those inside of it."""
    yield matcher
    for one in matcher.matchers:
        yield from _each(one)
    for variant in matcher.variants:
        for _, found in variant.rules:
            for one in found.matchers:
                yield from _each(one)
