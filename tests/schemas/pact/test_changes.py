"""What changed between two pacts is told by interaction and JSON path, without what does not matter."""

from typing import Any

import pytest
from hypothesis import given

from tests.schemas.documents import V4, http, pact, pacts
from troth_schemas.json_body import Document, Json
from troth_schemas.pact import Change, Difference, changes_text, digest, raw_diff_text, what_changed


def of_answers(old: Json, new: Json, *, raw: bool = False, **more: Json) -> Difference:
    """The difference between pacts whose one interaction answers with these."""
    return what_changed(pact(http("asks", response=old, **more)), pact(http("asks", response=new, **more)), raw=raw)


def listed(found: Difference) -> list[tuple[str, str, Json, Json]]:
    return [(change.path, change.kind, change.old, change.new) for one in found.changed for change in one.changes]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"status": 200}, {"status": 404}, ("$.response.status", "changed", 200, 404)),
        ({"a": 1}, {}, ("$.response.a", "removed", 1, None)),
        ({}, {"a": None}, ("$.response.a", "added", None, None)),
        ({"a": {"b c": 1}}, {"a": {"b c": 2}}, ("$.response.a['b c']", "changed", 1, 2)),
        ({"it's": 1}, {"it's": 2}, ("$.response['it\\'s']", "changed", 1, 2)),
        ({"a": [1, 2]}, {"a": [1, 3]}, ("$.response.a[1]", "changed", 2, 3)),
        ({"a": [1, 2, 3]}, {"a": [1, 3]}, ("$.response.a[1]", "removed", 2, None)),
        ({"a": [1, 3]}, {"a": [1, 2, 3]}, ("$.response.a[1]", "added", None, 2)),
        ({"a": [1]}, {"a": {"0": 1}}, ("$.response.a", "changed", [1], {"0": 1})),
        ({"a": 1}, {"a": True}, ("$.response.a", "changed", 1, True)),
        ({"a": 1}, {"a": 1.0}, ("$.response.a", "changed", 1, 1.0)),
        ({"a": 0.0}, {"a": -0.0}, ("$.response.a", "changed", 0.0, -0.0)),
        ({"a": None}, {"a": "x"}, ("$.response.a", "changed", None, "x")),
    ],
)
def test_a_change_has_its_path_and_both_values(old: Json, new: Json, told: tuple[str, str, Json, Json]) -> None:
    assert listed(of_answers(old, new)) == [told]


def test_interactions_that_came_and_went_are_told_whole_in_every_kind() -> None:
    old = pact(http("gone", type="Pigeon"), {"type": "Synchronous/Messages", "description": "asked"}, metadata=V4)
    new = pact(http("gone", type="Pigeon", providerState="s"), metadata=V4)
    found = what_changed(old, new)
    assert [placed.interaction.title for placed in found.removed] == ["gone", "asked"]
    assert [placed.interaction.title for placed in found.added] == ["gone given s"]
    assert found.removed[0].element == http("gone", type="Pigeon")


def test_messages_are_compared_by_their_description_and_states() -> None:
    old: Document = {"messages": [{"description": "a", "contents": {"x": 1}}, {"description": "b", "contents": 1}]}
    new: Document = {"messages": [{"description": "b", "contents": 1}, {"description": "a", "contents": {"x": 2}}]}
    found = what_changed(old, new)
    assert listed(found) == [("$.contents.x", "changed", 1, 2)]
    assert found.changed[0].old.pointer == "/messages/0"
    assert found.changed[0].new.pointer == "/messages/1"


def test_order_identifiers_and_the_spelling_of_states_are_no_change() -> None:
    first, second = http("a", providerState="s", _id="1"), http("b", response={"x": 1, "y": 2})
    other = http("a", providerStates=[{"name": "s"}], _id="2")
    assert not what_changed(pact(first, second), pact(http("b", response={"y": 2, "x": 1}), other))


def test_the_version_of_the_specification_and_the_plugins_count_and_the_rest_only_where_everything_does() -> None:
    old = pact(http("a"), metadata={"pact-specification": {"version": "3.0.0"}, "client": {"version": "1"}})
    new = pact(http("a"), metadata={"pactSpecification": {"version": "4.0"}, "plugins": [], "client": {"version": "2"}})
    assert [(change.path, change.kind) for change in what_changed(old, new).document] == [
        ("$.metadata.pactSpecification.version", "changed"),
        ("$.metadata.plugins", "added"),
    ]
    assert [change.path for change in what_changed(old, new, raw=True).document] == [
        "$.metadata['pact-specification']",
        "$.metadata.client.version",
        "$.metadata.pactSpecification",
        "$.metadata.plugins",
    ]


