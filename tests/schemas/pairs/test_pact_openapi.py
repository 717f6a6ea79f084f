"""A consumer's pact against a provider's OpenAPI: what is judged, and what is found."""

import json
from dataclasses import replace

import pytest
import yaml

from tests.schemas.documents import V4, http, pact
from tests.schemas.pairs.pact_openapi import ORDER, answering, api, getting, judged, read_api, rules
from troth_schemas.contract import Contract
from troth_schemas.json_body import Document, Json
from troth_schemas.openapi.format import FORMAT
from troth_schemas.options import DEFAULT
from troth_schemas.pact import pact_of
from troth_schemas.pairs import judge
from troth_schemas.pairs.pact_openapi import COVERAGE, PAIR
from troth_schemas.sources import one


def test_messages_and_plug_ins_are_unjudged_by_name() -> None:
    plugged: Document = {**http("of a plug-in"), "type": "Synchronous/HTTP", "pluginConfiguration": {"acme": {}}}
    report = judged(
        api(getting()),
        {**http(), "type": "Synchronous/HTTP"},
        plugged,
        {"type": "Asynchronous/Messages", "description": "an event", "contents": {"content": 1}},
        metadata=V4,
    )
    assert report.scope == ("a request (GET /orders)",)
    assert report.unjudged == ("of a plug-in (GET /orders)", "an event")
    assert (report.judged, report.compatible) == (1, None)


def test_a_pact_that_fits_is_compatible_and_says_what_it_uses() -> None:
    described = api(getting({"type": "array", "items": ORDER}))
    contract = pact_of(pact(answering([{"id": 1, "status": "NEW"}])))
    assert PAIR.judge(contract, described, DEFAULT).compatible is True
    assert PAIR.uses is not None
    assert PAIR.uses(contract, described) == {
        "GET /orders",
        "GET /orders request",
        "GET /orders response 200",
        "GET /orders response 200 header content-type",
        "GET /orders response 200 /*",
        "GET /orders response 200 /*/id",
        "GET /orders response 200 /*/status",
    }


def test_uses_name_what_is_sent_and_leave_out_what_is_not_described() -> None:
    posting: Document = {"method": "POST", "path": "/orders", "body": {"id": 1}}
    described = api({"/orders": {"post": {"requestBody": {"content": {}}, "responses": {"201": {"description": "x"}}}}})
    contract = pact_of(pact(http("a", request=posting), http("b"), messages=[{"description": "c", "contents": 1}]))
    assert PAIR.uses is not None
    assert PAIR.uses(contract, described) == {
        "POST /orders",
        "POST /orders request",
        "POST /orders request /id",
    }


def test_two_places_of_one_body_are_two_findings_with_lines_on_both_sides() -> None:
    report = judged(api(getting(ORDER)), answering({"id": "1", "colour": "red"}))
    assert rules(report) == ["response-body-incompatible"] * 2
    assert {found.element for found in report.findings} == {
        "GET /orders response 200 /id",
        "GET /orders response 200 /colour",
    }
    assert len({found.fingerprint for found in report.findings}) == 2
    assert all(found.writer is not None and found.writer.line == 1 for found in report.findings)


def test_a_fingerprint_does_not_depend_on_order_or_on_where_a_schema_is_written() -> None:
    inline = api(getting(ORDER))
    referred = api(getting({"$ref": "#/components/schemas/Order"}), components={"schemas": {"Order": ORDER}})
    wrong, other = answering({"id": "1"}), http("another")
    first, second = judged(inline, wrong, other), judged(referred, other, wrong)
    assert [one.fingerprint for one in first.findings] == [one.fingerprint for one in second.findings]


