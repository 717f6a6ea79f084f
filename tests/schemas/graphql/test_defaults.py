"""Default values in other words: servers write them as they have coerced them."""

import pytest

from troth_schemas.formats import find
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.options import DEFAULT
from troth_schemas.sources import one

SDL = "type Query {{ a(x: {}): Int }} input I {{ a: Int b: Int = 2 c: [E] i: I }} enum E {{ X Y }} scalar J"


def rules(old: str, new: str) -> list[str]:
    """What a comparison says of an argument that was declared in one way and is in another."""

    def loaded(argument: str) -> SchemaDocument:
        document = find("graphql").load(one("schema.graphql", SDL.format(argument).encode())).document
        assert isinstance(document, SchemaDocument)
        return document

    return [found.rule for found in find("graphql").compare(loaded(new), loaded(old), DEFAULT).findings]


SAME = [
    ("Float = 1", "Float = 1.0"),
    ("Float! = 1.5e3", "Float! = 1500.0"),
    ("ID = 1", 'ID = "1"'),
    ("[[Int!]!] = 1", "[[Int!]!] = [[1]]"),
    ("[Float] = [1, null]", "[Float] = [1.0, null]"),
    ("I = {a: 1}", "I = {b: 2, a: 1}"),
    ("[I] = {c: X}", "[I] = [{c: [X], b: 2}]"),
    ("I = {i: {}}", "I = {i: {b: 2}}"),
]
OTHER = [
    ("Float = 1", "Float = 1.01"),
    ("Int = 1", "Int = 2"),
    ('ID = "01"', "ID = 1"),
    ('String = "1"', 'String = "01"'),
    ("[[Int]] = [1]", "[[Int]] = [[1, 1]]"),
    ("[[Int]] = [[1]]", "[[Int]] = [[1], [1]]"),
    ("I = {a: 1}", "I = {a: 1, b: 3}"),
    ("I = {a: null}", "I = {}"),
    ("[E] = X", "[E] = [Y]"),
    ("J = {x: 1}", "J = {x: 1.0}"),
    ('J = "X"', "J = X"),
    ("[Int] = null", "[Int] = [null]"),
]


@pytest.mark.parametrize(("old", "new"), [*SAME, *((new, old) for old, new in SAME)])
def test_the_same_value_is_no_other_default(old: str, new: str) -> None:
    assert rules(old, new) == []


@pytest.mark.parametrize(("old", "new"), [*OTHER, *((new, old) for old, new in OTHER)])
def test_another_value_is_another_default(old: str, new: str) -> None:
    assert rules(old, new) == ["graphql/argument-default-changed"]