def test_what_is_no_list_of_interactions_is_compared_as_it_stands() -> None:
    (change,) = what_changed({"interactions": "x"}, {"interactions": "y"}).document
    assert change == Change("$.interactions", "changed", "x", "y")
    assert what_changed([1], [2]).document == (Change("$[0]", "changed", 1, 2),)


def test_the_order_of_the_document_and_its_identifiers_are_compared_where_everything_is() -> None:
    found = what_changed(pact(http("a", _id="1")), pact(http("a", _id="2")), raw=True)
    assert listed(found) == [("$._id", "changed", "1", "2")]


V3_TYPE: Document = {"body": {"$.id": {"matchers": [{"match": "type"}]}}}


@pytest.mark.parametrize(
    ("rules", "body"),
    [
        (V3_TYPE, ({"id": 1}, {"id": 2})),
        (V3_TYPE, ({"id": 1}, {"id": 2.5})),
        ({"body": {"$": {"matchers": [{"match": "type"}]}}}, ({"a": {"b": ["x"]}}, {"a": {"b": ["y"]}})),
        ({"body": {"$.x[*].at": {"matchers": [{"match": "datetime"}]}}}, ({"x": [{"at": "1"}]}, {"x": [{"at": "2"}]})),
        ({"body": {"$.*": {"matchers": [{"match": "uuid"}]}}}, ({"x": "1"}, {"x": "2"})),
        ({"body": {"$['a b'][0]": {"matchers": [{"match": "regex", "regex": "."}]}}}, ({"a b": ["1"]}, {"a b": ["2"]})),
        ({"$.body.id": {"match": "type"}}, ({"id": 1}, {"id": 2})),
        ({"$.body.id": {"regex": "\\d"}}, ({"id": "1"}, {"id": "2"})),
        ({"$.body.ids": {"min": 1}}, ({"ids": [1]}, {"ids": [2]})),
    ],
)  # fmt: skip
def test_another_example_of_what_the_provider_may_answer_anyway_is_counted_and_not_listed(
    rules: Document, body: tuple[Json, Json]
) -> None:
    old, new = ({"body": value, "matchingRules": rules} for value in body)
    found = of_answers(old, new)
    assert not found
    assert found.examples == 1
    ((change,),) = (one.changes for one in of_answers(old, new, raw=True).changed)
    assert change.example


@pytest.mark.parametrize(
    ("rules", "body"),
    [
        ({}, ({"id": 1}, {"id": 2})),
        ("none", ({"id": 1}, {"id": 2})),
        ({"body": None, "path": 3}, ({"id": 1}, {"id": 2})),
        (V3_TYPE, ({"id": 1}, {"id": "1"})),
        (V3_TYPE, ({"id": 1}, {"id": None})),
        (V3_TYPE, ({"id": True}, {"id": 1})),
        (V3_TYPE, ({"id": {"x": 1}}, {"id": {"y": 1}})),
        ({"body": {"$.id": {"matchers": [{"match": "equality"}]}}}, ({"id": 1}, {"id": 2})),
        ({"body": {"$.id": {"matchers": [3]}}}, ({"id": 1}, {"id": 2})),
        ({"body": {"$.id": {"matchers": 3}}}, ({"id": 1}, {"id": 2})),
        ({"body": {"$.id": 3}}, ({"id": 1}, {"id": 2})),
        ({"body": {"$.id[": {"matchers": [{"match": "type"}]}}}, ({"id": 1}, {"id": 2})),
        ({"body": {"id": {"matchers": [{"match": "type"}]}}}, ({"id": 1}, {"id": 2})),
        ({"body": {"$.id.x": {"matchers": [{"match": "type"}]}}}, ({"id": 1}, {"id": 2})),
        ({"$.body": {"match": "type"}, "$.body.id": {"match": "equality"}}, ({"id": 1}, {"id": 2})),
        ({"body": {"$": {"matchers": [{"match": "regex"}]}}}, ({"id": 1}, {"id": 2})),
        ({"$.body[": {"match": "type"}, "$[0]": {"match": "type"}}, ({"id": 1}, {"id": 2})),
        ({"$.body.id": {"match": "equality"}}, ({"id": 1}, {"id": 2})),
    ],
)  # fmt: skip
def test_another_promise_is_listed_whatever_rules_stand_beside_it(rules: Json, body: tuple[Json, Json]) -> None:
    old, new = ({"body": value, "matchingRules": rules} for value in body)
    found = of_answers(old, new)
    assert listed(found)
    assert found.examples == 0


