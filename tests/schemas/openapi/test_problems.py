"""Every problem of a description, with its place."""

import pytest

from troth_schemas.errors import ContractUnreadable
from troth_schemas.openapi import load
from troth_schemas.sources import Sources

BROKEN = b"""openapi: 3.0.3
info: {title: Orders}
paths:
  /orders/{id}:
    get:
      operationId: one
      security: [{nobody: []}]
      parameters:
        - {name: other, in: path, required: true, schema: {type: string}}
      responses:
        '200': {$ref: '#/components/responses/Gone'}
        '2000': {description: fine}
  /orders/{key}:
    get:
      operationId: one
      tags: orders
      parameters:
        - {name: key, in: path, required: true, schema: {type: string, pattern: '('}}
      responses: {'200': {description: fine}}
"""


def problems(body: bytes) -> list[tuple[str, int | None, str]]:
    found = load(Sources("a.yaml", {"a.yaml": body})).problems
    return [(one.severity, one.line, one.sentence) for one in found]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (2, "'version' is missing"),
        (5, "has {id}, but no path parameter"),
        (5, "'other' is declared, but the path"),
        (7, "no security scheme 'nobody'"),
        (11, "#/components/responses/Gone"),
        (12, "'2000' is no status"),
        (14, "No request can tell GET /orders/{key} from GET /orders/{id}"),
        (15, "operationId 'one' is also that of"),
        (16, "'tags' must be an array"),
        (18, "is no regular expression"),
    ],
)
def test_a_problem_is_told_with_its_line(line: int, words: str) -> None:
    assert any(found == line and words in sentence for _, found, sentence in problems(BROKEN)), problems(BROKEN)


@pytest.mark.parametrize("name", ["$ref", r"\u0024ref", r"$r\u0065f"])
def test_a_reference_is_looked_at_however_its_name_is_written(name: str) -> None:
    body = f'''{{"openapi": "3.1.0", "info": {{"title": "x", "version": "1"}}, "components": {{"schemas": {{
        "A": {{"properties": {{"b": {{"$ref": "#/components/schemas/A"}}, "c": {{"{name}": "#/gone"}}}}}}}}}}}}'''
    assert [(line, sentence) for _, line, sentence in problems(body.encode())] == [
        (2, "The reference '#/gone' in a.yaml leads nowhere: there is nothing at that place.")
    ]


@pytest.mark.parametrize(("name", "pattern"), [("pattern", "("), (r"p\u0061ttern", "("), ("pattern", r"\n\"[")])
def test_a_pattern_is_looked_at_however_it_is_written(name: str, pattern: str) -> None:
    body = f'''{{"openapi": "3.1.0", "info": {{"title": "x", "version": "1"}}, "components": {{"schemas": {{
        "A": {{"type": "string", "pattern": "^a+$"}}, "B": {{"type": "string",
            "{name}": "{pattern}"}}}}}}}}'''
    assert [line for _, line, sentence in problems(body.encode()) if "no regular expression" in sentence] == [3]


def test_a_description_of_no_known_version_is_not_read() -> None:
    with pytest.raises(ContractUnreadable, match=r"version 4\.0"):
        load(Sources("a.json", {"a.json": b'{"openapi": "4.0"}'}))


def test_a_description_that_is_in_order_has_no_problem() -> None:
    assert problems(b'{"swagger": "2.0", "info": {"title": "x", "version": "1"}, "paths": {}}') == []
