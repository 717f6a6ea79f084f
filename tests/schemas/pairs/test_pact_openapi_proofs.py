"""Every breaking finding has a proof, which holds on both sides."""

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator

from tests.schemas.golden_cases import Case, cases
from troth_schemas.finding import Finding
from troth_schemas.json_body import Json
from troth_schemas.pact import Pact, pact_of

GOLDEN = [case for case in cases() if case.rule.startswith("pact-openapi/") and case.breaks]


@pytest.mark.parametrize("case", GOLDEN, ids=str)
def test_every_breaking_finding_carries_a_proof(case: Case) -> None:
    for found in case.report().breaking:
        assert found.witness is not None, found.message


@pytest.mark.parametrize("case", [one for one in GOLDEN if "body-incompatible" in one.rule], ids=str)
def test_a_proof_of_a_body_is_valid_on_one_side_and_not_on_the_other(case: Case) -> None:
    described = yaml.safe_load(case.content["provider"])
    exchange = _pact(case).exchanges[0]
    for found in case.report().breaking:
        schema = _schema(described, found)
        if schema is None or found.witness is None or "sends no body" in found.message:
            continue
        value = found.witness.value
        assert isinstance(value, dict)
        if found.witness.kind == "request":
            assert exchange.request is not None
            assert not OAS30WriteValidator(schema).is_valid(_form(value["body"]))
            if not isinstance(value["body"], str):
                assert Draft202012Validator(exchange.request.shape).is_valid(value["body"])
        else:
            assert OAS30ReadValidator(schema).is_valid(value["body"])
            assert not Draft202012Validator(exchange.response.shape).is_valid(value["body"])


def _pact(case: Case) -> Pact:
    return pact_of(json.loads(case.content["consumer"]))


def _form(body: Json) -> Any:
    return dict(one.split("=") for one in body.split("&")) if isinstance(body, str) else body


def _schema(described: Any, found: Finding) -> Any:
    operation = next(iter(next(iter(described["paths"].values())).values()))
    assert found.element is not None
    holder = (
        operation["requestBody"] if found.rule.endswith("request-body-incompatible") else operation["responses"]["200"]
    )
    schema = next(iter(holder["content"].values()))["schema"]
    return None if "$ref" in schema else schema
