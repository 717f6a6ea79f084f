"""What is wrong with a JSON Schema that can be read, each problem with its place."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from troth_schemas.documents import Documents, Location
from troth_schemas.jsonschema.dialects import META_SCHEMAS, meta_schema, named
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.patterns import is_pattern
from troth_schemas.jsonschema.question import Dialect
from troth_schemas.jsonschema.walking import nodes_within
from troth_schemas.problem import Problem, pointer

_MOST: int = 200
"""Problems of one document that are told; the first ones usually explain the rest."""


def problems_of(root: Node) -> tuple[Problem, ...]:
    """Every problem of the document that a node is the root of, and of the documents that it refers to."""
    found: dict[tuple[str, str, str], Problem] = {}
    for problem in (*_unknown_dialect(root), *_against_meta_schema(root), *_inside(root)):
        found.setdefault((problem.document, problem.pointer, problem.sentence), problem)
        if len(found) >= _MOST:
            break
    return tuple(found.values())


def _problem(node: Node, steps: tuple[str | int, ...], sentence: str, severity: Any = "error") -> Problem:
    documents: Documents = node.library.documents
    location = Location(node.location.document, node.location.pointer + pointer(*steps))
    line = documents.place(location).line
    other = "" if location.document == documents.sources.root else location.document
    return Problem(location.pointer, sentence, severity, line, other)


def _unknown_dialect(root: Node) -> Iterator[Problem]:
    if isinstance(root.raw, dict) and "$schema" in root.raw and named(root.raw) is None:
        known = ", ".join(META_SCHEMAS)
        sentence = f"The dialect {root.raw['$schema']!r} is not known; it is read as 2020-12. Known are {known}."
        yield _problem(root, ("$schema",), sentence, "warning")


@cache
def _meta_validator(dialect: Dialect) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for({"$ref": meta_schema(dialect), "$schema": meta_schema(dialect)})


def _against_meta_schema(root: Node) -> Iterator[Problem]:
    if not isinstance(root.raw, dict | bool):
        yield _problem(root, (), "A schema is an object, or true or false.")
        return
    for one in _meta_validator(root.dialect).iter_errors(root.raw):
        yield _problem(root, tuple(one.instance_path), f"{_sentence(one.message)} (draft {root.dialect})")


def _sentence(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:300]}…"


def _inside(root: Node) -> Iterator[Problem]:
    """References that lead nowhere and expressions that no engine understands, also in the documents referred to."""
    seen: set[Node] = set()
    left = [root]
    while left:
        for node in nodes_within(left.pop()):
            if node in seen or not isinstance(node.raw, dict):
                continue
            seen.add(node)
            yield from _patterns(node)
            for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
                if isinstance(node.raw.get(keyword), str):
                    target = node.follow(keyword)
                    if target is None:
                        yield _problem(node, (keyword,), f"{_capital(node.broken or 'It leads nowhere')}.")
                    elif target not in seen:
                        left.append(target)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _patterns(node: Node) -> Iterator[Problem]:
    assert isinstance(node.raw, dict)
    pattern = node.raw.get("pattern")
    if isinstance(pattern, str) and not is_pattern(pattern):
        yield _problem(node, ("pattern",), f"{pattern!r} is no regular expression that ECMA 262 knows.")
    names = node.raw.get("patternProperties")
    for name in names if isinstance(names, dict) else ():
        if not is_pattern(name):
            sentence = f"{name!r} is no regular expression that ECMA 262 knows."
            yield _problem(node, ("patternProperties", name), sentence)
