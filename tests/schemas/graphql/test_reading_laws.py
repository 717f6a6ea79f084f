"""Our reading of SDL against graphql-core's, on schemas that are drawn at random and on spoilt ones."""

import json

from graphql import build_schema, introspection_from_schema, parse, print_ast, validate_schema
from graphql.validation.validate import validate_sdl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schemas.graphql.drawn import document, schemas
from troth_schemas import formats
from troth_schemas.errors import ContractUnreadable
from troth_schemas.graphql.canonical import canonical
from troth_schemas.graphql.schema_document import load
from troth_schemas.sources import one

_SPOILS = (
    ("Int", "Unknown"), ("type A", "type Query"), ("X", "X X"), (": ", ": In!] "), ("A", "I"), ("enum E", "input E"),
    ("}", ""), ("(x", "(y: Int!, x"), ("scalar Time", "union Empty"), ("E!", "A!"), ("!", "!!"), ("= 1", '= "a"'),
    ("type Query", "type Other"), ("interface I {", "interface I { more: Int"), ("a", "__a"),
    ("@deprecated", "@unknown"),
    ("input In {", "input In { self: In! "), ("enum E {", "extend enum Other { V } enum E {"), ("Time", "Time @skip"),
    (" on ", " on NOPE | "), ("scalar Time", "scalar Time @specifiedBy"), ("interface I", "interface I implements I"),
    ("reason", "why"), ("k: Int", "k: Int k: Int"), ("union U = ", "union U = Time | "),
)  # fmt: skip


def core_accepts(text: str) -> bool:
    try:
        tree = parse(text)
        if validate_sdl(tree):
            return False
        return not validate_schema(build_schema(text, assume_valid_sdl=True))
    except Exception:  # noqa: BLE001  # whatever it says no with
        return False


@settings(max_examples=60, deadline=None)
@given(schemas())
def test_sdl_says_what_graphql_core_reads_in_it(text: str) -> None:
    """Applied directives are no part of an introspection result but for deprecation, which is one."""
    introspected = {"__schema": introspection_from_schema(build_schema(text), input_value_deprecation=True)["__schema"]}
    loaded = load(one("schema.json", json.dumps(introspected).encode()))
    assert loaded.problems == ()
    assert canonical(document(text).schema) == canonical(loaded.document.schema)


@settings(max_examples=40, deadline=None)
@given(schemas(), st.randoms(use_true_random=False))
def test_order_comments_descriptions_and_formatting_do_not_matter(text: str, chance) -> None:  # type: ignore[no-untyped-def]  # hypothesis's Random
    printed = [print_ast(definition) for definition in parse(text).definitions]
    chance.shuffle(printed)
    lines = "\n# a comment\n".join('"""Described."""\n' + one for one in printed).replace(" {", "{,\n,").splitlines()
    again = document("\ufeff" + "\r\n".join(lines))
    assert formats.find("graphql").digest(again) == formats.find("graphql").digest(document(text))


@settings(max_examples=60, deadline=None)
@given(schemas(), st.sampled_from(_SPOILS), st.integers(0, 3))
def test_a_spoilt_schema_has_problems_where_graphql_core_refuses_it(text: str, spoil: tuple[str, str], at: int) -> None:
    wrong, right = spoil
    pieces = text.split(wrong)
    at = min(at, len(pieces) - 2)
    spoilt = text if at < 0 else wrong.join(pieces[: at + 1]) + right + wrong.join(pieces[at + 1 :])
    try:
        loaded = load(one("schema.graphql", spoilt.encode()))
    except ContractUnreadable:
        usable = False
    else:
        usable = loaded.usable
    assert usable == core_accepts(spoilt), spoilt
