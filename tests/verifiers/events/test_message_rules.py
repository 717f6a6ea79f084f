"""Matching rules of expected messages: one that leads to nothing that is expected is told."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.verifiers.events.produced import result, texts
from troth_verifiers import Outcome

TYPE = {"match": "type"}
LINED: dict[str, Any] = {"contents": {"id": 7, "lines": [{"sku": "a"}]}}


@pytest.mark.parametrize(
    ("says", "said"),
    [
        (
            {**LINED, "rules": {"$.total": {"match": "regex", "regex": "zzz"}}},
            "The rule $.total leads to nothing that is expected; write an example of it.",
        ),
        ({**LINED, "rules": {"body": {"$.lines[*].name": TYPE}}}, "The rule $.lines[*].name leads to nothing"),
        ({"contents": {"lines": []}, "rules": {"$.lines[*].sku": TYPE}}, "The rule $.lines[*].sku leads to nothing"),
        ({**LINED, "rules": {"$.id": {"match": "tpye"}}}, "No such matching rule is known: tpye."),
        (
            {**LINED, "metadata": {"type": "a"}, "rules": {"metadata": {"Type": TYPE}}},
            "The rule of the metadata 'Type' leads to nothing that is expected; write an example of it.",
        ),
        ({**LINED, "rules": {"metadata": {"key": TYPE}}}, "The rule of the metadata 'key' leads to nothing"),
        (
            {**LINED, "key": "a", "rules": {"metadata": {"key": {"match": "tpye"}}}},
            "No such matching rule is known: tpye.",
        ),
        (
            {**LINED, "rules": {"header": {"type": TYPE}}},
            "Rules of messages are about places of the contents, which begin with `$`, and about `metadata`.",
        ),
        (
            {"schemaName": "order.schema.json", "rules": {"$": TYPE}},
            "Rules of the contents need `contents`, an example of them.",
        ),
        ({**LINED, "outcome": {"a": 1}, "outcomeRules": {"$.b": TYPE}}, "The rule $.b leads to nothing"),
        ({**LINED, "outcomeRules": {"$": TYPE}}, "`outcomeRules` need an `outcome`, an example of it."),
    ],
)
def test_a_rule_that_leads_to_nothing_that_is_expected_is_told(says: Mapping[str, Any], said: str) -> None:
    found = result(b'{"id": 7, "total": "abc", "lines": [{"sku": "a"}]}', **says)
    assert found.outcome is Outcome.ERRORED, found
    assert said in texts(found)


def test_a_rule_may_lead_anywhere_in_what_is_expected() -> None:
    says: dict[str, Any] = {
        **LINED,
        "contentType": "application/json",
        "key": "a",
        "metadata": {"type": "a"},
        "outcome": {"a": [1]},
        "outcomeRules": {"$.a[*]": TYPE},
    }
    rules = {
        "$": TYPE,
        "$.lines[3].sku": TYPE,
        "$.*": TYPE,
        "metadata": dict.fromkeys(("type", "key", "contentType"), TYPE),
    }
    assert result(b"{}", **says, rules=rules).outcome is Outcome.FAILED
    assert result(b"", contents=None, rules={"$.id": TYPE}).outcome is Outcome.PASSED
