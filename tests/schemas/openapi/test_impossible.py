"""A new answer that can never come fits all that is expected, and is yet not called compatible."""

from typing import Any

import pytest

from tests.schemas.openapi.test_laws import compare, document

OLD: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "integer"}}}
TEXT = {"type": "string"}
HUMAN = {"$ref": "#/components/schemas/Node"}


def needing(member: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["b"], "properties": {**OLD["properties"], "b": member}, **more}


IMPOSSIBLE = [
    False,
    needing(False),
    needing({"enum": []}),
    needing({"type": "integer", "minimum": 5, "maximum": 1}),
    needing({"allOf": [TEXT, {"type": "integer"}]}),
    needing(TEXT, maxProperties=0),
    {**OLD, "required": ["b"], "additionalProperties": False},
    needing({"type": "array", "items": False, "minItems": 1}),
]


def told(new: Any, old: Any, *, request: bool = False) -> tuple[list[str], list[str]]:
    """The rules of what breaks, and what is said not to be covered."""
    there, before = (document(new, {}), document(old, {})) if request else (document({}, new), document({}, old))
    report = compare(there, before)
    return [one.rule for one in report.breaking], [one.message for one in report.not_covered]


@pytest.mark.parametrize("new", IMPOSSIBLE, ids=str)
def test_an_answer_that_can_never_come_is_not_covered(new: Any) -> None:
    said = "no value is valid for its new schema, since what that requires contradicts itself"
    assert told(new, OLD) == ([], [f"The body of the response 200 could not be judged: {said}"])


@pytest.mark.parametrize("new", IMPOSSIBLE, ids=str)
def test_a_request_that_nobody_can_send_breaks(new: Any) -> None:
    breaking, uncovered = told(new, OLD, request=True)
    assert breaking
    assert uncovered == []


@pytest.mark.parametrize(
    "new", [needing(HUMAN), needing({"anyOf": [False, TEXT]}), {**OLD, "properties": {"a": False}}, {"type": "object"}]
)
def test_an_answer_that_can_come_is_judged(new: Any) -> None:
    assert told(new, OLD)[1] == []


@pytest.mark.parametrize("old", IMPOSSIBLE, ids=str)
def test_what_never_could_come_is_no_news(old: Any) -> None:
    assert told(needing({"enum": []}), old)[1] == []