def test_schemas_may_be_split_over_documents() -> None:
    whole: Document = {
        "openapi": "3.0.3",
        "info": {"title": "x", "version": "1"},
        "paths": getting({"$ref": "order.yaml"}),
    }
    described = read_api(whole, **{"order.yaml": yaml.dump(ORDER)})
    assert rules(judged(described, answering({"id": "1"}))) == ["response-body-incompatible"]
    assert rules(judged(read_api(whole), answering({"id": "1"}))) == ["response-body-unvalidatable"]


@pytest.mark.parametrize("version", ["2.0", "3.1.0"])
def test_other_versions_are_judged_alike(version: str) -> None:
    if version == "2.0":
        answer: Document = {"description": "x", "schema": ORDER}
        paths: Document = {"/orders": {"get": {"responses": {"200": answer}}}}
        info: Document = {"title": "x", "version": "1"}
        described = read_api({"swagger": "2.0", "info": info, "produces": ["application/json"], "paths": paths})
    else:
        described = read_api({"openapi": version, "info": {"title": "x", "version": "1"}, "paths": getting(ORDER)})
    assert rules(judged(described, answering({"id": 1}))) == []
    assert rules(judged(described, answering({"id": "1", "status": "OLD"}))) == ["response-body-incompatible"] * 2


@pytest.mark.parametrize(
    ("schema", "body", "fits"),
    [
        ({"oneOf": [ORDER, {"type": "object", "properties": {"error": {"type": "string"}}}]}, {"error": "x"}, True),
        ({"oneOf": [ORDER, {"type": "object", "properties": {"error": {"type": "string"}}}]}, {"fault": "x"}, False),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, 1, True),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, 1.5, False),
        (
            {"allOf": [ORDER, {"type": "object", "properties": {"note": {"type": "string"}}}]},
            {"id": 1, "note": "x"},
            True,
        ),
        ({"type": "string", "nullable": True}, "x", True),
        ({"type": "object", "properties": {"note": {"type": "string", "nullable": True}}}, {"note": None}, True),
        ({"type": "object"}, {"anything": 1}, True),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1}, True),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": "x"}, False),
    ],
)
def test_a_body_is_possible_or_not(schema: Json, body: Json, fits: bool) -> None:
    assert (rules(judged(api(getting(schema)), answering(body))) == []) is fits


PETS: Document = {
    "Pet": {
        "type": "object",
        "properties": {"kind": {"type": "string"}},
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat", "dog": "Dog"}},
    },
    "Cat": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "properties": {"lives": {"type": "integer"}}},
        ]
    },
    "Dog": {
        "allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "properties": {"tricks": {"type": "integer"}}},
        ]
    },
}


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ({"kind": "cat", "lives": 9}, True),
        ({"kind": "dog", "tricks": 1}, True),
        ({"kind": "Dog", "tricks": 1}, True),
        ({"kind": "cat", "tricks": 1}, False),
        ({"kind": "cat", "lives": "nine"}, False),
        ({"kind": "fish", "lives": 9}, False),
        ({"kind": "fish"}, False),
        ({"kind": "Pet"}, True),
        ({"lives": 9}, False),
    ],
)
def test_a_discriminator_names_the_schema_that_counts(body: Json, fits: bool) -> None:
    described = api(getting({"$ref": "#/components/schemas/Pet"}), components={"schemas": PETS})
    found = rules(judged(described, answering(body)))
    assert (found == []) is fits
    assert set(found) <= {"response-body-incompatible"}


CHOICE: Document = {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]}
KIND: Document = {"propertyName": "kind"}


def animal(kind: Document) -> Document:
    return {"type": "object", "properties": {"kind": kind}}