def test_an_example_in_a_request_is_another_question_unless_it_is_generated() -> None:
    def asks(number: int, **rules: Json) -> Document:
        return pact(http("asks", request={"body": {"id": number}, **rules}))

    assert what_changed(asks(1, matchingRules=V3_TYPE), asks(2, matchingRules=V3_TYPE))
    generated: Document = {"body": {"$.id": {"type": "RandomInt"}}}
    assert not what_changed(asks(1, generators=generated), asks(2, generators=generated))


@pytest.mark.parametrize(
    ("part", "rules"),
    [
        ({"headers": {"X": "1"}}, {"header": {"X": {"matchers": [{"match": "regex"}]}}}),
        ({"status": "1"}, {"status": {"matchers": [{"match": "statusCode", "status": "success"}]}}),
        ({"headers": {"X": ["1"]}}, {"header": {"X": {"matchers": [{"match": "regex"}]}}}),
        ({"headers": {"X": "1"}}, {"$.headers.X": {"match": "regex", "regex": "."}}),
        ({"headers": {"X": "1"}}, {"$.header.X": {"match": "regex", "regex": "."}}),
        ({"body": {"contentType": "a/b", "content": {"x": "1"}}}, {"body": {"$.x": {"matchers": [{"match": "type"}]}}}),
        ({"contents": {"x": "1"}}, {"body": {"$.x": {"matchers": [{"match": "type"}]}}}),
    ],
)
def test_rules_find_what_they_are_about_in_every_version(part: Document, rules: Document) -> None:
    old = {**part, "matchingRules": rules}
    assert not of_answers(old, _with_a_2_for_a_1(old))
    assert of_answers(part, _with_a_2_for_a_1(part))


def test_the_examples_of_messages_and_of_several_answers_are_known() -> None:
    rules: Document = {"contents": {"$.x": {"matchers": [{"match": "type"}]}}}
    contents: Document = {"contentType": "a/b", "content": {"x": "1"}}
    message: Document = {"description": "m", "contents": contents, "matchingRules": rules}
    both: Document = {
        "description": "s",
        "type": "Synchronous/Messages",
        "request": {},
        "response": [{"contents": contents, "matchingRules": rules}],
    }
    found = what_changed(pact(message, both), _with_a_2_for_a_1(pact(message, both)))
    assert not found
    assert found.examples == 2


