"""Operations in one spelling: the same digest for what asks the same, another one for what asks something else."""

import pytest

from troth_schemas.contract import Contract
from troth_schemas.sources import Sources, one


def digest(*texts: str) -> str:
    files = {f"{number}.graphql": text.encode() for number, text in enumerate(texts)}
    return Contract("graphql-operations", Sources("0.graphql", files)).digest


PERSON = "fragment Person on User { name id }"
WHOLE = f"query Q {{ me {{ ...Person ... on User @include(if: true) {{ email }} ... {{ phone }} }} }} {PERSON}"
ALIKE = {
    "formatting and comments": ("query Q { a }", "# why\nquery Q\n{\n  a,\n}\n"),
    "the order of selections, and one that is made twice": ("{ a b c }", "{ c b a b }"),
    "the order of arguments": ("{ a(x: 1, y: 2) }", "{ a(y: 2, x: 1) }"),
    "the order of variables": ("query Q($x: Int, $y: [ID!]! = []) { a }", "query Q($y: [ID!]! = [], $x: Int) { a }"),
    "how a text is written": ('{ a(x: "é\\n") }', '{ a(x: "\\u00e9\\u000A") }'),
    "a block of text": ('{ a(x: "one\\ntwo") }', '{ a(x: """\n  one\n  two\n""") }'),
    "the order of an object's members": ('{ a(x: {b: "1", c: [2]}) }', '{ a(x: {c: [2], b: "1"}) }'),
    "where fragments stand": (WHOLE, f"{PERSON} {WHOLE.removesuffix(PERSON)}"),
    "the order inside fragments": (WHOLE, WHOLE.replace("name id", "id name")),
}
UNLIKE = {
    "a selection": ("{ a }", "{ a b }"),
    "an alias": ("{ a }", "{ b: a }"),
    "the operation's name": ("query A { a }", "query B { a }"),
    "the kind of operation": ("query A { a }", "mutation A { a }"),
    "a variable's type": ("query A($x: Int) { a }", "query A($x: Int!) { a }"),
    "a variable's default": ("query A($x: Int = 1) { a }", "query A($x: Int = 2) { a }"),
    "the order of a list": ("{ a(x: [1, 2]) }", "{ a(x: [2, 1]) }"),
    "a text where a name was": ('{ a(x: "B") }', "{ a(x: B) }"),
    "a condition": ("query A($x: Boolean!) { a @skip(if: $x) }", "query A($x: Boolean!) { a @include(if: $x) }"),
    "a condition on a fragment": (WHOLE, WHOLE.replace("...Person", "...Person @skip(if: true)")),
    "the type of a fragment": (WHOLE, WHOLE.replace("... on User", "... on Admin")),
    "what a fragment selects": (WHOLE, WHOLE.replace("name id", "name")),
}


@pytest.mark.parametrize("name", ALIKE)
def test_what_does_not_matter_does_not_change_the_digest(name: str) -> None:
    first, second = ALIKE[name]
    assert digest(first) == digest(second)


@pytest.mark.parametrize("name", UNLIKE)
def test_what_is_asked_for_changes_the_digest(name: str) -> None:
    first, second = UNLIKE[name]
    assert digest(first) != digest(second)


def test_it_does_not_matter_how_operations_are_spread_over_documents() -> None:
    assert digest("query A { a }", "query B { b }") == digest("query B { b } query A { a }")
    assert (
        digest("query A { a }", "query B { b }")
        == Contract("graphql-operations", one("persisted.json", b'{"1": "query B { b }", "2": "query A { a }"}')).digest
    )
