"""Fields under ``@skip`` and ``@include``: demanded where the variables ask for them, and nowhere else."""

import json
from typing import Any

import pytest
from graphql import build_schema, execute_sync, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifiers.graphql.making import SDL, answering, cause, document, expectations, replayed, told
from tests.verifiers.providing import Provider
from troth_schemas.finding import Place
from troth_schemas.formats import find
from troth_schemas.graphql.operations import unit_of
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.sources import one
from troth_verifiers import Outcome, Target, verify
from troth_verifiers.graphql.conforming import shape_differences
from troth_verifiers.graphql.selecting import Selection, selected

ASKED = [
    ("{ order { id total @include(if: true) } }", {}),
    ("{ order { id total @skip(if: false) } }", {}),
    ("{ order { id total @skip(if: false) @include(if: true) } }", {}),
    ("query Q($with: Boolean!) { order { id total @include(if: $with) } }", {"with": True}),
    ("query Q($with: Boolean! = true) { order { id total @include(if: $with) } }", {}),
    ("query Q($with: Boolean! = false) { order { id total @include(if: $with) } }", {"with": True}),
    ("query Q($without: Boolean! = false) { order { id total @skip(if: $without) } }", {}),
    ("{ order { id ... @include(if: true) { total } } }", {}),
    ("{ order { id ...Paid @include(if: true) } } fragment Paid on Order { ... on Order { total } }", {}),
    ("{ order { id total @skip(if: true) total } }", {}),
    ("{ order { id total @skip(if: true) } order { total @include(if: true) } }", {}),
    ("{ order { id ...Paid @skip(if: true) ...Paid } } fragment Paid on Order { total }", {}),
    ("{ order { id total: total @include(if: true) } }", {}),
]
NOT_ASKED = [
    ("{ order { id total @include(if: false) } }", {}),
    ("{ order { id total @skip(if: true) } }", {}),
    ("{ order { id total @skip(if: true) @include(if: true) } }", {}),
    ("{ order { id total @skip(if: false) @include(if: false) } }", {}),
    ("query Q($with: Boolean!) { order { id total @include(if: $with) } }", {"with": False}),
    ("query Q($with: Boolean! = false) { order { id total @include(if: $with) } }", {}),
    ("query Q($with: Boolean! = true) { order { id total @include(if: $with) } }", {"with": False}),
    ("{ order { id ... @include(if: false) { total } } }", {}),
    ("{ order { id ... @skip(if: true) { ... @include(if: true) { total } } } }", {}),
    ("{ order { id ...Paid @skip(if: true) } } fragment Paid on Order { total }", {}),
    ("{ order { id ...Paid } } fragment Paid on Order { total @include(if: false) }", {}),
    ("{ order { id } order @include(if: false) { total } }", {}),
]
PARTIAL = {"data": {"order": {"id": "7"}}}
FILES = {"schema.graphql": SDL.encode()}