@pytest.mark.parametrize(
    ("kind", "schema", "name", "expected"),
    [
        pytest.param({}, {**CHOICE, "discriminator": KIND}, "Cat", [], id="an alternative's name"),
        pytest.param(
            {}, {**CHOICE, "discriminator": KIND}, "fish", ["response-body-incompatible"], id="no alternative's name"
        ),
        pytest.param({"enum": ["fish"]}, {**CHOICE, "discriminator": KIND}, "fish", [], id="listed by an alternative"),
        pytest.param(
            {},
            {**animal({}), "discriminator": KIND},
            "fish",
            ["response-body-unvalidatable"],
            id="nobody tells the names",
        ),
        pytest.param({}, {**animal({"enum": ["fish"]}), "discriminator": KIND}, "fish", [], id="listed by the schema"),
        pytest.param(
            {},
            {"oneOf": [animal({}), {"$ref": "#/components/schemas/Dog"}], "discriminator": KIND},
            "fish",
            ["response-body-unvalidatable"],
            id="an alternative without a name",
        ),
        pytest.param(
            {},
            {**CHOICE, "discriminator": {**KIND, "mapping": {"fish": "#/components/schemas/Fish"}}},
            "fish",
            ["response-body-unvalidatable"],
            id="mapped to what is nowhere",
        ),
    ],
)
@pytest.mark.parametrize("formats", [False, True])
def test_a_discriminators_value_that_names_no_schema_is_never_compatible(
    kind: Document, schema: Document, name: str, expected: list[str], formats: bool
) -> None:
    """Refused where the description tells all names; left open where it does not; fine where the property lists it."""
    described = api(getting(schema), components={"schemas": {"Cat": animal(kind), "Dog": animal(kind)}})
    contract = pact_of(pact(answering({"kind": name})))
    assert rules(PAIR.judge(contract, described, replace(DEFAULT, format_assertion=formats))) == expected


def test_a_text_body_is_held_against_a_schema_of_strings() -> None:
    answer: Document = {"description": "x", "content": {"text/plain": {"schema": {"type": "string", "maxLength": 3}}}}
    described = api({"/orders": {"get": {"responses": {"200": answer}}}})
    for body, expected in (("abc", []), ("abcd", ["response-body-incompatible"])):
        said: Document = {"status": 200, "headers": {"Content-Type": "text/plain"}, "body": body}
        assert rules(judged(described, http(response=said))) == expected


def test_a_body_that_calls_itself_json_and_is_none_is_not_covered() -> None:
    body: Json = {"content": "e2Jyb2tlbg==", "contentType": "application/json", "encoded": "base64"}
    broken: Document = {**http(response={"status": 200, "body": body}), "type": "Synchronous/HTTP"}
    assert rules(judged(api(getting(ORDER)), broken, metadata=V4)) == ["response-body-unvalidatable"]


def test_a_body_without_a_stated_type_is_taken_for_json() -> None:
    assert rules(judged(api(getting(ORDER)), http(response={"status": 200, "body": {"id": 1}}))) == []
    assert rules(judged(api(getting({"type": "string"})), http(response={"status": 200, "body": "fine"}))) == []


def test_a_matching_rule_that_cannot_be_read_is_not_covered() -> None:
    odd: Document = {"body": {"$.id[": {"matchers": [{"match": "type"}]}}}
    assert rules(judged(api(getting(ORDER)), answering({"id": 1}, matchingRules=odd))) == [
        "response-body-unvalidatable"
    ]


def test_the_official_contract_of_an_api_without_paths_is_told_once_for_each_interaction() -> None:
    assert rules(judged(api({}), http("a"), http("b"))) == ["request-spec-missing"] * 2


def test_every_construct_is_said_to_be_judged_or_why_not() -> None:
    assert len({name for name, _ in COVERAGE}) == len(COVERAGE)
    assert all(how == "judged" or how.startswith("not-covered: ") for _, how in COVERAGE)


def test_the_pair_is_found_from_contracts_of_both_formats() -> None:
    assert FORMAT.name == "openapi"
    consumer = Contract("pact", one("p.json", json.dumps(pact(http())).encode()))
    provider = Contract(
        "openapi", one("api.json", json.dumps({"openapi": "3.0.3", "info": {}, "paths": getting()}).encode())
    )
    assert judge(consumer, provider).compatible is True
