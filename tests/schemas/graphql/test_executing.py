"""What is said of schemas, operations and pacts, held against operations that are really executed."""

import json
from random import Random
from typing import Any, Final

from graphql import GraphQLSchema, NonNullTypeNode, OperationDefinitionNode, parse, type_from_ast
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schemas.graphql.asked import Asked, drawn, drawn_value
from tests.schemas.graphql.drawn import contract
from tests.schemas.graphql.edited import sound, versions
from tests.schemas.graphql.executed import Client, run
from tests.schemas.graphql.replayed import can_answer, spoilt
from troth_schemas.contract import Contract, compare
from troth_schemas.finding import Finding
from troth_schemas.pairs import find, judge
from troth_schemas.report import Report
from troth_schemas.sources import one

_OPENING: Final = {"graphql/enum-value-added", "graphql/union-member-added", "graphql/interface-added"}
"""Risks that only those clients can bear who have a way out for what they do not know."""
_TRIES: Final = 5
"""Operations that are drawn for each schema, and answers or variables that are spoilt for each operation."""

_seeds = st.integers(0, 2**32)


def _core(text: str) -> GraphQLSchema:
    made = sound(text)
    assert made is not None
    return made


def _asks(schema: GraphQLSchema, chance: Random) -> list[Asked]:
    """Some operations that run without an error."""
    found = [drawn(schema, chance) for _ in range(_TRIES)]
    return [asked for asked in found if run(schema, asked, chance).errors is None]


def _touched(report: Report, asked: Asked, old: str) -> bool:
    """Whether a finding that is not safe names what the operation relies on, or nothing in particular."""
    pair = find("graphql-operations", "graphql")
    assert pair is not None
    assert pair.uses is not None
    operations = Contract("graphql-operations", one("a.graphql", asked.text.encode()))
    uses = pair.uses(operations.loaded.document, contract(old).loaded.document)
    unsafe = (one for one in report.findings if one.severity != "safe" and one.rule not in _OPENING)
    return any(one.element is None or one.element in uses for one in unsafe)


@settings(max_examples=30, deadline=None)
@given(versions(), _seeds)
def test_operations_that_no_finding_touches_run_on_the_new_schema_and_old_clients_read_the_answers(
    texts: tuple[str, ...], seed: int
) -> None:
    """This holds what is called compatible, and which breaking changes concern none of the known consumers."""
    (old, *later), chance = texts, Random(f"{seed} {texts}")
    before = _core(old)
    every = _asks(before, chance)
    for new in later:
        after, report = _core(new), compare(contract(new), contract(old))
        is_open = any(one.rule in _OPENING for one in report.findings)
        for asked in every:
            if not _touched(report, asked, old):
                answer = run(after, asked, chance)
                assert answer.errors is None, (answer.errors, asked, report.findings)
                misread = Client(before, asked, is_open=is_open).misread(answer.data)
                assert misread is None, (misread, answer, asked, report.findings)


@settings(max_examples=30, deadline=None)
@given(versions(), _seeds)
def test_a_witness_of_what_breaks_really_fails(texts: tuple[str, ...], seed: int) -> None:
    (old, *later), chance = texts, Random(f"{seed} {texts}")
    before = _core(old)
    for new in later:
        after = _core(new)
        for found in compare(contract(new), contract(old)).findings:
            if found.witness is not None and found.witness.kind == "operation":
                asked = _sent(before, str(found.witness.value), chance)
                assert run(before, asked, chance).errors is None, found
                refused = run(after, asked, chance)
                assert refused.data is None, found
                assert refused.errors, found
            elif found.witness is not None:
                _assert_answer(before, after, found)


def _sent(schema: GraphQLSchema, text: str, chance: Random) -> Asked:
    """An operation with values for the variables that it declares."""
    variables: dict[str, Any] = {}
    for node in parse(text).definitions:
        for declared in (node.variable_definitions or ()) if isinstance(node, OperationDefinitionNode) else ():
            assert isinstance(declared.type, NonNullTypeNode) or declared.default_value is None
            variables[declared.variable.name.value] = drawn_value(schema, type_from_ast(schema, declared.type), chance)
    return Asked(text, variables)


def _assert_answer(before: GraphQLSchema, after: GraphQLSchema, found: Finding) -> None:
    """The new schema gives the answer out, and a client made for the old one cannot take it."""
    assert found.witness is not None
    shown = found.witness.value
    assert isinstance(shown, dict)
    asked = Asked(str(shown["operation"]), {})
    assert can_answer(after, asked, shown["data"]), found
    assert not can_answer(before, asked, shown["data"]), found


def _judged(text: str, asked: Asked, answer: Any) -> Report:
    request = {"method": "POST", "path": "/graphql", "headers": {"Content-Type": "application/json"},
               "body": {"query": asked.text, "variables": asked.variables}}  # fmt: skip
    expected = {"description": "it", "request": request, "response": {"status": 200, "body": {"data": answer}}}
    whole = {"consumer": {"name": "Shop"}, "provider": {"name": "Orders"}, "interactions": [expected],
             "metadata": {"pactSpecification": {"version": "3.0.0"}}}  # fmt: skip
    return judge(Contract("pact", one("pact.json", json.dumps(whole).encode())), contract(text))


@settings(max_examples=30, deadline=None)
@given(versions(later=0), _seeds)
def test_a_pact_expects_what_a_provider_could_answer_or_breaks(texts: tuple[str], seed: int) -> None:
    (text,), chance = texts, Random(f"{seed} {texts}")
    schema = _core(text)
    for asked in _asks(schema, chance):
        answer = run(schema, asked, chance).data
        assert _judged(text, asked, answer).compatible is True, (asked, answer)
        for expected in (spoilt(answer, chance) for _ in range(_TRIES)):
            if isinstance(expected, dict):
                report = _judged(text, asked, expected)
                assert (report.compatible is True) == can_answer(schema, asked, expected), (asked, expected, report)


@settings(max_examples=30, deadline=None)
@given(versions(later=0), _seeds)
def test_variables_of_a_pact_are_taken_where_the_operation_runs_with_them(texts: tuple[str], seed: int) -> None:
    """Null may pass at run time where what takes it is skipped: such pacts are asked to say what they mean."""
    (text,), chance = texts, Random(f"{seed} {texts}")
    schema = _core(text)
    for asked in _asks(schema, chance):
        for variables in (spoilt(asked.variables, chance) for _ in range(_TRIES) if asked.variables):
            if isinstance(variables, dict):
                sent = asked._replace(variables=variables)
                report, runs = _judged(text, sent, {}), run(schema, sent, chance).errors is None
                skipped = runs and ("@skip" in asked.text or "@include" in asked.text)
                assert (report.compatible is True) == runs or skipped, (sent, report)
