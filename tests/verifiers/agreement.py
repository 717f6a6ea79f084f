"""Interactions with the answers of a provider, made by chance, and what both engines say of them."""

import asyncio
import json
import re
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.verifiers.pacts import contract
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Outcome, Result, Target
from troth_verifiers.pact import PactVerifier

Json = Any
_HEADER = re.compile(r"^\$(?:\.([^\[]+)|\['([^']+)'\])(?:\[\d+\])?$")
_DIGITS = re.compile(r"\['(\d+)'\]")
Said = tuple[Outcome, frozenset[tuple[str, str]]]
"""How an interaction ended, and the kinds and places of its mismatches."""


@dataclass(frozen=True)
class Case:
    """What a consumer expects, and what the provider gives back."""

    response: dict[str, Json]
    answer: Answer
    version: str = "4.0"


def interaction(case: Case, path: str) -> dict[str, Json]:
    """A case as an HTTP interaction."""
    request = {"method": "GET", "path": path}
    typed = {"type": "Synchronous/HTTP"} if case.version.startswith("4") else {}
    return {**typed, "description": path, "request": request, "response": case.response}


def pact(elements: list[dict[str, Json]], version: str, *, section: str = "interactions") -> dict[str, Json]:
    """A pact of some version."""
    return {
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        section: elements,
        "metadata": {"pactSpecification": {"version": version}},
    }


def said_of(cases: list[Case], provider: Provider) -> list[tuple[Case, Said, Said]]:
    """What the official library and what our own engine say of each case; all of one version."""
    elements = []
    for index, case in enumerate(cases):
        provider.answers[f"/{index}"] = case.answer
        elements.append(interaction(case, f"/{index}"))
    theirs, ours = both(pact(elements, cases[0].version), Target(url=provider.url))
    return list(zip(cases, theirs, ours, strict=True))


def both(document: dict[str, Json], target: Target) -> tuple[list[Said], list[Said]]:
    """What the official library and what our own engine say of a pact's interactions."""

    async def said(engine: str) -> list[Said]:
        verifier = PactVerifier()
        try:
            listed = verifier.interactions(contract(document))
            results = [one async for one in verifier.verify_all(listed, replace(target, engine=engine))]
        finally:
            await verifier.aclose()
        return [_said(one) for one in sorted(results, key=lambda one: one.interaction.index)]

    return asyncio.run(said("pact")), asyncio.run(said("troth"))


def agree_on(part: dict[str, Json], theirs: Said, ours: Said) -> bool:
    """Whether both say the same of a response or a message, but for what docs/verify.md tells of empty examples and of
    rules inside of values that have a rule each.
    """
    written = part.get("matchingRules", {})
    rules = written.get("body", written)
    if any("eachValue" in str(rules[path]) and _is_inside(other, path) for path in rules for other in rules):
        return True
    if rules and _has_empty(part.get("body", part.get("contents"))):
        return theirs[1] <= ours[1]
    return theirs == ours


def _is_inside(path: str, outer: str) -> bool:
    """Whether a path leads further in than to the members of what another one leads to."""
    steps, around = (one.replace("[", ".").count(".") for one in (path, outer))
    return steps > around + 1


def _has_empty(value: Json) -> bool:
    if isinstance(value, dict | list):
        return not value or any(map(_has_empty, value.values() if isinstance(value, dict) else value))
    return False


def _said(result: Result) -> Said:
    """What is written in two ways made one: the library calls the whole of a body that is too much or missing ``/``, a
    header or the field of a form under rules ``$.name``, and the member ``1`` of an object ``[1]``.
    """
    found = set()
    for one in result.mismatches:
        place = _DIGITS.sub(r"[\1]", "$" if one.place == "/" else one.place.replace("$.$", "$"))
        if one.kind == "header":
            place = _HEADER.sub(r"\1\2", place.lower())
        if one.kind != "more":
            found.add((one.kind, place))
    return result.outcome, frozenset(found)


SCALARS: list[Json] = [None, True, False, 0, 1, 1.0, 1.5, -3, "", "a", "b", "12", "1.5", "2020-01-02", "1.2.3"]
PATTERNS = [r"^\d+$", "a", "^$", "[a-z]", "a|1", r"\d", ".*"]


def tree(chance: Random, depth: int = 0) -> Json:
    """Any JSON."""
    kind = chance.random()
    if depth > 2 or kind < 0.35:
        return chance.choice(SCALARS)
    if kind < 0.7:
        return {chance.choice("abcd"): tree(chance, depth + 1) for _ in range(chance.randint(0, 3))}
    return [tree(chance, depth + 1) for _ in range(chance.randint(0, 3))]


