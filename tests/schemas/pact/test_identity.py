"""The identities are the Pact Broker's to the byte, and depend on what is promised alone."""

import json
import random
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.documents import V4, elements, http, pact, pacts, values
from troth_schemas.json_body import Document, Json, parse
from troth_schemas.pact import content_sha, interaction_id, interactions, spec_version, with_ids
from troth_schemas.pact.ruby_json import plain_text, sorted_text

RUBY = json.loads((Path(__file__).parent / "ruby_identities.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "printed"), RUBY["texts"], ids=lambda text: ascii(text)[:40])
def test_every_value_is_printed_as_ruby_prints_it(text: str, printed: str) -> None:
    assert plain_text(parse(text.encode())) == printed
    assert sorted_text({"a": parse(text.encode())}) == f'{{"a":{printed}}}'


@pytest.mark.parametrize("case", RUBY["documents"], ids=lambda case: case["document"][:60])
def test_every_document_has_the_identity_that_ruby_computes(case: dict[str, Any]) -> None:
    document = parse(case["document"].encode())
    assert content_sha(document) == case["content_sha"]
    assert sha1(sorted_text(document).encode()).hexdigest() == case["sorted_sha"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_in_rubys_notation_is_the_same_number(number: float) -> None:
    assert repr(json.loads(plain_text(number))) == repr(number)


def shuffled(value: Json, chance: random.Random) -> Json:
    if isinstance(value, list):
        return [shuffled(item, chance) for item in value]
    if not isinstance(value, dict):
        return value
    members = [(name, shuffled(item, chance)) for name, item in value.items()]
    chance.shuffle(members)
    return dict(members)


@given(pacts, st.lists(elements, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_members_and_of_interactions_does_not_matter(
    document: Document, listed: list[Json], chance: random.Random
) -> None:
    document = {**document, "interactions": listed}
    other = shuffled(document, chance)
    assert isinstance(other, dict)
    again = list(listed)
    chance.shuffle(again)
    assert content_sha({**other, "interactions": again}) == content_sha(document)


@given(st.lists(elements, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_messages_does_not_matter_where_there_are_no_interactions(
    listed: list[Json], chance: random.Random
) -> None:
    again = list(listed)
    chance.shuffle(again)
    assert content_sha({"messages": again}) == content_sha({"messages": listed})


def test_the_order_of_messages_beside_interactions_matters_as_in_the_pact_broker() -> None:
    messages: list[Json] = [{"description": "a"}, {"description": "b"}]
    assert content_sha(pact(messages=messages)) != content_sha(pact(messages=messages[::-1]))


@given(values, values)
def test_names_and_other_metadata_do_not_matter(consumer: Json, metadata: Json) -> None:
    document = pact(http(), metadata={"pactSpecification": {"version": "2.0.0"}})
    renamed = pact(http(), consumer=consumer, metadata={"x": metadata, "pactSpecification": {"version": "2.0.0"}})
    assert content_sha(renamed) == content_sha(document)


CHANGES = {
    "the version of the specification": pact(http(), metadata=V4),
    "an example": pact(http(response={"status": 200, "body": 1})),
    "a comment": pact(http(comments={"text": ["x"]})),
    "an id inside an interaction": pact(http(_id="mine")),
    "one interaction more": pact(http(), http("another")),
    "a number written as a float": pact(http(response={"status": 200.0})),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES.keys())
def test_what_could_change_a_verification_changes_the_sha(changed: Document) -> None:
    assert content_sha(changed) != content_sha(pact(http()))


@given(pacts)
def test_giving_ids_twice_changes_nothing_more(document: Document) -> None:
    before = json.dumps(document)
    once = with_ids(document)
    assert json.dumps(with_ids(once)) == json.dumps(once)
    assert json.dumps(document) == before


@given(pacts)
def test_every_interaction_is_served_under_the_id_that_it_is_listed_with(document: Document) -> None:
    served = with_ids(document)
    listed = [interaction.id for interaction in interactions(document)]
    assert [interaction.id for interaction in interactions(served)] == listed
    for interaction in interactions(served):
        section = served[interaction.section]
        assert isinstance(section, list)
        element = section[interaction.index]
        assert isinstance(element, dict)
        assert element["_id"] == interaction.id


@given(pacts)
def test_without_the_new_ids_the_served_pact_is_the_one_that_was_sent(document: Document) -> None:
    served = with_ids(document)
    for name in ("interactions", "messages"):
        was, section = document.get(name), served.get(name)
        if isinstance(was, list) and isinstance(section, list):
            served[name] = [_without_new_id(new, old) for new, old in zip(section, was, strict=True)]
    assert json.dumps(served) == json.dumps(document)
    assert content_sha(served) == content_sha(document)


def _without_new_id(new: Json, old: Json) -> Json:
    if not isinstance(new, dict) or not isinstance(old, dict):
        return new
    return {name: old[name] if name == "_id" else value for name, value in new.items() if name in old}


def test_a_new_id_stands_last_and_is_the_hash_of_the_sorted_interaction() -> None:
    element = http("a request", providerState="x")
    served = with_ids(pact(element))["interactions"]
    assert isinstance(served, list)
    assert isinstance(served[0], dict)
    assert list(served[0]) == [*element, "_id"]
    text = (
        '{"description":"a request","providerState":"x",'
        '"request":{"method":"GET","path":"/orders"},"response":{"status":200}}'
    )
    assert served[0]["_id"] == sha1(text.encode()).hexdigest()


def test_an_id_of_the_clients_own_survives() -> None:
    assert interaction_id(http(_id="mine")) == "mine"


def test_an_element_that_is_no_object_still_has_an_identity() -> None:
    assert interaction_id("text") == sha1(b'"text"').hexdigest()


@pytest.mark.parametrize("useless", ["", None, 7, {}])
def test_an_id_that_is_no_text_is_replaced(useless: Json) -> None:
    assert len(interaction_id(http(_id=useless))) == 40


@pytest.mark.parametrize(
    ("metadata", "version"),
    [
        ({"pactSpecification": {"version": "2.0.0"}, "pactSpecificationVersion": "1"}, "2.0.0"),
        ({"pactSpecification": {"version": None}, "pact-specification": {"version": "3.0"}}, "3.0"),
        ({"pact-specification": "3.0", "pactSpecificationVersion": "1.1"}, "1.1"),
        ({"pactSpecificationVersion": 4}, "4"),
        ({"pactSpecificationVersion": True}, None),
        ({"pactSpecificationVersion": False}, None),
        ({"pactSpecificationVersion": ["3"]}, None),
        ({}, None),
        ("3.0.0", None),
    ],
)
def test_the_version_of_the_specification_is_the_first_that_stands_in_the_metadata(
    metadata: Json, version: str | None
) -> None:
    assert spec_version({"metadata": metadata}) == version
    assert spec_version([metadata]) is None
