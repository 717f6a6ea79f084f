"""Operations against schemas: by graphql-core's verdict, by running them, with what they use."""

from typing import Any

from graphql import GraphQLSchema, build_schema, execute_sync, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schemas.graphql.drawn import contract, schemas
from troth_schemas.contract import Contract
from troth_schemas.graphql.answers import samples
from troth_schemas.graphql.sampling import Sampler
from troth_schemas.options import Options
from troth_schemas.pairs import find, judge
from troth_schemas.report import Report
from troth_schemas.sources import Sources

SDL = """
type Query { order(id: ID!): Order orders(filter: Filter): [Order!]! found: [Found!] }
type Order implements Node { id: ID! total: Float status: Status }
interface Node { id: ID! }
union Found = Order
input Filter { status: Status text: String below: Filter }
enum Status { OPEN PAID }
"""


def asked(text: str, **more: str) -> Contract:
    files = {"a.graphql": text.encode(), **{f"{name}.graphql": body.encode() for name, body in more.items()}}
    return Contract("graphql-operations", Sources("a.graphql", files))


def uses(text: str, schema: str = SDL) -> frozenset[str]:
    pair = find("graphql-operations", "graphql")
    assert pair is not None
    assert pair.uses is not None
    return pair.uses(asked(text).loaded.document, contract(schema).loaded.document)


def judged(text: str, schema: str = SDL, **more: str) -> Report:
    return judge(asked(text, **more), contract(schema))


@st.composite
def selections(draw: st.DrawFn) -> str:
    """An operation over the names of the drawn schemas, often right and often wrong."""
    inner = draw(st.sampled_from(["", "", "{ a }", "{ __typename b }", "{ ... on A { a } }", "{ ...F }", "{ i c }"]))
    arguments = draw(st.sampled_from(["", "", "(x: 1)", "(x: $v)", "(y: X)", "(x: {k: 1})", '(x: "a", y: 2)']))
    name = draw(st.sampled_from(["a", "b", "q"]))
    variables = draw(st.sampled_from(["", "($v: Int)", "($v: In!)", "($v: Nope)"]))
    directive = draw(st.sampled_from(["", "", " @d", " @d(n: 1) @d(n: 2)", " @skip(if: true)"]))
    fragment = "fragment F on A { a }" if "...F" in inner else ""
    return f"query Q{variables} {{ {name}{arguments}{directive} {inner} }} {fragment}"


@settings(max_examples=80, deadline=None)
@given(schemas(), selections())
def test_an_operation_breaks_where_graphql_core_refuses_it(schema: str, operation: str) -> None:
    refused = bool(validate(build_schema(schema), parse(operation)))
    assert (judged(operation, schema).compatible is False) == refused


@settings(max_examples=60, deadline=None)
@given(schemas())
def test_what_is_compatible_runs_and_answers_in_the_shape_that_was_asked(text: str) -> None:
    """Every field of every type that can be reached is asked for, and answered with values of its type."""
    document, core = contract(text).loaded.document, build_schema(text)
    sampler = Sampler(document.schema)
    for owner in document.schema.types.values():
        for field in owner.fields.values():
            selection = sampler.field(field)
            operation = None if selection is None else sampler.operation(owner.name, selection)
            if operation is None:
                continue
            assert judged(operation, text).compatible is True
            answer = execute_sync(core, parse(operation), _Answering(document.schema, core), field_resolver=_resolve,
                                  type_resolver=lambda _value, info, kind: info.schema.get_possible_types(kind)[0].name,
                                  variable_values={})  # fmt: skip
            assert answer.errors is None, (operation, answer.errors)
            assert answer.data is not None


class _Answering:
    def __init__(self, model: Any, core: GraphQLSchema) -> None:
        self.model = model
        self.core = core


def _resolve(source: Any, info: Any, **_arguments: Any) -> Any:
    """A value of the field's type as our model has it, held against graphql-core's when it is written out."""
    model = source.model if isinstance(source, _Answering) else source["model"]
    value = list(samples(model, str(info.return_type)))[-1]
    return _filled(value, model)