def asking(text: str, variables: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An interaction."""
    return {"operation": text, "variables": variables, **more}


@pytest.mark.parametrize(("text", "variables"), ASKED)
def test_a_field_that_is_asked_for_is_missed(provider: Provider, text: str, variables: dict[str, Any]) -> None:
    answering(provider, PARTIAL)
    first, _ = replayed(expectations(asking(text, variables), files=FILES), provider.url)
    assert told(first) == {("data", "$.data.order")}
    assert first.mismatches[0].text == "Missing: total, which the operation selects."


@pytest.mark.parametrize(("text", "variables"), NOT_ASKED)
def test_a_field_that_is_left_out_is_not_missed(provider: Provider, text: str, variables: dict[str, Any]) -> None:
    answering(provider, PARTIAL)
    first, _ = replayed(expectations(asking(text, variables), files=FILES), provider.url)
    assert first.outcome is Outcome.PASSED, first.mismatches


def test_the_variables_beside_a_document_decide(provider: Provider) -> None:
    answering(provider, PARTIAL)
    text = "query Q($with: Boolean! = true) { order { id total @include(if: $with) } }"
    beside = {"schema__graphql": SDL, "web__variables__json": json.dumps({"Q": [{}, {"with": False}, {"with": True}]})}
    found = replayed(document(text, **beside), provider.url)[:3]
    assert [one.outcome for one in found] == [Outcome.FAILED, Outcome.PASSED, Outcome.FAILED]


def test_what_the_operation_leaves_out_cannot_be_expected(provider: Provider) -> None:
    text = "query Q($with: Boolean = true) { order { id total @include(if: $with) } }"
    wanted = {"order": {"id": "7", "total": 9.5}}
    answering(provider, {"data": wanted})
    strange, fine = replayed(
        expectations(asking(text, {"with": False}, data=wanted), asking(text, {}, data=wanted)), provider.url
    )
    assert "$.data.order.total is expected, and the operation does not select it" in cause(strange)[1]
    assert fine.outcome is Outcome.PASSED, fine.mismatches


@pytest.mark.parametrize(
    ("text", "variables", "said"),
    [
        ("query Q($a: Boolean) { order { id total @include(if: $a) } }", {}, "@include(if: $a): $a is null"),
        ("query Q($a: Boolean = true) { order { id total @skip(if: $a) } }", {"a": None}, "@skip(if: $a): $a is null"),
        ("query Q($a: Boolean!) { order { id ...P @include(if: $a) } } fragment P on Order { total }", {"a": "yes"},
         "@include(if: $a): $a is 'yes'"),
        ("{ order { id total @include(if: $a) } }", {"a": True}, "does not declare $a"),
        ('{ order { id total @skip(if: "no") } }', {}, '@skip(if: "no"): only true or false does'),
        ("query Q($a: Boolean!) { order { id total @skip(if: $a) } }", {"a": "${flag}"}, "$a is '${flag}'"),
    ],
)  # fmt: skip
def test_where_nothing_decides_nothing_is_said(
    provider: Provider, text: str, variables: dict[str, Any], said: str
) -> None:
    answering(provider, {"data": {"order": {"id": "7", "total": 9.5}}})
    (result,) = replayed(expectations(asking(text, variables, data={})), provider.url)
    kind, why = cause(result)
    assert kind == "contract-unreadable"
    assert said in why
    assert not provider.asked


def test_a_server_may_be_expected_to_refuse_what_nothing_decides(provider: Provider) -> None:
    answering(provider, {"errors": [{"message": "Expected true or false"}]})
    text = "query Q($a: Boolean!) { order { id total @include(if: $a) } }"
    one = asking(text, {"a": "yes"}, errors=[{"message": "Expected true or false"}])
    (result,) = replayed(expectations(one), provider.url)
    assert result.outcome is Outcome.PASSED, result


@pytest.mark.parametrize(("flag", "outcome"), [(True, Outcome.FAILED), (False, Outcome.PASSED), ("?", Outcome.ERRORED)])
def test_a_value_of_a_provider_state_decides(provider: Provider, flag: Any, outcome: Outcome) -> None:
    answering(provider, PARTIAL)
    text = "query Q($with: Boolean!) { order { id total @include(if: $with) } }"
    contract = expectations(asking(text, {"with": "${flag}"}, states=["flagged"]), files=FILES)
    report = verify(contract, Target(provider.url), states={"flagged": lambda: {"flag": flag}})
    assert report.contracts[0].results[0].outcome is outcome, report.to_text()


def test_a_fragment_within_itself_ends(provider: Provider) -> None:
    answering(provider, PARTIAL)
    text = "{ order { ...F } } fragment F on Order { id ... on Order { ...F } }"
    (result,) = replayed(expectations(asking(text, {}, data={"order": {"id": "7"}})), provider.url)
    assert result.outcome is Outcome.PASSED, result


UNTOLD = "{ found { ... on Order { id total } ... on Buyer { id name @include(if: true) } } }"


@pytest.mark.parametrize(
    ("one", "text"),
    [
        ({"id": "1", "total": 1.5}, None),
        ({"id": "1", "name": None}, None),
        ({"id": "1"}, "Missing: name, which the operation selects on Buyer."),
        ({"name": "n"}, "Missing: id, which the operation selects on Buyer."),
        ({"id": "1", "total": "1.5"}, "'1.5' is not Float."),
        ({"id": "1", "total": "1.5", "name": "n"}, None),
        ({"id": "1", "name": 1}, "1 is not String."),
    ],
    ids=["the one", "the other", "neither", "less", "of a wrong type", "both, one of them wrong", "wrong"],
)
def test_an_object_that_does_not_tell_its_type_is_of_one_of_them(
    provider: Provider, one: dict[str, Any], text: str | None
) -> None:
    answering(provider, {"data": {"found": [one]}})
    first, _ = replayed(expectations(asking(UNTOLD, {}), files=FILES), provider.url)
    assert [each.text for each in first.mismatches] == ([text] if text else [])


def test_what_only_one_type_has_tells_the_type(provider: Provider) -> None:
    answering(provider, {"data": {"found": [{"total": "1.5"}, {}, {"total": 1.5}]}})
    first, _ = replayed(expectations(asking("{ found { ... on Order { total } } }", {}), files=FILES), provider.url)
    assert [(each.place, each.text) for each in first.mismatches] == [("$.data.found[0].total", "'1.5' is not Float.")]


def test_an_object_has_one_type(provider: Provider) -> None:
    answering(provider, {"data": {"found": [{"a": "Order", "b": "Buyer"}, {"a": "Buyer", "b": "Buyer"}]}})
    text = "{ found { a: __typename ... { b: __typename } } }"
    first, _ = replayed(expectations(asking(text, {}), files=FILES), provider.url)
    assert [each.text for each in first.mismatches] == ["b is 'Buyer', and the object is of Order."]


LAW = """
type Query { order: Order! found: [Found!]! node: Node }
interface Node { id: ID! twin: Node }
type Order implements Node { id: ID! twin: Node total: Float! }
type Buyer implements Node { id: ID! twin: Node name: String }
union Found = Order | Buyer
"""
_ORDER = {"__typename": "Order", "id": "1", "total": 1.5}
_BUYER = {"__typename": "Buyer", "id": "2", "name": None}
_ROOT: dict[str, Any] = {
    "order": {**_ORDER, "twin": {**_BUYER, "twin": _ORDER}},
    "found": [{**_BUYER, "twin": _BUYER}, {**_ORDER, "twin": _BUYER}],
    "node": {**_BUYER, "twin": {**_ORDER, "twin": _BUYER}},
}
_CONDITIONS = st.sampled_from(
    [
        "",
        "",
        "",
        *(f"@{name}(if: {value})" for name in ("skip", "include") for value in ("true", "false", "$a", "$b", "$c")),
    ]
)
_BELOW = {"order": "Order", "node": "Node", "found": "Found", "twin": "Node"}
_FIELDS = {
    "Query": ("order", "node", "found"),
    "Node": ("id", "twin"),
    "Order": ("id", "twin", "total"),
    "Buyer": ("id", "twin", "name"),
    "Found": (),
}


def selections(draw: st.DrawFn, owner: str, depth: int, fragments: int) -> str:
    """A selection set on a type, with aliases, conditions, and fragments of both kinds."""
    parts = ["__typename"]
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["field", "field", "inline", "spread"]))
        condition = draw(_CONDITIONS)
        if kind == "spread" and fragments and owner != "Query":
            parts.append(f"...F{draw(st.integers(0, fragments - 1))} {condition}")
        elif kind == "inline" and depth:
            on = owner if owner == "Query" else draw(st.sampled_from(["Node", "Order", "Buyer"]))
            parts.append(f"... on {on} {condition} {selections(draw, on, depth - 1, fragments)}")
        elif kind == "field" and _FIELDS[owner]:
            name = draw(st.sampled_from(_FIELDS[owner]))
            alias = draw(st.sampled_from(["", f"my_{name}: "]))
            if name not in _BELOW:
                parts.append(f"{alias}{name} {condition}")
            elif depth:
                parts.append(f"{alias}{name} {condition} {selections(draw, _BELOW[name], depth - 1, fragments)}")
    return f"{{ {' '.join(parts)} }}"


@st.composite
def operations(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """An operation whose fields come and go with its variables, and values of those."""
    named = [
        f"fragment F{number} on {on} {selections(draw, on, 2, number)}"
        for number, on in enumerate(("Node", "Order", "Buyer"))
    ]
    text = "query ($a: Boolean! = true, $b: Boolean! = false, $c: Boolean!) " + selections(draw, "Query", 4, 3)
    given_ = draw(st.fixed_dictionaries({"c": st.booleans()}, optional={"a": st.booleans(), "b": st.booleans()}))
    return "\n".join((text, *named)), given_


def cut(value: Any) -> Any:
    """Every copy of a JSON value that lacks one member."""
    if isinstance(value, dict):
        for key in value:
            if key != "__typename":
                yield {name: one for name, one in value.items() if name != key}
            yield from ({**value, key: less} for less in cut(value[key]))
    elif isinstance(value, list):
        for index, one_ in enumerate(value):
            yield from ([*value[:index], less, *value[index + 1 :]] for less in cut(one_))


_SERVER = build_schema(LAW)
_DOCUMENT = find("graphql").load(one("schema.graphql", LAW.encode())).document


@settings(max_examples=150)
@given(operations())
def test_what_graphql_core_answers_conforms_and_without_any_member_does_not(asked: tuple[str, dict[str, Any]]) -> None:
    text, variables = asked
    result = execute_sync(_SERVER, parse(text), _ROOT, variable_values=variables)
    assert result.errors is None, result.errors
    assert isinstance(_DOCUMENT, SchemaDocument)
    selection = Selection(unit_of("asked", text, Place("", None)).operations[0], variables)

    def wrong(data: Any) -> list[str]:
        assert isinstance(_DOCUMENT, SchemaDocument)
        return [each.text for each in shape_differences(_DOCUMENT.schema, "query", selection, data)]

    data = json.loads(json.dumps(result.data))
    assert selected(selection, selection.root, {**data, "unasked": 1}) == data
    assert wrong(data) == []
    for less in cut(data):
        assert wrong(less) != [], less
