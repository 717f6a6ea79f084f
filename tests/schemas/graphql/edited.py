"""Versions of one schema: drawn at random, and changed in few places as people change schemas."""

import re
from random import Random
from typing import Final

from graphql import GraphQLError, GraphQLSchema, build_schema, is_abstract_type, validate_schema
from hypothesis import strategies as st

from tests.schemas.graphql.drawn import schemas

_EDITS: Final = (
    (r"\n  \w+(\([^)]*\))?: [^\n]*(?=\n)", ("",)),
    (r"(?<=\n  )\w(?=[(:])", ("a", "b", "n", "other")),
    (r"(?<=[\w\]])!(?=[ ,)\n])", ("",)),
    (r"(?<=: )\[*\w+!*\]*(?=[ ,)\n])", (r"\g<0>!", r"[\g<0>]", r"[\g<0>!]!")),
    (r"(?<=: )\[(\w+)!?\](?=[ ,!)\n])", (r"\1",)),
    (r"(?<=: )\w+(?=[ ,!)\n])", ("Int", "String", "ID", "Float", "E", "A", "B", "In", "Time", "I", "U")),
    (r"(?<=[:\[] )?\b(Int|String|E)\b(?=[\]!])", ("ID", "E", "String")),
    (r"(?<=\n  )([abciq])(?=:)", (r"\1(z: Int)", r"\1(z: Int!)", r"\1(z: Int! = 1)", r"\1(z: E = X)", r"\1(z: [In!])")),
    (r"\(\w+: [^,)]*, ", ("(",)),
    (r"\(\w+: [^,)]*\)", ("", r"\g<0>")),
    (r" = [\w\"]+", ("", " = 1", ' = "b"', " = X", " = null")),
    (r"(?<=: Int)(?=[,)\n])", (" = 3", "! = 3")),
    (r"\n  [XYZ](?=\n)", ("", "\n  W\\g<0>")),
    (r"\b[ABC] \| ", ("",)),
    (r"(?<=union U = )", ("A | ", "B | ", "C | ")),
    (r" implements I\b", ("",)),
    (r"(?<=type [BC])(?= \{)", (" implements I",)),
    (r"(?<=input In)(?= \{)", (" @oneOf",)),
    (r" @oneOf", ("",)),
    (r" @deprecated\([^)]*\)", ("",)),
    (r"(?<=\n  [abcinok]: Int)(?=\n)", (" @deprecated",)),
    (r" repeatable", ("",)),
    (r"(?<= on )(FIELD|QUERY|OBJECT)( \| )?", ("FRAGMENT_SPREAD | ", "QUERY", "INLINE_FRAGMENT")),
    (r"(?<=directive @d)(?= )", ("(n: Int!)", "(e: E)", "(in: In)")),
    (r"type (Mutation|Subscription) \{[^}]*\}", ("",)),
    (r"\b(Query|Mutation)\b", ("Root",)),
    (r"directive @d.*", ("",)),
    (r"(?<=input In \{)", ("\n  p: Int", "\n  p: Int!", "\n  p: E! = X", "\n  p: In")),
    (r"interface I \{[^}]*\}", ("",)),
)
"""What is looked for in a schema, and what takes its place in one of the places where it stands."""

_ALSO: Final = (
    "type Subscription {\n  s: A\n  t: Int\n}",
    "scalar Money",
    "enum F {\n  V\n}",
    "directive @d(e: E, in: In) repeatable on FIELD | QUERY | INLINE_FRAGMENT | VARIABLE_DEFINITION",
)


def sound(text: str) -> GraphQLSchema | None:
    """The schema if graphql-core finds nothing wrong with it."""
    try:
        made = build_schema(text)
        return None if validate_schema(made) else made
    except (GraphQLError, TypeError):
        return None


@st.composite
def versions(draw: st.DrawFn, later: int = 6) -> tuple[str, ...]:
    """An old schema and several new ones, each one to three edits from the old; all of them sound."""
    old = _in_lines(draw(schemas()))
    chance = Random(f"{draw(st.integers(0, 2**32))} {old}")
    if chance.random() < 0.5:
        more = f"{old}\n\n{chance.choice(_ALSO)}\n"
        old = more if sound(more) else old
    return (old, *(_edited(old, chance) for _ in range(later)))


def _edited(text: str, chance: Random) -> str:
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        text = _edit(text, chance)
    return text


def _edit(text: str, chance: Random) -> str:
    """One edit that leaves a sound schema; the text itself where none was found in some tries."""
    for _ in range(12):
        wanted, instead = chance.choice(_EDITS)
        places = list(re.finditer(wanted, text))
        if places:
            place = chance.choice(places)
            edited = text[: place.start()] + place.expand(chance.choice(instead)) + text[place.end() :]
            made = sound(edited)
            if made is not None and all(map(made.get_possible_types, filter(is_abstract_type, made.type_map.values()))):
                return _rooted(edited)
    return text


def _rooted(text: str) -> str:
    """A schema whose roots are named where they have other names than usual."""
    if "type Root" not in text or "schema {" in text:
        return text
    kind = "mutation" if "type Query" in text else "query"
    roots = "\n".join(f"  {each.lower()}: {each}" for each in ("Query", "Mutation", "Subscription")
                      if f"type {each}" in text)  # fmt: skip
    return f"schema {{\n  {kind}: Root\n{roots}\n}}\n\n{text}"


def _in_lines(text: str) -> str:
    """One field, value or input field a line."""
    made = re.sub(r"(?<=\{) ", "\n  ", text)
    made = re.sub(r" (?=\w+(?:\([^)]*\))?: (?![^(\n]*\)))(?![^(\n{]*\))", "\n  ", made)
    made = re.sub(r"(?<=enum E \{\n  X)((?: [YZ])*) \}", lambda found: found[1].replace(" ", "\n  ") + "\n}", made)
    return made.replace(" }", "\n}")