def _with_a_2_for_a_1(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: inner if "atch" in name else _with_a_2_for_a_1(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_a_2_for_a_1(inner) for inner in value]
    return "2" if value == "1" else value


def test_a_change_of_the_rules_themselves_is_told() -> None:
    found = of_answers({"matchingRules": V3_TYPE}, {"matchingRules": {}})
    assert [path for path, *_ in listed(found)] == ["$.response.matchingRules.body"]


def test_too_many_changes_are_counted_and_a_very_long_name_is_cut() -> None:
    old: Document = {"body": dict.fromkeys(map(str, range(1500)), 1), "n" * 500: 1}
    new: Document = {"body": dict.fromkeys(map(str, range(1500)), 2), "n" * 500: 2}
    found = what_changed(
        pact(http("a", response=old), http("b", response=old)), pact(http("a", response=new), http("b", response=new))
    )
    assert [len(one.changes) for one in found.changed] == [1000, 0]
    assert found.omitted == 2 * 1501 - 1000
    (cut,) = of_answers({"n" * 500: 1}, {"n" * 500: 2}).changed[0].changes
    assert cut.path == f"$.response['{'n' * 199}…']"


def test_work_that_takes_too_long_is_ended_from_outside() -> None:
    class Enough(Exception):
        pass

    calls = iter(range(50))

    def tick() -> None:
        if next(calls, None) is None:
            raise Enough

    old, new = (pact(http(response={"a": [number] * 100})) for number in (1, 2))
    with pytest.raises(Enough):
        what_changed(old, new, tick=tick)


@given(pacts)
def test_nothing_changed_between_a_pact_and_itself(document: Document) -> None:
    assert what_changed(document, document) == Difference()
    assert what_changed(document, document, raw=True) == Difference()


@given(pacts, pacts)
def test_two_pacts_without_any_difference_have_one_digest(old: Document, new: Document) -> None:
    old, new = ({"interactions": [], "messages": [], **document} for document in (old, new))
    found = what_changed(old, new, raw=True)
    if not found:
        assert digest(old) == digest(new)
    assert bool(found) == bool(what_changed(new, old, raw=True))
    assert bool(found) == bool(changes_text(found))


# --- as text ---------------------------------------------------------------------------------------------------------


def test_the_text_names_every_interaction_and_path() -> None:
    old = pact(http("gone"), http("asks", response={"status": 200, "a": 1}), metadata={})
    new = pact(http("asks", response={"status": 404, "b": {"c": 2}}), http("new"))
    assert changes_text(what_changed(old, new)).split("\n") == [
        "@@ changed: the pact as a whole @@",
        " $.metadata.pactSpecification.version (added)",
        '+  "3.0.0"',
        "@@ removed: gone (GET /orders) @@",
        "-{",
        '-  "description": "gone",',
        '-  "request": {',
        '-    "method": "GET",',
        '-    "path": "/orders"',
        "-  },",
        '-  "response": {',
        '-    "status": 200',
        "-  }",
        "-}",
        "@@ changed: asks (GET /orders) @@",
        " $.response.status",
        "-  200",
        "+  404",
        " $.response.a (removed)",
        "-  1",
        " $.response.b (added)",
        "+  {",
        '+    "c": 2',
        "+  }",
        "@@ added: new (GET /orders) @@",
        "+{",
        '+  "description": "new",',
        '+  "request": {',
        '+    "method": "GET",',
        '+    "path": "/orders"',
        "+  },",
        '+  "response": {',
        '+    "status": 200',
        "+  }",
        "+}",
    ]


def test_the_text_marks_examples_and_says_what_it_leaves_out() -> None:
    old: Document = {"body": {"id": 1}, "matchingRules": V3_TYPE}
    new: Document = {"body": {"id": 2}, "matchingRules": V3_TYPE}
    assert " $.response.body.id (an example)" in changes_text(of_answers(old, new, raw=True))
    many = what_changed(pact(http(response=dict.fromkeys(map(str, range(1100)), 1))), pact(http(response={})))
    assert changes_text(many, max_lines=9999).endswith("\n… and 100 more changes")
    assert changes_text(many, max_lines=2).split("\n")[1].endswith(" more lines")


def test_the_raw_text_compares_the_documents_as_they_are_written() -> None:
    assert raw_diff_text({"a": 1, "b": 2}, {"b": 2, "a": 1}).split("\n") == [
        " {",
        '-  "a": 1,',
        '-  "b": 2',
        '+  "b": 2,',
        '+  "a": 1',
        " }",
    ]
    assert raw_diff_text({"a": 1}, {"a": 1}) == ""


# --- hostile pacts ---------------------------------------------------------------------------------------------------


def steps_taken(old: Document, new: Document) -> int:
    """How often a comparison could have been ended, which grows as its work does."""
    taken = 0

    def tick() -> None:
        nonlocal taken
        taken += 1

    what_changed(old, new, tick=tick)
    return taken


def test_lists_of_other_lengths_inside_each_other_cost_no_more_than_their_size() -> None:
    def nested(depth: int, rest: tuple[int, ...], leaf: Json) -> Json:
        return [nested(depth - 1, rest, leaf), *rest] if depth else leaf

    old, new = pact(http(response=nested(40, (0,), 1))), pact(http(response=nested(40, (0, 1), 2)))
    assert steps_taken(old, new) < 1000


def test_thousands_of_rules_and_changes_are_brought_together_by_their_places() -> None:
    rules: Document = {"body": {f"$.k{number}": {"matchers": [{"match": "type"}]} for number in range(5000)}}
    old: Document = {"body": {f"k{number}": "1" for number in range(5000)}, "matchingRules": rules}
    new: Document = {"body": {f"k{number}": "2" for number in range(5000)}, "matchingRules": rules}
    assert of_answers(old, new).examples == 5000


def test_a_comparison_can_be_ended_while_interactions_are_still_being_paired() -> None:
    one: Document = pact(*(http(str(number)) for number in range(100)))
    assert steps_taken(one, pact()) >= 100
