"""Matching rules in words: what may differ from an example, for people who never learnt the rules' names."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One place of a request, response or message, and what is promised of it."""

    place: str
    words: str


def rules(part: Mapping[str, Any]) -> tuple[RuleShown, ...]:
    """The matching rules and generators of a request, a response or a message, of any version of the specification."""
    return (*_matching(part.get("matchingRules")), *_generated(part.get("generators")))


def _matching(found: Any) -> Iterator[RuleShown]:
    for place, rule in _flat(found):
        words = [matcher_words(one) for one in _matchers(rule)]
        joint = " or " if isinstance(rule, Mapping) and rule.get("combine") == "OR" else " and "
        yield RuleShown(place, joint.join(words) or "anything")


def _generated(found: Any) -> Iterator[RuleShown]:
    for place, generator in _flat(found):
        if isinstance(generator, Mapping):
            kind = generator.get("type", "?")
            yield RuleShown(place, f"made anew for each verification ({kind})")


def _flat(found: Any) -> Iterator[tuple[str, Any]]:
    """Places with their rules: `$.body.id` of version 2, and `body` `$.id` of later ones."""
    if not isinstance(found, Mapping):
        return
    for section, held in found.items():
        if not isinstance(held, Mapping):
            continue
        if section.startswith("$") or "matchers" in held or "match" in held or "type" in held:
            yield section, held
        else:
            for place, rule in held.items():
                yield (f"{section} {place}" if place else section), rule


def _matchers(rule: Any) -> list[Mapping[str, Any]]:
    if not isinstance(rule, Mapping):
        return []
    listed = rule.get("matchers")
    if isinstance(listed, list):
        return [one for one in listed if isinstance(one, Mapping)]
    return [rule] if rule else []


_PLAIN = {
    "boolean": "true or false",
    "decimal": "any number with decimals",
    "equality": "exactly this value",
    "integer": "any whole number",
    "notEmpty": "anything that is not empty",
    "null": "null",
    "number": "any number",
    "semver": "any semantic version",
}
_WITH_VALUE = {
    "contentType": "content of the type {}",
    "date": "a date written as {}",
    "datetime": "a date and time written as {}",
    "include": "a text that holds “{}”",
    "regex": "a text that matches {}",
    "statusCode": "any status that is {}",
    "time": "a time written as {}",
    "timestamp": "a date and time written as {}",
}


def matcher_words(matcher: Mapping[str, Any]) -> str:
    """One matcher in words; one that is not known, as it stands."""
    kind = matcher.get("match")
    if kind is None and "regex" in matcher:
        kind = "regex"
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _WITH_VALUE:
        value = next((matcher[name] for name in (kind, "value", "format", "regex", "status") if name in matcher), "…")
        return _WITH_VALUE[kind].format(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    if kind in {"type", "min", "max"} or (kind is None and {"min", "max"} & matcher.keys()):
        return "any value of the same type" + _bounds(matcher)
    if kind in {"values", "eachValue"}:
        return "each value as in the example" + _inner(matcher)
    if kind == "eachKey":
        return "each key as in the example" + _inner(matcher)
    if kind == "arrayContains":
        count = len(matcher.get("variants") or ())
        return f"a list that holds {'these' if count != 1 else 'this'} {count} in any order among others"
    return json.dumps(matcher, ensure_ascii=False)


def _bounds(matcher: Mapping[str, Any]) -> str:
    words = [f"{word} {matcher[name]}" for name, word in (("min", "at least"), ("max", "at most")) if name in matcher]
    return f", {' and '.join(words)} of them" if words else ""


def _inner(matcher: Mapping[str, Any]) -> str:
    words = [matcher_words(one) for one in matcher.get("rules") or () if isinstance(one, Mapping)]
    return f": {' and '.join(words)}" if words else ""
