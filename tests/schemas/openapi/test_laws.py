"""What holds for any two descriptions, however they are written."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from troth_schemas.openapi import load
from troth_schemas.openapi.format import FORMAT
from troth_schemas.options import DEFAULT
from troth_schemas.report import Report
from troth_schemas.sources import Sources

schemas: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(
        [
            {"type": "string"},
            {"type": "integer", "minimum": 1},
            {"type": ["string", "null"]},
            {"enum": ["a", "b"]},
            {"$ref": "#/components/schemas/Node"},
        ]
    ),
    lambda inner: (
        st.builds(
            lambda properties, required: {
                "type": "object",
                "properties": properties,
                "required": required[: len(properties)],
            },
            st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            st.lists(st.sampled_from("abc"), max_size=2, unique=True),
        )
        | st.builds(lambda one: {"type": "array", "items": one}, inner)
    ),
    max_leaves=6,
)


def document(request: Any, response: Any) -> Any:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, "name": {"type": "string"}}}
    content = {"application/json": {"schema": response}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "paths": {
            "/orders": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": request}}},
                    "responses": {"200": {"description": "fine", "content": content}},
                }
            }
        },
        "components": {"schemas": {"Node": node}},
    }


documents = st.builds(document, schemas, schemas)


def api(value: Any) -> Any:
    return load(Sources("a.json", {"a.json": json.dumps(value).encode()})).document


def compare(new: Any, old: Any) -> Report:
    return FORMAT.compare(api(new), api(old), DEFAULT)


def turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(list(value))}
    return [turned(one) for one in value] if isinstance(value, list) else value


@given(documents)
@settings(max_examples=60, deadline=None)
def test_nothing_breaks_in_what_did_not_change(one: Any) -> None:
    report = compare(one, turned(one))
    assert [*report.findings, *report.not_covered] == []
    assert FORMAT.digest(api(one)) == FORMAT.digest(api(turned(one)))


@given(documents, documents)
@settings(max_examples=60, deadline=None)
def test_findings_do_not_depend_on_the_order_of_members(new: Any, old: Any) -> None:
    def told(report: Report) -> set[tuple[str, str]]:
        return {(one.rule, one.fingerprint) for one in (*report.findings, *report.not_covered)}

    assert told(compare(new, old)) == told(compare(turned(new), turned(old)))


@given(documents, documents)
@settings(max_examples=60, deadline=None)
def test_what_breaks_one_way_in_requests_is_safe_the_other_way(new: Any, old: Any) -> None:
    there = {one.rule for one in compare(new, old).breaking if "/request-" in one.rule}
    back = compare(old, new)
    for name in there:
        if name.endswith("-narrowed"):
            assert name.replace("-narrowed", "-widened") in {one.rule for one in back.findings} or back.breaking