def _filled(value: Any, model: Any) -> Any:
    if isinstance(value, list):
        return [_filled(one, model) for one in value]
    return {"model": model} if isinstance(value, dict) else value


def test_operations_of_one_document_are_told_apart() -> None:
    report = judged("query A { order(id: 1) { id } }\nquery B { order(id: 1) { nope } }")
    assert (report.scope, report.judged, report.compatible) == (("A (a.graphql)", "B (a.graphql)"), 2, False)
    assert [one.interaction for one in report.breaking] == ["B (a.graphql)"]
    assert report.breaking[0].witness is not None
    assert report.breaking[0].element == "Order.nope"


def test_a_fragment_that_many_operations_share_is_told_once_with_all_of_them() -> None:
    report = judged("query A { order(id: 1) { ...F } }\nquery B { orders { ...F } }", b="fragment F on Order { nope }")
    assert [one.where for one in report.breaking] == [("A (a.graphql)", "B (a.graphql)")]
    assert report.breaking[0].writer is not None
    assert report.breaking[0].writer.document == "b.graphql"


def test_uses_name_fields_arguments_types_values_and_what_variables_may_hold() -> None:
    assert uses("{ order(id: 1) { ...F } } fragment F on Order { id }") == {
        "Query", "Query.order", "Query.order(id)", "Order", "Order.id", "ID",
    }  # fmt: skip
    assert {"Filter.status", "Status.OPEN", "Filter"} <= uses("{ orders(filter: {status: OPEN}) { id } }")
    assert "Status.PAID" not in uses("{ orders(filter: {status: OPEN}) { id } }")
    assert {"Filter.below", "Status.PAID"} <= uses("query A($f: Filter) { orders(filter: $f) { id } }")
    assert {"Found.Order", "Node.Order"} <= uses("{ found { ... on Order { ... on Node { id } } } }")
    assert {"Found.Order", "Node.Order"} <= uses("{ found { ... on Node { id } } }")


def test_what_clients_keep_to_themselves_is_left_out_by_setting() -> None:
    operation = asked("query A($x: Int) { order(id: 1) { id open(x: $x) @client } }")
    assert judge(operation, contract(SDL)).compatible is True
    assert judge(operation, contract(SDL), Options(client_directives=())).compatible is False
    assert judged("{ order(id: 1) { mine @client } }").compatible is True


def test_fragments_nested_too_deeply_are_not_judged_and_not_passed() -> None:
    chain = "\n".join(f"fragment F{index} on Order {{ ...F{index + 1} }}" for index in range(2_000))
    report = judged(f"{{ order(id: 1) {{ ...F0 }} }}\n{chain}\nfragment F2000 on Order {{ id }}")
    assert report.compatible is None
    assert {one.rule for one in report.not_covered} == {"graphql-operations/too-large"}


def test_thousands_of_mistakes_end_in_bounded_time() -> None:
    report = judged("{ order(id: 1) { " + " ".join(f"n{index}" for index in range(5_000)) + " } }")
    assert report.compatible is False


def test_a_subgraph_answers_its_gateway() -> None:
    schema = 'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }'
    gateway = "query G($r: [_Any!]!) { _service { sdl } _entities(representations: $r) { ... on User { name } } }"
    assert judged(gateway, schema).compatible is True
    elsewhere = judged("{ me { id orders { id } } }", schema)
    assert (elsewhere.compatible, elsewhere.unjudged) == (None, ("anonymous query (a.graphql)",))


def test_names_that_were_meant_are_looked_for_among_so_many_only() -> None:
    schema = f"type Query {{ {' '.join(f'field{index}: Int' for index in range(1000))} }}"
    report = judged(f"{{ {' '.join(f'feld{index}' for index in range(300))} }}", schema)
    hinted = ["Did you mean" in one.message for one in report.breaking]
    assert len(hinted) == 300
    assert 0 < sum(hinted) < 300
