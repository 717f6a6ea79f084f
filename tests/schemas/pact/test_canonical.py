"""The canonical form is equal for pacts that promise the same, and differs where they do not."""

import json
import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.documents import V4, elements, http, pact, pacts, values
from troth_schemas.json_body import Document, Json
from troth_schemas.pact import canonical, digest, with_ids


@given(pacts, st.lists(elements, max_size=4), st.lists(elements, max_size=4), st.randoms(use_true_random=False))
def test_order_and_formatting_do_not_matter(
    document: Document, interactions: list[Json], messages: list[Json], chance: random.Random
) -> None:
    document = {**document, "interactions": interactions, "messages": messages}
    members = list(document.items())
    chance.shuffle(members)
    other = dict(json.loads(json.dumps(dict(members), indent=3)))
    chance.shuffle(other["interactions"])
    chance.shuffle(other["messages"])
    assert canonical(other) == canonical(document)


@given(pacts | values)
def test_the_digest_is_the_hash_of_the_canonical_form_which_is_json(document: Json) -> None:
    assert digest(document) == sha256(canonical(document)).hexdigest()
    json.loads(canonical(document))


@given(pacts)
def test_ids_of_the_broker_do_not_matter(document: Document) -> None:
    assert canonical(with_ids(document)) == canonical(document)


def test_the_library_that_wrote_the_pact_does_not_matter() -> None:
    metadata: Json = {"pactSpecification": {"version": "3.0.0"}, "pactRust": {"version": "1.2"}}
    assert digest(pact(http(), metadata=metadata)) == digest(pact(http()))


CHANGES = {
    "the consumer": pact(http(), consumer={"name": "Other"}),
    "the provider": pact(http(), provider={"name": "Other"}),
    "the version of the specification": pact(http(), metadata=V4),
    "the plug-ins": pact(http(), metadata={"pactSpecification": {"version": "3.0.0"}, "plugins": [{"name": "csv"}]}),
    "an example": pact(http(response={"status": 201})),
    "a message more": pact(http(), messages=[{"description": "x"}]),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES.keys())
def test_what_is_promised_matters(changed: Document) -> None:
    assert digest(changed) != digest(pact(http()))
