"""Reading schemas and operations: every problem with its place, several documents, and hostile ones in bounded time."""

import json

import pytest

from troth_schemas import formats
from troth_schemas.errors import ContractUnreadable
from troth_schemas.formats import Loaded
from troth_schemas.sources import Sources, one


def sdl(text: str, **more: str) -> Loaded:
    files = {"schema.graphql": text.encode(), **{f"{name}.graphql": body.encode() for name, body in more.items()}}
    return formats.find("graphql").load(Sources("schema.graphql", files))


def operations(text: str, name: str = "ops.graphql", **more: str) -> Loaded:
    files = {name: text.encode(), **{f"{key}.graphql": body.encode() for key, body in more.items()}}
    return formats.find("graphql-operations").load(Sources(name, files))


def told(loaded: Loaded) -> list[tuple[str, int | None, str]]:
    return [(problem.document, problem.line, problem.sentence) for problem in loaded.problems]


def test_a_mistake_is_told_in_graphql_cores_words_with_line_and_column() -> None:
    with pytest.raises(ContractUnreadable, match=r"not GraphQL: Expected Name, found '\}' at line 3, column 1"):
        sdl("type Query {\n  a(x: Int): \n}\n")
    with pytest.raises(ContractUnreadable, match=r"found '\}' at line 6, column 1"):
        sdl("type Query { a: Int }\n\n# more\ntype A {\n  a(x: Int): \n}\n")
    with pytest.raises(ContractUnreadable, match="was it cut off"):
        sdl("type Query {\n  a: Int\n")


def test_a_place_for_directives_that_graphql_does_not_know_is_told() -> None:
    with pytest.raises(ContractUnreadable, match=r"Unexpected Name 'FELD' at line 2, column 17"):
        sdl("type Query { a: Int }\ndirective @d on FELD\n")


def test_operations_among_definitions_are_told() -> None:
    with pytest.raises(
        ContractUnreadable, match=r"an operation stands among the definitions at line 2.*documents of their own"
    ):
        sdl("type Query { a: Int }\nquery { a }\n")


def test_a_document_that_is_not_utf_8_is_told_with_its_line() -> None:
    with pytest.raises(ContractUnreadable, match=r"not UTF-8: byte 0xff cannot stand at line 2"):
        formats.find("graphql").load(one("schema.graphql", b"type Query {\n\xff"))


def test_several_documents_are_one_schema_and_problems_name_theirs() -> None:
    loaded = sdl("type Query { a: A }", a="type A { b: B c: Int }\n\nextend type Query { more(x: Q): [A!]! }")
    assert told(loaded) == [
        ("a.graphql", 3, "The type Q is not defined."),
        ("a.graphql", 1, "The type B is not defined."),
    ]
    assert set(loaded.document.schema.types["Query"].fields) == {"a", "more"}


_SAID = (
    "Query implements Node but has no field id", "Query.a is given out, so it cannot be of In", "@nope is not defined",
    "is required, so it cannot be deprecated", "No value can be given for In: it needs itself (In → In)",
    "must be nullable and have no default", "keeps for itself", "can only have objects, not In", "Did you mean String?",
    "Missing is not defined", "Empty has no values", "Gone is extended, but not defined", "needs its argument n",
    "A is extended as an input object", "has no argument m", "may be used only once", "@skip may not be used here",
    "not Int, a scalar", "Itself cannot implement itself", "@specifiedBy needs its argument url",
)  # fmt: skip


def test_every_problem_is_told_not_only_the_first() -> None:
    loaded = sdl(
        """
        type Query implements Node { a: In b(o: Out, n: Int! @deprecated): Out @nope }
        interface Node { id: ID! }
        input In { self: In! a: Out }
        input One @oneOf { a: Int! b: Int = 1 }
        type Out { __x: Int }
        union U = In | Missing | Int
        interface Itself implements Itself { a: Int }
        scalar Nowhere @specifiedBy
        enum Empty
        type A { s: Strin }
        extend type Gone { a: Int }
        extend input A { a: Int }
        directive @d(n: Int!) on FIELD_DEFINITION
        type B { a: Int @d @d(m: 1) b: Int = 3 }
        """.replace(" = 3 }", " @skip }")
    )
    sentences = " ".join(problem.sentence for problem in loaded.problems)
    for said in _SAID:
        assert said in sentences, said


def test_a_default_value_of_another_type_is_a_problem() -> None:
    loaded = sdl('input In { n: Int = "a" }\ntype Query { a(in: In = {n: 1}, e: E = X): Int }\nenum E { Y }\n')
    assert [line for _, line, _ in told(loaded)] == [1, 2]