def changed(chance: Random, value: Json) -> Json:
    """The same JSON, or nearly."""
    if chance.random() < 0.1:
        return tree(chance, 1)
    if isinstance(value, dict):
        kept = {name: changed(chance, one) for name, one in value.items() if chance.random() > 0.07}
        return kept | ({chance.choice("abcdxy"): tree(chance, 1)} if chance.random() < 0.2 else {})
    if isinstance(value, list):
        kept_ones = [changed(chance, one) for one in value]
        more = [chance.choice(kept_ones)] if kept_ones and chance.random() < 0.25 else []
        return kept_ones[: -1 if chance.random() < 0.1 else None] + more
    return chance.choice(SCALARS) if chance.random() < 0.15 else value


def places(value: Json, at: str = "$") -> list[str]:
    """The paths that rules may have about a value."""
    found = [at]
    if isinstance(value, dict):
        found += [one for name, inner in value.items() for one in places(inner, f"{at}.{name}")]
        found += [f"{at}.*"] if value else []
    if isinstance(value, list):
        for index, inner in enumerate(value):
            found += [*places(inner, f"{at}[{index}]"), *places(inner, f"{at}[*]")]
    return sorted(set(found))


PLAIN = ("type", "min", "max", "between", "regex")
"""What version 2 knows."""
NAMED = ("equality", "include", "null", "integer", "decimal", "number", "date", "time", "timestamp", "values")
"""What version 3 has besides."""
NEW = ("boolean", "notEmpty", "semver", "arrayContains", "eachKey", "eachValue")
"""What version 4 has besides."""
FOR_TEXTS = (
    "type", "regex", "equality", "include", "integer", "decimal", "number", "date", "boolean", "notEmpty", "semver",
)  # fmt: skip


def matcher(chance: Random, names: tuple[str, ...], depth: int = 0) -> dict[str, Json]:
    """Any matching rule of these names."""
    name = chance.choice(names)
    inner = tuple(one for one in names if one not in ("arrayContains", "eachKey", "eachValue"))
    match name:
        case "regex":
            return {"match": "regex", "regex": chance.choice(PATTERNS)}
        case "include":
            return {"match": "include", "value": chance.choice(["a", "1", ""])}
        case "min" | "max":
            return {"match": "type", name: chance.randint(0, 3)}
        case "between":
            return {"match": "type", "min": chance.randint(0, 2), "max": chance.randint(1, 3)}
        case "date":
            return {"match": "date", "date": "yyyy-MM-dd", "format": "yyyy-MM-dd"}
        case "time":
            return {"match": "time", "time": "HH:mm:ss", "format": "HH:mm:ss"}
        case "timestamp":
            return {"match": "timestamp", "timestamp": "yyyy-MM-dd HH:mm", "format": "yyyy-MM-dd HH:mm"}
        case "arrayContains":
            listed = [{chance.choice(["$", "$.a", "$.*"]): {"matchers": [matcher(chance, inner)]}} for _ in range(2)]
            variants = [{"index": at, "rules": rules} for at, rules in enumerate(listed[: chance.randint(1, 2)])]
            return {"match": "arrayContains", "variants": variants}
        case "eachKey" | "eachValue":
            return {"match": name, "rules": [matcher(chance, inner)]}
    return {"match": name}


def ruled(chance: Random, paths: list[str], names: tuple[str, ...]) -> dict[str, Json]:
    """Some rules by their paths, never two of one weight about one place: the library orders those by a hash."""
    found: dict[str, Json] = {}
    weights: set[tuple[int, int]] = set()
    for _ in range(chance.randint(0, 3)):
        path = chance.choice(paths)
        steps, wild = len(path.replace("[", ".").split(".")), path.count("*")
        if ((steps, wild) in weights and wild) or path in found:
            continue
        weights.add((steps, wild))
        listed = [matcher(chance, names) for _ in range(1 if chance.random() < 0.8 else 2)]
        found[path] = {"combine": chance.choice(["AND", "AND", "OR"]), "matchers": listed}
    return found


def json_case(chance: Random, version: str) -> Case:
    """A JSON body under rules."""
    example: Json = None
    while example is None or example == "":
        example = tree(chance)
    came = changed(chance, example) if chance.random() < 0.85 else example
    names = {"2.0.0": PLAIN, "3.0.0": PLAIN + NAMED, "4.0": PLAIN + NAMED + NEW}[version]
    rules = ruled(chance, places(example), names)
    response: dict[str, Json] = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": example}
    if version == "4.0":
        response["body"] = {"content": example, "contentType": "application/json", "encoded": False}
        response["headers"] = {"Content-Type": ["application/json"]}
    if rules and version == "2.0.0":
        response["matchingRules"] = {f"$.body{path[1:]}": rule["matchers"][0] for path, rule in rules.items()}
    elif rules:
        response["matchingRules"] = {"body": rules}
    return Case(response, Answer(200, json.dumps(came).encode(), {"Content-Type": "application/json"}), version)


def told(case: Case, theirs: Said, ours: Said) -> str:
    """A disagreement, to be read."""
    answer = f"{case.answer.status} {case.answer.headers} {case.answer.body!r}"
    return f"{json.dumps(case.response)}\n{answer}\ntheirs {theirs}\nours   {ours}"
