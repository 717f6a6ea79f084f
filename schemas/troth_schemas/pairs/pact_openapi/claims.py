"""What the matching rules of a path, a query or headers let a consumer send besides its examples.

Only expressions say something of their own there: a type matcher of a text takes any text. An expression is taken to be
about the whole text, as it is meant, even where it is written without anchors.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from troth_schemas.documents import Location
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.jsonschema.words import Undecided, find
from troth_schemas.openapi import Parameter
from troth_schemas.pact.alternatives import alternatives
from troth_schemas.pact.matchers import RuleList
from troth_schemas.pairs.pact_bodies import Body, sent
from troth_schemas.pairs.pact_openapi.meeting import Meeting
from troth_schemas.pairs.pact_openapi.parameters import Given, given, name_of
from troth_schemas.pairs.pact_openapi.texts import wanted

_WRITTEN: Final[Mapping[str, str]] = {
    "integer": r"[+-]?[0-9]+",
    "number": r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?",
    "boolean": "(true|false)",
}
"""How values of a type are written as text, generously: nobody means leading zeros by ``\\d+``."""
_TEMPLATE: Final = re.compile(r"\{([^{}/]*)\}")
_DOT: Final = re.compile(r"(?<!\\)\.(?![^\[]*\])")
"""A dot in the expression of a path is meant for a segment, not for several."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A text that a rule lets the consumer send, and that is refused; ``text`` is None where that was not decided."""

    parameter: Parameter | None
    text: str | None
    why: str = ""


def claims(meeting: Meeting) -> Iterator[Claim]:
    """What the rules of a request claim too much, one text for each."""
    rules = meeting.request.rules
    if rules.path is not None:
        yield from _of_path(meeting, rules.path)
    for one in meeting.parameters:
        parameter = one.parameter
        named = rules.query if parameter.where == "query" else rules.header if parameter.where == "header" else {}
        rule = named.get(name_of(parameter))
        if rule is not None and parameter.schema is not None and one.present and not one.errors and not one.uncovered:
            yield from _of_parameter(meeting, one, parameter.schema, rule)


def _expression(rules: RuleList) -> str | None:
    """The expression that decides alone; None where something else does."""
    matchers = [one for one in rules.matchers if one.name == "regex"]
    return matchers[0].text if len(rules.matchers) == len(matchers) == 1 else None


def _of_parameter(meeting: Meeting, sent_: Given, schema: SchemaAt, rules: RuleList) -> Iterator[Claim]:
    parameter, value = sent_.parameter, sent_.value
    expression, about = _expression(rules), wanted(schema)
    if expression is None or about.array or about.object:
        return  # the texts of a list or of members are judged by the example
    listed = alternatives(expression)
    if listed is not None:
        refused = (one for one in listed if given(parameter, {name_of(parameter): (one,)}).errors)
        yield from (Claim(parameter, one) for one in islice(refused, 1))
    elif "string" in about.types or not about.types:
        verdict = sent(Body(value, {"type": "string", "pattern": expression}, ruled=True), schema, meeting.options)
        for misfit in (*verdict.wrong, *verdict.doubt):
            if misfit.axis == "pattern" and misfit.witness is not None:
                yield Claim(parameter, str(misfit.witness[0]))
            elif misfit.axis in ("enum", "const"):
                yield from _searched(parameter, expression, "|".join(map(_literal, _listed(schema, misfit.schema))))
    else:
        yield from _searched(parameter, expression, "|".join(_WRITTEN.get(one, ".*") for one in sorted(about.types)))


def _listed(schema: SchemaAt, at: Location) -> list[str]:
    """The texts that a schema lists."""
    written = schema.documents.value(at)
    said = written if isinstance(written, dict) else {}
    listed = said.get("enum", [said.get("const")])
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []


def _of_path(meeting: Meeting, rules: RuleList) -> Iterator[Claim]:
    expression = _expression(rules)
    if expression is None:
        return
    expression = _DOT.sub("[^/]", expression)
    pieces = _TEMPLATE.split(meeting.operation.path)
    described = "".join(
        _literal(piece) if index % 2 == 0 else f"({_segment(meeting, piece)})" for index, piece in enumerate(pieces)
    )
    base = f"({_literal(meeting.base)})?" if meeting.base else ""
    yield from _searched(None, expression, f"{base}{described}/?")


def _segment(meeting: Meeting, name: str) -> str:
    parameter = meeting.operation.parameter("path", name)
    if parameter is None or parameter.schema is None:
        return "[^/]*"
    types = wanted(parameter.schema).types
    return "|".join(_WRITTEN.get(one, "[^/]*") for one in sorted(types)) or "[^/]*"


def _searched(parameter: Parameter | None, expression: str, described: str) -> Iterator[Claim]:
    """A text that matches an expression as a whole, and is not written as described."""
    whole = f"^(?:{expression.removeprefix('^').removesuffix('$')})$"
    try:
        found = find((whole,), (f"^({described})$",))
    except Undecided as problem:
        yield Claim(parameter, None, f"what {expression} matches was not decided: {problem}")
        return
    if found is not None:
        yield Claim(parameter, found)


def _literal(text: str) -> str:
    return re.sub(r"([\\^$.|?*+()\[\]{}])", r"\\\1", text)