def test_a_subgraph_may_use_what_it_does_not_define() -> None:
    first = sdl(
        "extend type Query { me: User }\n"
        'extend type User @key(fields: "id") { id: ID! @external n: Int @requires(fields: "id") }'
    )
    linked = sdl(
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", as: "fed", '
        'import: [{name: "@key", as: "@id"}, {name: "FieldSet", as: "Fields"}])\n'
        "directive @own(of: Fields) on FIELD_DEFINITION type Query { a: A }\n"
        'type A @id(fields: "a") { a: ID! @fed__shareable b: fed__FieldSet }'
    )
    assert (first.problems, linked.problems) == ((), ())
    assert [one.name for one in linked.document.schema.types["A"].usages] == ["key"]
    assert "_entities" in linked.document.served.types["Query"].fields


def test_an_introspection_result_has_its_places_in_json() -> None:
    field = {"name": "a", "args": [], "type": {"kind": "OBJECT", "name": "B"}}
    query = {"kind": "OBJECT", "name": "Query", "fields": [field]}
    result = {"data": {"__schema": {"queryType": {"name": "Query"}, "types": [query]}}}
    loaded = formats.find("graphql").load(one("schema.json", json.dumps(result, indent=1).encode()))
    assert [(problem.pointer, problem.line) for problem in loaded.problems] == [("/data/__schema/types/0/fields/0", 12)]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({}, "holds no __schema"),
        ({"types": 1}, "no list"),
        ({"types": [1]}, "no object"),
        ({"types": [{"kind": "OBJECT"}]}, "without a name"),
        ({"types": [{"kind": "THING", "name": "A"}]}, "unknown kind"),
        ({"types": [{"kind": "OBJECT", "name": "A", "fields": [{"name": "a"}]}]}, "without a type"),
    ],
)
def test_a_result_that_is_not_whole_says_where(broken: object, said: str) -> None:
    body = json.dumps({"__schema": broken} if broken else {"data": {}}).encode()
    with pytest.raises(ContractUnreadable, match=said):
        formats.find("graphql").load(one("schema.json", body))


@pytest.mark.parametrize(
    "text",
    [
        "type Query { a: " + "[" * 100_000 + "Int" + "]" * 100_000 + " }",
        "type Query { a(x: T = " + "[" * 100_000 + "): Int }",
        "type Query { a(x: T = " + "{a:" * 100_000 + "): Int }",
        "{" * 200_000,
        '"' * 200_001,
        "type Query { a: Int } " + "#" * 500_000 + "\n{",
        "type Query " + "@a " * 100_000 + "{",
    ],
    ids=["lists", "list values", "objects", "braces", "quotes", "comment", "directives"],
)
def test_hostile_definitions_end_in_an_error_in_bounded_time(text: str) -> None:
    with pytest.raises(ContractUnreadable):
        sdl(text)


def test_a_chain_of_thousands_of_inputs_that_need_each_other_is_looked_through() -> None:
    chain = "\n".join(f"input I{index} {{ next: I{index + 1}! }}" for index in range(5_000))
    loaded = sdl(f"type Query {{ a(x: I0): Int }}\n{chain}\ninput I5000 {{ next: I0! }}")
    assert "needs itself" in loaded.problems[0].sentence


@pytest.mark.parametrize("text", ["{ a" * 5_000, "{ a " * 5_000 + "}" * 5_000, "{ " + "a " * 600_000 + "}"])
def test_hostile_operations_end_in_an_error_in_bounded_time(text: str) -> None:
    with pytest.raises(ContractUnreadable):
        operations(text)


def test_manifests_of_both_kinds_are_read_and_name_their_operations() -> None:
    apollo = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": [
        {"id": "1", "name": "A", "type": "query", "body": "query A { a }"}, {"id": "2", "body": "{ b }"},
    ]}  # fmt: skip
    plain = {"ab12": "query A { a }", "cd34": "{ b }"}
    names = [
        [each.name for each in operations(json.dumps(one_), "m.json").document.operations] for one_ in (apollo, plain)
    ]
    assert names == [["A (m.json)", "2 (m.json)"], ["A (m.json)", "cd34 (m.json)"]]


@pytest.mark.parametrize(
    ("manifest", "said"), [({"a": 1}, "no text"), ({"operations": [{"body": "{ a"}]}, "of the operation")]
)
def test_a_manifest_with_something_else_says_where(manifest: object, said: str) -> None:
    with pytest.raises(ContractUnreadable, match=said):
        operations(json.dumps(manifest), "m.json")


def test_operations_say_the_same_in_any_order_and_formatting() -> None:
    digest = formats.find("graphql-operations").digest
    first = operations("query A($x: Int = 1) { b(y: 2, x: $x) { d c } }\nfragment F on T { a }", more="{ z }")
    second = operations("{ z }", more="fragment F on T { a } # so\nquery A($x: Int=1){ b(x:$x,y:2){c,d} }")
    assert digest(first.document) == digest(second.document)
    assert [problem.sentence for problem in first.problems] == ["No operation uses the fragment F."]


def test_no_operation_at_all_is_a_problem() -> None:
    first = operations("fragment F on T { a }").problems[0]
    assert first.sentence.startswith("There is no operation")
