"""What changed between two pacts fits on a screen and names the interaction."""

import time

from hypothesis import given

from tests.schemas.documents import V4, http, pact, pacts, values
from troth_schemas.json_body import Document, Json
from troth_schemas.pact import content_sha, diff_text


def test_a_changed_interaction_is_shown_with_the_lines_around() -> None:
    old = http("list orders", response={"status": 200, "body": {"a": 1, "b": 2, "c": 3}})
    new = http("list orders", response={"status": 200, "body": {"a": 1, "b": "two", "c": 3}})
    assert diff_text(pact(http("other"), old), pact(new, http("other"))) == "\n".join(
        [
            "@@ changed: list orders (GET /orders) @@",
            '   "response": {',
            '     "body": {',
            '       "a": 1,',
            '-      "b": 2,',
            '+      "b": "two",',
            '       "c": 3',
            "     },",
            '     "status": 200',
        ]
    )


def test_added_and_removed_interactions_are_shown_whole() -> None:
    lines = diff_text(pact(http("gone", providerState="s")), pact(3)).split("\n")
    assert lines[0] == "@@ removed: gone given s (GET /orders) @@"
    assert lines[1:3] == ["-{", '-  "description": "gone",']
    assert lines[-2:] == ["@@ added: element 0 of interactions @@", "+3"]


def test_another_version_of_the_specification_is_told() -> None:
    assert diff_text(pact(http()), pact(http(), metadata=V4)) == "\n".join(
        ["@@ changed: version of the Pact specification @@", '-"3.0.0"', '+"4.0"']
    )
    assert diff_text(pact(http(), metadata={}), pact(http())).endswith('@@\n-null\n+"3.0.0"')


def test_a_long_difference_is_cut_and_says_how_much_is_missing() -> None:
    body: Json = {f"member {number}": number for number in range(1_000)}
    whole = diff_text(pact(), pact(http(response={"body": body})), max_lines=10_000).split("\n")
    cut = diff_text(pact(), pact(http(response={"body": body})), max_lines=20).split("\n")
    assert cut == [*whole[:19], f"… and {len(whole) - 19} more lines"]
    assert diff_text(pact(), pact(http()), max_lines=1) == "… and 11 more lines"


def test_a_long_line_is_cut() -> None:
    lines = diff_text(pact(), pact(http("x" * 5_000))).split("\n")
    assert max(map(len, lines)) == 200
    assert any(line.endswith("…") for line in lines)


def test_documents_that_are_no_pacts_are_compared_as_json() -> None:
    assert diff_text([1], [2]).split("\n") == [" [", "-  1", "+  2", " ]"]
    assert diff_text([1], [1]) == ""


def test_distant_changes_are_set_apart() -> None:
    old: Document = {str(number): number for number in range(10, 40)}
    assert diff_text([old], [{**old, "12": 0, "38": 0}]).split("\n").count(" …") == 1


def test_twins_are_compared_one_by_one() -> None:
    old = pact(http(), http(response={"status": 201}))
    new = pact(http(), http(response={"status": 202}))
    assert diff_text(old, new).count("@@ changed") == 1


def test_the_cost_grows_with_the_size_and_not_with_its_square() -> None:
    def big(shift: int) -> Document:
        return pact(http(response={"body": [(number * 7919 + shift) % 1009 for number in range(30_000)]}))

    old, new = big(0), big(1)
    began = time.process_time()
    lines = diff_text(old, new).split("\n")
    assert time.process_time() - began < 3
    assert len(lines) == 60


@given(pacts)
def test_a_pact_does_not_differ_from_itself(document: Document) -> None:
    assert diff_text(document, document) == ""


@given(pacts | values, pacts | values)
def test_a_difference_is_always_bounded(old: Json, new: Json) -> None:
    lines = diff_text(old, new, max_lines=12).split("\n")
    assert len(lines) <= 12
    assert all(len(line) <= 200 and line.isprintable() for line in lines)


@given(pacts, pacts)
def test_where_no_difference_is_shown_the_contents_are_the_same(old: Document, new: Document) -> None:
    old, new = {**old, "interactions": [http(), *_list(old)]}, {**new, "interactions": [*_list(new), http()]}
    for document in (old, new):
        document.pop("messages", None)
    if diff_text(old, new) == "":
        assert content_sha(old) == content_sha(new)


def _list(document: Document) -> list[Json]:
    interactions = document.get("interactions")
    return interactions if isinstance(interactions, list) else []
