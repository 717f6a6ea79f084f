"""What a new schema breaks, held against graphql-core's own finder of changes and against its validation."""

from collections import Counter

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate
from graphql.utilities import find_schema_changes
from hypothesis import given, settings

from tests.schemas.graphql.drawn import contract, schemas
from troth_schemas.contract import compare
from troth_schemas.finding import Finding
from troth_schemas.graphql.answers import refusal
from troth_schemas.json_body import Json

_NOT_OURS = {"DESCRIPTION_CHANGED"}
_BUILT_IN = ("Int", "String", "ID", "Float", "Boolean")


def _told_by_core(old: str, new: str) -> Counter[str]:
    found = find_schema_changes(build_schema(old), build_schema(new))
    return Counter(
        one.type.name
        for one in found
        if one.type.name not in _NOT_OURS
        # It tells of standard scalars that nothing uses any more, which nobody could name.
        and "tandard scalar" not in one.description
        and not (one.type.name == "TYPE_ADDED" and one.description.split()[0] in _BUILT_IN)
    )


def _told_by_us(findings: tuple[Finding, ...]) -> Counter[str]:
    """Each finding under graphql-core's name: the first of its aliases."""
    return Counter(one.aliases[0] for one in findings if one.aliases and one.aliases[0] not in _OUR_OWN)


_OUR_OWN = {
    "SCHEMA_QUERY_TYPE_CHANGED", "FIELD_DEPRECATION_ADDED", "FIELD_DEPRECATION_REMOVED", "DESCRIPTION_CHANGED",
    "FIELD_DEPRECATION_REASON_CHANGED",
}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(schemas(), schemas())
def test_every_change_that_graphql_core_finds_is_found_under_its_name(old: str, new: str) -> None:
    """It tells one fact of an argument where there are two: a default value that changed and a type that widened."""
    ours, cores = _told_by_us(compare(contract(new), contract(old)).findings), _told_by_core(old, new)
    assert not cores - ours
    assert set(ours - cores) <= {"ARG_CHANGED_KIND_SAFE", "FIELD_CHANGED_KIND_SAFE"}


@settings(max_examples=60, deadline=None)
@given(schemas(), schemas())
def test_what_breaks_is_proved_by_an_operation_or_an_answer(old: str, new: str) -> None:
    """The schemas that the witnesses are held against are graphql-core's own."""
    before, after = build_schema(old), build_schema(new)
    breaking = compare(contract(new), contract(old)).breaking
    for one in breaking:
        if one.witness is None:
            hard = one.rule in _HARD_TO_PROVE or (one.rule == "graphql/field-type-changed" and len(breaking) > 1)
            assert hard, f"{one.rule}: {one.message}"
        elif one.witness.kind == "operation":
            assert _valid(before, one.witness.value), one.message
            assert not _valid(after, one.witness.value), one.message
        else:
            _assert_answer(one, old, new, before)


_HARD_TO_PROVE = {"graphql/type-kind-changed", "graphql/one-of-added"}
"""A change of kind that leaves every operation valid, and a @oneOf for an input that nobody can give.

Besides, an answer with another type proves nothing where the way to it is broken as well.
"""


def _assert_answer(one: Finding, old: str, new: str, before: GraphQLSchema) -> None:
    assert one.witness is not None
    shown = one.witness.value
    assert isinstance(shown, dict)
    assert _valid(before, shown["operation"])
    name, field = (one.element or "").split(".")
    value = _deepest(shown["data"], field)
    old_schema, new_schema = (contract(text).loaded.document.schema for text in (old, new))
    assert refusal(old_schema, old_schema.types[name].fields[field].type, value) is not None
    assert refusal(new_schema, new_schema.types[name].fields[field].type, value) is None


def _deepest(data: Json, field: str) -> Json:
    """The value of the last member on the only way down."""
    found: Json = None
    while True:
        if isinstance(data, list) and len(data) == 1:
            data = data[0]
        elif isinstance(data, dict) and len(data) == 1:
            name, data = next(iter(data.items()))
            if name == field:
                found = data
        else:
            return found


def _valid(schema: GraphQLSchema, text: Json) -> bool:
    assert isinstance(text, str)
    return not validate(schema, parse(text))


@settings(max_examples=30, deadline=None)
@given(schemas())
def test_a_schema_goes_with_itself(text: str) -> None:
    report = compare(contract(text + "\n# again\n"), contract(text))
    assert (report.findings, report.not_covered, report.compatible) == ((), (), True)


@settings(max_examples=25, deadline=None)
@given(schemas(), schemas())
def test_findings_do_not_depend_on_the_order_of_definitions(old: str, new: str) -> None:
    turned = "\n\n".join(reversed(new.strip().split("\n\n")))
    assert _identities(new, old) == _identities(turned, old)


def _identities(new: str, old: str) -> set[tuple[str, str, str]]:
    return {(one.fingerprint, one.severity, one.message) for one in compare(contract(new), contract(old)).findings}


@pytest.mark.parametrize("count", [3000])
def test_what_breaks_in_thousands_of_types_is_found_in_seconds(count: int) -> None:
    fields = " ".join(f"t{index}: T{index}" for index in range(count))
    types = "\n".join(f"type T{index} {{ id: ID! name: String }}" for index in range(count))
    old = f"type Query {{ {fields} }}\n{types}"
    new = old.replace("name: String", "title: String")
    report = compare(contract(new), contract(old))
    assert len(report.breaking) == count
    assert sum(one.witness is not None for one in report.breaking) == 1000  # as many as are proved


def test_operations_that_would_be_huge_prove_no_more_than_a_bounded_amount_of_text_allows() -> None:
    old = f"type Query {{ a({' '.join(f'x{index}: Int!' for index in range(1000))}): Int }}"
    report = compare(contract("type Query { a: Int }"), contract(old))
    assert len(report.breaking) == 1000
    proved = [one.witness for one in report.breaking if one.witness is not None]
    assert 0 < len(proved) < 100
